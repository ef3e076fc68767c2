"""Several drivers behind one connection to the server: what goes to whom. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lightapt_protocol.blob_framing import Chunk
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.members import OneSwitch
from lightapt_protocol.messages import (
    DelProperty,
    GetProperties,
    NewSwitchVector,
    PingReply,
    PingRequest,
    SetSwitchVector,
)
from lightapt_protocol.parser import parse
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import SwitchState
from lightapt_protocol.writer import write

__all__ = ["SERVER", "Delivery", "Relay"]

SERVER: Final = -1
"""The server's number; members count from 0."""
_ABOUT_DEVICES: Final = (b"def", b"set", b"delProperty")
_ORDERS: Final = (b"new", b"enableBLOB")
_CONNECTION: Final = Standard.CONNECTION.encode()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something for the server or for a member.

    Attributes:
        to: Its number.
        pieces: The bytes, to be asked for once.
        size: How many they are, near enough.
        attached: How many descriptors go with them.
    """

    to: int
    pieces: Iterable[Chunk]
    size: int
    attached: int = 0


class Relay:
    """Routes between a server and the members of a driver, each of which speaks INDI as if it were alone.

    A member is known by a number, and by the devices that it has. Members may snoop on one another: servers do not
    tell a driver what it says itself.
    """

    def __init__(self) -> None:
        self._members: dict[int, _Member] = {}
        self._server = Framer()
        self._pings: dict[str, set[int]] = {}

    def add(self, number: int, device: str, *, connect: bool = False) -> list[Delivery]:
        """Have a member that is to have this device, ask it for its properties, and have it connect if it should."""
        self._members[number] = _Member(device.encode(), is_on=connect)
        wanted = NewSwitchVector(device, Standard.CONNECTION, members=(OneSwitch("CONNECT", SwitchState.ON),))
        return [_of(number, write(GetProperties())), *([_of(number, write(wanted))] if connect else [])]

    def is_on(self, number: int) -> bool:
        """Whether a member's device is to be connected: CONNECT is On, be it connected or looked for."""
        return self._members[number].is_on

    def remove(self, number: int) -> list[Delivery]:
        """Have a member no more: whoever knows of its devices is told that they are gone."""
        member = self._members.pop(number, None)
        gone: list[Delivery] = []
        for device in member.defined if member is not None else ():
            data = write(DelProperty(device.decode()))
            gone += [_of(SERVER, data), *self._for_snoopers(device, data, but=number)]
        for uid in list(self._pings):
            gone += self._answered(number, uid)
        return gone

    def from_server(self, data: bytes) -> list[Delivery]:
        """Return what comes of bytes from the server.

        Raises:
            ProtocolError: They are not INDI.
        """
        elements = self._server.feed(data)
        if self._server.error is not None:
            raise self._server.error
        return [delivery for element in elements for delivery in self._to_members(element)]

    def from_member(self, number: int, data: bytes) -> list[Delivery]:
        """Return what comes of bytes from a member.

        Raises:
            ProtocolError: They are not INDI.
        """
        member = self._members[number]
        elements = member.framer.feed(data)
        if member.framer.error is not None:
            raise member.framer.error
        return [delivery for element in elements for delivery in self._from_member(number, member, element)]

    # From the server.

    def _to_members(self, element: Element | BlobElement) -> Iterator[Delivery]:
        tag, device = element.tag, element.device
        if isinstance(element, BlobElement):
            takers = [number for number, one in self._members.items() if tag == b"newBLOBVector" and one.has(device)]
            yield from (_blob(number, element) for number in takers if not element.attached)
            return
        if tag == b"pingRequest":
            yield from self._ping(element)
        elif tag == b"pingReply":
            yield from self._pass_reply(element)
        elif tag == b"getProperties" or tag.startswith(_ORDERS):
            yield from (_of(number, element.raw) for number, one in self._members.items() if one.has(device))
        elif tag.startswith(_ABOUT_DEVICES):
            yield from self._for_snoopers(device, element.raw)

    def _ping(self, element: Element) -> Iterator[Delivery]:
        uid = _uid(element)
        self._pings[uid] = set(self._members)
        if not self._members:
            yield from self._answered(SERVER, uid)
        yield from (_of(number, element.raw) for number in self._members)

    def _pass_reply(self, element: Element) -> Iterator[Delivery]:
        number, _, uid = _uid(element).partition("/")
        if number.isdecimal() and int(number) in self._members:
            yield _of(int(number), write(PingReply(uid)))

    # From a member.

    def _from_member(self, number: int, member: _Member, element: Element | BlobElement) -> Iterator[Delivery]:
        if isinstance(element, BlobElement):
            yield _blob(SERVER, element)
            return
        tag, device = element.tag, element.device
        if tag == b"pingRequest":  # members number their pings alike
            yield _of(SERVER, write(PingRequest(f"{number}/{_uid(element)}")))
        elif tag == b"pingReply":
            yield from self._answered(number, _uid(element))
        elif tag == b"getProperties":
            member.snoops.add(device)
            yield _of(SERVER, element.raw)
            yield from (
                _of(to, element.raw) for to, one in self._members.items() if to != number and device == one.device
            )
        else:
            member.note(tag, element)
            yield _of(SERVER, element.raw)
            if tag.startswith(_ABOUT_DEVICES):
                yield from self._for_snoopers(device, element.raw, but=number)

    def _answered(self, number: int, uid: str) -> list[Delivery]:
        """Take a member's answer to a ping; the server has its when the last has answered."""
        if (waiting := self._pings.get(uid)) is None:
            return []
        waiting.discard(number)
        if waiting:
            return []
        del self._pings[uid]
        return [_of(SERVER, write(PingReply(uid)))]

    def _for_snoopers(self, device: bytes, data: bytes, *, but: int = SERVER) -> list[Delivery]:
        return [_of(number, data) for number, one in self._members.items() if number != but and device in one.snoops]


class _Member:
    """What is known of one member.

    Attributes:
        device: The device that it is to have.
        framer: Cuts what it says.
        defined: The devices of which it has defined properties.
        snoops: The devices that it snoops on.
        is_on: Whether CONNECT of its device is On, as it was told to be or has said last.
    """

    def __init__(self, device: bytes, *, is_on: bool) -> None:
        self.device = device
        self.framer = Framer()
        self.defined: set[bytes] = set()
        self.snoops: set[bytes] = set()
        self.is_on = is_on

    def has(self, device: bytes) -> bool:
        return device in (b"", self.device) or device in self.defined

    def note(self, tag: bytes, element: Element) -> None:
        if tag.startswith(b"def"):
            self.defined.add(element.device)
        elif tag == b"delProperty" and not element.name:
            self.defined.discard(element.device)
        elif tag == b"setSwitchVector" and (element.device, element.name) == (self.device, _CONNECTION):
            # Not by its definition: a device that has just begun is off, until it has obeyed.
            self.is_on = _is_on(element)


def _of(to: int, data: bytes) -> Delivery:
    data = data if data.endswith(b"\n") else data + b"\n"
    return Delivery(to, (data,), len(data))


def _blob(to: int, element: BlobElement) -> Delivery:
    size = len(element.head) + sum(len(part.head) + part.length for part in element.parts)
    return Delivery(to, element.wire(), size, attached=element.attached)


def _is_on(element: Element) -> bool:
    message = parse(element.raw)
    members = message.members if isinstance(message, SetSwitchVector) else ()
    return any(one.name == "CONNECT" and one.value is SwitchState.ON for one in members)


def _uid(element: Element) -> str:
    message = parse(element.raw)
    return message.uid if isinstance(message, PingRequest | PingReply) else ""
