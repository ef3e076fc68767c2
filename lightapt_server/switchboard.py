"""Moves elements from the peer that sent them to the outboxes of those who get them. Pure: no I/O, no clock.

The I/O layer calls :meth:`Switchboard.joined`, :meth:`Switchboard.receive` and :meth:`Switchboard.left`, and writes
what the outboxes of the peers in :attr:`Switchboard.dirty` then hold.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Final

from lightapt_protocol.blob_framing import BlobElement, BlobPart
from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.framing import Element

from . import elements as xml
from .memory import Memory, Remembered
from .payload import Attachment, Picture
from .routing import BlobPolicy, Peer, Role, Router

__all__ = ["Switchboard"]

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
_POLICIES: Final = {policy.value: policy for policy in BlobPolicy}


class _Route:
    """Where the elements of one property of one sender go, worked out once."""

    __slots__ = ("blob_readers", "readers", "remembered")

    def __init__(self, readers: tuple[Peer, ...], blob_readers: tuple[Peer, ...], remembered: Remembered) -> None:
        self.readers = readers
        self.blob_readers = blob_readers
        self.remembered = remembered


class Switchboard:
    """The routing core of a hub.

    Attributes:
        identity: What names this hub in the trail of a getProperties.
        router: The tables.
        memory: What is known of each property.
        dirty: Peers whose outboxes have been put into since this was last emptied.
    """

    def __init__(self, identity: bytes) -> None:
        self.identity = identity
        self.router = Router()
        self.memory = Memory()
        self.dirty: set[Peer] = set()
        self._routes: dict[Peer, dict[tuple[bytes, bytes], _Route]] = {}
        self._generation = -1
        self._from_client: dict[bytes, Callable[[Peer, Element], None]] = {
            b"getProperties": self._client_asks,
            b"enableBLOB": self._client_chooses_blobs,
            b"pingRequest": self._pinged,
            b"pingReply": self._ponged,
        }
        self._from_driver: dict[bytes, Callable[[Peer, Element], None]] = {
            b"getProperties": self._driver_snoops,
            b"enableBLOB": self._driver_chooses_blobs,
            b"pingRequest": self._pinged,
            b"pingReply": self._ponged,
            b"delProperty": self._driver_deletes,
        }

    # Coming and going.

    def joined(self, peer: Peer) -> None:
        """Take in a peer, and ask a driver or remote for what it has."""
        self.router.add(peer)
        if peer.role is Role.REMOTE:
            peer.told.clear()
            if not peer.only_device:
                self._put(peer, xml.get_properties(xml.ANY_DEVICE, via=self.identity), b"")
            self._put(peer, xml.get_properties(peer.only_device, via=self.identity), b"")
        elif peer.role is Role.DRIVER:
            self._put(peer, xml.get_properties(), b"")
        for device, name in peer.snoops:
            self._replay(peer, device, name)

    def left(self, peer: Peer) -> None:
        """Let go of a peer; everyone who knew its devices hears that they are gone."""
        devices = sorted(peer.devices)
        for device in devices:
            self._forget(device, b"", xml.delete_property(device))
        self.router.remove(peer)
        self._routes.pop(peer, None)
        self.dirty.discard(peer)
        for device in devices:
            self._offer(device)
        if peer.role is Role.CLIENT or peer.snoops:
            self._tell_blob_choices()

    def ask(self, driver: Peer) -> bool:
        """Ask a driver for a property that it has, to see whether it lives; the answer goes to nobody else."""
        for device in driver.devices:
            for name in self.memory.defined(device):
                driver.question = (device, name)
                driver.outbox.put(xml.get_properties(device, name), device)
                self.dirty.add(driver)
                return True
        return False

    def say(self, device: bytes, text: str) -> None:
        """Send a message about a device to the clients that are interested in it."""
        for client in self.router.clients:
            if client.knows(device) and client.blobs is not BlobPolicy.ONLY:
                self._put(client, xml.message(device, text), device)

    def receive(self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]) -> None:
        """Route what a peer has sent; `descriptors` came with it and are used up in order.

        Raises:
            MalformedElementError: An attached BLOB came without its descriptor, or with too little memory.
        """
        if peer.role is Role.CLIENT:
            for element in elements:
                if isinstance(element, BlobElement):
                    self._client_sends_blob(peer, element, descriptors)
                else:
                    self._from_client.get(element.tag, self._client_sends)(peer, element)
        else:
            self._receive_from_driver(peer, elements, descriptors)

    # From drivers and remotes.

    def _receive_from_driver(
        self, peer: Peer, elements: Iterable[Element | BlobElement], descriptors: deque[int]
    ) -> None:
        """Gather runs of elements of one device that go to the same readers, and put each run at once."""
        routes = self._routes_of(peer)
        run: list[bytes] = []
        readers: tuple[Peer, ...] = ()
        device = b""
        for element in elements:
            kind = _KINDS.get(element.tag)
            if kind is None or isinstance(element, BlobElement):
                self._put_run(readers, device, run)
                run = []
                self._driver_sends_other(peer, element, descriptors)
                routes = self._routes_of(peer)
                continue
            route = routes.get((element.device, element.name)) or self._route(peer, element.device, element.name)
            if route.readers is not readers or element.device != device:
                self._put_run(readers, device, run)
                run, readers, device = [], route.readers, element.device
            if kind is _Kind.SET:
                route.remembered.update(element.raw)
            elif kind is _Kind.DEFINE:
                route.remembered.define(element.raw)
                if peer.question is not None and self._is_answer(peer, element):
                    continue
            run.append(element.raw)
        self._put_run(readers, device, run)

    def _put_run(self, readers: tuple[Peer, ...], device: bytes, run: list[bytes]) -> None:
        if not run or not readers:
            return
        data = b"".join(run) if len(run) > 1 else run[0]
        count = len(run)
        for reader in readers:
            reader.outbox.put(data, device, count=count)
        self.dirty.update(readers)

    def _routes_of(self, peer: Peer) -> dict[tuple[bytes, bytes], _Route]:
        if self._generation != self.router.generation:
            self._generation = self.router.generation
            for routes in self._routes.values():
                routes.clear()
        return self._routes.setdefault(peer, {})

    def _route(self, peer: Peer, device: bytes, name: bytes) -> _Route:
        owns = not device or self._claim(peer, device)
        router = self.router
        if owns:
            remembered = self.memory.property(device, name)
            route = _Route(router.readers(peer, device, name), router.blob_readers(peer, device, name), remembered)
        else:
            route = _Route((), (), Remembered())
        self._routes_of(peer)[device, name] = route
        return route

    def _claim(self, peer: Peer, device: bytes) -> bool:
        """Make a peer the owner of a device if nobody is; tell of a conflict once."""
        known = device in peer.devices
        if self.router.claim(peer, device):
            if not known:
                self._device_appeared(peer, device)
            return True
        owner = self.router.owner(device)
        if owner is not None and device not in peer.claims:
            peer.claims.add(device)
            text = (
                f"{peer.label} also offers a device named {device.decode()!r}, which {owner.label} has: "
                "what it says of it is not passed on. Give one of them another name."
            )
            _log.error("%s", text, extra={"peer": peer.label, "device": device.decode()})
            self.say(device, text)
        return False

    def _device_appeared(self, peer: Peer, device: bytes) -> None:
        _log.info("%s has the device %r", peer.label, device.decode(), extra={"device": device.decode()})
        if peer.role is Role.REMOTE:
            self._tell_blob_choices()

    def _is_answer(self, peer: Peer, element: Element) -> bool:
        """Whether a definition is the answer to the hub's own question, and has been asked for by nobody else."""
        if peer.question != (element.device, element.name):
            return False
        peer.question = None
        return True

    def _driver_sends_other(self, peer: Peer, element: Element | BlobElement, descriptors: deque[int]) -> None:
        if isinstance(element, BlobElement):
            route = self._routes_of(peer).get((element.device, element.name)) or self._route(
                peer, element.device, element.name
            )
            self._put_picture(route.blob_readers, _picture(element, descriptors))
        elif handler := self._from_driver.get(element.tag):
            handler(peer, element)
        else:
            route = self._route(peer, element.device, element.name)
            self._put_run(route.readers, element.device, [element.raw])

    def _driver_snoops(self, peer: Peer, element: Element) -> None:
        device, name = element.device, element.name
        if self.identity in xml.trail(element.raw):
            self._report_loop(peer)
            return
        if not device or device == xml.ANY_DEVICE:
            return
        if self.router.snoop(peer, device, name):
            _log.info("%s watches %s", peer.label, _property(device, name), extra={"device": device.decode()})
        self._replay(peer, device, name)
        owner = self.router.owner(device)
        if owner is not None and owner is not peer:
            self._put_question(owner, element.raw, device)
        for hub in self.router.upstream_hubs(peer):
            self._put(hub, xml.stamped(element.raw, self.identity), device)

    def _driver_chooses_blobs(self, peer: Peer, element: Element) -> None:
        policy = _POLICIES.get(xml.text_of(element.raw))
        if policy is not None:
            self.router.choose_snooped_blobs(peer, element.device, element.name, policy=policy)
            self._tell_blob_choices()

    def _driver_deletes(self, peer: Peer, element: Element) -> None:
        device, name = element.device, element.name
        if not device:
            for own in sorted(peer.devices):
                self._driver_deletes(peer, Element(element.tag, own, b"", xml.delete_property(own)))
        elif self.router.owner(device) is peer:
            self._forget(device, name, element.raw)
            if not name:
                self.router.disown(device)
                self._offer(device)

    def _forget(self, device: bytes, name: bytes, raw: bytes) -> None:
        for reader in self.router.forgetters(device, name):
            self._put(reader, raw, device)
        self.memory.forget(device, name)

    def _offer(self, device: bytes) -> None:
        """Ask those who claimed a device that nobody owns any more to tell of it again."""
        for peer in self.router.drivers:
            if device in peer.claims:
                peer.claims.discard(device)
                self._put_question(peer, xml.get_properties(device), device)

    # From clients.

    def _client_asks(self, peer: Peer, element: Element) -> None:
        device, name = element.device, element.name
        trail = xml.trail(element.raw)
        if self.identity in trail:
            self._report_loop(peer)
            return
        if device == xml.ANY_DEVICE or trail:
            peer.is_hub = True
        if device == xml.ANY_DEVICE:
            self.router.watch_everything(peer)
            return
        self.router.watch(peer, device, name)
        if not device:
            for driver in self.router.for_all_devices():
                self._put_question(driver, element.raw, device)
        elif owner := self.router.owner(device):
            self._put_question(owner, element.raw, device)

    def _put_question(self, driver: Peer, raw: bytes, device: bytes) -> None:
        """Pass a getProperties on; its answers are for all."""
        driver.question = None
        self._put(driver, xml.stamped(raw, self.identity) if driver.role is Role.REMOTE else raw, device)

    def _client_chooses_blobs(self, peer: Peer, element: Element) -> None:
        policy = _POLICIES.get(xml.text_of(element.raw))
        if policy is None:
            return
        if element.device:
            self.router.watch(peer, element.device, element.name)
        self.router.choose_blobs(peer, element.device, element.name, policy=policy)
        self._tell_blob_choices()

    def _client_sends(self, peer: Peer, element: Element) -> None:
        """Pass on what a client sets to the owner, the other clients, and (from a hub) to those who watch."""
        device, name = element.device, element.name
        if device:
            self.router.watch(peer, device, name)
        if owner := self.router.owner(device):
            self._put(owner, element.raw, device)
        if element.tag.startswith(b"new"):
            for client in self.router.echoes(peer, device, name):
                self._put(client, element.raw, device)
        elif peer.is_hub or element.tag.startswith(b"set"):
            for driver in self.router.snoopers(device, name, blob=False):
                self._put(driver, element.raw, device)

    def _client_sends_blob(self, peer: Peer, element: BlobElement, descriptors: deque[int]) -> None:
        device, name = element.device, element.name
        picture = _picture(element, descriptors)
        self.router.watch(peer, device, name)
        owner = self.router.owner(device)
        readers = (owner,) if owner else ()
        if element.tag.startswith(b"set"):
            self._put_picture((*readers, *self.router.snoopers(device, name, blob=True)), picture)
        else:
            echoes = (c for c in self.router.echoes(peer, device, name) if c.wants_blob(device, name))
            self._put_picture((*readers, *echoes), picture)

    # From both.

    def _pinged(self, peer: Peer, element: Element) -> None:
        peer.outbox.put_reply(xml.ping_reply(element.raw))
        self.dirty.add(peer)

    def _ponged(self, peer: Peer, element: Element) -> None:
        """Nobody but the hub pings, and it needs no answer but a sign of life."""

    def _report_loop(self, peer: Peer) -> None:
        _log.warning("%s leads back to this hub: what came round is not passed on", peer.label)

    # To peers.

    def _put(self, peer: Peer, raw: bytes, device: bytes) -> None:
        peer.outbox.put(raw, device)
        self.dirty.add(peer)

    def _put_picture(self, readers: tuple[Peer, ...], picture: Picture) -> None:
        for reader in readers:
            reader.outbox.put_picture(picture)
        self.dirty.update(readers)

    def _replay(self, peer: Peer, device: bytes, name: bytes) -> None:
        """Tell a driver the present state of what it watches: it may have come late, or come back."""
        if self.router.owner(device) is not peer:
            for raw in self.memory.replay(device, name):
                self._put(peer, raw, device)

    def _tell_blob_choices(self) -> None:
        """Tell each remote what its readers here, taken together, have chosen."""
        for remote in self.router.drivers:
            if remote.role is not Role.REMOTE:
                continue
            wishes = self.router.blob_wishes(remote)
            if any(wishes[key] != remote.told.get(key) for key in wishes if not key[1]):
                remote.told.clear()  # a choice for all undoes those for single properties
            for (device, name), wanted in wishes.items():
                if remote.told.get((device, name)) is not wanted:
                    remote.told[device, name] = wanted
                    self._put(remote, xml.choose_blob(device, name, wanted=wanted), device)


def _property(device: bytes, name: bytes) -> str:
    return f"{device.decode()}.{name.decode()}" if name else device.decode()


def _picture(element: BlobElement, descriptors: deque[int]) -> Picture:
    return Picture(element, [_attachment(part, descriptors) for part in element.parts if part.attached])


def _attachment(part: BlobPart, descriptors: deque[int]) -> Attachment:
    if not descriptors:
        raise MalformedElementError("an attached BLOB without a descriptor", element=part.head)
    attachment = Attachment(descriptors.popleft(), int(part.attributes.get("len") or part.size))
    held = os.fstat(attachment.descriptor).st_size
    if held < attachment.size:
        raise MalformedElementError(f"an attached BLOB of {attachment.size} bytes in {held}", element=part.head)
    return attachment
