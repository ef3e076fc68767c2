"""Who gets what: subscriptions, snoops, BLOB choices and the owners of devices. Pure tables, no I/O.

The rules are those of the reference server (ClInfo and DvrInfo of indilib's indiserver, protocol 1.7), with these
differences: a device has one owner at a time, so that a name that two drivers claim, or a loop of hubs, confuses
nobody; and what a client must forget reaches it however it subscribed.

A trail is the list of the hubs that a definition has come through. It is what keeps loops of hubs quiet: a hub becomes
the owner of a device by a definition only that has not come through the asking hub, so that no chain of owners closes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from .outbox import Outbox

__all__ = ["BlobPolicy", "Peer", "Role", "Router"]


class Role(Enum):
    """What a peer is to the hub."""

    CLIENT = "client"
    DRIVER = "driver"
    REMOTE = "remote"


class BlobPolicy(Enum):
    """What enableBLOB asks for."""

    NEVER = b"Never"
    ALSO = b"Also"
    ONLY = b"Only"


class Peer:
    """One end of a link, as routing sees it.

    Attributes:
        role: What it is.
        label: How log lines name it.
        outbox: What waits to be written to it.
        host: For a remote: its ``host:port``; one of several links to it gets what concerns all devices.
        only_device: For a remote: the one device that the link is for; empty = all.
        everything: Whether a client has asked for all devices.
        is_hub: Whether a client is another hub, which may know devices that we do not.
        loops: Whether what this hub asked has come back by it.
        passes_blobs: For a remote: whether BLOBs pass over its link at all.
        interests: For a client: the properties of each device that it has named; the empty name = all.
        blobs: For a client: its choice for all BLOBs.
        blob_choices: For a client: its choices for single properties.
        devices: For a driver or remote: what it owns.
        claims: For a driver or remote: devices that it names and another owns.
        snoops: For a driver or remote: the properties that it watches, and its choice of their BLOBs.
        question: For a driver: the property that the hub itself has asked it for, to see whether it lives.
        told: For a remote: the BLOB choices that it has been told.
    """

    __slots__ = (
        "blob_choices",
        "blobs",
        "claims",
        "devices",
        "everything",
        "host",
        "interests",
        "is_hub",
        "label",
        "loops",
        "only_device",
        "outbox",
        "passes_blobs",
        "question",
        "role",
        "snoops",
        "told",
    )

    def __init__(
        self, role: Role, label: str, *, outbox: Outbox | None = None, host: str = "", only_device: bytes = b""
    ) -> None:
        self.role = role
        self.label = label
        self.outbox = Outbox() if outbox is None else outbox  # an empty one is false
        self.host = host
        self.only_device = only_device
        self.everything = False
        self.is_hub = False
        self.loops = False
        self.passes_blobs = True
        self.interests: dict[bytes, set[bytes]] = {}
        self.blobs = BlobPolicy.NEVER
        self.blob_choices: dict[tuple[bytes, bytes], BlobPolicy] = {}
        self.devices: set[bytes] = set()
        self.claims: set[bytes] = set()
        self.snoops: dict[tuple[bytes, bytes], BlobPolicy] = {}
        self.question: tuple[bytes, bytes] | None = None
        self.told: dict[tuple[bytes, bytes], bool] = {}

    def __repr__(self) -> str:
        return f"<Peer {self.label}>"

    def wants(self, device: bytes, name: bytes) -> bool:
        """Whether a client has asked for the property; an empty `name`: for the device as such."""
        if self.everything or not device:
            return True
        names = self.interests.get(device)
        return names is not None and (b"" in names or name in names)

    def knows_any(self, devices: Iterable[bytes]) -> bool:
        """Whether a client has asked for anything of one of the devices."""
        return self.everything or any(device in self.interests for device in devices)

    def knows(self, device: bytes) -> bool:
        """Whether a client has asked for anything of the device."""
        return self.everything or device in self.interests

    def wants_blob(self, device: bytes, name: bytes) -> bool:
        """Whether a client is to get the BLOBs of the property."""
        choice = self.blob_choices.get((device, name), self.blobs)
        return choice is not BlobPolicy.NEVER and self.wants(device, name)

    def snoops_on(self, device: bytes, name: bytes) -> BlobPolicy | None:
        """Return a driver's BLOB choice for the property, or None where it does not watch it."""
        return self.snoops.get((device, name)) or self.snoops.get((device, b""))


class Router:
    """The tables.

    Attributes:
        generation: Changes whenever an answer of this table may have changed: whoever keeps answers looks at it.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._clients: dict[Peer, None] = {}
        self._drivers: dict[Peer, None] = {}
        self._owners: dict[bytes, Peer] = {}
        self._trails: dict[bytes, tuple[bytes, ...]] = {}
        self._same: dict[tuple[Peer, ...], tuple[Peer, ...]] = {}

    # The peers.

    @property
    def clients(self) -> Iterable[Peer]:
        """All clients, in the order in which they came."""
        return self._clients.keys()

    @property
    def drivers(self) -> Iterable[Peer]:
        """All drivers and remotes, in the order in which they came."""
        return self._drivers.keys()

    def add(self, peer: Peer) -> None:
        """Take in a peer."""
        (self._clients if peer.role is Role.CLIENT else self._drivers)[peer] = None
        self._changed()

    def remove(self, peer: Peer) -> None:
        """Let go of a peer and of what it owned; a driver's snoops stay with the peer object."""
        self._clients.pop(peer, None)
        self._drivers.pop(peer, None)
        for device in list(peer.devices):
            self.disown(device)
        peer.claims.clear()
        self._changed()

    def _changed(self) -> None:
        self.generation += 1
        self._same.clear()

    # Subscriptions.

    def watch(self, client: Peer, device: bytes, name: bytes) -> None:
        """Subscribe a client to a property (empty name: to all of the device; empty device: to everything).

        Who has named a device before is not opened to all devices by a general getProperties: that is how a hub
        that is chained for one device stays with it.
        """
        if not device:
            if not client.interests and not client.everything:
                client.everything = True
                self._changed()
            return
        names = client.interests.setdefault(device, set())
        if b"" not in names and name not in names:
            names.add(name)
            self._changed()

    def watch_everything(self, client: Peer) -> None:
        """Subscribe a hub that is chained for all devices."""
        client.everything = True
        self._changed()

    def mark_hub(self, client: Peer) -> None:
        """Take note that a client is another hub."""
        client.is_hub = True
        self._changed()

    def choose_blobs(self, client: Peer, device: bytes, name: bytes, *, policy: BlobPolicy) -> None:
        """Take a client's enableBLOB. Without a name it is for the whole client, whatever device it names."""
        if name:
            client.blob_choices[device, name] = policy
        else:
            client.blobs = policy
            client.blob_choices.clear()
        self._changed()

    def snoop(self, driver: Peer, device: bytes, name: bytes) -> bool:
        """Let a driver watch a property of another; return whether that is new."""
        if driver.snoops_on(device, name) is not None:
            return False
        driver.snoops[device, name] = BlobPolicy.NEVER
        self._changed()
        return True

    def choose_snooped_blobs(self, driver: Peer, device: bytes, name: bytes, *, policy: BlobPolicy) -> bool:
        """Take a driver's enableBLOB for what it watches; return whether it watches that."""
        key = (device, name) if (device, name) in driver.snoops else (device, b"")
        if key not in driver.snoops:
            return False
        driver.snoops[key] = policy
        self._changed()
        return True

    # Owners.

    def owner(self, device: bytes) -> Peer | None:
        """Return who owns a device."""
        return self._owners.get(device)

    def trail(self, device: bytes) -> tuple[bytes, ...]:
        """Return the hubs that a device is reached by, the farthest first; empty for a device of this hub."""
        return self._trails.get(device, ())

    def claim(self, peer: Peer, device: bytes, trail: tuple[bytes, ...] = ()) -> bool:
        """Make `peer` the owner of a device that nobody owns; return whether it owns it now."""
        owner = self._owners.get(device)
        if owner is None or owner is peer:
            self._trails[device] = trail
        if owner is None:
            self._owners[device] = peer
            peer.devices.add(device)
            peer.claims.discard(device)
            self._changed()
            return True
        return owner is peer

    def disown(self, device: bytes) -> None:
        """Take a device from its owner."""
        owner = self._owners.pop(device, None)
        self._trails.pop(device, None)
        if owner is not None:
            owner.devices.discard(device)
        self._changed()

    # Who gets what.

    def readers(self, source: Peer, device: bytes, name: bytes) -> tuple[Peer, ...]:
        """Return who gets an element, not a BLOB, that a driver sends: interested clients and snooping drivers."""
        clients = [c for c in self._clients if c.wants(device, name) and c.blobs is not BlobPolicy.ONLY]
        return self._shared((*clients, *self._watching(source, device, name, blob=False)))

    def blob_readers(self, source: Peer, device: bytes, name: bytes) -> tuple[Peer, ...]:
        """Return who gets a BLOB that a driver sends."""
        if not source.passes_blobs:
            return ()
        clients = [c for c in self._clients if c.wants_blob(device, name)]
        return self._shared((*clients, *self._watching(source, device, name, blob=True)))

    def is_watched(self, device: bytes) -> bool:
        """Return whether anyone has asked for anything of a device."""
        return bool(self.forgetters(device, b""))

    def forgetters(self, device: bytes, name: bytes) -> tuple[Peer, ...]:
        """Return who must hear that a device, or a property of it, is gone."""
        clients = [
            c
            for c in self._clients
            if (c.wants(device, name) if name else c.knows(device)) and c.blobs is not BlobPolicy.ONLY
        ]
        drivers = [d for d in self._drivers if any(snooped == device for snooped, _ in d.snoops)]
        return tuple(d for d in (*clients, *drivers) if d is not self._owners.get(device))

    def echoes(self, source: Peer, device: bytes, name: bytes, *, blob: bool = False) -> tuple[Peer, ...]:
        """Return the other clients that see what one client sets."""
        readers = self.blob_readers(source, device, name) if blob else self.readers(source, device, name)
        return tuple(c for c in readers if c.role is Role.CLIENT and c is not source)

    def snoopers(self, device: bytes, name: bytes, *, blob: bool) -> tuple[Peer, ...]:
        """Return the drivers that watch what a client, being a hub, passes down."""
        return tuple(self._watching(None, device, name, blob=blob))

    def upstream_hubs(self, driver: Peer) -> tuple[Peer, ...]:
        """Return the clients that may know the device which a driver wants to watch.

        That is every hub which is chained to us; one of the reference's kind that is chained for single devices is
        known by having asked for nothing but these.
        """
        return tuple(
            c for c in self._clients if c.is_hub or (not c.everything and not driver.devices.isdisjoint(c.interests))
        )

    def for_all_devices(self) -> tuple[Peer, ...]:
        """Return the drivers that get what names no device: each local one, and one link to each remote host."""
        hosts: set[str] = set()
        chosen: list[Peer] = []
        for peer in self._drivers:
            if not peer.host or peer.host not in hosts:
                chosen.append(peer)
                hosts.add(peer.host)
        return tuple(chosen)

    def blob_news(self, remote: Peer) -> dict[tuple[bytes, bytes], bool]:
        """Return which BLOBs of a remote are wanted here, as far as it has not been told, and take it as told."""
        wishes = self._blob_wishes(remote)
        if any(wishes[key] != remote.told.get(key) for key in wishes if not key[1]):
            remote.told.clear()  # a choice for all undoes those for single properties
        news = {key: wanted for key, wanted in wishes.items() if remote.told.get(key) is not wanted}
        remote.told.update(news)
        return news

    def _blob_wishes(self, remote: Peer) -> dict[tuple[bytes, bytes], bool]:
        """Return what the readers here want of a remote's BLOBs: for each of its devices, and for single properties.

        A choice without a property is for the whole link, whatever device it names, so it is the same for all devices.
        """
        snooped = {
            k for d in self._drivers if d is not remote for k, p in d.snoops.items() if p is not BlobPolicy.NEVER
        }
        by_default = any(c.blobs is not BlobPolicy.NEVER and c.knows_any(remote.devices) for c in self._clients)
        by_default = by_default or any((device, b"") in snooped for device in remote.devices)
        by_default = by_default and remote.passes_blobs
        wishes = {(device, b""): by_default for device in sorted(remote.devices)}
        chosen = snooped.union(remote.told, *(c.blob_choices for c in self._clients))
        for device, name in sorted(chosen):
            if name and device in remote.devices:
                wishes[device, name] = bool(self.blob_readers(remote, device, name))
        return wishes

    def _watching(self, source: Peer | None, device: bytes, name: bytes, *, blob: bool) -> Iterable[Peer]:
        unwanted = BlobPolicy.NEVER if blob else BlobPolicy.ONLY
        for driver in self._drivers:
            policy = driver.snoops_on(device, name)
            if policy is None or policy is unwanted or driver is source or (blob and not driver.passes_blobs):
                continue
            # Two links to one host: it sees to its own snoops.
            if source is None or not source.host or driver.host != source.host:
                yield driver

    def _shared(self, peers: tuple[Peer, ...]) -> tuple[Peer, ...]:
        """Return one object for equal answers: runs of messages to the same readers are recognised by it."""
        return self._same.setdefault(peers, peers)
