"""Memory for a BLOB that is found before the BLOB is there: to find it takes the system as long as to fill it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock

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
        self._buffer: BlobBuffer | None = None
        self._is_wanted = True

    def fill(self, size: int) -> None:
        """Find the memory; nothing where there is none: who needs it is told."""
        with suppress(OSError):
            buffer = self._make(size)
            is_kept = False
            try:
                buffer.claim()
                is_kept = self._keep(buffer)
            finally:
                if not is_kept:
                    buffer.close()

    def take(self, size: int) -> BlobBuffer | None:
        """Return the memory, made to be of this size, or None where none is found yet. It is given out once."""
        with self._lock:
            buffer, self._buffer, self._is_wanted = self._buffer, None, False
        if buffer is not None:
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
