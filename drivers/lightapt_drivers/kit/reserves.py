"""Memory for a BLOB that is found before the BLOB is there: to find it takes the system as long as to fill it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from lightapt_protocol.errors import BlobError

from .wire import BlobBuffer

__all__ = ["Reserve"]


class Reserve:
    """Memory for one BLOB, which a thread finds while there is time; it may be taken in another one.

    Args:
        make: Makes a buffer of a size.
    """

    def __init__(self, make: Callable[[int], BlobBuffer]) -> None:
        self._make = make
        self._lock = Lock()
        self._filling = Lock()
        self._buffer: BlobBuffer | None = None
        self._is_wanted = True
        self._is_there = False
        self._is_lent = False

    def fill(self, size: int) -> None:
        """Find the memory; nothing where there is none: who needs it is told."""
        with self._filling, suppress(OSError):
            if self._buffer is not None or not self._is_wanted:
                return
            buffer = self._make(size)
            is_kept = False
            try:
                self._is_there = buffer.claim()
                is_kept = self._keep(buffer)
            finally:
                if not is_kept:
                    buffer.close()

    def lend(self, size: int) -> memoryview | None:
        """Return the memory, found now if it is not yet, to be written before it is taken; None where there is none."""
        self.fill(size)
        with self._lock, suppress(BlobError, MemoryError):
            if self._buffer is not None and self._is_there:
                lent = memoryview(self._buffer.memory)
                self._is_lent = True
                return lent
        return None

    def take(self, size: int) -> BlobBuffer | None:
        """Return the memory, made to be of this size, or None where none is found yet. It is given out once.

        What was lent is of the size that it has, or None.
        """
        with self._lock:
            buffer, self._buffer, self._is_wanted = self._buffer, None, False
        if buffer is None or buffer.size == size:
            return buffer
        if self._is_lent:
            buffer.close()
            return None
        buffer.resize(size)
        return buffer

    def close(self) -> None:
        """Give the memory back, also that which is yet to be found."""
        if (buffer := self.take(0)) is not None:
            buffer.close()

    def _keep(self, buffer: BlobBuffer) -> bool:
        """Keep a buffer, unless nobody wants it any more; return whether it is kept."""
        with self._lock:
            if self._is_wanted:
                self._buffer = buffer
            return self._is_wanted
