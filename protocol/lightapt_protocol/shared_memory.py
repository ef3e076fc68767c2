"""The one seam for the memory in which attached BLOBs travel between processes of one machine.

Linux has anonymous files (``memfd_create``) with seals; elsewhere an unlinked temporary file does.
Whoever maps memory that another process can shorten dies of SIGBUS when it does: take what a peer has sent by
:func:`pieces`, or map it once :func:`seal` has said yes.
"""

from __future__ import annotations

import mmap
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from typing import Final

from .errors import BlobError

if sys.platform == "linux":
    import fcntl

__all__ = ["PIECE", "claim", "create", "mapped", "pieces", "seal", "writable"]

PIECE: Final = 192 * 1024
"""Bytes that :func:`pieces` yields at a time: they stay in the cache until they are encoded."""


def create(size: int, *, name: str = "blob") -> int:
    """Return the descriptor, closed on exec, of new shared memory of `size` zero bytes; the caller closes it.

    Raises:
        OSError: There is no memory, or no descriptor, to be had.
    """
    descriptor = _anonymous(name)
    try:
        os.ftruncate(descriptor, size)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _anonymous(name: str) -> int:
    if sys.platform == "linux":
        return os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    descriptor, path = tempfile.mkstemp(prefix=f"{name}-")
    os.unlink(path)
    return descriptor


def claim(descriptor: int, size: int) -> bool:
    """Have the system find memory for the first `size` bytes now; return whether it did.

    It does so else as they are written, and who writes to a map when there is none dies of SIGBUS.

    Raises:
        OSError: There is none to be had.
    """
    if sys.platform != "linux":
        return False
    if size > 0:
        os.posix_fallocate(descriptor, 0, size)
    return True


def seal(descriptor: int) -> bool:
    """Forbid any change of size, for every holder; return whether that is so now."""
    if sys.platform != "linux":
        return False
    size_seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
    try:
        if fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & size_seals != size_seals:
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, size_seals)
    except OSError:  # not such memory at all, or its maker does not allow it
        return False
    return True


def mapped(descriptor: int, size: int) -> mmap.mmap:
    """Map the first `size` bytes for reading; the map outlives the descriptor.

    Raises:
        BlobError: There are not so many (a buffer may be larger than its BLOB, not smaller), or `size` is 0.
    """
    return _map(descriptor, size, mmap.ACCESS_READ)


def writable(descriptor: int, size: int) -> mmap.mmap:
    """Map the first `size` bytes for writing; every holder of the memory sees what is written.

    Raises:
        BlobError: As for :func:`mapped`.
    """
    return _map(descriptor, size, mmap.ACCESS_WRITE)


def _map(descriptor: int, size: int, access: int) -> mmap.mmap:
    _check(descriptor, size)
    if size < 1:
        raise BlobError(f"{size} bytes of shared memory cannot be mapped")
    try:
        return mmap.mmap(descriptor, size, access=access)
    except (OSError, ValueError, OverflowError) as error:
        raise BlobError(f"shared memory cannot be mapped: {error}") from error


def pieces(descriptor: int, size: int, *, piece: int = PIECE) -> Iterator[memoryview]:
    """Yield the first `size` bytes in pieces, each valid until the next is asked for, without mapping them.

    Raises:
        BlobError: There are not so many, at the start or later.
    """
    _check(descriptor, size)
    buffer = memoryview(bytearray(min(size, piece)))
    for offset in range(0, size, piece):
        wanted = buffer[: min(piece, size - offset)]
        yield wanted[: _read(descriptor, wanted, offset)]


def _check(descriptor: int, size: int) -> None:
    try:
        status = os.fstat(descriptor)
    except OSError as error:
        raise BlobError(f"no shared memory: {error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise BlobError("the descriptor of a BLOB is not shared memory")
    if status.st_size < size:
        raise BlobError(f"shared memory of {status.st_size} bytes for a BLOB of {size}")


def _read(descriptor: int, into: memoryview, offset: int) -> int:
    try:
        count = os.preadv(descriptor, [into], offset)
    except OSError as error:
        raise BlobError(f"shared memory cannot be read: {error}") from error
    if count < len(into):
        raise BlobError(f"shared memory ends at byte {offset + count}, within a BLOB")
    return count
