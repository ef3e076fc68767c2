"""A driver's two ends of the line: stdin and stdout, whatever they are.

INDI servers start a driver on one Unix socket, or on two pipes; people start it in a terminal. Nothing here knows INDI.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from array import array
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, Protocol

__all__ = ["Port", "Stdio"]

_READ_SIZE: Final = 64 * 1024
_WRITE_SIZE: Final = 64 * 1024
"""Bytes written at a time where a write may block, as a terminal's does."""
_HIGH_WATER: Final = 256 * 1024
"""Bytes that may wait to be written before :meth:`Port.drained` waits."""
_LIMIT: Final = 256 * 1024 * 1024
"""Bytes that may wait to be written at all: a server that takes nothing for so long is as good as gone."""


class Port(Protocol):
    """The server's end, as a device sees it."""

    @property
    def attaches(self) -> bool:
        """Whether file descriptors may travel beside the bytes."""
        ...

    async def receive(self) -> bytes:
        """Return what has come; empty at the end of the input."""
        ...

    def send(self, pieces: Iterable[bytes], *, size: int, descriptors: Sequence[int] = ()) -> None:
        """Send the pieces of one message, whole and in order; they are asked for when they can be written.

        Descriptors go with the first byte, and are closed once they have gone. `size` is how many bytes the pieces
        are, near enough. A server that is gone, :meth:`receive` tells of.
        """
        ...

    async def drained(self) -> None:
        """Wait while much waits to be written.

        Raises:
            OSError: The server takes nothing any more.
        """
        ...


class Stdio:
    """A pair of file descriptors as a :class:`Port`; a context manager. Nothing here blocks the event loop."""

    def __init__(self, reading: int = 0, writing: int = 1) -> None:
        self._reading = reading
        self._writing = writing
        self._socket = _as_socket(writing)
        self._queue: deque[_Outgoing] = deque()
        self._waiting = 0
        self._is_watching = False
        self._fault: OSError | None = None
        self._readable: asyncio.Future[bool] | None = None
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
        """See :class:`Port`.

        Raises:
            OSError: The server takes nothing any more.
        """
        while True:
            await self._until_readable()
            with suppress(BlockingIOError):
                return self._read()

    def send(self, pieces: Iterable[bytes], *, size: int, descriptors: Sequence[int] = ()) -> None:
        """See :class:`Port`."""
        outgoing = _Outgoing(pieces, size, descriptors)
        if self._waiting + size > _LIMIT and self._waiting:
            self._fail(BrokenPipeError(errno.EPIPE, f"the server has left {self._waiting} bytes unread"))
        if self._fault is not None:
            outgoing.close()
            return
        self._queue.append(outgoing)
        self._waiting += size
        if not self._is_watching:
            self._write()

    async def drained(self) -> None:
        """See :class:`Port`."""
        await self._until(_HIGH_WATER)

    async def flush(self) -> None:
        """Wait until all is written.

        Raises:
            OSError: The server takes nothing any more.
        """
        await self._until(0)

    async def _until_readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = self._readable = loop.create_future()
        self._check()
        try:
            loop.add_reader(self._reading, _resolve, ready, True)
        except PermissionError:  # a file: it is always ready, and cannot be waited for
            return
        try:
            is_readable = await ready
        finally:
            loop.remove_reader(self._reading)
        if not is_readable:
            self._check()

    def _read(self) -> bytes:
        try:
            return os.read(self._reading, _READ_SIZE)
        except ConnectionResetError:  # the server has gone, and left unread what was sent to it
            return b""

    def _write(self) -> None:
        """Write one piece; a large message lets others have their turn in between."""
        try:
            if self._queue and self._queue[0].write(self._writing, self._socket):
                self._waiting -= self._queue.popleft().size
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._fail(error)
        self._watch(wanted=bool(self._queue))
        self._moved.set()

    def _fail(self, fault: OSError) -> None:
        self._fault = fault
        self._clear()
        self._moved.set()
        if self._readable is not None:
            _resolve(self._readable, False)

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault

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
        self._check()

    def _clear(self) -> None:
        for outgoing in self._queue:
            outgoing.close()
        self._queue.clear()
        self._waiting = 0


class _Outgoing:
    """A message that waits to be written, and the descriptors that go with its first byte."""

    __slots__ = ("_descriptors", "_piece", "_pieces", "size")

    def __init__(self, pieces: Iterable[bytes], size: int, descriptors: Sequence[int]) -> None:
        self.size = size
        self._pieces: Iterator[bytes] = iter(pieces)
        self._piece = memoryview(b"")
        self._descriptors = descriptors

    def write(self, descriptor: int, sock: socket.socket | None) -> bool:
        """Write some of it, and return whether that was the last."""
        if self._piece or self._advance():
            self._piece = self._piece[self._write(descriptor, sock) :]
        return not (self._piece or self._advance())

    def _advance(self) -> bool:
        """Take the next piece, and return whether there was one."""
        self._piece = memoryview(next((piece for piece in self._pieces if piece), b""))
        return bool(self._piece)

    def _write(self, descriptor: int, sock: socket.socket | None) -> int:
        if sock is None:
            return os.write(descriptor, self._piece[:_WRITE_SIZE])
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", self._descriptors))] if self._descriptors else []
        count = sock.sendmsg([self._piece], rights)
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


def _resolve(ready: asyncio.Future[bool], is_readable: bool) -> None:
    if not ready.done():
        ready.set_result(is_readable)
