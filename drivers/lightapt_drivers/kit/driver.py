"""A driver: one or several devices on one port to an INDI server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.messages import (
    Definition,
    DelProperty,
    GetProperties,
    Message,
    PingReply,
    PingRequest,
    Request,
    Update,
)
from lightapt_protocol.parser import parse, parse_blob

from .configuration import ConfigurationFile
from .device import Device
from .stdio import Port
from .wire import Wire

__all__ = ["Driver"]

_log = logging.getLogger(__name__)


class Driver:
    """Runs devices on a port.

    Args:
        port: The server's end.
        devices: The devices to begin with.
        file: Returns where a device of this name keeps its configuration; None for nowhere.
    """

    def __init__(
        self, port: Port, devices: Iterable[Device] = (), *, file: Callable[[str], Path | None] = lambda _: None
    ) -> None:
        self._port = port
        self._file = file
        self._wire = Wire(port, overhear=self._overhear)
        self._first = list(devices)
        self._lives: dict[str, asyncio.Task[None]] = {}
        self._devices: dict[str, Device] = {}
        self._tasks = asyncio.TaskGroup()

    @property
    def devices(self) -> list[Device]:
        """The devices that it runs."""
        return list(self._devices.values())

    async def run(self) -> None:
        """Serve the port until its input ends.

        Raises:
            ExceptionGroup: Of MalformedElementError, where what came is not XML; of OSError, where the server takes
                nothing any more.
        """
        async with self._tasks:
            for device in self._first:
                await self._begin(device)
            await self._read()
            for device in self.devices:
                await device.engine.give(None)

    async def add(self, device: Device) -> None:
        """Have one more device, while the driver runs; the clients have been told of it when this returns.

        Raises:
            ValueError: There is one of that name.
        """
        await self._begin(device)
        told = asyncio.Event()
        await device.engine.give(GetProperties(device.name))
        await device.engine.give(told.set)
        await told.wait()

    async def _begin(self, device: Device) -> None:
        if device.name in self._devices:
            raise ValueError(f"there are two devices of the name {device.name}")
        path = self._file(device.name)
        self._devices[device.name] = device
        started = asyncio.Event()
        file = ConfigurationFile(path) if path is not None else None
        self._lives[device.name] = self._tasks.create_task(device.run(self._wire, file=file, started=started.set))
        await started.wait()

    async def remove(self, device: Device) -> None:
        """Have a device no more: it lets go of its hardware, and clients are told."""
        del self._devices[device.name]
        await device.engine.give(None)
        await asyncio.wait([self._lives.pop(device.name)])
        self._wire.send(DelProperty(device.name))

    async def _read(self) -> None:
        framer = Framer()
        while data := await self._port.receive():
            for element in framer.feed(data):
                await self._take(element)
            if framer.error is not None:
                raise framer.error

    async def _take(self, element: Element | BlobElement) -> None:
        try:
            message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
        except ProtocolError as error:
            await self._refuse(element, error)
        else:
            await self._pass_on(message)

    async def _refuse(self, element: Element | BlobElement, error: ProtocolError) -> None:
        _log.warning("%s", error)
        device = self._devices.get(element.device.decode(errors="replace"))
        if element.tag.startswith(b"new") and device is not None:
            await device.engine.give(partial(device.refuse, element.name.decode(errors="replace"), error.reason))

    async def _pass_on(self, message: Message) -> None:
        match message:
            case GetProperties(device=""):
                for device in self.devices:
                    await device.engine.give(message)
            case PingRequest():
                answer = _LastOf(len(self._devices), partial(self._wire.send, PingReply(message.uid)))
                for device in self.devices:
                    await device.engine.give(answer)
            case GetProperties() | Request():
                if message.device in self._devices:
                    await self._devices[message.device].engine.give(message)
            case PingReply():
                self._wire.answered(message)
            case Definition() | Update() | DelProperty():
                for device in self._snoopers(message.device):
                    await device.engine.give(message)
            case _:  # notices of other devices, and which BLOBs clients want: servers see to those
                pass

    def _overhear(self, message: Message) -> None:
        match message:
            case Definition() | Update() | DelProperty():
                for device in self._snoopers(message.device):
                    device.engine.put(message)
            case GetProperties() if message.device in self._devices:  # what one device asks of another here
                self._devices[message.device].engine.put(message)
            case _:
                pass

    def _snoopers(self, name: str) -> list[Device]:
        return [device for device in self.devices if device.snoops_on(name)]


class _LastOf:
    """Does something when it is called for the last of so many times; at once if that is none."""

    def __init__(self, count: int, do: Callable[[], None]) -> None:
        self._left = count
        self._do = do
        if not count:
            do()

    def __call__(self) -> None:
        self._left -= 1
        if not self._left:
            self._do()
