"""Where the elements of each sender go, worked out once for each property. Pure: no I/O, no clock."""

from __future__ import annotations

from .memory import Memory, Remembered
from .routing import Peer, Router

__all__ = ["Route", "Routes"]


class Route:
    """Where the elements of one property of one sender go.

    Attributes:
        readers: Who gets what is not a BLOB.
        blob_readers: Who gets the BLOBs.
        has_hubs: Whether one of the readers is a client that is a hub.
        remembered: What the hub knows of the property.
    """

    __slots__ = ("blob_readers", "has_hubs", "readers", "remembered")

    def __init__(self, readers: tuple[Peer, ...], blob_readers: tuple[Peer, ...], remembered: Remembered) -> None:
        self.readers = readers
        self.blob_readers = blob_readers
        self.has_hubs = any(reader.is_hub for reader in readers)
        self.remembered = remembered


class Routes:
    """The routes of all senders, each good until the tables change."""

    def __init__(self, router: Router, memory: Memory) -> None:
        self._router = router
        self._memory = memory
        self._routes: dict[Peer, dict[tuple[bytes, bytes], Route]] = {}
        self._generation = -1

    def of(self, sender: Peer) -> dict[tuple[bytes, bytes], Route]:
        """Return the routes of a sender that are known; the same object for the sender's life."""
        if self._generation != self._router.generation:
            self._generation = self._router.generation
            for routes in self._routes.values():
                routes.clear()
        return self._routes.setdefault(sender, {})

    def add(self, sender: Peer, device: bytes, name: bytes) -> Route:
        """Work out the route of a property; what a sender says of a device that it does not own goes nowhere."""
        if self._router.owner(device) is sender:
            readers = self._router.readers(sender, device, name)
            blob_readers = self._router.blob_readers(sender, device, name)
            route = Route(readers, blob_readers, self._memory.property(device, name))
        else:
            route = Route((), (), Remembered())
        self.of(sender)[device, name] = route
        return route

    def forget(self, sender: Peer) -> None:
        """Let go of a sender."""
        self._routes.pop(sender, None)
