"""The recorder: a client that keeps what a server says, byte for byte, and reads nothing of it but pings."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NoReturn

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.messages import EnableBlob, GetProperties, Message, PingReply, PingRequest
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import BlobChoice, EntryKind
from lightapt_protocol.vocabulary import BlobPolicy
from lightapt_protocol.writer import write

from ..addresses import TcpAddress, UnixAddress
from ..errors import DisconnectedError
from ..opening import open_transport
from ..pulse import Pulse
from ..timing import Backoff, Timing
from ..transport import Transport
from .errors import RecordingFileError
from .files import RecordingFiles
from .heard import Heard, now
from .intake import Intake

__all__ = ["Recorder"]

_log: Final = logging.getLogger(__name__)
_PAUSE: Final = 0.5
"""Seconds in which is gathered what is then written at once: as much is lost at most when the recorder is killed."""
_MUCH: Final = 4 * 1024 * 1024
"""Bytes that are written without waiting for more."""
_MOST: Final = 256 * 1024 * 1024
"""Bytes that may wait for the disk before the server is left unread, which knows how to deal with slow clients."""
_PINGS: Final = frozenset({b"pingRequest", b"pingReply"})


class Recorder:
    """Records a server.

    Args:
        address: The server's.
        files: Where to.
        blobs: How much is kept of BLOBs.
        devices: The devices that are recorded; all, where none is named.
        timing: How patient it is with a connection.

    Attributes:
        messages: How many have come.
        received: Bytes that have come.
        unheard: Which of the devices that it is to record have said nothing yet.
        is_connected: Whether there is a connection.
    """

    def __init__(
        self,
        address: TcpAddress | UnixAddress,
        files: RecordingFiles,
        *,
        blobs: BlobChoice,
        devices: Iterable[str] = (),
        timing: Timing,
    ) -> None:
        self.messages = 0
        self.received = 0
        self.is_connected = False
        self._address = address
        self._files = files
        self._blobs = blobs
        self._devices = tuple(devices)
        self._timing = timing
        self._pulse = Pulse(timing)
        self.unheard = set(self._devices)
        self._waiting: deque[Heard] = deque()
        self._taken = self._written = 0  # bytes of what was heard, and of what of it has been written
        self._writing = threading.Lock()
        self._news = asyncio.Event()
        self._much = asyncio.Event()
        self._moved = asyncio.Event()

    async def run(self, transport: Transport, *, stop: asyncio.Event) -> None:
        """Record from this connection, and from those that follow when it is lost, until `stop` is set.

        Raises:
            RecordingFileError: The disk takes no more.
        """
        fault: RecordingFileError | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self._listen(transport)), tasks.create_task(self._write_on())]
                await stop.wait()
                for task in running:
                    task.cancel()
        except* RecordingFileError as group:
            fault = next(error for error in group.exceptions if isinstance(error, RecordingFileError))
        finally:
            try:
                self._write_waiting()
            finally:
                self._files.close()
        if fault is not None:
            raise fault

    # In.

    async def _listen(self, transport: Transport) -> NoReturn:
        backoff = Backoff(self._timing)
        while True:
            began = time.monotonic()
            self._tell(EntryKind.CONNECTED, str(self._address))
            self.is_connected = True
            try:
                await self._read(transport)
            except (ProtocolError, DisconnectedError) as error:
                self._tell(EntryKind.LOST, str(error))
                _log.warning("the connection to %s is lost: %s", self._address, error)
            finally:
                self.is_connected = False
                transport.close()
            backoff.held(time.monotonic() - began)
            transport = await self._found_again(backoff)
            _log.warning("connected to %s again", self._address)

    async def _found_again(self, backoff: Backoff) -> Transport:
        while True:
            await asyncio.sleep(backoff.next_pause())
            with suppress(DisconnectedError):
                return await open_transport(self._address, timeout=self._timing.connect)

    async def _read(self, transport: Transport) -> NoReturn:
        for message in self._wishes():
            transport.send_soon(write(message))
        self._pulse.begin(transport)
        devices = frozenset(name.encode() for name in self._devices)
        intake = Intake(transport.take_descriptor, blobs=self._blobs, devices=devices)
        while data := await self._pulse.receive(transport):
            self.received += len(data)
            for heard in intake.feed(data, now=now()):
                if heard.tag in _PINGS:
                    self._ping(transport, heard.content)
                else:
                    self._keep(heard)
            if self._taken - self._written > _MUCH:
                await self._until_written()
        raise DisconnectedError("the server has closed it")

    def _wishes(self) -> Iterator[Message]:
        """Yield what to tell a server first."""
        for device in self._devices or ("",):
            yield GetProperties(device)
            if self._blobs is not BlobChoice.NONE:
                yield EnableBlob(device, policy=BlobPolicy.ALSO)

    def _ping(self, transport: Transport, raw: bytes) -> None:
        message = parse(raw)
        if isinstance(message, PingRequest | PingReply):
            self._pulse.take(transport, message)

    def _tell(self, kind: EntryKind, words: str) -> None:
        self._keep(Heard(now(), kind, words.encode()))

    def _keep(self, heard: Heard) -> None:
        self.messages += heard.kind is EntryKind.ELEMENT
        if self.unheard:
            self.unheard.discard(heard.device.decode(errors="replace"))
        self._taken += len(heard)
        self._waiting.append(heard)
        self._news.set()

    async def _until_written(self) -> None:
        """Have what waits written soon; wait where that is too much."""
        self._much.set()
        while self._taken - self._written > _MOST:
            self._moved.clear()
            await self._moved.wait()

    # Out.

    async def _write_on(self) -> NoReturn:
        while True:
            await self._news.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(_PAUSE):
                    await self._much.wait()
            self._news.clear()
            self._much.clear()
            await asyncio.to_thread(self._write_waiting)
            self._moved.set()

    def _write_waiting(self) -> None:
        """Write all that waits; in a thread, or at the end."""
        with self._writing:
            while self._waiting:
                count, batch = 0, list[Heard]()
                while self._waiting and count < _MUCH:
                    batch.append(self._waiting.popleft())
                    count += len(batch[-1])
                self._files.write(batch)
                self._written += count
