"""Puppets around a switchboard: a test reads as a transcript of what each of them sends and gets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_server.outbox import Outbox
from lightapt_server.routing import Peer, Role
from lightapt_server.switchboard import Switchboard
from lightapt_server.waiting import OutboxLimits

MOST_DELIVERIES = 20_000
"""A network that is not quiet after so many never will be."""


def elements_of(data: bytes) -> list[Element | BlobElement]:
    """Return the elements of a stream, which must be whole and well-formed."""
    framer = Framer()
    elements = framer.feed(data)
    assert framer.error is None, framer.error
    assert not framer.partial, data[-200:]
    return elements


def text(element: Element | BlobElement) -> str:
    """Return an element as one readable string."""
    raw = element.raw if isinstance(element, Element) else b"".join(bytes(piece) for piece in element.wire())
    return "".join(line.strip() for line in raw.decode().splitlines())


def definition(device: str, name: str = "P", value: str = "0") -> str:
    """Return a property with one member."""
    member = f'<defNumber name="a">{value}</defNumber>'
    return f'<defNumberVector device="{device}" name="{name}" state="Idle">{member}</defNumberVector>'


def update(device: str, name: str = "P", value: str = "1") -> str:
    """Return a new value of that property."""
    member = f'<oneNumber name="a">{value}</oneNumber>'
    return f'<setNumberVector device="{device}" name="{name}" state="Ok">{member}</setNumberVector>'


def command(device: str, name: str = "P", value: str = "2") -> str:
    """Return a client's wish for that property."""
    return f'<newNumberVector device="{device}" name="{name}"><oneNumber name="a">{value}</oneNumber></newNumberVector>'


def blob(device: str, name: str = "CCD1", *, tag: str = "setBLOBVector", body: str = "AAAA") -> str:
    """Return a BLOB."""
    part = f'<oneBLOB name="b" size="3" format=".fits">{body}</oneBLOB>'
    return f'<{tag} device="{device}" name="{name}">{part}</{tag}>'


def attached(device: str, size: int, name: str = "CCD1") -> str:
    """Return a BLOB whose bytes go beside it."""
    part = f'<oneBLOB name="b" size="{size}" format=".fits" attached="true"/>'
    return f'<setBLOBVector device="{device}" name="{name}">{part}</setBLOBVector>'


def asks(device: str = "", name: str = "") -> str:
    """Return a getProperties."""
    named = "".join(f' {key}="{value}"' for key, value in (("device", device), ("name", name)) if value)
    return f'<getProperties version="1.7"{named}/>'


def wants_blobs(policy: str, device: str = "", name: str = "") -> str:
    """Return an enableBLOB."""
    named = "".join(f' {key}="{value}"' for key, value in (("device", device), ("name", name)) if value)
    return f"<enableBLOB{named}>{policy}</enableBLOB>"


class Puppet:
    """A peer of a switchboard: it sends text, and reads what waits for it."""

    def __init__(self, board: Switchboard, role: Role, label: str, *, limits: OutboxLimits | None = None, **kw) -> None:
        self.board = board
        self.peer = Peer(role, label, outbox=Outbox(limits), **kw)
        self._framer = Framer()

    def send(self, *messages: str, descriptors: Iterable[int] = ()) -> None:
        self.feed("\n".join(messages).encode(), descriptors)

    def feed(self, data: bytes, descriptors: Iterable[int] = ()) -> int:
        """Let the switchboard read bytes; return how many elements they were."""
        elements = self._framer.feed(data)
        assert self._framer.error is None, self._framer.error
        self.board.receive(self.peer, elements, deque(descriptors))
        return len(elements)

    def take(self, most: int | None = None) -> bytes:
        """Return what waits for this peer, or about so many bytes of it."""
        taken = bytearray()
        outbox = self.peer.outbox
        while outbox and (most is None or len(taken) < most):
            data = b"".join(outbox.gather().pieces)
            data = data if most is None else data[: most - len(taken)]
            outbox.sent(len(data))
            taken += data
        self.board.dirty.discard(self.peer)
        return bytes(taken)

    def gets(self) -> list[str]:
        """Return the elements that wait for this peer."""
        return [text(element) for element in elements_of(self.take())]

    def leaves(self) -> None:
        self.board.left(self.peer)


class Stage:
    """A switchboard, and the puppets that play around it."""

    def __init__(self, identity: bytes = b"hub") -> None:
        self.board = Switchboard(identity)

    def joins(self, role: Role, label: str, **kw) -> Puppet:
        """Let a peer join that has read what greets it."""
        puppet = Puppet(self.board, role, label, **kw)
        self.board.joined(puppet.peer)
        puppet.take()
        return puppet

    def client(self, label: str = "client") -> Puppet:
        return self.joins(Role.CLIENT, label)

    def driver(self, label: str = "driver", *says: str, **kw) -> Puppet:
        driver = self.joins(Role.DRIVER, label, **kw)
        driver.send(*says)
        return driver

    def remote(self, label: str = "remote", *says: str, host: str = "far:7624", **kw) -> Puppet:
        remote = self.joins(Role.REMOTE, label, host=host, **kw)
        remote.send(*says)
        return remote


class Cable:
    """A hub chained to another: a remote of the one, and a client of the other."""

    def __init__(self, child: Stage, parent: Stage, *, device: bytes = b"") -> None:
        """Chain `parent` to `child`, whose devices it is to see."""
        host = child.board.identity.decode()
        self.upper = Puppet(parent.board, Role.REMOTE, f"remote {host}", host=host, only_device=device)
        self.lower = Puppet(child.board, Role.CLIENT, f"client {parent.board.identity.decode()}")
        child.board.joined(self.lower.peer)
        parent.board.joined(self.upper.peer)

    def cut(self) -> None:
        """Lose the link."""
        self.upper.leaves()
        self.lower.leaves()


class Network:
    """Hubs, by their names, and the cables between them."""

    def __init__(self, *names: str) -> None:
        self.hubs = {name: Stage(name.encode()) for name in names}
        self.cables: list[Cable] = []

    def __getitem__(self, name: str) -> Stage:
        return self.hubs[name]

    def chain(self, parent: str, child: str) -> Cable:
        """Let `parent` see the devices of `child`."""
        cable = Cable(self.hubs[child], self.hubs[parent])
        self.cables.append(cable)
        return cable

    def settle(self, choose=None) -> int:
        """Deliver until nothing is under way; return how many elements that took.

        Args:
            choose: Picks the next end to read, of those that have something to, and how many bytes; the first, and
                all, without it.
        """
        deliveries = 0
        while ends := [pair for cable in self.cables for pair in _ends(cable) if pair[0].peer.outbox]:
            (source, target), most = choose(ends) if choose else (ends[0], None)
            deliveries += target.feed(source.take(most))
            assert deliveries < MOST_DELIVERIES, "something circulates"
        return deliveries


def _ends(cable: Cable) -> tuple[tuple[Puppet, Puppet], tuple[Puppet, Puppet]]:
    return (cable.lower, cable.upper), (cable.upper, cable.lower)
