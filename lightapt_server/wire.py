"""The three kinds of byte streams that a link runs on, each non-blocking and with the same face."""

from __future__ import annotations

import array
import os
import socket
from collections import deque
from typing import Final, Protocol

from .waiting import Parcel

__all__ = ["MOST_PIECES", "DescriptorWire", "PipeWire", "SocketWire", "Wire"]

READ_SIZE: Final = 256 * 1024
_MOST_DESCRIPTORS: Final = 253
"""The most that Linux passes with one message (SCM_MAX_FD)."""
MOST_PIECES: Final = 1024
"""The most that one gathered write takes (IOV_MAX)."""
_ANCILLARY: Final = socket.CMSG_SPACE(_MOST_DESCRIPTORS * array.array("i").itemsize)
_CLOEXEC: Final = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


class Wire(Protocol):
    """A byte stream in both directions.

    Attributes:
        descriptors: What came beside the bytes and has not been used yet, in order.
        reading: The file descriptor to watch for reading.
        writing: The one to watch for writing.
    """

    descriptors: deque[int]
    reading: int
    writing: int

    def receive(self) -> bytes:
        """Return what has come; empty at the end of the stream.

        Raises:
            OSError: BlockingIOError where there is nothing yet; else the stream is broken.
        """
        ...

    def trouble(self) -> OSError | None:
        """Return the error that the stream has run into, beside what may still be read of it."""
        ...

    def send(self, parcel: Parcel) -> int:
        """Write a parcel, or some of it; return how many bytes.

        Raises:
            OSError: BlockingIOError where nothing can be written now; else the stream is broken.
        """
        ...

    def close(self) -> None:
        """Close the stream, and descriptors that nobody has used."""
        ...

    def drop_descriptors(self) -> None:
        """Close what came beside the bytes and nobody has used."""
        ...


class SocketWire:
    """A TCP socket."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self.reading = self.writing = sock.fileno()
        self.descriptors: deque[int] = deque()

    def receive(self) -> bytes:
        """See :class:`Wire`."""
        return self._sock.recv(READ_SIZE)

    def trouble(self) -> OSError | None:
        """See :class:`Wire`."""
        code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return OSError(code, os.strerror(code)) if code else None

    def send(self, parcel: Parcel) -> int:
        """See :class:`Wire`."""
        pieces = parcel.pieces[:MOST_PIECES]
        return self._sock.send(pieces[0]) if len(pieces) == 1 else self._sock.sendmsg(pieces)

    def close(self) -> None:
        """See :class:`Wire`."""
        self._sock.close()

    def drop_descriptors(self) -> None:
        """See :class:`Wire`."""


class DescriptorWire(SocketWire):
    """A Unix socket: descriptors may travel beside the bytes."""

    def receive(self) -> bytes:
        """See :class:`Wire`."""
        data, ancillary, _, _ = self._sock.recvmsg(READ_SIZE, _ANCILLARY, _CLOEXEC)
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                given = array.array("i")
                given.frombytes(content[: len(content) - len(content) % given.itemsize])
                self.descriptors.extend(given)
        return data

    def send(self, parcel: Parcel) -> int:
        """See :class:`Wire`."""
        if not parcel.descriptors:
            return super().send(parcel)
        rights = array.array("i", parcel.descriptors)
        return self._sock.sendmsg(parcel.pieces[:MOST_PIECES], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])

    def close(self) -> None:
        """See :class:`Wire`."""
        super().close()
        self.drop_descriptors()

    def drop_descriptors(self) -> None:
        """See :class:`Wire`."""
        while self.descriptors:
            os.close(self.descriptors.popleft())


class PipeWire:
    """Two pipes, for a driver that cannot live on a socket."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        self.descriptors: deque[int] = deque()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)

    def receive(self) -> bytes:
        """See :class:`Wire`."""
        return os.read(self.reading, READ_SIZE)

    def trouble(self) -> OSError | None:
        """See :class:`Wire`. A pipe that is read has an end, but no errors."""
        return None

    def send(self, parcel: Parcel) -> int:
        """See :class:`Wire`."""
        return os.writev(self.writing, parcel.pieces[:MOST_PIECES])

    def close(self) -> None:
        """See :class:`Wire`."""
        os.close(self.reading)
        os.close(self.writing)

    def drop_descriptors(self) -> None:
        """See :class:`Wire`."""
