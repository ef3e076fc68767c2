"""The hub's counters as an INDI device of its own, for any INDI client to show or to record.

The device has a vector of the whole hub, one of its clients taken together, and one for each driver and remote, whose
name comes from the word by which that was asked for: it stays the same when a driver dies and comes back, and for as
long as it is away the vector's state is Alert. The first clients have vectors of their own for as long as they are
here; they may come by the hundred, so not all have.

What lives here: :class:`Panel`, which turns counters into messages and keeps no clock, and :class:`SelfDevice`, the
guest of the hub that serves it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Protocol

from lightapt_protocol.framing import Framer
from lightapt_protocol.members import DefNumber, DefSwitch, DefText, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    DelProperty,
    Message,
    SetNumberVector,
    SetSwitchVector,
)
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, State, SwitchState
from lightapt_protocol.writer import write

from .guest import READ_SIZE
from .routing import Role
from .statistics import HubCounters, PeerCounters

__all__ = ["DEVICE", "Panel", "SelfDevice", "Subject", "Vector", "vectors"]

DEVICE: Final = "LightAPT Hub"
_OWN_LABEL: Final = f"driver {DEVICE}"
_PERIOD: Final = 2.0
_MEGABYTE: Final = 1024 * 1024
_MOST_CLIENTS: Final = 32
"""Clients that have vectors of their own."""
_LONGEST_NAME: Final = 60
"""libindi has room for 63 characters; a number may be added."""
_MAIN: Final = "Main"
_GROUPS: Final = {Role.DRIVER: "Drivers", Role.REMOTE: "Remotes", Role.CLIENT: "Clients"}
_CONNECTION: Final = str(Standard.CONNECTION)
_CONNECT, _DISCONNECT = Standard.CONNECTION.members


class Subject(Protocol):
    """What is shown."""

    def counters(self) -> HubCounters:
        """Return the hub's counters."""
        ...

    def peers(self) -> list[PeerCounters]:
        """Return the counters of each peer that is here."""
        ...

    def absent(self) -> list[str]:
        """Return the labels of drivers and remotes that are to come back."""
        ...

    def is_watched(self, device: bytes) -> bool:
        """Return whether anyone is interested in a device."""
        ...


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of counters, as it stands."""

    name: str
    label: str
    group: str
    state: State
    labels: Mapping[str, str]
    values: Mapping[str, float]

    def definition(self) -> DefNumberVector:
        """Return what defines it."""
        members = tuple(
            DefNumber(name, value, label=self.labels[name], format="%.1f" if name.endswith("_MB") else "%.0f")
            for name, value in self.values.items()
        )
        return DefNumberVector(
            DEVICE,
            self.name,
            label=self.label,
            group=self.group,
            state=self.state,
            perm=Permission.READ_ONLY,
            members=members,
        )

    def update(self) -> SetNumberVector:
        """Return what tells its state and values."""
        members = tuple(OneNumber(name, value) for name, value in self.values.items())
        return SetNumberVector(DEVICE, self.name, state=self.state, members=members)


_HUB_LABELS: Final = {
    "CLIENTS": "Clients",
    "CLIENTS_EVER": "Clients ever",
    "CUT_OFF": "Peers cut off",
    "DRIVERS": "Drivers",
    "REMOTES": "Remotes",
    "DEVICES": "Devices",
    "RESTARTS": "Restarts",
    "MEMORY_MB": "Memory (MB)",
    "SPOOL_MB": "Spool (MB)",
}
_TRAFFIC_LABELS: Final = {
    "MESSAGES_IN": "Messages received",
    "BYTES_IN": "Bytes received",
    "MESSAGES_OUT": "Messages for it",
    "BYTES_OUT": "Bytes sent",
    "BEHIND": "Bytes waiting",
    "DROPPED": "Dropped",
}
_CLIENTS_LABELS: Final = {**_TRAFFIC_LABELS, "MESSAGES_OUT": "Messages for them", "MOST_BEHIND": "Most waiting for one"}


class Panel:
    """The device: what it has told, and what it has to tell."""

    def __init__(self) -> None:
        self._told: dict[str, Vector] = {}

    def answer(self, vectors: Iterable[Vector], name: str = "") -> Iterator[Message]:
        """Yield the definitions that a getProperties asks for: of one property, or of all."""
        wanted = [vector for vector in vectors if name in ("", vector.name)]
        self._told |= {vector.name: vector for vector in wanted}
        yield from (definition for definition in (_connection(), _driver_info()) if name in ("", definition.name))
        yield from (vector.definition() for vector in wanted)

    def changes(self, vectors: Iterable[Vector]) -> Iterator[Message]:
        """Yield what has changed since the last look."""
        told, now = self._told, {vector.name: vector for vector in vectors}
        self._told = now
        yield from (DelProperty(DEVICE, name) for name in told if name not in now)
        for name, vector in now.items():
            before = told.get(name)
            if before is None:
                yield vector.definition()
            elif before != vector:
                yield vector.update()


def vectors(hub: HubCounters, peers: Collection[PeerCounters], absent: Iterable[str] = ()) -> list[Vector]:
    """Return the vectors of a hub with these peers, without the device's own link."""
    others = [peer for peer in peers if peer.label != _OWN_LABEL]
    names: set[str] = set()
    found = [_hub_vector(hub, itself=len(peers) - len(others)), _clients_vector(others)]
    clients = [peer for peer in others if peer.role is Role.CLIENT]
    for peer in [*(peer for peer in others if peer.role is not Role.CLIENT), *clients[:_MOST_CLIENTS]]:
        found.append(_peer_vector(_name(peer.label, names), peer.label, _GROUPS[peer.role], _traffic([peer])))
    for label in absent:
        role = Role.REMOTE if label.startswith("remote ") else Role.DRIVER
        found.append(_peer_vector(_name(label, names), label, _GROUPS[role], _traffic([]), state=State.ALERT))
    return found


def _hub_vector(hub: HubCounters, *, itself: int) -> Vector:
    values = {
        "CLIENTS": hub.clients,
        "CLIENTS_EVER": hub.welcomed,
        "CUT_OFF": hub.cut_off,
        "DRIVERS": hub.drivers - itself,
        "REMOTES": hub.remotes,
        "DEVICES": hub.devices - itself,
        "RESTARTS": hub.restarts,
        "MEMORY_MB": round(hub.memory / _MEGABYTE, 1),
        "SPOOL_MB": round(hub.spooled / _MEGABYTE, 1),
    }
    return Vector("HUB_COUNTERS", "Counters", _MAIN, State.OK, _HUB_LABELS, values)


def _clients_vector(peers: Iterable[PeerCounters]) -> Vector:
    clients = [peer for peer in peers if peer.role is Role.CLIENT]
    values = {**_traffic(clients), "MOST_BEHIND": max((client.behind for client in clients), default=0)}
    return Vector("CLIENTS_TRAFFIC", "Clients here now", _GROUPS[Role.CLIENT], State.OK, _CLIENTS_LABELS, values)


def _peer_vector(name: str, label: str, group: str, values: Mapping[str, float], *, state: State = State.OK) -> Vector:
    return Vector(name, label.partition(" ")[2], group, state, _TRAFFIC_LABELS, values)


def _traffic(peers: Collection[PeerCounters]) -> dict[str, float]:
    return {
        "MESSAGES_IN": sum(peer.elements_in for peer in peers),
        "BYTES_IN": sum(peer.bytes_in for peer in peers),
        "MESSAGES_OUT": sum(peer.elements_out for peer in peers),
        "BYTES_OUT": sum(peer.bytes_out for peer in peers),
        "BEHIND": sum(peer.behind for peer in peers),
        "DROPPED": sum(peer.dropped for peer in peers),
    }


def _name(label: str, taken: set[str]) -> str:
    """Return the name of a peer's vector: of two peers with one label the second has a 2 at the end."""
    stem = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")[:_LONGEST_NAME].upper()
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def _connection() -> DefSwitchVector:
    members = (
        DefSwitch(_CONNECT, SwitchState.ON, label="Connect"),
        DefSwitch(_DISCONNECT, SwitchState.OFF, label="Disconnect"),
    )
    return DefSwitchVector(DEVICE, _CONNECTION, label="Connection", group=_MAIN, state=State.OK, members=members)


def _still_connected() -> SetSwitchVector:
    members = (OneSwitch(_CONNECT, SwitchState.ON), OneSwitch(_DISCONNECT, SwitchState.OFF))
    return SetSwitchVector(DEVICE, _CONNECTION, state=State.OK, members=members)


def _driver_info() -> DefTextVector:
    values = (DEVICE, "lightapt-server", _version(), str(int(DriverInterface.GENERAL)))
    names = Standard.DRIVER_INFO.members
    members = tuple(DefText(name, value, label=name) for name, value in zip(names, values, strict=True))
    return DefTextVector(
        DEVICE,
        Standard.DRIVER_INFO,
        label="Driver info",
        group="General Info",
        state=State.OK,
        perm=Permission.READ_ONLY,
        members=members,
    )


def _version() -> str:
    try:
        return version("lightapt-server")
    except PackageNotFoundError:  # run from a tree that is not installed
        return "unknown"


class SelfDevice:
    """A guest of the hub that shows the hub; see :class:`.guest.Guest`. `period` is that of its updates, in s."""

    def __init__(self, subject: Subject, *, period: float = _PERIOD) -> None:
        self.label = DEVICE
        self._subject = subject
        self._period = period

    async def live(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer questions until the hub lets it go, and meanwhile tell what changes while anyone looks."""
        panel = Panel()
        async with asyncio.TaskGroup() as group:
            updates = group.create_task(self._update(panel, writer))
            framer = Framer()
            while data := await reader.read(READ_SIZE):
                for element in framer.feed(data):
                    self._hear(panel, writer, tag=element.tag, name=element.name.decode())
            updates.cancel()

    async def _update(self, panel: Panel, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(self._period)
            if self._subject.is_watched(DEVICE.encode()):
                _send(writer, panel.changes(self._vectors()))

    def _hear(self, panel: Panel, writer: asyncio.StreamWriter, *, tag: bytes, name: str) -> None:
        if tag == b"getProperties":
            _send(writer, panel.answer(self._vectors(), name))
        elif tag == b"newSwitchVector" and name == _CONNECTION:
            _send(writer, [_still_connected()])

    def _vectors(self) -> list[Vector]:
        return vectors(self._subject.counters(), self._subject.peers(), self._subject.absent())


def _send(writer: asyncio.StreamWriter, messages: Iterable[Message]) -> None:
    """Write messages; the hub reads its own device without delay, and each is small."""
    writer.writelines([write(message) for message in messages])
