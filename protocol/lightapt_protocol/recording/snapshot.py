"""What the devices are now, kept as the bytes that they sent: cheap to follow, and worked out when asked for.

Sans-I/O. A further file of a recording begins with it, so that each can be played without those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from ..errors import ProtocolError
from ..messages import DelProperty
from ..mirror import Mirror
from ..parser import parse
from ..writer import write
from .redefinition import definition_of

__all__ = ["Snapshot"]

_MOST_UPDATES: Final = 32
"""Updates of some members of a property that are kept before they are folded into its definition."""

_Told: TypeAlias = list[bytes]
"""A property's definition, and the updates since."""


class Snapshot:
    """Follows the elements of a server."""

    def __init__(self) -> None:
        self._devices: dict[bytes, dict[bytes, _Told]] = {}

    def take(self, tag: bytes, device: bytes, name: bytes, raw: bytes) -> None:
        """Take an element: its tag, the device and the property that it names, and all of it but BLOBs."""
        if tag.startswith(b"set"):
            told = self._devices.get(device, {}).get(name)
            if told is not None:
                _update(told, raw)
        elif tag.startswith(b"def"):
            self._devices.setdefault(device, {})[name] = [raw]
        elif tag == b"delProperty":
            self._delete(raw)

    def forget(self) -> None:
        """Forget everything: the connection was lost, and the server tells all anew."""
        self._devices.clear()

    def elements(self) -> Iterator[bytes]:
        """Yield a definition of each property, with its state and values of now."""
        for properties in self._devices.values():
            for told in properties.values():
                _fold(told)
                yield told[0].rstrip()

    def _delete(self, raw: bytes) -> None:
        try:
            message = parse(raw)
        except ProtocolError:
            return
        if not isinstance(message, DelProperty):
            return
        device, name = message.device.encode(), message.name.encode()
        for key in [device] if device else list(self._devices):
            properties = self._devices.get(key, {})
            if name:
                properties.pop(name, None)
            if not name or not properties:
                self._devices.pop(key, None)


def _update(told: _Told, raw: bytes) -> None:
    told.append(raw)
    if _changes_limits(raw) or len(told) > _MOST_UPDATES:
        _fold(told)
    elif _says_all(told[0], raw):
        told[1:] = [raw]


def _changes_limits(update: bytes) -> bool:
    """Whether an update changes what no later one may say again."""
    return any(name in update for name in (b" min=", b" max=", b" step=", b" timeout="))


def _says_all(definition: bytes, update: bytes) -> bool:
    """Whether an update leaves nothing of those before it: it has a state, and all the members."""
    members = definition.count(b"<def") - 1
    return b" state=" in update[: update.find(b">")] and update.count(b"<one") == members


def _fold(told: _Told) -> None:
    """Put the updates into the definition; what makes no sense does nothing, as to every client."""
    if len(told) == 1:
        return
    mirror = Mirror()
    for raw in told:
        try:
            mirror.apply(parse(raw))
        except ProtocolError:
            continue
    for device in mirror.devices.values():
        for prop in device.values():
            told[:] = [write(definition_of(prop))]
            return
    del told[1:]
