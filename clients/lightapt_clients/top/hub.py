"""What a LightAPT hub tells of itself by its own device (``lightapt-server --self-device``). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

from lightapt_protocol.members import DefNumber
from lightapt_protocol.mirror import Change, ChangeKind, Mirror, Property
from lightapt_protocol.vocabulary import State

from .rates import History

__all__ = ["HUB", "Flow", "HubWatch", "Peer", "Role"]

HUB: Final = "LightAPT Hub"
"""The device's name."""
_COUNTERS: Final = "HUB_COUNTERS"
_ALL_CLIENTS: Final = "CLIENTS_TRAFFIC"
_PERIOD: Final = 2.0
"""Seconds from one look of the hub at its counters to the next; a vector in which nothing changed is not told."""
_LATE: Final = 3.0
"""Seconds after which nothing has changed in a vector that was not told."""
_SHORT: Final = 0.5
"""Seconds in which too little changes for a rate."""


class Role(Enum):
    """What a peer is; the values are the groups of the device's properties."""

    DRIVER = "Drivers"
    REMOTE = "Remotes"
    CLIENT = "Clients"


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes one way, per second."""

    messages: float = 0.0
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A driver, a remote, a client, or all clients together.

    Attributes:
        role: What it is.
        name: What it is called.
        is_all: Whether it is all clients together.
        is_away: Whether it is to come back.
        is_known: Whether its rates are known yet.
        sent: What it sends.
        got: What it is sent.
        trend: The messages that it sends, by the interval.
        behind: Bytes that wait for it.
        dropped: Messages that were dropped, ever.
    """

    role: Role
    name: str
    is_all: bool
    is_away: bool
    is_known: bool
    sent: Flow
    got: Flow
    trend: History
    behind: float
    dropped: float


@dataclass(slots=True)
class _Seen:
    """A vector of counters, as it was told last."""

    prop: Property
    at: float
    values: Mapping[str, float]
    rates: Mapping[str, float] | None = None
    trend: History = field(default_factory=History)

    def take(self, prop: Property, now: float) -> None:
        """Take what the vector says now."""
        self.prop = prop
        passed = now - self.at
        if passed < _SHORT:
            return
        seconds = passed if passed < _LATE else _PERIOD
        values = _numbers(prop)
        self.rates = {name: _grown(value, self.values.get(name, 0.0)) / seconds for name, value in values.items()}
        self.values, self.at = values, now

    def rate(self, name: str) -> float:
        return 0.0 if self.rates is None else self.rates.get(name, 0.0)


def _grown(now: float, before: float) -> float:
    return now - before if now >= before else now  # it begins anew with each start of a driver


def _numbers(prop: Property) -> dict[str, float]:
    return {name: member.value for name, member in prop.members.items() if isinstance(member, DefNumber)}


class HubWatch:
    """Follows the hub's device, and makes rates of its counters."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._totals: Property | None = None

    def begin(self, mirror: Mirror, now: float) -> None:
        """Take what is known already."""
        for prop in mirror.devices.get(HUB, {}).values():
            self._take(prop, now)

    def heard(self, change: Change, now: float) -> None:
        """Take a change of any device, at so many seconds of a clock that only goes forward."""
        if change.device != HUB or change.kind is ChangeKind.NOTICE:
            return
        if change.current is not None:
            self._take(change.current, now)
        elif change.name == _COUNTERS:
            self._totals = None
        else:
            self._seen.pop(change.name, None)

    def _take(self, prop: Property, now: float) -> None:
        if prop.name == _COUNTERS:
            self._totals = prop
        elif prop.group in _ROLES:
            seen = self._seen.setdefault(prop.name, _Seen(prop, now, _numbers(prop)))
            seen.take(prop, now)

    def sample(self, now: float) -> None:
        """Add to the trends what the rates are now."""
        for seen in self._seen.values():
            if now - seen.at > _LATE:
                seen.rates = {}
            seen.trend.add(seen.rate("MESSAGES_IN"))

    @property
    def is_there(self) -> bool:
        """Whether the hub tells of itself."""
        return self._totals is not None

    @property
    def totals(self) -> Mapping[str, float]:
        """The hub's own counters by the names of their members; empty where it does not tell."""
        return MappingProxyType({} if self._totals is None else _numbers(self._totals))

    def peers(self) -> list[Peer]:
        """Return the drivers, the remotes, the clients taken together, and the clients that the hub tells of."""
        found = [_peer(seen) for seen in self._seen.values()]
        return sorted(found, key=lambda peer: (_ORDER.index(peer.role), not peer.is_all))


_ORDER: Final = tuple(Role)
_ROLES: Final = frozenset(role.value for role in Role)


def _peer(seen: _Seen) -> Peer:
    values = _numbers(seen.prop)
    return Peer(
        Role(seen.prop.group),
        seen.prop.label,
        seen.prop.name == _ALL_CLIENTS,
        seen.prop.state is State.ALERT,
        seen.rates is not None,
        Flow(seen.rate("MESSAGES_IN"), seen.rate("BYTES_IN")),
        Flow(seen.rate("MESSAGES_OUT"), seen.rate("BYTES_OUT")),
        seen.trend,
        values.get("BEHIND", 0.0),
        values.get("DROPPED", 0.0),
    )
