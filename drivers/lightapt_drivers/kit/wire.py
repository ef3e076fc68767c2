"""The wire from the devices of one driver to its server: messages, and BLOBs one at a time."""

from __future__ import annotations

import asyncio
import mmap
import os
from collections.abc import Callable
from contextlib import suppress

from lightapt_protocol import blobs, shared_memory
from lightapt_protocol.members import BytesLike, OneBlob
from lightapt_protocol.messages import Message, PingReply, PingRequest, SetBlobVector
from lightapt_protocol.writer import write, write_pieces

from .brevity import LONGEST, brief
from .stdio import Port

__all__ = ["BlobBuffer", "Wire", "one_blob"]


class BlobBuffer:
    """Memory in which a BLOB is made, and from which it travels without being copied; a context manager.

    Attributes:
        size: Bytes of it.
        descriptor: The file that it is, where it is shared with the server; else -1.
    """

    def __init__(self, size: int, *, shared: bool) -> None:
        self.size = size
        self.descriptor = shared_memory.create(size) if shared else -1
        self._map: mmap.mmap | None = None
        self._memory: memoryview | None = None

    def __enter__(self) -> BlobBuffer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_shared(self) -> bool:
        """Whether it is shared with the server."""
        return self.descriptor >= 0

    @property
    def is_mapped(self) -> bool:
        """Whether it is in the process's own memory: to write there costs no system's call."""
        return not self.is_shared or self._map is not None

    @property
    def memory(self) -> memoryview:
        """The bytes, writable; not to be touched once the BLOB is sent."""
        if self._memory is None:
            if self.is_shared and self.size:
                self._map = shared_memory.writable(self.descriptor, self.size)
            self._memory = memoryview(self._map or bytearray(self.size))
        return self._memory

    def claim(self) -> bool:
        """Have the system find the memory now, and not when it is written; return whether it is there.

        Raises:
            OSError: There is none to be had.
        """
        return not self.is_shared or shared_memory.claim(self.descriptor, self.size)

    def resize(self, size: int) -> None:
        """Have it be of another size; not once anybody has looked at :attr:`memory`."""
        if self.is_shared:
            os.ftruncate(self.descriptor, size)
        self.size = size

    def take_descriptor(self) -> int:
        """Return the descriptor of the shared memory, which is the caller's to close; the memory is closed."""
        descriptor, self.descriptor = self.descriptor, -1
        self.close()
        return descriptor

    def leave(self) -> None:
        """Leave the memory to the message that holds it."""
        self._memory = memoryview(b"")

    def close(self) -> None:
        """Give the memory back, unless it has been sent."""
        if self._memory is not None:
            self._memory.release()
        if self._map is not None:
            with suppress(BufferError):  # an array still looks at it, and keeps it
                self._map.close()
            self._map = None
        if self.is_shared:
            os.close(self.descriptor)
            self.descriptor = -1


class Wire:
    """What the devices of a driver send through. Messages keep their order; BLOBs wait for the server's word.

    Attributes:
        is_asking: Set while a BLOB is on its way in shared memory, of which the server has not yet said that it came.

    Args:
        port: The server's end.
        overhear: Called with what the devices say, but for BLOBs: they may snoop on one another.
    """

    def __init__(self, port: Port, *, overhear: Callable[[Message], None] = lambda _: None) -> None:
        self._port = port
        self._overhear = overhear
        self._uid = ""
        self._count = 0
        self._turn = asyncio.Lock()
        self._is_free = asyncio.Event()
        self._is_free.set()
        self.is_asking = asyncio.Event()

    def send(self, message: Message) -> None:
        """Send a message; nothing waits."""
        data = write(message)
        if len(data) > LONGEST:  # else no word of it is
            message = brief(message)
            data = write(message)
        self._port.send([data], size=len(data))
        self._overhear(message)

    async def drained(self) -> None:
        """Wait while much waits to be written.

        Raises:
            OSError: The server takes nothing any more.
        """
        await self._port.drained()

    def buffer(self, size: int) -> BlobBuffer:
        """Return memory for a BLOB: shared with the server where that can be passed on.

        Raises:
            OSError: There is none to be had.
        """
        return BlobBuffer(size, shared=self._port.attaches)

    async def send_blob(self, message: SetBlobVector, buffer: BlobBuffer) -> None:
        """Send the BLOB that `buffer` holds as the one member of `message`, once the one before has arrived.

        The buffer is given away. The server says that it is done with shared memory, and until then the next waits;
        an inline BLOB has waited until the one before was written.

        Raises:
            OSError: The server takes nothing any more.
        """
        message = brief(message)
        with buffer:
            async with self._turn:
                await self._is_free.wait()
                await self._port.drained()
                if buffer.is_shared:
                    self._send_attached(message, buffer)
                else:
                    self._send_inline(message, buffer)
        await self._port.drained()

    def answered(self, reply: PingReply) -> None:
        """Take the server's word that it is done with a BLOB."""
        if reply.uid == self._uid:
            self._is_free.set()
            self.is_asking.clear()

    def _send_attached(self, message: SetBlobVector, buffer: BlobBuffer) -> None:
        self._count += 1
        self._uid = f"SetBLOB/{self._count}"
        self._is_free.clear()
        self.is_asking.set()
        data = b"".join([*write_pieces(message), write(PingRequest(self._uid))])
        self._port.send([data], size=len(data), descriptors=[buffer.take_descriptor()])

    def _send_inline(self, message: SetBlobVector, buffer: BlobBuffer) -> None:
        self._port.send(write_pieces(message), size=blobs.encoded_size(buffer.size))
        buffer.leave()


def one_blob(member: str, buffer: BlobBuffer, *, size: int, format: str) -> OneBlob:
    """Return the member of a message that says of a buffer what it holds."""
    data: BytesLike = b"" if buffer.is_shared else buffer.memory
    length = buffer.size if buffer.is_shared else None
    return OneBlob(member, data, size=size, format=format, attached=buffer.is_shared, length=length)
