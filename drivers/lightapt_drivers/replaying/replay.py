"""The replay: a recording on a port to an INDI server."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import Final, NoReturn

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import (
    Definition,
    DelProperty,
    GetProperties,
    Message,
    Notice,
    PingReply,
    PingRequest,
    Request,
    SetBlobVector,
    Update,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.recording import (
    BlobBody,
    Entry,
    EntryKind,
    definition_of,
    update_of,
    with_blank_pixels,
)

from ..kit.stdio import Port
from ..kit.wire import Wire, one_blob
from .difference import difference
from .panel import Order, Panel, Verb, View
from .playback import Playback
from .refusals import Refusals
from .source import Source, Timed

__all__ = ["Replay"]

_log: Final = logging.getLogger(__name__)
_SHOWN: Final = 80
_EVENTS: Final = (EntryKind.CONNECTED, EntryKind.LOST)
_TURN: Final = 64 * 1024
"""Bytes of entries that are read in a row before others get their turn."""
_SOON: Final = 2.0
"""Seconds between two definitions that belong to the beginning."""
_MOST_ORDERS: Final = 1000
"""Orders of clients that may wait; the last ones count."""
_TICK: Final = 1.0
"""Seconds between two words about the position."""


class Replay:
    """Plays the drivers' side of a recording.

    Args:
        port: The server's end.
        source: What is played.
        name: Of the device that controls it.
        playback: Its clock.
        loops: Whether it begins again at the end.
    """

    def __init__(self, port: Port, source: Source, *, name: str, playback: Playback, loops: bool = False) -> None:
        self._port = port
        self._wire = Wire(port)
        self._source = source
        self._panel = Panel(name, source.header)
        self._playback = playback
        self._loops = loops
        self._mirror = Mirror()
        self._refusals = Refusals(self._say, lambda device, name: self._mirror.find(device, name))
        self._beginning = 0  # entries that tell what was there when the recording began
        self._turned = asyncio.Event()
        self._orders: deque[Order] = deque(maxlen=_MOST_ORDERS)
        self._clock = asyncio.get_running_loop().time

    async def run(self) -> None:
        """Serve the port until its input ends.

        Raises:
            ExceptionGroup: Of MalformedElementError, where what came is not XML; of OSError, where the server takes
                nothing any more.
        """
        self._say(*self._panel.definitions(self._view))
        async with asyncio.TaskGroup() as tasks:
            playing = [tasks.create_task(self._play()), tasks.create_task(self._tick())]
            try:
                await self._serve()
            finally:
                self._refusals.close()
            for task in playing:
                task.cancel()

    @property
    def _view(self) -> View:
        is_at_end = self._source.peek() is None
        playback = self._playback
        return View(playback.position(self._clock()), playback.speed, playback.is_playing, is_at_end)

    def _say(self, *messages: Message) -> None:
        for message in messages:
            self._wire.send(message)

    def _show(self) -> None:
        """Tell how the panel is now."""
        shown = Mirror()
        for definition in self._panel.moving(self._view):
            shown.apply(definition)
        self._say(*map(update_of, shown.devices[self._panel.name].values()))

    # Out: the recording.

    async def _play(self) -> NoReturn:
        await self._begin()
        while True:
            await asyncio.sleep(0)  # however fast it goes, the server is heard
            while self._orders:
                await self._obey(self._orders.popleft())
                self._show()
            if (timed := self._source.peek()) is None:
                await self._at_end()
            elif await self._is_time(timed):
                await self._next()

    async def _is_time(self, timed: Timed) -> bool:
        """Wait until an entry is due, or an order comes; return whether it is due."""
        wait = self._playback.wait(timed.time, self._clock())
        if wait == 0:
            return True
        await self._order(within=wait)
        return False

    async def _order(self, *, within: float | None = None) -> None:
        """Wait for an order, so many seconds at most."""
        if self._orders:
            return
        self._turned.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._turned.wait()

    async def _at_end(self) -> None:
        """Begin again, if something is left to play then; else wait for somebody to do something about it."""
        goes_on = self._playback.is_playing
        self._playback.pause(self._clock())
        if self._loops:
            await self._go_to(0.0)
        if self._source.peek() is None:
            _log.info("the recording is at its end")
            self._show()
            await self._order()
            return
        if goes_on:
            self._playback.play(self._clock())
        else:
            self._show()

    async def _begin(self) -> None:
        """Play what was there when the recording began: the definitions."""
        latest = inf  # of the definitions
        while (timed := self._source.peek()) is not None:
            if not _is_beginning(timed.entry) or timed.time - latest > _SOON:
                break
            latest = latest if timed.entry.kind is EntryKind.CONNECTED else timed.time
            self._beginning += 1
            await self._next()
            await asyncio.sleep(0)

    async def _next(self) -> None:
        timed = self._source.take()
        if timed is not None:
            self._playback.reached(timed.time, self._clock())
            if timed.is_element:
                await self._send(timed.entry, timed.message)
            elif timed.entry.kind is EntryKind.GAP:
                _log.warning("%s", timed.entry.content.decode())
            else:
                self._become(Mirror())  # a connection that is lost, or new: the server tells all anew

    async def _send(self, entry: Entry, message: Message | None) -> None:
        if message is not None and not isinstance(message, Definition | Update | DelProperty | Notice):
            return
        if not _is_element(entry.content):
            _log.warning("left out, as it is no XML element: %r", entry.content[:_SHOWN])
            return
        if message is not None:
            self._mirror.apply(message)
        if isinstance(message, SetBlobVector):
            await self._send_blobs(message, entry.bodies)
        else:
            data = entry.content + b"\n"
            self._port.send([data], size=len(data))
        if isinstance(message, DelProperty) and not message.device:  # which meant all, and so the panel too
            self._say(*self._panel.definitions(self._view))
        await self._port.drained()

    async def _send_blobs(self, message: SetBlobVector, bodies: Iterable[BlobBody]) -> None:
        pairs = zip(message.members, bodies, strict=False)
        blobs = [blob for one, body in pairs if (blob := _blob(one, body)) is not None]
        if len(blobs) != 1 or not blobs[0].data:
            self._say(replace(message, members=tuple(blobs)))
            return
        (blob,) = blobs
        buffer = self._wire.buffer(len(blob.data))
        buffer.memory[:] = blob.data
        member = one_blob(blob.name, buffer, size=blob.size, format=blob.format)
        await self._wire.send_blob(replace(message, members=(member,)), buffer)

    async def _tick(self) -> NoReturn:
        while True:
            await asyncio.sleep(_TICK)
            if self._playback.is_playing and self._source.peek() is not None:
                self._show()

    # In: the server.

    async def _serve(self) -> None:
        framer = Framer()
        while data := await self._port.receive():
            for element in framer.feed(data):
                self._take(element)
            if framer.error is not None:
                raise framer.error

    def _take(self, element: Element | BlobElement) -> None:
        try:
            message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
        except ProtocolError as error:
            _log.warning("%s", error)
            return
        match message:
            case GetProperties():
                self._define(message)
            case PingRequest():
                self._say(PingReply(message.uid))
            case PingReply():
                self._wire.answered(message)
            case Request(device=self._panel.name):
                order = self._panel.order(message)
                if order is None:
                    self._say(self._panel.answer(message, self._view))
                else:
                    self._orders.append(order)
                    self._turned.set()
            case Request():
                self._refusals.answer(message)
            case _:  # what other devices say, and which BLOBs clients want: the recording is what it is
                pass

    def _define(self, message: GetProperties) -> None:
        if self._panel.is_asked(message):
            self._say(*(one for one in self._panel.definitions(self._view) if message.name in ("", one.name)))
        for name, device in self._mirror.devices.items():
            if message.device in ("", name):
                self._say(*(definition_of(one) for one in device.values() if message.name in ("", one.name)))

    # The knobs.

    async def _obey(self, order: Order) -> None:
        now = self._clock()
        match order.verb:
            case Verb.PLAY:
                if self._source.peek() is None:
                    await self._go_to(0.0)
                self._playback.play(self._clock())
            case Verb.PAUSE:
                self._playback.pause(now)
            case Verb.STEP:
                self._playback.pause(now)
                await self._next()
            case Verb.REWIND:
                await self._go_to(0.0)
            case Verb.GO_TO:
                await self._go_to(order.value)
            case Verb.SPEED:
                self._playback.change_speed(order.value, now)

    async def _go_to(self, position: float) -> None:
        """Be at a position: clients are told how everything was then, and not what led to it."""
        wanted, count, unseen, last = Mirror(), 0, 0, 0.0
        self._source.rewind()
        while (timed := self._source.peek()) is not None:
            if timed.time > position and count >= self._beginning:
                break
            self._source.take()
            count, last = count + 1, timed.time
            if timed.entry.kind in _EVENTS:
                wanted = Mirror()
            elif timed.message is not None:
                wanted.apply(timed.message)
            unseen += _size(timed.entry)
            if unseen >= _TURN:
                unseen = 0
                await asyncio.sleep(0)
        self._become(wanted)
        self._playback.seek(position if self._source.peek() else min(position, last), self._clock())

    def _become(self, wanted: Mirror) -> None:
        """Tell clients how everything is now."""
        self._say(*difference(self._mirror, wanted))
        self._mirror = wanted


def _is_beginning(entry: Entry) -> bool:
    return entry.kind is EntryKind.CONNECTED or entry.content.startswith(b"<def")


def _is_element(content: bytes) -> bool:
    """Whether this is what a server passes on: of a damaged recording it may be anything, and ends the connection."""
    framer = Framer()
    return len(framer.feed(content)) == 1 and framer.error is None and not framer.partial


def _size(entry: Entry) -> int:
    return len(entry.content) + sum(len(body.data) for body in entry.bodies)


def _blob(one: OneBlob, body: BlobBody) -> OneBlob | None:
    """Return a BLOB as it goes to clients: a blank picture where only its header was kept."""
    if not body.data and (body.size or one.size):
        return None
    data = body.data if body.is_whole else with_blank_pixels(body.data, size=one.size, format=one.format)
    return OneBlob(one.name, data, size=one.size, format=one.format)
