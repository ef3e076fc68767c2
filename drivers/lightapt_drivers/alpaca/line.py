"""The line to a child process: what the child says with the descriptors beside it, and what waits to be told it."""

from __future__ import annotations

import asyncio
import os
import socket
from array import array
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

__all__ = ["ChildLine"]

_READ_SIZE: Final = 256 * 1024
_MOST_DESCRIPTORS: Final = 64
_LIMIT: Final = 8 * 1024 * 1024
"""Bytes that may wait for a child: one that takes nothing for so long is stuck."""


class ChildLine:
    """This process's ends of a child's stdin and stdout; a context manager.

    Attributes:
        descriptors: Those that came, and have not been passed on.

    Args:
        attaches: Whether the child may attach BLOBs: its stdout then is a Unix socket, else a pipe.
    """

    def __init__(self, *, attaches: bool) -> None:
        self.descriptors: deque[int] = deque()
        self._ready: asyncio.Future[None] | None = None
        self._is_stuck = False
        self._socket, self._other = socket.socketpair()
        self._socket.setblocking(False)
        self._pipe: int | None = None
        self._pipe_other: int | None = None
        if not attaches:
            self._pipe, self._pipe_other = os.pipe()
            os.set_blocking(self._pipe, False)
        self._waiting: deque[memoryview] = deque()
        self._size = 0
        self._is_watching = False

    def __enter__(self) -> ChildLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ends(self) -> tuple[int, int]:
        """The child's stdin and stdout."""
        return self._other.fileno(), self._other.fileno() if self._pipe_other is None else self._pipe_other

    def started(self) -> None:
        """Leave the child's ends to the child, which has them now."""
        self._other.close()
        if self._pipe_other is not None:
            os.close(self._pipe_other)
            self._pipe_other = None

    def say_goodbye(self) -> None:
        """End the child's input; what it says yet can still be received."""
        self._forget()
        self._is_stuck = False
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Let go of everything."""
        self.started()
        self._forget()
        self._socket.close()
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        self._let_go()

    async def drain(self) -> None:
        """Take what the child says until it has ended, for nobody: it cannot end while it waits to be heard."""
        with suppress(OSError):
            while await self.receive():
                self._let_go()

    async def receive(self) -> bytes:
        """Return what the child has said; empty when it has ended.

        Raises:
            BrokenPipeError: It has left too much unread.
        """
        loop, descriptor = asyncio.get_running_loop(), self._socket.fileno() if self._pipe is None else self._pipe
        while True:
            ready = self._ready = loop.create_future()
            loop.add_reader(descriptor, _resolve, ready)
            try:
                if not self._is_stuck:
                    await ready
            finally:
                loop.remove_reader(descriptor)
            if self._is_stuck:
                raise BrokenPipeError("it has left too much unread")
            try:
                return self._read()
            except BlockingIOError:
                continue
            except ConnectionResetError:
                return b""

    def send(self, pieces: Iterable[bytes | bytearray | memoryview], size: int) -> None:
        """Tell the child something, when it takes it."""
        if self._size + size > _LIMIT and self._size:
            self._is_stuck = True
            if self._ready is not None:
                _resolve(self._ready)
            return
        for piece in pieces:
            if piece:
                self._waiting.append(memoryview(piece))
                self._size += len(piece)
        if not self._is_watching:
            self._write()

    def _read(self) -> bytes:
        if self._pipe is not None:
            return os.read(self._pipe, _READ_SIZE)
        data, beside, _, _ = self._socket.recvmsg(
            _READ_SIZE, socket.CMSG_SPACE(_MOST_DESCRIPTORS * array("i").itemsize)
        )
        for level, kind, content in beside:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                found = array("i")
                found.frombytes(content[: len(content) - len(content) % found.itemsize])
                self.descriptors.extend(found)
        return data

    def _write(self) -> None:
        try:
            while self._waiting:
                count = self._socket.send(self._waiting[0])
                self._size -= count
                self._waiting[0] = self._waiting[0][count:]
                if not self._waiting[0]:
                    self._waiting.popleft()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:  # the child has ended: its output tells
            self._waiting.clear()
            self._size = 0
        self._watch(wanted=bool(self._waiting))

    def _watch(self, *, wanted: bool) -> None:
        loop = asyncio.get_running_loop()
        if wanted and not self._is_watching:
            loop.add_writer(self._socket, self._write)
        elif self._is_watching and not wanted:
            loop.remove_writer(self._socket)
        self._is_watching = wanted

    def _let_go(self) -> None:
        while self.descriptors:
            os.close(self.descriptors.popleft())

    def _forget(self) -> None:
        self._waiting.clear()
        self._size = 0
        if self._is_watching:
            self._watch(wanted=False)


def _resolve(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
