"""What a shell completes: devices, properties and members of the server that is named on the line. Never an error."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic
from typing import Final

from lightapt_protocol.mirror import Mirror
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import PropertyKind

from ..client import connect
from ..errors import ClientError
from ..timing import Timing
from .options import address_of
from .rows import plain_value
from .telling import told

__all__ = ["DeviceArgument", "FilterArgument", "PatternArgument", "PlaceArgument", "RecordedArgument"]

_PATIENCE: Final = 0.7
"""Seconds that one who pressed the Tab key waits."""


class DeviceArgument:
    """Completes names of devices."""

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
        """Return what the word may become."""
        return [name for name in _mirror(parsed_args).devices if name.startswith(prefix)]


class RecordedArgument:
    """Completes names of devices of the recordings that are named on the line."""

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
        """Return what the word may become; of a long recording, what its beginning tells."""
        from ..recording import History, RecordingFileError, open_recordings  # loaded when it is asked

        names, until = dict[str, None](), monotonic() + _PATIENCE
        with suppress(RecordingFileError):
            for moment in History(open_recordings(getattr(parsed_args, "files", None) or ())):
                names.update(dict.fromkeys(change.device for change in moment.changes if change.device))
                if monotonic() > until:
                    break
        return [name for name in names if name.startswith(prefix)]


class FilterArgument:
    """Completes names of filters."""

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
        """Return what the word may become."""
        devices, wheel = _mirror(parsed_args).devices, getattr(parsed_args, "wheel", "")
        wheels = [device for name, device in devices.items() if wheel in ("", name) and Standard.FILTER_NAME in device]
        names = [plain_value(one) for device in wheels for one in device[Standard.FILTER_NAME].members.values()]
        return [name for name in names if name.startswith(prefix)]


class PlaceArgument:
    """Completes names of things in the sky."""

    def __call__(self, prefix: str, **_: object) -> list[str]:
        """Return what the word may become."""
        from .places import known_places  # loaded when it is asked

        return [name for name in known_places() if name.startswith(prefix)]


class PatternArgument:
    """Completes ``device.property.member``, a part at a time.

    Args:
        is_assignment: Whether a member is followed by ``=`` and a value.
    """

    def __init__(self, *, is_assignment: bool = False) -> None:
        self._is_assignment = is_assignment

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
        """Return what the word may become: with the next part too, where that before it is clear.

        A shell closes the quote behind a word that has only one way to go on.
        """
        mirror = _mirror(parsed_args)
        words: list[str] = []
        further = [prefix]
        while len(further) == 1 and further != words:
            words = further
            further = [word for word in self._words(words[0], mirror) if word.startswith(words[0])]
        return further or [word for word in words if word != prefix]

    def _words(self, prefix: str, mirror: Mirror) -> Iterable[str]:
        for device, properties in mirror.devices.items():
            if not prefix.startswith(f"{device}."):
                yield f"{device}."
                continue
            for name, prop in properties.items():
                path = f"{device}.{name}."
                if not prefix.startswith(path):
                    if prop.perm.writable or not self._is_assignment:
                        yield path
                    continue
                for member in prop.members:
                    yield from self._members(f"{path}{member}", is_switch=prop.kind is PropertyKind.SWITCH)

    def _members(self, path: str, *, is_switch: bool) -> Iterable[str]:
        if not self._is_assignment:
            yield path
        elif is_switch:
            yield from (f"{path}=On", f"{path}=Off")
        else:
            yield f"{path}="


def _mirror(options: argparse.Namespace) -> Mirror:
    """Return what the server has; nothing where there is none."""
    with suppress(ClientError, OSError, TimeoutError):
        return asyncio.run(_asked(options))
    return Mirror()


async def _asked(options: argparse.Namespace) -> Mirror:
    timing = Timing(connect=_PATIENCE)
    async with connect(address_of(options), reconnects=False, timing=timing) as client:
        await told(client, timeout=_PATIENCE, quiet=0.1)
        return client.mirror
