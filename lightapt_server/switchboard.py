"""Moves elements from the peer that sent them to the outboxes of those who get them. Pure: no I/O, no clock.

The I/O layer calls :meth:`Switchboard.joined`, :meth:`Switchboard.receive` and :meth:`Switchboard.left`, and writes
what the outboxes of the peers in `dirty` then hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Element

from . import elements as xml
from .delivery import Delivery
from .from_clients import FromClients
from .from_drivers import FromDrivers
from .routing import Peer, Role

__all__ = ["Switchboard"]


class Switchboard(Delivery):
    """The routing core of a hub."""

    def __init__(self, identity: bytes) -> None:
        super().__init__(identity)
        self._clients = FromClients(self)
        self._drivers = FromDrivers(self)

    def joined(self, peer: Peer) -> None:
        """Take in a peer, and ask a driver or remote for what it has."""
        self.router.add(peer)
        if peer.role is Role.REMOTE:
            peer.told.clear()
            if not peer.only_device:
                self.put(peer, xml.get_properties(xml.ANY_DEVICE, via=self.identity), b"")
            self.put(peer, xml.get_properties(peer.only_device, via=self.identity), b"")
        elif peer.role is Role.DRIVER:
            self.put(peer, xml.get_properties(), b"")
        for device, name in peer.snoops:
            self.replay(peer, device, name)
        if peer.snoops:
            self.tell_blob_choices()

    def left(self, peer: Peer) -> None:
        """Let go of a peer; everyone who knew its devices hears that they are gone."""
        peer.question = None
        devices = sorted(peer.devices)
        for device in devices:
            self.forget(device, b"", xml.delete_property(device))
        self.router.remove(peer)
        self._drivers.forget(peer)
        self.dirty.discard(peer)
        for device in devices:
            self.offer(device)
        if peer.role is Role.CLIENT or peer.snoops:
            self.tell_blob_choices()

    def ask(self, driver: Peer) -> bool:
        """Ask a driver for a property that it has, to see whether it lives; the answer goes to nobody else."""
        for device in driver.devices:
            for name in self.memory.defined(device):
                driver.question = (device, name)
                self.put(driver, xml.get_properties(device, name), device)
                return True
        return False

    def receive(self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]) -> None:
        """Route what a peer has sent; `descriptors` came with it and are used up in order.

        Raises:
            MalformedElementError: An attached BLOB came without its descriptor, or with too little memory.
        """
        side = self._clients if peer.role is Role.CLIENT else self._drivers
        side.receive(peer, elements, descriptors)
