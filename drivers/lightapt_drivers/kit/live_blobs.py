"""Live BLOBs: how a picture comes from a driver to the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Final

from lightapt_protocol.members import BytesLike, DefMember, OneBlob
from lightapt_protocol.messages import AnyUpdate, SetBlobVector
from lightapt_protocol.vocabulary import State

from .live import Live, now
from .reserves import Reserve
from .wire import BlobBuffer, one_blob

__all__ = ["LiveBlob"]

_SLICE: Final = 1024 * 1024
"""Bytes copied at a time: less than a millisecond."""


class LiveBlob(Live[OneBlob]):
    """BLOBs. They are sent and not kept."""

    update = SetBlobVector
    one = OneBlob
    _reserve: Reserve | None = None

    @contextmanager
    def reserving(self, size: int) -> Generator[Callable[[], memoryview | None]]:
        """Find memory for a BLOB of about so many bytes, in a thread, while it is in the making.

        The first :meth:`buffer` gives it out, whatever its size; what is not used is given back. 0: there is nothing
        to be found.

        Yields:
            What returns the memory, or None where there is none; for threads, as it waits for it. What is made there
            is in the first :meth:`buffer` if that is of the very same size.
        """
        if self._wire is None or size <= 0:
            yield lambda: None
            return
        reserve = self._reserve = Reserve(self._wire.buffer)
        asyncio.get_running_loop().run_in_executor(None, reserve.fill, size)
        try:
            yield partial(reserve.lend, size)
        finally:
            self._reserve = None
            reserve.close()

    def buffer(self, size: int) -> BlobBuffer:
        """Return memory in which to make a BLOB that then travels without being copied.

        Raises:
            OSError: There is none to be had.
        """
        if self._wire is None:
            return BlobBuffer(size, shared=False)
        reserve = self._reserve
        return (reserve and reserve.take(size)) or self._wire.buffer(size)

    async def send(
        self, data: BytesLike | BlobBuffer, *, format: str, member: str = "", size: int | None = None
    ) -> None:
        """Send a BLOB and wait until the server is ready for more; a property that is not defined sends none.

        Args:
            data: The bytes, or the buffer in which they were made, which is given away.
            format: A file name's ending such as ``.fits``; with ``.z`` behind it the bytes are zlib-compressed.
            member: The member; the first where none is named.
            size: Bytes before compression, where there is any.

        Raises:
            KeyError: There is no such member.
            OSError: There is no memory to be had, or the server takes nothing any more.
        """
        name = self._member(member).name if member else next(iter(self))
        if self._wire is None or not self._is_defined:
            if isinstance(data, BlobBuffer):
                data.close()
            return
        buffer = data if isinstance(data, BlobBuffer) else await self._filled(data)
        self._keep({}, State.OK)
        one = one_blob(name, buffer, size=buffer.size if size is None else size, format=format)
        message = SetBlobVector(self._definition.device, self.name, state=State.OK, timestamp=now(), members=(one,))
        await self._wire.send_blob(message, buffer)

    async def _filled(self, data: BytesLike) -> BlobBuffer:
        """Return a buffer with a copy of the data; a large one lets others have their turn in between."""
        view = memoryview(data).cast("B")
        buffer = self.buffer(len(view))
        try:
            for start in range(0, len(view), _SLICE):
                buffer.memory[start : start + _SLICE] = view[start : start + _SLICE]
                await asyncio.sleep(0)
        except BaseException:
            buffer.close()
            raise
        return buffer

    def _update(self, message: str) -> AnyUpdate:
        definition = self._definition
        return SetBlobVector(definition.device, self.name, state=definition.state, timestamp=now(), message=message)

    def _value_of(self, member: DefMember) -> OneBlob:
        return OneBlob(member.name, size=0)
