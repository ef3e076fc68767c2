"""Where pictures wait for a client that is far behind: unlinked files, bounded in all, written by a thread."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from lightapt_protocol.blob_framing import Chunk

from .flow import Flowing
from .outbox import Outbox
from .payload import Picture, SpooledPicture
from .waiting import Waiting
from .wire import MOST_PIECES

__all__ = ["Spool", "SpooledFile"]

_log = logging.getLogger(__name__)
_PIECE: Final = 256 * 1024
_GATHER: Final = 16 * 1024 * 1024  # a thread waits for its turn after each write
_PAUSE: Final = 60.0
"""Seconds for which nothing is spooled after the disk has failed."""


class SpooledFile:
    """A picture in a file of its own, as stream readers get it; its place is given back with the object."""

    __slots__ = ("_descriptor", "_release", "_size", "start")

    def __init__(self, descriptor: int, picture: Picture, *, start: int, release: Callable[[int], None]) -> None:
        self._descriptor = descriptor
        self._size = picture.size
        self._release = release
        self.start = start

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next piece from `offset` on, at most `most` bytes."""
        return [os.pread(self._descriptor, min(most, _PIECE, self._size - offset), offset - self.start)]

    def __del__(self) -> None:
        os.close(self._descriptor)
        self._release(self._size)


class _Request(NamedTuple):
    outbox: Outbox
    waiting: Waiting
    picture: Picture
    start: int
    link: Flowing


class Spool:
    """The spool of one hub.

    Attributes:
        used: Bytes that lie in it.
        writing: Pictures that are on their way into it.
        written: Bytes written, ever.
        on_written: Called whenever the memory of a picture may have become free.
    """

    def __init__(self, capacity: int, directory: Path) -> None:
        self._capacity = capacity
        self._directory = directory
        self._requests: asyncio.Queue[_Request] = asyncio.Queue()
        self._closed_until = 0.0
        self.used = self.writing = self.written = 0
        self.on_written: Callable[[], None] | None = None

    def take(self, outbox: Outbox, link: Flowing) -> None:
        """Spool what `outbox`, which is that of `link`, wants spooled. Where there is no room it is told at once."""
        while outbox.to_spool:
            waiting = outbox.to_spool.popleft()
            picture = waiting.picture
            if picture is None:
                continue
            if picture.spooled is not None:
                outbox.spooled(waiting, picture.spooled)
            elif self.used + picture.size > self._capacity or time.monotonic() < self._closed_until:
                outbox.spooled(waiting, None)
            else:
                self.used += picture.size
                self.writing += 1
                picture.pin()
                self._requests.put_nowait(_Request(outbox, waiting, picture, outbox.begun(waiting), link))

    async def run(self) -> None:
        """Write what has been asked for, one picture after another, until cancelled."""
        while True:
            await self._serve(await self._requests.get())
            if self.on_written is not None:
                self.on_written()

    async def _serve(self, request: _Request) -> None:
        picture = request.picture
        copy: SpooledPicture | None
        if picture.spooled is None and request.waiting.picture is not None:
            copy = await self._store(picture, request.start)
        else:
            copy = picture.spooled
            self._release(picture.size)
        self.writing -= 1
        picture.unpin()
        if request.start == 0:
            picture.spooled = copy
        request.outbox.spooled(request.waiting, copy)
        request.link.keep_bounds()

    async def _store(self, picture: Picture, start: int) -> SpooledFile | None:
        try:
            descriptor = await asyncio.to_thread(_write, self._directory, picture, start)
        except OSError as error:
            self._release(picture.size)
            self._closed_until = time.monotonic() + _PAUSE
            _log.error("pictures cannot be spooled in %s: %s", self._directory, error.strerror)
            return None
        self.written += picture.size
        return SpooledFile(descriptor, picture, start=start, release=self._release)

    def _release(self, size: int) -> None:
        self.used -= size


def _write(directory: Path, picture: Picture, start: int) -> int:
    descriptor, path = tempfile.mkstemp(prefix="lightapt-spool-", dir=directory)
    try:
        os.unlink(path)
        offset = start
        while offset < picture.size:
            offset += os.writev(descriptor, picture.gather(offset, _GATHER)[:MOST_PIECES])
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
