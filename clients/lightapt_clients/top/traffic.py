"""What a client hears of each device: how much, of what, and the last words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lightapt_protocol.messages import Message, Notice, SetBlobVector
from lightapt_protocol.mirror import Change, ChangeKind, Mirror
from lightapt_protocol.mirror import Device as Properties
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write

from .rates import History

__all__ = ["DeviceTraffic", "Traffic", "is_connected"]

_SAMPLED: Final = 64
"""Of so many messages of a property one is written again, to know how long they are."""
_ENVELOPE: Final = 200
"""About the bytes of a BLOB's message beside its data."""


@dataclass(frozen=True, slots=True)
class DeviceTraffic:
    """What is heard of a device.

    Attributes:
        name: The device.
        is_connected: Whether it is connected to its hardware; None where it has no such property.
        messages: Messages per second.
        size: Bytes per second, estimated from a sample of the messages.
        trend: The messages of the last minute, by the interval.
        busiest: The property that was told of most; empty before any was.
        state: That property's state; Idle where it is gone.
        words: The last message for people.
    """

    name: str
    is_connected: bool | None
    messages: float
    size: float
    trend: History
    busiest: str
    state: State
    words: str


class _Heard:
    """What was heard of one device."""

    def __init__(self) -> None:
        self.size = 0
        self.by_property: dict[str, int] = {}
        self.trend = History()
        self.size_rate = 0.0
        self.busiest = ""
        self.words = ""

    def sample(self, seconds: float) -> None:
        """Take the rates of the time since the last sample, and begin anew."""
        self.trend.add(sum(self.by_property.values()) / seconds)
        self.size_rate = self.size / seconds
        properties = {name: count for name, count in self.by_property.items() if name}
        if properties:
            self.busiest = max(properties, key=properties.__getitem__)
        self.by_property.clear()
        self.size = 0


class Traffic:
    """Counts what is heard of each device; :meth:`sample` makes rates of it.

    Attributes:
        trend: Messages per second of all devices.
    """

    def __init__(self) -> None:
        self.trend = History()
        self._devices: dict[str, _Heard] = {}
        self._sizes: dict[tuple[type[Message], str, str], list[int]] = {}

    def heard(self, change: Change) -> None:
        """Take a change."""
        heard = self._devices.get(change.device)
        if heard is None:
            heard = self._devices[change.device] = _Heard()
        is_notice = change.kind is ChangeKind.NOTICE
        if is_notice:
            heard.words = change.text
        if not is_notice or isinstance(change.message, Notice):  # what comes with an update was counted with it
            heard.by_property[change.name] = heard.by_property.get(change.name, 0) + 1
            heard.size += self._size(change.message, change.device, change.name)

    def _size(self, message: Message, device: str, name: str) -> int:
        if isinstance(message, SetBlobVector):
            return _ENVELOPE + sum(one.size * 4 // 3 for one in message.members)
        known = self._sizes.setdefault((type(message), device, name), [0, 0])
        if known[1] % _SAMPLED == 0:
            known[0] = len(write(message))
        known[1] += 1
        return known[0]

    def sample(self, seconds: float) -> None:
        """Take the rates of the time since the last sample, which was so many seconds ago."""
        for heard in self._devices.values():
            heard.sample(seconds)
        self.trend.add(sum(heard.trend.last for heard in self._devices.values()))

    def devices(self, mirror: Mirror) -> list[DeviceTraffic]:
        """Return what was heard of the devices that there are, by name."""
        return [self._of(name, properties) for name, properties in sorted(mirror.devices.items())]

    def _of(self, name: str, properties: Properties) -> DeviceTraffic:
        heard = self._devices.get(name) or _Heard()
        busiest = properties.get(heard.busiest)
        return DeviceTraffic(
            name,
            is_connected(properties),
            heard.trend.last,
            heard.size_rate,
            heard.trend,
            heard.busiest,
            State.IDLE if busiest is None else busiest.state,
            heard.words,
        )


def is_connected(properties: Properties) -> bool | None:
    """Whether a device is connected to its hardware; None where it does not tell."""
    connection = properties.get("CONNECTION")
    if connection is None or "CONNECT" not in connection.members:
        return None
    return connection.state is State.OK and "CONNECT" in connection.switches_on()
