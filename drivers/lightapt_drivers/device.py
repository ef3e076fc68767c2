"""A device, and what is asked of it, over one port to an INDI server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final, TypeAlias

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyRequest,
    GetProperties,
    Message,
    NewBlobVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    Notice,
    PingReply,
    PingRequest,
)
from lightapt_protocol.mirror import Property
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write

from .blob_sender import BlobSender
from .definitions import Identity, common
from .properties import Properties, Value, now, values
from .requests import RefusedError, wanted
from .stdio import Port

__all__ = ["Device", "Handler"]

_log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Property], Awaitable[None]]
"""Does what a request asks; it is given the property as the client wants it, and raises RefusedError."""

_NO_VALUES: Final[Mapping[str, Value]] = MappingProxyType({})


class Device:
    """Base of a driver's device; :meth:`run` is its life.

    A driver says what it is (`identity`), what it has while connected (`definitions`), and what it does when asked
    (`on`, with a handler a property). A request without a handler is granted as it stands.

    Attributes:
        name: The device's name.
        properties: What there is of it at the moment.
    """

    identity: ClassVar[Identity]

    def __init__(self, name: str, port: Port) -> None:
        self.name = name
        self.properties = Properties(name)
        self._port = port
        self._blobs = BlobSender(port)
        self._handlers: dict[str, Handler] = {}
        self._tasks = asyncio.TaskGroup()
        self._activity: asyncio.Task[None] | None = None
        self.on(Standard.CONNECTION, self._connect)
        self.on(Standard.CONFIG_PROCESS, self._configure)
        for definition in common(name, self.identity):
            self.properties.add(definition)

    # For drivers to fill in.

    def definitions(self) -> Iterable[AnyDefinition]:
        """Return what the device has while it is connected."""
        return ()

    async def connected(self) -> None:
        """Begin to work; the properties are defined."""

    # For drivers to use.

    def on(self, name: str, handler: Handler) -> None:
        """Have requests for a property handled."""
        self._handlers[name] = handler

    async def set(
        self, name: str, values: Mapping[str, Value] = _NO_VALUES, *, state: State | None = None, message: str = ""
    ) -> None:
        """Change a property and tell the clients; a state of None leaves the state."""
        await self._send(self.properties.change(name, values, state=state, message=message))

    async def say(self, message: str) -> None:
        """Tell the clients something."""
        await self._send(Notice(self.name, message, timestamp=now()))

    async def send_blob(self, name: str, member: str, *, data: bytes, format: str) -> None:
        """Send a BLOB, once the server is done with the one before."""
        await self._blobs.send(self.name, name, member=member, data=data, format=format, timestamp=now())

    def start(self, activity: Coroutine[None, None, None]) -> None:
        """Do something in the background until it is done or :meth:`stop` is called; one thing at a time."""
        self._activity = self._tasks.create_task(activity)

    async def stop(self) -> None:
        """End what was started; it is over when this returns."""
        activity, self._activity = self._activity, None
        if activity is not None:
            activity.cancel()
            await asyncio.wait([activity])

    async def run(self) -> None:
        """Serve the port until its input ends.

        Raises:
            ExceptionGroup: Of MalformedElementError, where what came is not XML; of OSError, where the server takes
                nothing any more.
        """
        framer = Framer()
        async with self._tasks:
            while data := await self._port.receive():
                for element in framer.feed(data):
                    await self._take(element)
                if framer.error is not None:
                    raise framer.error
            await self.stop()

    # What the server says.

    async def _take(self, element: Element | BlobElement) -> None:
        try:
            message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
        except ProtocolError as error:
            _log.warning("%s: %s", self.name, error)
        else:
            await self._obey(message)

    async def _obey(self, message: Message) -> None:
        match message:
            case GetProperties():
                await self._define(message)
            case NewTextVector() | NewNumberVector() | NewSwitchVector() | NewBlobVector():
                await self._request(message)
            case PingRequest():
                await self._send(PingReply(message.uid))
            case PingReply():
                self._blobs.answered(message)
            case _:  # what other devices say, and which BLOBs clients want: servers see to that
                pass

    async def _define(self, asked: GetProperties) -> None:
        if asked.device in ("", self.name):
            for definition in self.properties.definitions(asked.name):
                await self._send(definition)

    async def _request(self, request: AnyRequest) -> None:
        if request.device != self.name:
            return
        if request.name not in self.properties:
            hint = "" if self._is_connected else " while it is not connected"
            await self.say(f"{self.name} has no property {request.name}{hint}")
            return
        try:
            handler = self._handlers.get(request.name, self._grant)
            await handler(wanted(request, self.properties[request.name]))
        except RefusedError as error:
            await self._refuse(self.properties[request.name], error)

    async def _refuse(self, prop: Property, error: RefusedError) -> None:
        """Tell why not, and what is so in place of what was asked for."""
        await self.set(prop.name, values(prop), state=State.ALERT, message=error.reason)

    async def _grant(self, asked: Property) -> None:
        await self.set(asked.name, values(asked), state=State.OK)

    @property
    def _is_connected(self) -> bool:
        return self.properties[Standard.CONNECTION].is_on("CONNECT")

    async def _connect(self, asked: Property) -> None:
        before, after = self._is_connected, asked.is_on("CONNECT")
        await self.set(asked.name, values(asked), state=State.OK if after else State.IDLE)
        if after and not before:
            await self._begin()
        elif before and not after:
            await self._end()

    async def _begin(self) -> None:
        for definition in self.definitions():
            self.properties.add(definition)
            await self._send(definition)
        await self.connected()

    async def _end(self) -> None:
        await self.stop()
        for definition in self.definitions():
            await self._send(self.properties.remove(definition.name))

    async def _configure(self, asked: Property) -> None:
        if not asked.is_on("CONFIG_LOAD"):
            raise RefusedError(f"{self.name} keeps no configuration")
        await self.set(asked.name, state=State.OK)  # there is none to load

    async def _send(self, message: Message) -> None:
        await self._port.send([write(message)])
