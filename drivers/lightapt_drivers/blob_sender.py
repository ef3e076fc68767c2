"""How a driver's BLOBs go to its server: in shared memory where that can be passed, else inline."""

from __future__ import annotations

import asyncio

from lightapt_protocol import shared_memory
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import PingReply, PingRequest, SetBlobVector
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write, write_pieces

from .stdio import Port

__all__ = ["BlobSender"]


class BlobSender:
    """Sends one BLOB after another. Memory is shared with one at a time: the next waits for the server's word."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._uid = ""
        self._count = 0
        self._is_free = asyncio.Event()
        self._is_free.set()

    async def send(self, device: str, name: str, *, member: str, data: bytes, format: str, timestamp: str) -> None:
        """Send a BLOB.

        Raises:
            OSError: There is no memory to be had, or the server takes nothing any more.
        """
        await self._is_free.wait()
        attached = self._port.attaches
        blob = OneBlob(
            member,
            b"" if attached else data,
            size=len(data),
            format=format,
            attached=attached,
            length=len(data) if attached else None,
        )
        pieces = write_pieces(SetBlobVector(device, name, state=State.OK, timestamp=timestamp, members=(blob,)))
        if attached:
            await self._port.send([*pieces, self._question()], descriptors=[_shared(data)])
        else:
            await self._port.send(pieces)

    def answered(self, reply: PingReply) -> None:
        """Take the server's word."""
        if reply.uid == self._uid:
            self._is_free.set()

    def _question(self) -> bytes:
        self._count += 1
        self._uid = f"SetBLOB/{self._count}"
        self._is_free.clear()
        return write(PingRequest(self._uid))


def _shared(data: bytes) -> int:
    descriptor = shared_memory.create(len(data))
    with shared_memory.writable(descriptor, len(data)) as memory:
        memory[:] = data
    return descriptor
