"""The stream to a server, and the memory that travels beside it. Knows nothing of INDI."""

from __future__ import annotations

import asyncio
import os
import socket
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .errors import DisconnectedError

__all__ = ["Transport"]

_READ_SIZE: Final = 384 * 1024
"""Bytes that are read at a time: as many as stay in the cache until they are decoded."""
_KEPT: Final = 4 * 1024 * 1024
"""Bytes up to which the C library is to reuse memory; see :func:`_keep_memory`."""
_TURN: Final = 0.005
"""Seconds that a server which never pauses may keep others in the loop from their turn."""
_DESCRIPTORS: Final = 253
"""The most that Linux lets come with one message; libindi sends 16."""
_ANCILLARY: Final = socket.CMSG_SPACE(_DESCRIPTORS * array("i").itemsize)
_MOST_DESCRIPTORS: Final = 1000
"""How many may wait for the BLOBs that they belong to."""
_MOST_OWED: Final = 10_000
"""How many answers may wait for a server that does not read."""
_PIECES: Final = 8
"""Pieces of a message that are written in a row before others in the loop get their turn."""


@dataclass(slots=True, eq=False)
class _Outgoing:
    """A message on its way out, in pieces; the descriptors go with the first."""

    pieces: Iterator[bytes]
    descriptors: tuple[int, ...]
    sent: asyncio.Future[None] | None
    rest: memoryview = field(default_factory=lambda: memoryview(b""))

    def drop_descriptors(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = ()


def _keep_memory() -> None:
    """Have the C library reuse what was read into, rather than take fresh pages from the system for each read.

    glibc maps larger pieces (from 128 kB on) and unmaps them when they are free, until it sees that pieces so large
    come and go: from the first that is freed on, it keeps what is smaller (mallopt(3), M_MMAP_THRESHOLD).
    """
    bytes(_KEPT)


class Transport:
    """A connected stream. Reading and writing never block the loop; a message once begun is written to its end.

    Args:
        sock: A connected socket, which it owns.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._takes_descriptors = sock.family == getattr(socket, "AF_UNIX", None)
        _keep_memory()
        self._descriptors: deque[int] = deque()
        self._coming: asyncio.Future[bool] | None = None
        self._is_watched = False
        self._turn = self._loop.time()
        self._out: deque[_Outgoing] = deque()
        self._is_writing = False
        self._fault: DisconnectedError | None = None

    @property
    def takes_descriptors(self) -> bool:
        """Whether memory can travel beside the bytes."""
        return self._takes_descriptors

    # In.

    async def receive(self, *, patience: float | None = None) -> bytes | None:
        """Return what has come: empty at the end of the stream, None when nothing has in `patience` seconds.

        Raises:
            DisconnectedError: The connection broke.
        """
        if self._loop.time() - self._turn > _TURN:
            await asyncio.sleep(0)
            self._turn = self._loop.time()
        while (data := self._read()) is None:
            if not await self._readable(patience):
                return self._read()  # it may have come while nobody had a turn
            self._turn = self._loop.time()
        return data

    def take_descriptor(self) -> int | None:
        """Return the next descriptor that has come, which is the caller's to close; None where there is none."""
        return self._descriptors.popleft() if self._descriptors else None

    def _read(self) -> bytes | None:
        try:
            if not self._takes_descriptors:
                return self._socket.recv(_READ_SIZE)
            return self._read_with_descriptors()
        except (BlockingIOError, InterruptedError):
            return None
        except OSError as error:
            raise DisconnectedError(f"the connection broke: {error}") from error

    def _read_with_descriptors(self) -> bytes:
        close_on_exec = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
        data, ancillary, flags, _ = self._socket.recvmsg(_READ_SIZE, _ANCILLARY, close_on_exec)
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors = array("i")
                descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
                self._descriptors.extend(descriptors)
        if flags & socket.MSG_CTRUNC:
            raise DisconnectedError("shared memory was lost on its way: this process may have too many files open")
        if len(self._descriptors) > _MOST_DESCRIPTORS:
            raise DisconnectedError("the server sends shared memory that belongs to no BLOB")
        return data

    async def _readable(self, patience: float | None) -> bool:
        """Wait for bytes; return whether there are."""
        coming: asyncio.Future[bool] = self._loop.create_future()
        self._coming = coming
        if not self._is_watched:  # it stays so from one time to the next: a system call less for each
            self._loop.add_reader(self._socket, self._wake)
            self._is_watched = True
        handle = None if patience is None else self._loop.call_later(patience, _settle, coming, False)
        try:
            return await coming
        finally:
            self._coming = None
            if handle is not None:
                handle.cancel()

    def _wake(self) -> None:
        if self._coming is not None:
            _settle(self._coming, True)
        else:  # nobody reads at the moment
            self._loop.remove_reader(self._socket)
            self._is_watched = False

    # Out.

    async def send(self, pieces: Iterable[bytes], *, descriptors: Sequence[int] = ()) -> None:
        """Send a message, and return when it is on its way; whoever is cancelled meanwhile does not cut it off.

        Args:
            pieces: The message; each is taken when its turn comes.
            descriptors: What goes beside the first piece; the caller's until then, and to close after it.

        Raises:
            DisconnectedError: The server takes nothing any more.
        """
        if self._fault is not None:
            raise self._fault
        sent: asyncio.Future[None] = self._loop.create_future()
        self._append(_Outgoing(iter(pieces), tuple(map(os.dup, descriptors)), sent))
        await sent

    def send_soon(self, data: bytes) -> None:
        """Send a short message, behind those that are under way.

        Raises:
            DisconnectedError: The server takes nothing any more, or asks for more than it reads.
        """
        if len(self._out) > _MOST_OWED:
            raise DisconnectedError("the server asks, and does not read the answers")
        self._append(_Outgoing(iter((data,)), (), None))

    def _append(self, outgoing: _Outgoing) -> None:
        self._out.append(outgoing)
        if not self._is_writing:
            self._write()

    def _write(self) -> None:
        """Write what the system takes now, up to so many pieces."""
        try:
            written = 0
            while self._out and written < _PIECES:
                if self._write_some(self._out[0]):
                    written += 1
                else:
                    _tell_sent(self._out.popleft())
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._fail(DisconnectedError(f"the server takes nothing any more: {error}"))
        self._watch_writing(bool(self._out))

    def _write_some(self, outgoing: _Outgoing) -> bool:
        """Write from a message; return False at its end."""
        if not outgoing.rest:
            piece = next(outgoing.pieces, None)
            if piece is None:
                return False
            outgoing.rest = memoryview(piece)
        count = self._send(outgoing.rest, outgoing.descriptors)
        outgoing.rest = outgoing.rest[count:]
        if outgoing.descriptors:
            outgoing.drop_descriptors()
        return True

    def _send(self, data: memoryview, descriptors: Sequence[int]) -> int:
        if not descriptors:
            return self._socket.send(data)
        return socket.send_fds(self._socket, [data], list(descriptors))

    def _watch_writing(self, is_writing: bool) -> None:
        if is_writing is not self._is_writing:
            if is_writing:
                self._loop.add_writer(self._socket, self._write)
            else:
                self._loop.remove_writer(self._socket)
            self._is_writing = is_writing

    # The end.

    def close(self) -> None:
        """Close the stream, and what came beside it and was not taken."""
        if self._is_watched:
            self._loop.remove_reader(self._socket)
            self._is_watched = False
        self._fail(DisconnectedError("the connection is closed"))
        self._watch_writing(False)
        while self._descriptors:
            os.close(self._descriptors.popleft())
        self._socket.close()

    def _fail(self, fault: DisconnectedError) -> None:
        """Let all that waits to be sent fail."""
        self._fault = self._fault or fault
        while self._out:
            outgoing = self._out.popleft()
            outgoing.drop_descriptors()
            if outgoing.sent is not None and not outgoing.sent.done():
                outgoing.sent.set_exception(fault)


def _settle(coming: asyncio.Future[bool], value: bool) -> None:
    if not coming.done():
        coming.set_result(value)


def _tell_sent(outgoing: _Outgoing) -> None:
    if outgoing.sent is not None and not outgoing.sent.done():
        outgoing.sent.set_result(None)
