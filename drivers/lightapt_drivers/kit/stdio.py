"""A driver's two ends of the wire: stdin and stdout, whatever they are.

INDI servers start a driver on one Unix socket, or on two pipes; people start it in a terminal. Nothing here knows INDI.
"""

from __future__ import annotations

import asyncio
import os
import socket
from array import array
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, Protocol

__all__ = ["Port", "Stdio"]

_READ_SIZE: Final = 64 * 1024
_WRITE_SIZE: Final = 64 * 1024
"""Bytes written at a time where a write may block, as a terminal's does."""
_HIGH_WATER: Final = 256 * 1024
"""Bytes that may wait to be written before the sender waits too."""


class Port(Protocol):
    """The server's end, as a device sees it."""

    @property
    def attaches(self) -> bool:
        """Whether file descriptors may travel beside the bytes."""
        ...

    async def receive(self) -> bytes:
        """Return what has come; empty at the end of the input."""
        ...

    async def send(self, pieces: Sequence[bytes], *, descriptors: Sequence[int] = ()) -> None:
        """Send the pieces of one message, whole and in order even if the caller is cancelled.

        Descriptors go with the first byte, and are closed once they have gone.

        Raises:
            OSError: The server takes nothing any more.
        """
        ...


class Stdio:
    """A pair of file descriptors as a :class:`Port`; a context manager.

    Reading and writing never block the event loop, and a sender waits while more than :data:`_HIGH_WATER` bytes do.
    """

    def __init__(self, reading: int = 0, writing: int = 1) -> None:
        self._reading = reading
        self._writing = writing
        self._socket = _as_socket(writing)
        self._queue: deque[_Piece] = deque()
        self._waiting = 0
        self._is_watching = False
        self._fault: OSError | None = None
        self._moved = asyncio.Event()
        self._on_exit = ExitStack()

    @property
    def attaches(self) -> bool:
        """Whether file descriptors may travel beside the bytes."""
        return self._socket is not None and self._socket.family == socket.AF_UNIX

    def __enter__(self) -> Stdio:
        for descriptor in (self._reading, self._writing):
            self._on_exit.enter_context(_never_blocking(descriptor))
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()
        if self._socket is not None:
            self._socket.close()
        self._on_exit.close()

    async def receive(self) -> bytes:
        """See :class:`Port`."""
        while True:
            await _readable(self._reading)
            with suppress(BlockingIOError):
                return self._read()

    async def send(self, pieces: Sequence[bytes], *, descriptors: Sequence[int] = ()) -> None:
        """See :class:`Port`."""
        self._put(pieces, descriptors)
        if not self._is_watching:
            self._write()
        await self._until(_HIGH_WATER)

    async def flush(self) -> None:
        """Wait until all is written.

        Raises:
            OSError: The server takes nothing any more.
        """
        await self._until(0)

    def _read(self) -> bytes:
        try:
            return os.read(self._reading, _READ_SIZE)
        except ConnectionResetError:  # the server has gone, and left unread what was sent to it
            return b""

    def _put(self, pieces: Iterable[bytes], descriptors: Sequence[int]) -> None:
        for piece in pieces:
            self._queue.append(_Piece(memoryview(piece), descriptors))
            self._waiting += len(piece)
            descriptors = ()

    def _write(self) -> None:
        """Write one piece; a large message lets others have their turn in between."""
        try:
            self._write_piece()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._fault = error
            self._clear()
        self._watch(wanted=bool(self._queue))
        self._moved.set()

    def _write_piece(self) -> None:
        if not self._queue:
            return
        piece = self._queue[0]
        count = piece.write(self._writing, self._socket)
        self._waiting -= count
        if count == len(piece.data):
            self._queue.popleft()
        else:
            self._queue[0] = _Piece(piece.data[count:])

    def _watch(self, *, wanted: bool) -> None:
        loop = asyncio.get_running_loop()
        if wanted and not self._is_watching:
            try:
                loop.add_writer(self._writing, self._write)
            except PermissionError:  # a file: it is always ready, and cannot be waited for
                loop.call_soon(self._write)
                return
        elif self._is_watching and not wanted:
            loop.remove_writer(self._writing)
        self._is_watching = wanted

    async def _until(self, level: int) -> None:
        while self._waiting > level and self._fault is None:
            self._moved.clear()
            await self._moved.wait()
        if self._fault is not None:
            raise self._fault

    def _clear(self) -> None:
        for piece in self._queue:
            piece.close()
        self._queue.clear()
        self._waiting = 0


class _Piece:
    """Bytes that wait to be written, and the descriptors that go with the first of them."""

    __slots__ = ("_descriptors", "data")

    def __init__(self, data: memoryview, descriptors: Sequence[int] = ()) -> None:
        self.data = data
        self._descriptors = descriptors

    def write(self, descriptor: int, sock: socket.socket | None) -> int:
        """Write some of it, and return how many bytes."""
        if sock is None:
            return os.write(descriptor, self.data[:_WRITE_SIZE])
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", self._descriptors))] if self._descriptors else []
        count = sock.sendmsg([self.data], rights)
        self.close()
        return count

    def close(self) -> None:
        """Close the descriptors."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = ()


def _as_socket(descriptor: int) -> socket.socket | None:
    duplicate = os.dup(descriptor)
    try:
        return socket.socket(fileno=duplicate)
    except OSError:  # not a socket
        os.close(duplicate)
        return None


@contextmanager
def _never_blocking(descriptor: int) -> Generator[None]:
    """Make reads and writes return at once; a terminal is left as it is, for the shell uses the same one."""
    was_blocking = os.get_blocking(descriptor)
    if not os.isatty(descriptor):
        os.set_blocking(descriptor, False)
    try:
        yield
    finally:
        os.set_blocking(descriptor, was_blocking)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(descriptor, _wake, ready)
    except PermissionError:  # a file: it is always ready, and cannot be waited for
        return
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
