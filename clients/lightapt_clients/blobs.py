"""BLOBs as a program has them, whole and in memory of their own; and how they come to be that."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightapt_protocol import blobs, shared_memory
from lightapt_protocol.blob_framing import BlobPart
from lightapt_protocol.errors import BlobError
from lightapt_protocol.members import OneBlob

from .files import write

if TYPE_CHECKING:
    from lightapt_protocol.fits import FitsImage

__all__ = ["Arrival", "Blob", "Body", "attached", "plain", "size_of"]

_LARGEST: Final = 1 << 30
"""Bytes of a BLOB, compressed or not."""
_LARGE: Final = 1 << 16
"""Bytes from which on memory comes from the system, which need not be cleared beforehand."""
_HUGE_PAGES: Final = getattr(mmap, "MADV_HUGEPAGE", None)


@dataclass(frozen=True, slots=True, eq=False)
class Blob:
    """A BLOB that a device has sent.

    Attributes:
        device: The device.
        name: The property.
        member: The member.
        format: A file name's ending such as ``.fits``; zlib's ``.z`` is gone, and the bytes are uncompressed.
        data: The bytes, read-only.
        timestamp: When the device says that it was made; empty where it does not.
    """

    device: str
    name: str
    member: str
    format: str
    data: memoryview
    timestamp: str = ""

    def __len__(self) -> int:
        return len(self.data)

    def image(self) -> FitsImage:
        """Return the picture and its header: a view of the data where possible.

        Raises:
            ReadError: It is no FITS file.
        """
        from lightapt_protocol import fits  # numpy is loaded by those who look at pictures

        return fits.read(self.data)

    def save(self, path: Path | str) -> None:
        """Write the bytes to a file, which must not be there yet; it has its name when it is whole and on the disk.

        Raises:
            OSError: It is there, or cannot be written.
        """
        write(self.data, Path(path))


@dataclass(frozen=True, slots=True)
class Arrival:
    """How much has come of a BLOB that is on its way.

    Attributes:
        device: The device.
        name: The property.
        member: The member.
        received: Bytes that have come, as compressed as they are.
        size: Bytes in all, as far as its sender says that; None where it does not.
    """

    device: str
    name: str
    member: str
    received: int
    size: int | None


def size_of(part: BlobPart) -> int | None:
    """Return how many bytes a BLOB has on its way, without the base64 around them; None where nobody says."""
    if not blobs.plain_format(part.format)[1]:
        return part.size or None
    encoded = part.attributes.get("enclen", "").strip()
    return int(encoded) * 3 // 4 if encoded.isdecimal() else None


class Body:
    """The bytes of a BLOB, decoded as they come: base64 is read once, while it is still in the processor's cache.

    Args:
        size: As many bytes as are expected; there may be more.
    """

    def __init__(self, size: int) -> None:
        self._decoder = blobs.Decoder()
        self._memory = _memory(size)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, part: BlobPart) -> None:
        """Take away what has come of the body.

        Raises:
            BlobError: It is not base64.
        """
        chunks, part.body = part.body, []
        for chunk in chunks:
            # Lines are the usual white space; the decoder finds any other, but slowly.
            self._append(self._decoder.write(bytes(chunk).replace(b"\n", b"")))

    def finished(self) -> memoryview:
        """Return the bytes.

        Raises:
            BlobError: The body is not whole.
        """
        self._decoder.close()
        return memoryview(self._memory)[: self._count].toreadonly()

    def _append(self, data: bytes) -> None:
        count = self._count + len(data)
        if count > len(self._memory):
            larger = _memory(min(max(2 * len(self._memory), count), _LARGEST))
            larger[: self._count] = memoryview(self._memory)[: self._count]
            self._memory = larger
        self._memory[self._count : count] = data
        self._count = count


def _memory(size: int) -> bytearray | mmap.mmap:
    if size < _LARGE:
        return bytearray(size)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if _HUGE_PAGES is not None:
        memory.madvise(_HUGE_PAGES)  # to touch a picture's pages one by one takes longer than to decode it
    return memory


def attached(part: BlobPart, descriptor: int | None) -> memoryview:
    """Return the bytes of a BLOB that came as shared memory: the memory itself, or a copy if it could be shortened.

    Raises:
        BlobError: There is no such memory, or it is too small.
    """
    if descriptor is None:
        raise BlobError(f"the memory of BLOB {part.attributes.get('name', '')} did not come")
    size = int(part.attributes.get("len") or part.size)
    try:
        if size and shared_memory.seal(descriptor):
            return memoryview(shared_memory.mapped(descriptor, size))
        return _copy(descriptor, size)
    finally:
        os.close(descriptor)


def _copy(descriptor: int, size: int) -> memoryview:
    memory, count = _memory(size), 0
    for piece in shared_memory.pieces(descriptor, size):
        memory[count : count + len(piece)] = piece
        count += len(piece)
    return memoryview(memory).toreadonly()


def plain(one: OneBlob) -> tuple[str, memoryview]:
    """Return a BLOB's format and bytes without zlib's compression.

    Raises:
        BlobError: It is compressed wrongly.
    """
    name, is_compressed = blobs.plain_format(one.format)
    data = blobs.decompress(one.data, one.size, limit=_LARGEST) if is_compressed else one.data
    return name, memoryview(data).toreadonly()
