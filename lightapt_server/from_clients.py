"""What clients send, and where it goes. A client may be another hub. Pure: no I/O, no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Element

from . import elements as xml
from .delivery import POLICIES, Delivery
from .payload import picture_of
from .routing import Peer, Role

__all__ = ["FromClients"]


class FromClients:
    """Routes the elements of clients."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._router = delivery.router
        self._handlers: dict[bytes, Callable[[Peer, Element], None]] = {
            b"getProperties": self._asks,
            b"enableBLOB": self._chooses_blobs,
            b"pingRequest": delivery.answer_ping,
            b"pingReply": delivery.take_pong,
        }

    def receive(self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]) -> None:
        """Route what a client has sent; see :meth:`Switchboard.receive`."""
        for element in elements:
            if isinstance(element, BlobElement):
                self._sends_blob(peer, element, descriptors)
            else:
                self._handlers.get(element.tag, self._sends)(peer, element)

    def _asks(self, peer: Peer, element: Element) -> None:
        delivery, device = self._delivery, element.device
        if delivery.has_passed(element.raw):
            delivery.report_loop(peer)
            return
        if not peer.is_hub and (device == xml.ANY_DEVICE or xml.trail(element.raw)):
            self._router.mark_hub(peer)
            delivery.tell_snoops(peer)
        if device == xml.ANY_DEVICE:
            self._router.watch_everything(peer)
            return
        self._router.watch(peer, device, element.name)
        if not device:
            for driver in self._router.for_all_devices():
                delivery.put_question(driver, element.raw, device)
        elif owner := self._router.owner(device):
            delivery.put_question(owner, element.raw, device)

    def _chooses_blobs(self, peer: Peer, element: Element) -> None:
        policy = POLICIES.get(xml.text_of(element.raw))
        if policy is None:
            return
        if element.device:
            self._router.watch(peer, element.device, element.name)
        self._router.choose_blobs(peer, element.device, element.name, policy=policy)
        self._delivery.tell_blob_choices()

    def _sends(self, peer: Peer, element: Element) -> None:
        if not element.device:
            return
        self._take_part(peer, element)
        if element.tag.startswith(b"new"):
            for reader in self._commanded(peer, element, blob=False):
                self._delivery.put(reader, element.raw, element.device)
        elif not self._delivery.has_passed(element.raw):
            for reader in self._told(peer, element, blob=False):
                raw = element.raw if reader.role is Role.DRIVER else self._stamped(element.raw)
                self._delivery.put(reader, raw, element.device)

    def _sends_blob(self, peer: Peer, element: BlobElement, descriptors: deque[int]) -> None:
        readers: tuple[Peer, ...] = ()
        if not element.device:
            pass
        elif element.tag.startswith(b"new"):
            readers = self._commanded(peer, element, blob=True)
        elif not self._delivery.has_passed(element.head):
            readers = self._told(peer, element, blob=True)
            if any(reader.role is Role.REMOTE for reader in readers):
                element.head = self._stamped(element.head)
        if element.device:
            self._take_part(peer, element)
        self._delivery.put_picture(readers, picture_of(element, descriptors, self._delivery.ledger))

    def _take_part(self, peer: Peer, element: Element | BlobElement) -> None:
        """Subscribe a client to what it names.

        Another hub names devices of its own too, if it is of indipyserver's kind all of them and from the first moment
        on: by these it asks for nothing.
        """
        if self._router.owner(element.device):
            self._router.watch(peer, element.device, element.name)
        elif element.tag.startswith(b"def") and not peer.is_hub:
            self._router.mark_hub(peer)
            self._delivery.tell_snoops(peer)

    def _commanded(self, peer: Peer, element: Element | BlobElement, *, blob: bool) -> tuple[Peer, ...]:
        """Return who gets what a client wants set: the owner of the device, and as an echo the other clients."""
        owner = self._router.owner(element.device)
        echoes = self._router.echoes(peer, element.device, element.name, blob=blob)
        return (owner, *echoes) if owner and (owner.passes_blobs or not blob) else echoes

    def _told(self, peer: Peer, element: Element | BlobElement, *, blob: bool) -> tuple[Peer, ...]:
        """Return who gets what a client says of a device without asking anything of it.

        That is its owner, and for an update those who watch it. A hub tells those who watch here of a device that is
        not here; of one that is here they hear from its owner.
        """
        owner = self._router.owner(element.device)
        if peer.is_hub:
            return () if owner else self._router.snoopers(element.device, element.name, blob=blob)
        readers = [owner] if owner and (owner.passes_blobs or not blob) else []
        if element.tag.startswith(b"set"):
            readers += self._router.snoopers(element.device, element.name, blob=blob)
        return tuple(dict.fromkeys(readers))

    def _stamped(self, raw: bytes) -> bytes:
        return xml.stamped(raw, self._delivery.identity)
