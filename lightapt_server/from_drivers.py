"""What drivers and remotes send, and where it goes. Pure: no I/O, no clock."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from typing import Final

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Element

from . import elements as xml
from .delivery import POLICIES, Delivery
from .payload import picture_of
from .routes import Route, Routes
from .routing import Peer, Role

__all__ = ["FromDrivers"]

_log = logging.getLogger(__name__)


class _Kind(IntEnum):
    SET = 1
    DEFINE = 2
    NEW = 3


_KINDS: Final = {
    f"{verb}{kind}Vector".encode(): value
    for verb, value in (("set", _Kind.SET), ("def", _Kind.DEFINE), ("new", _Kind.NEW))
    for kind in ("Text", "Number", "Switch", "Light", "BLOB")
}


class FromDrivers:
    """Routes the elements of drivers and remotes.

    Whatever a local driver says of a device makes it the owner, if nobody is. With a remote only a definition does,
    and only one that has not gone out from here: see the trails in :mod:`lightapt_server.routing`.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._router = delivery.router
        self._routes = Routes(delivery.router, delivery.memory)
        self._handlers: dict[bytes, Callable[[Peer, Element], None]] = {
            b"getProperties": self._snoops,
            b"enableBLOB": self._chooses_blobs,
            b"pingRequest": delivery.answer_ping,
            b"pingReply": delivery.take_pong,
            b"delProperty": self._deletes,
        }

    def forget(self, peer: Peer) -> None:
        """Let go of a driver."""
        self._routes.forget(peer)

    def receive(self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]) -> None:
        """Route what a driver has sent; see :meth:`Switchboard.receive`."""
        if peer.role is Role.REMOTE:
            elements = self._without_echoes(peer, elements)
        self._receive_from_driver(peer, elements, descriptors)

    def _receive_from_driver(
        self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]
    ) -> None:
        """Gather runs of elements of one device that go to the same readers, and put each run at once."""
        routes = self._routes.of(peer)
        put_run = self._delivery.put_run
        run: list[bytes] = []
        readers: tuple[Peer, ...] = ()
        device = b""
        for element in elements:
            kind = _KINDS.get(element.tag)
            if kind is None or isinstance(element, BlobElement):
                put_run(readers, device, run)
                run = []
                self._sends_other(peer, element, descriptors)
                self._routes.of(peer)
                continue
            route = routes.get((element.device, element.name)) or self._route(peer, element.device, element.name)
            if route.readers is not readers or element.device != device:
                put_run(readers, device, run)
                run, readers, device = [], route.readers, element.device
            if kind is _Kind.SET:
                route.remembered.update(element.raw)
            elif kind is _Kind.DEFINE:
                route.remembered.define(element.raw)
                if peer.question is not None and self._is_answer(peer, element):
                    continue
                if route.has_hubs:
                    put_run(readers, device, run)
                    run = []
                    self._put_definition(readers, element)
                    continue
            run.append(element.raw)
        put_run(readers, device, run)

    def _put_definition(self, readers: tuple[Peer, ...], element: Element) -> None:
        """Put a definition; hubs see by which way it has come."""
        stamped = xml.stamped(element.raw, *self._router.trail(element.device), self._delivery.identity)
        for reader in readers:
            self._delivery.put(reader, stamped if reader.is_hub else element.raw, element.device)

    def _is_answer(self, peer: Peer, element: Element) -> bool:
        """Whether a definition is the answer to the hub's own question, and has been asked for by nobody else."""
        if peer.question != (element.device, element.name):
            return False
        peer.question = None
        return True

    def _sends_other(self, peer: Peer, element: Element | BlobElement, descriptors: deque[int]) -> None:
        device, name = element.device, element.name
        if isinstance(element, BlobElement):
            route = self._routes.of(peer).get((device, name)) or self._route(peer, device, name)
            self._delivery.put_picture(route.blob_readers, picture_of(element, descriptors, self._delivery.ledger))
        elif handler := self._handlers.get(element.tag):
            handler(peer, element)
        elif device:
            self._delivery.put_run(self._route(peer, device, name).readers, device, [element.raw])
        else:
            self._delivery.tell_all(element.raw)

    # Owners.

    def _without_echoes(
        self, remote: Peer, elements: Iterable[Element | BlobElement]
    ) -> Iterator[Element | BlobElement]:
        """Leave out the definitions that went out from here; the others make a remote the owner of their devices."""
        for element in elements:
            if _KINDS.get(element.tag) is _Kind.DEFINE and isinstance(element, Element):
                trail = xml.trail(element.raw)
                if self._delivery.identity in trail:
                    continue
                self._claim(remote, element.device, trail)
                self._routes.of(remote)
                if trail:
                    yield Element(element.tag, element.device, element.name, xml.unstamped(element.raw))
                    continue
            yield element

    def _route(self, peer: Peer, device: bytes, name: bytes) -> Route:
        if peer.role is Role.DRIVER:
            self._claim(peer, device)
        return self._routes.add(peer, device, name)

    def _claim(self, peer: Peer, device: bytes, trail: tuple[bytes, ...] = ()) -> None:
        """Make a peer the owner of a device if nobody is; tell of a conflict once."""
        if not device or (peer.only_device and device != peer.only_device):
            return
        known = device in peer.devices
        if self._router.claim(peer, device, trail):
            if not known:
                self._appeared(peer, device)
        elif device not in peer.claims:
            peer.claims.add(device)
            self._report_claim(peer, device, trail)

    def _appeared(self, peer: Peer, device: bytes) -> None:
        _log.info("%s has the device %r", peer.label, device.decode(), extra={"device": device.decode()})
        if peer.role is Role.REMOTE:
            self._delivery.tell_blob_choices()

    def _report_claim(self, peer: Peer, device: bytes, trail: tuple[bytes, ...]) -> None:
        owner, name = self._router.owner(device), device.decode()
        if trail and trail[:1] == self._router.trail(device)[:1]:
            _log.info("%s is another way to the device %r", peer.label, name, extra={"device": name})
        elif owner is not None:
            text = (
                f"{peer.label} also offers a device named {name!r}, which {owner.label} has: "
                "what it says of it is not passed on. Give one of them another name."
            )
            _log.error("%s", text, extra={"peer": peer.label, "device": name})
            self._delivery.say(device, text)

    def _deletes(self, peer: Peer, element: Element) -> None:
        device, name = element.device, element.name
        if not device:
            for own in sorted(peer.devices):
                self._deletes(peer, Element(element.tag, own, b"", xml.delete_property(own)))
        elif self._router.owner(device) is peer:
            if peer.question and peer.question[0] == device and name in (b"", peer.question[1]):
                peer.question = None  # it may never be answered, and what is defined anew is for all
            self._delivery.forget(device, name, element.raw)
            if not name:
                self._router.disown(device)
                self._delivery.offer(device)
        elif not name:
            peer.claims.discard(device)

    # Snooping.

    def _snoops(self, peer: Peer, element: Element) -> None:
        device, name = element.device, element.name
        delivery, router = self._delivery, self._router
        if delivery.has_passed(element.raw):
            delivery.report_loop(peer)
            return
        if not device or device == xml.ANY_DEVICE:
            return
        if router.snoop(peer, device, name):
            watched = (device + b"." + name if name else device).decode()
            _log.info("%s watches %s", peer.label, watched, extra={"device": device.decode()})
        delivery.replay(peer, device, name)
        owner = router.owner(device)
        if owner is not None and owner is not peer:
            delivery.put_question(owner, element.raw, device)
        for hub in router.upstream_hubs(peer):
            delivery.put(hub, xml.stamped(element.raw, delivery.identity), device)

    def _chooses_blobs(self, peer: Peer, element: Element) -> None:
        policy = POLICIES.get(xml.text_of(element.raw))
        delivery = self._delivery
        if policy is None or delivery.has_passed(element.raw):
            return
        if self._router.choose_snooped_blobs(peer, element.device, element.name, policy=policy):
            delivery.tell_blob_choices()
            for hub in self._router.upstream_hubs(peer):
                if hub.is_hub:
                    delivery.put(hub, xml.stamped(element.raw, delivery.identity), element.device)
