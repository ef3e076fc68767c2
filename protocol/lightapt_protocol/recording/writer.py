"""Entries → the bytes of a recording."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..members import BytesLike
from .entries import Entry, RecordingHeader

if TYPE_CHECKING:
    from zstandard import ZstdCompressionObj

__all__ = ["FRAME_SIZE", "HEADER_MAGIC", "RecordingWriter"]

HEADER_MAGIC: Final = 0x184D2A50
"""A skippable frame of Zstandard (RFC 8878, section 3.1.2): its tools pass over it."""
FRAME_SIZE: Final = 4 * 1024 * 1024
"""Bytes of entries after which a new frame begins: damage to one harms no other. Each begins with a whole entry."""
_LEVEL: Final = 3


class RecordingWriter:
    """Makes the bytes of one file; what is returned is to be written in its order.

    Args:
        header: What the file says about itself.
    """

    def __init__(self, header: RecordingHeader) -> None:
        self._header = header
        self._frame: ZstdCompressionObj | None = None
        self._size = 0

    def start(self) -> bytes:
        """Return the header's bytes."""
        content = self._header.to_bytes()
        return struct.pack("<II", HEADER_MAGIC, len(content)) + content

    def add(self, entries: Iterable[Entry]) -> list[bytes]:
        """Take entries, and return what is to be written now; some is held back until :meth:`flush`."""
        out: list[bytes] = []
        text: list[bytes] = []
        for entry in entries:
            text += (_line(entry), entry.content)
            for body in entry.bodies:
                out += (self._compress(b"".join(text)), self._compress(body.data))
                text = []
            text.append(b"\n")
        return [*out, self._compress(b"".join(text))]

    def flush(self) -> bytes:
        """Return what was held back: all that was taken can be read when it is written."""
        from zstandard import COMPRESSOBJ_FLUSH_BLOCK

        if self._size >= FRAME_SIZE:
            return self.finish()
        return self._frame.flush(COMPRESSOBJ_FLUSH_BLOCK) if self._frame is not None else b""

    def finish(self) -> bytes:
        """Return what was held back, and the end of the frame; another begins with the next entry."""
        frame, self._frame, self._size = self._frame, None, 0
        return frame.flush() if frame is not None else b""

    def _compress(self, data: BytesLike) -> bytes:
        if not len(data):
            return b""
        if self._frame is None:
            from zstandard import ZstdCompressor

            self._frame = ZstdCompressor(level=_LEVEL, write_checksum=True).compressobj()
        self._size += len(data)
        return self._frame.compress(data)


def _line(entry: Entry) -> bytes:
    line = f"{entry.time} {entry.kind.value} {len(entry.content)}"
    for body in entry.bodies:
        line += f" {len(body.data)}/{body.size}"
    return f"{line}\n".encode()
