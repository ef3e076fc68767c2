"""What both sides of the switchboard do alike: putting elements into outboxes, and telling peers what is new.

Pure: no I/O, no clock.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from lightapt_protocol.framing import Element
from lightapt_protocol.limits import START_TAG_LIMIT

from . import elements as xml
from .memory import Memory
from .payload import Ledger, Picture
from .routing import BlobPolicy, Peer, Role, Router

__all__ = ["POLICIES", "Delivery"]

_log = logging.getLogger(__name__)

POLICIES: Final = {policy.value: policy for policy in BlobPolicy}
"""What the text of an enableBLOB means."""


class Delivery:
    """The state of a hub's routing, and the ways from it into outboxes.

    Attributes:
        identity: What names this hub in a trail.
        router: The tables.
        memory: What is known of each property.
        dirty: Peers whose outboxes have been put into since this was last emptied.
        ledger: What pictures take in memory.
    """

    def __init__(self, identity: bytes) -> None:
        self.identity = identity
        self.router = Router()
        self.memory = Memory()
        self.dirty: set[Peer] = set()
        self.ledger = Ledger()

    def put(self, peer: Peer, raw: bytes, device: bytes) -> None:
        """Queue one control element, and the end of a line: scripts read by lines, and the reference writes such."""
        peer.outbox.put(raw + b"\n", device)
        self.dirty.add(peer)

    def put_run(self, readers: tuple[Peer, ...], device: bytes, run: list[bytes]) -> None:
        """Queue control elements of one device for all of `readers`."""
        if not run or not readers:
            return
        data = b"\n".join((*run, b""))
        count = len(run)
        for reader in readers:
            reader.outbox.put(data, device, count=count)
        self.dirty.update(readers)

    def put_picture(self, readers: Iterable[Peer], picture: Picture) -> None:
        """Queue a picture for all of `readers`."""
        for reader in readers:
            reader.outbox.put_picture(picture)
            self.dirty.add(reader)

    def put_question(self, driver: Peer, raw: bytes, device: bytes) -> None:
        """Pass a getProperties on; its answers are for all."""
        driver.question = None
        if driver.role is Role.DRIVER:
            self.put(driver, xml.unstamped(raw), device)
        elif len(raw) < START_TAG_LIMIT // 2:  # no client's freak shall cost a remote its link
            self.put(driver, xml.stamped(raw, self.identity), device)

    def answer_ping(self, peer: Peer, element: Element) -> None:
        """Answer a pingRequest, behind all that waits for its sender."""
        peer.outbox.put_reply(xml.ping_reply(element.raw))
        self.dirty.add(peer)

    def take_pong(self, peer: Peer, element: Element) -> None:
        """Nobody but the hub pings, and it needs no answer but a sign of life."""

    def say(self, device: bytes, text: str) -> None:
        """Send a message about a device to the clients that are interested in it."""
        for client in self.router.clients:
            if client.knows(device) and client.blobs is not BlobPolicy.ONLY:
                self.put(client, xml.message(device, text), device)

    def tell_all(self, raw: bytes) -> None:
        """Send what names no device to all clients; to hubs with its trail: there is no owner that would end a loop."""
        if self.has_passed(raw):
            return
        plain, stamped = xml.unstamped(raw), xml.stamped(raw, self.identity)
        for client in self.router.clients:
            if client.blobs is not BlobPolicy.ONLY:
                self.put(client, stamped if client.is_hub else plain, b"")

    def forget(self, device: bytes, name: bytes, raw: bytes) -> None:
        """Take note that a device, or a property of it, is gone, and tell everyone who knew it."""
        for reader in self.router.forgetters(device, name):
            self.put(reader, raw, device)
        self.memory.forget(device, name)

    def replay(self, peer: Peer, device: bytes, name: bytes) -> None:
        """Tell a driver the present state of what it watches: it may have come late, or come back."""
        if self.router.owner(device) is not peer:
            for raw in self.memory.replay(device, name):
                self.put(peer, raw, device)

    def offer(self, device: bytes) -> None:
        """Ask those who claimed a device that nobody owns any more to tell of it again."""
        for peer in self.router.drivers:
            if device in peer.claims:
                peer.claims.discard(device)
                self.put_question(peer, xml.get_properties(device), device)

    def tell_blob_choices(self) -> None:
        """Tell each remote what its readers here, taken together, have chosen."""
        for remote in self.router.drivers:
            if remote.role is Role.REMOTE:
                for (device, name), wanted in self.router.blob_news(remote).items():
                    self.put(remote, xml.choose_blob(device, name, wanted=wanted), device)

    def tell_snoops(self, hub: Peer) -> None:
        """Tell a hub that has come late, or come back, what is watched here."""
        for driver in self.router.drivers:
            for (device, name), policy in driver.snoops.items():
                self.put(hub, xml.get_properties(device, name, via=self.identity), device)
                if policy is not BlobPolicy.NEVER:
                    choice = xml.choose_blob(device, name, wanted=True)
                    self.put(hub, xml.stamped(choice, self.identity), device)

    def has_passed(self, raw: bytes) -> bool:
        """Whether an element went out from here and has come back round a loop of hubs."""
        return self.identity in xml.trail(raw)

    def report_loop(self, peer: Peer) -> None:
        """Log, once, that a peer leads back to this hub."""
        if not peer.loops:
            peer.loops = True
            _log.warning("%s leads back to this hub: what comes round is not passed on", peer.label)
