"""Where pictures wait for a client that is far behind: unlinked files, bounded in all, written by a thread."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lightapt_protocol.blob_framing import Chunk

from .outbox import Outbox, Waiting
from .payload import Picture

__all__ = ["Spool", "SpooledFile"]

_log = logging.getLogger(__name__)
_PIECE: Final = 256 * 1024
_GATHER: Final = 4 * 1024 * 1024


class SpooledFile:
    """A picture in a file of its own, as stream readers get it; its place is given back with the object."""

    __slots__ = ("_descriptor", "_release", "_size")

    def __init__(self, descriptor: int, size: int, release: Callable[[int], None]) -> None:
        self._descriptor = descriptor
        self._size = size
        self._release = release

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next piece from `offset` on, at most `most` bytes."""
        return [os.pread(self._descriptor, min(most, _PIECE, self._size - offset), offset)]

    def __del__(self) -> None:
        os.close(self._descriptor)
        self._release(self._size)


class Spool:
    """The spool of one hub.

    Attributes:
        used: Bytes that lie in it.
    """

    def __init__(self, capacity: int, directory: Path) -> None:
        self._capacity = capacity
        self._directory = directory
        self._requests: asyncio.Queue[tuple[Outbox, Waiting, Picture, Callable[[], None]]] = asyncio.Queue()
        self.used = 0

    def take(self, outbox: Outbox, done: Callable[[], None]) -> None:
        """Spool what `outbox` wants spooled; `done` is called when something has changed for it.

        Where there is no room the outbox is told at once.
        """
        while outbox.to_spool:
            waiting = outbox.to_spool.popleft()
            picture = waiting.picture
            if picture is None:
                continue
            if picture.spooled is not None:
                outbox.spooled(waiting, picture.spooled)
            elif self.used + picture.size > self._capacity:
                outbox.spooled(waiting, None)
            else:
                self.used += picture.size
                self._requests.put_nowait((outbox, waiting, picture, done))

    async def run(self) -> None:
        """Write what has been asked for, one picture after another, until cancelled."""
        while True:
            outbox, waiting, picture, done = await self._requests.get()
            if picture.spooled is None:
                picture.spooled = await self._store(picture)
            else:
                self._release(picture.size)
            outbox.spooled(waiting, picture.spooled)
            del waiting, picture, outbox
            done()

    async def _store(self, picture: Picture) -> SpooledFile | None:
        try:
            descriptor = await asyncio.to_thread(_write, self._directory, picture)
        except OSError as error:
            self._release(picture.size)
            _log.error("a picture cannot be spooled in %s: %s", self._directory, error.strerror)
            return None
        return SpooledFile(descriptor, picture.size, self._release)

    def _release(self, size: int) -> None:
        self.used -= size


def _write(directory: Path, picture: Picture) -> int:
    descriptor, path = tempfile.mkstemp(prefix="lightapt-spool-", dir=directory)
    try:
        os.unlink(path)
        offset = 0
        while offset < picture.size:
            offset += os.writev(descriptor, picture.gather(offset, _GATHER))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
