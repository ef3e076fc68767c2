"""For those who write drivers: play the server's part to a device, in one process.

async with Harness(Thermometer()) as harness:
    await harness.connect()
    await harness.request("TARGET", CELSIUS=20)
    await harness.expect("TARGET", state=State.OK, CELSIUS=20)
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self, cast

from lightapt_protocol import shared_memory
from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.members import DefBlob, OneBlob, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import (
    AnyRequest,
    GetProperties,
    Message,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    PingReply,
    PingRequest,
    SetBlobVector,
)
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.vocabulary import PropertyKind, State, SwitchState
from lightapt_protocol.writer import write

from .kit.device import Device
from .kit.driver import Driver

__all__ = ["Harness", "MemoryPort", "Value"]

_SHOWN: Final = 500
"""Characters of a message that are shown: BLOBs are long."""

Value = float | str | bool | State


class MemoryPort:
    """A :class:`~lightapt_drivers.kit.stdio.Port` whose other end is in the same process.

    Args:
        attaches: Whether descriptors may travel.
        said: Called with each message that the driver says, and the descriptors beside it.
    """

    def __init__(self, *, said: Callable[[Message, Sequence[int]], None], attaches: bool = False) -> None:
        self.attaches = attaches
        self._said = said
        self._input: asyncio.Queue[bytes] = asyncio.Queue()
        self._framer = Framer()

    async def receive(self) -> bytes:
        """Return what the other end has told; empty at the end."""
        return await self._input.get()

    def send(self, pieces: Iterable[bytes], *, size: int, descriptors: Sequence[int] = ()) -> None:
        """Take what the driver says."""
        elements = [element for piece in pieces for element in self._framer.feed(piece)]
        for element in elements:
            message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
            self._said(message, descriptors)
        if self._framer.error is not None:
            raise AssertionError(f"the driver said what is not INDI: {self._framer.error}")

    async def drained(self) -> None:
        """Nothing ever waits here."""

    def tell(self, data: bytes) -> None:
        """Have the driver receive bytes; none at all are the end of its input."""
        self._input.put_nowait(data)


class Harness:
    """A server's end of one or several devices; an async context manager, in which they run.

    What they say is folded into :attr:`mirror` at once, and kept in :attr:`said`.

    Attributes:
        mirror: The devices' properties as a client sees them.
        said: All that was said, in order.

    Args:
        devices: The devices; methods that name none mean the first.
        folder: Where they keep their configuration; None for nowhere.
        patience: Seconds after which waiting has failed.
        attaches: Whether BLOBs may come in shared memory.
    """

    def __init__(
        self, *devices: Device, folder: Path | None = None, patience: float = 10.0, attaches: bool = False
    ) -> None:
        self.mirror = Mirror()
        self.said: list[Message] = []
        self._blobs: list[tuple[str, str, OneBlob]] = []
        self._patience = patience
        self._first = devices[0]
        self._port = MemoryPort(said=self._heard, attaches=attaches)
        self._awaited: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._count = 0
        self.driver = Driver(self._port, devices, file=lambda name: None if folder is None else folder / f"{name}.xml")

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self.driver.run())
        self.send(GetProperties())
        try:
            await self.dealt_with()
        except BaseException:
            self._life.cancel()
            await asyncio.wait([self._life])
            if not self._life.cancelled():
                self._life.result()  # what went wrong in the driver is the reason of all that did not come
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._port.tell(b"")
        async with asyncio.timeout(self._patience):
            await self._life

    @property
    def notices(self) -> list[str]:
        """The words for people that were said, those that came with updates too."""
        texts = (getattr(message, "message", "") for message in self.said)
        return [text for text in texts if text]

    def send(self, message: Message | str) -> None:
        """Have the driver receive a message, or XML."""
        self._port.tell(message.encode() if isinstance(message, str) else write(message))

    async def dealt_with(self) -> list[Message]:
        """Wait until the driver has dealt with all that was sent, and return what it has said meanwhile.

        Operations go on: they are waited for by :meth:`expect`.
        """
        self._count += 1
        before, uid = len(self.said), f"harness/{self._count}"
        self.send(PingRequest(uid))
        await self.until(lambda: PingReply(uid) in self.said[before:], f"an answer to ping {uid}")
        return [message for message in self.said[before:] if message != PingReply(uid)]

    async def connect(self, device: str = "") -> None:
        """Connect a device, and wait until it is."""
        await self.request("CONNECTION", device=device, CONNECT=True)
        await self.expect("CONNECTION", device=device, state=State.OK, CONNECT=True)

    async def request(self, name: str, *, device: str = "", **members: Value) -> list[Message]:
        """Ask for these values of a property, and return what is said until that is dealt with.

        Raises:
            KeyError: The device has no such property.
        """
        prop = self.find(name, device=device)
        self.send(_request(prop, members))
        return await self.dealt_with()

    def find(self, name: str, *, device: str = "") -> Property:
        """Return a property as it is.

        Raises:
            KeyError: The device has no such property.
        """
        prop = self.mirror.find(device or self._first.name, name)
        if prop is None:
            raise KeyError(f"{device or self._first.name} has no property {name}")
        return prop

    async def expect(self, name: str, *, device: str = "", state: State | None = None, **members: Value) -> Property:
        """Wait until a property is there, in this state and with these values, and return it.

        Raises:
            AssertionError: It is not, though there was time.
        """
        wanted = f"{name} {'' if state is None else state.name} {members or ''}".strip()

        def is_so() -> bool:
            prop = self.find(name, device=device)
            return state in (None, prop.state) and all(_value(prop, one) == value for one, value in members.items())

        await self.until(is_so, wanted)
        return self.find(name, device=device)

    async def until(self, is_so: Callable[[], bool], wanted: str) -> None:
        """Wait until something is so; what raises KeyError, because a property or member is not there, is not.

        Args:
            is_so: Asked at each message that a device says.
            wanted: What is waited for, for the error.

        Raises:
            AssertionError: It is not, though there was time.
        """
        if _holds(is_so):
            return
        awaited = (is_so, asyncio.get_running_loop().create_future())
        self._awaited.append(awaited)
        try:
            async with asyncio.timeout(self._patience):
                await asyncio.wait([awaited[1], self._life], return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            told = "\n".join(str(message)[:_SHOWN] for message in self.said[-5:])
            raise AssertionError(f"{wanted} did not come; the last that was said:\n{told}") from None
        finally:
            self._awaited.remove(awaited)
        if not awaited[1].done():
            self._life.result()
            raise AssertionError(f"the driver ended, and {wanted} did not come")

    async def blob(self, name: str, *, device: str = "") -> OneBlob:
        """Wait for the next BLOB of a property that was not yet asked for, and return it with its data."""

        def mine() -> list[tuple[str, str, OneBlob]]:
            return [one for one in self._blobs if one[:2] == (device or self._first.name, name)]

        await self.until(lambda: bool(mine()), f"a BLOB of {name}")
        found = mine()[0]
        self._blobs.remove(found)
        return found[2]

    def _heard(self, message: Message, descriptors: Sequence[int]) -> None:
        self.said.append(message)
        if isinstance(message, SetBlobVector):
            self._keep(message, descriptors)
        if isinstance(message, PingRequest):
            self.send(PingReply(message.uid))
        self.mirror.apply(message)
        for is_so, seen in self._awaited:
            # At each message: what is so for a moment only has been so.
            if not seen.done() and _holds(is_so):
                seen.set_result(None)

    def _keep(self, message: SetBlobVector, descriptors: Sequence[int]) -> None:
        waiting = list(descriptors)
        for one in message.members:
            if one.attached:
                descriptor, size = waiting.pop(0), one.length or one.size
                data = b"".join(bytes(piece) for piece in shared_memory.pieces(descriptor, size))
                os.close(descriptor)
            else:
                data = bytes(one.data)
            self._blobs.append(
                (message.device, message.name, OneBlob(one.name, data, size=one.size, format=one.format))
            )


def _holds(is_so: Callable[[], bool]) -> bool:
    try:
        return is_so()
    except KeyError:
        return False


def _request(prop: Property, members: Mapping[str, Value]) -> AnyRequest:
    match prop.kind:
        case PropertyKind.NUMBER:
            numbers = tuple(OneNumber(name, float(cast("float", value))) for name, value in members.items())
            return NewNumberVector(prop.device, prop.name, members=numbers)
        case PropertyKind.TEXT:
            texts = tuple(OneText(name, str(value)) for name, value in members.items())
            return NewTextVector(prop.device, prop.name, members=texts)
        case PropertyKind.SWITCH:
            switches = tuple(OneSwitch(name, SwitchState(int(bool(value)))) for name, value in members.items())
            return NewSwitchVector(prop.device, prop.name, members=switches)
        case PropertyKind.LIGHT | PropertyKind.BLOB:
            raise TypeError(f"{prop.name} takes no such request: send it a message")


def _value(prop: Property, member: str) -> Value:
    one = prop.members[member]
    if isinstance(one, DefBlob):
        raise KeyError(f"{member} is a BLOB")
    return bool(one.value) if isinstance(one.value, SwitchState) else one.value
