"""Devices and properties for programs that do not await; see :mod:`.devices` for what each does."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from lightapt_protocol.mirror import Change
from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.vocabulary import State

from . import devices, kinds
from .blobs import Arrival, Blob
from .devices import Value
from .faces import Face, Waits
from .portal import Followed, Following

__all__ = ["Device", "KindFace", "Property"]

K_co = TypeVar("K_co", bound=kinds.Kind, covariant=True)


class Property(Face[devices.Property]):
    """A property of a device; see :class:`.devices.Property`."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self.inner)

    def __getitem__(self, member: str) -> Value:
        return self.inner[member]

    def __contains__(self, member: str) -> bool:
        return member in self.inner

    def __iter__(self) -> Iterator[str]:
        return iter(self.inner)

    @property
    def name(self) -> str:
        """Its name."""
        return self.inner.name

    @property
    def device(self) -> Device:
        """Whose it is."""
        return Device(self.portal, self.inner.device)

    @property
    def now(self) -> Snapshot:
        """The property as it is at this moment; raises MissingError where the device has none of this name."""
        return self.inner.now

    @property
    def exists(self) -> bool:
        """Whether the device has it."""
        return self.inner.exists

    @property
    def state(self) -> State:
        """Its state."""
        return self.inner.state

    @property
    def choice(self) -> str:
        """The name of the first switch that is on; empty where none is."""
        return self.inner.choice

    def number(self, member: str) -> float:
        """Return a number; raises MissingError where there is none."""
        return self.inner.number(member)

    def text(self, member: str) -> str:
        """Return a text; raises MissingError where there is none."""
        return self.inner.text(member)

    def is_on(self, member: str) -> bool:
        """Return whether a switch is on; raises MissingError where there is none."""
        return self.inner.is_on(member)

    def maximum(self, member: str) -> float:
        """Return the most that a number may be; infinity where the device sets no limit."""
        return self.inner.maximum(member)

    def changes(self) -> Followed[Change]:
        """Follow what changes of it."""
        return Followed(self.portal, self.inner.changes)

    ready = Waits(devices.Property.ready)
    wait = Waits(devices.Property.wait)
    ask = Waits(devices.Property.ask)
    set = Waits(devices.Property.set)
    start = Waits(devices.Property.start)
    send_blob = Waits(devices.Property.send_blob)


class Device(Face[devices.Device]):
    """A device of a server; see :class:`.devices.Device`."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Property:
        return Property(self.portal, self.inner[name])

    def __contains__(self, name: str) -> bool:
        return name in self.inner

    def __iter__(self) -> Iterator[str]:
        return iter(self.portal.call(lambda: list(self.inner)))

    @property
    def name(self) -> str:
        """Its name."""
        return self.inner.name

    @property
    def properties(self) -> Mapping[str, Snapshot]:
        """Its properties at this moment, by name."""
        return self.portal.call(lambda: dict(self.inner.properties))

    @property
    def is_connected(self) -> bool:
        """Whether it is connected to its hardware."""
        return self.inner.is_connected

    connect = Waits(devices.Device.connect)
    disconnect = Waits(devices.Device.disconnect)
    set = Waits(devices.Device.set)

    def changes(self, name: str = "") -> Followed[Change]:
        """Follow what changes of it; see :meth:`.client.Client.changes`."""
        return Followed(self.portal, lambda: self.inner.changes(name))

    @contextmanager
    def blobs(self, name: str = "", *, newest: bool = False) -> Generator[Following[Blob]]:
        """Follow its BLOBs, for the length of a block; see :meth:`.client.Client.blobs`."""
        stream = self.portal.call(lambda: self.inner.blobs(name, newest=newest))
        with self.portal.entered(stream) as blobs:
            yield Following(self.portal, blobs)

    def arrivals(self, name: str = "") -> Followed[Arrival]:
        """Follow how much has come of its BLOBs; see :meth:`.client.Client.arrivals`."""
        return Followed(self.portal, lambda: self.inner.arrivals(name))


class KindFace(Face[K_co]):
    """A device as one of a kind; see :class:`.kinds.Kind`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The device's name."""
        return self.inner.name

    @property
    def device(self) -> Device:
        """The device."""
        return Device(self.portal, self.inner.device)

    connect = Waits(kinds.Kind.connect)
    disconnect = Waits(kinds.Kind.disconnect)
