"""The server's end of a driver, in memory: what is sent to it, and what it says."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from lightapt_drivers.device import Device
from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import Message
from lightapt_protocol.parser import parse, parse_blob

PATIENCE = 20.0

DeviceT = TypeVar("DeviceT", bound=Device)
Result = TypeVar("Result")


class MemoryPort:
    """A port whose other end the test holds."""

    def __init__(self, *, attaches: bool = False) -> None:
        self.attaches = attaches
        self.descriptors: list[int] = []
        self._input: asyncio.Queue[bytes] = asyncio.Queue()
        self._output: asyncio.Queue[Message] = asyncio.Queue()
        self._framer = Framer()

    # The device's side.

    async def receive(self) -> bytes:
        return await self._input.get()

    async def send(self, pieces: Sequence[bytes], *, descriptors: Sequence[int] = ()) -> None:
        self.descriptors += descriptors
        for piece in pieces:
            for element in self._framer.feed(piece):
                message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
                self._output.put_nowait(message)
        assert self._framer.error is None

    # The test's side.

    def tell(self, xml: str) -> None:
        self._input.put_nowait(xml.encode())

    def end(self) -> None:
        self._input.put_nowait(b"")

    async def next(self) -> Message:
        async with asyncio.timeout(PATIENCE):
            return await self._output.get()

    async def ask(self, xml: str) -> list[Message]:
        """Send XML and return what is said until a ping that follows it is answered."""
        self.tell(f'{xml}<pingRequest uid="that was all"/>')
        said = []
        while getattr(message := await self.next(), "uid", None) != "that was all":
            said.append(message)
        return said

    async def until(self, **wanted: object) -> list[Message]:
        """Return what is said up to a message whose fields are these."""
        said = []
        while True:
            said.append(await self.next())
            if all(getattr(said[-1], field, None) == value for field, value in wanted.items()):
                return said

    def close(self) -> None:
        while self.descriptors:
            os.close(self.descriptors.pop())


@asynccontextmanager
async def running(device: Device, port: MemoryPort) -> AsyncIterator[None]:
    """Run a device until the block ends, and see that the end of its input ends it."""
    life = asyncio.create_task(device.run())
    try:
        yield
    finally:
        port.end()
        async with asyncio.timeout(PATIENCE):
            await life
        port.close()


def new(kind: str, device: str, name: str, **members: object) -> str:
    """Return the XML of a request."""
    ones = "".join(f'<one{kind} name="{member}">{value}</one{kind}>' for member, value in members.items())
    return f'<new{kind}Vector device="{device}" name="{name}">{ones}</new{kind}Vector>'


def play(scene: Callable[[MemoryPort, DeviceT], Awaitable[Result]], device: type[DeviceT], **options: object) -> Result:
    """Play a scene with a device that runs; the scene is given the server's end, and the device."""

    async def scene_with_device() -> Result:
        port = MemoryPort()
        actor = device(device.identity.device, port, **options)
        async with running(actor, port):
            return await scene(port, actor)

    return asyncio.run(scene_with_device())
