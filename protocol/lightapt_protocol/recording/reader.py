"""The bytes of a recording → its entries, wherever these are cut; of a file that is cut off, the last whole one too.

Behind damage reading goes on with the next frame that can be unpacked, and it is told that something is missing. What
came of a frame before its damage was noticed may be wrong already: its checksum stands at its end.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..construction import constructor
from ..limits import Limits
from .entries import BlobBody, Entry, EntryKind, RecordingError, RecordingHeader
from .writer import HEADER_MAGIC

if TYPE_CHECKING:
    from zstandard import ZstdDecompressionObj

__all__ = ["Recording", "RecordingReader"]

_ZSTD_MAGIC: Final = 0xFD2FB528
_SKIPPABLE: Final = range(0x184D2A50, 0x184D2A60)
_LARGEST_HEADER: Final = 1 << 20
_BEGINNINGS: Final = (struct.pack("<I", _ZSTD_MAGIC), struct.pack("<I", HEADER_MAGIC))
_REACH: Final = 512 * 1024
"""Bytes by which the library may be beyond damage when it notices: some blocks of 128 KiB."""
_TRIES: Final = 64
"""Places in a megabyte at which it is tried behind damage whether a frame begins: a file that only looks as if many did
costs little. Real ones are larger."""
_MEGABYTE: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 16
_SLICE: Final = 64 * 1024
_PIECE: Final = 1024
"""Compressed bytes that are unpacked at once, as the library bounds only what goes in. Of a bomb they make 32 MiB: a
block of 128 KiB for every 4 bytes (RFC 8878, section 3.1.1.2)."""
_PORTION: Final = 256 * 1024
"""Bytes that were unpacked, after which the limits are looked at."""
_LINE: Final = re.compile(rb"(\d{1,18}) ([<=+-]) (\d{1,10})((?: \d{1,10}/\d{1,10})*)")
_KINDS: Final = {kind.value.encode(): kind for kind in EntryKind}
_LIMITS: Final = Limits()
_LARGEST_CONTENT: Final = 2 * _LIMITS.control_size
_new_entry: Final = constructor(Entry)


class RecordingReader:
    """Reads a file piece by piece.

    Several files may be put behind one another: times count from the beginning of the first.

    Attributes:
        header: The first header; None until it has come.
    """

    def __init__(self) -> None:
        self.header: RecordingHeader | None = None
        self._raw = b""  # what came of a skippable frame, or of the mark of any
        self._frame: ZstdDecompressionObj | None = None
        self._trail = bytearray()  # the last that was taken of the frame
        self._is_lost = False  # behind damage, as long as no beginning of a frame has come
        self._is_damaged = False
        self._tried = (0, 0)  # a megabyte of the file, and how often it was tried in it
        self._entries = _EntryReader()
        self._offset = 0

    @property
    def is_whole(self) -> bool:
        """Whether what has come ends where a file may end that was closed well."""
        is_within = self._frame is not None or bool(self._raw) or self._entries.is_within
        return self.header is not None and not is_within and not self._is_lost

    @property
    def is_damaged(self) -> bool:
        """Whether something of what has come could not be read."""
        return self._is_damaged

    def feed(self, data: bytes) -> Iterator[Entry]:
        """Yield the entries that are whole now.

        Raises:
            RecordingError: This is no recording.
        """
        for start in range(0, len(data), _SLICE):
            rest = data[start : start + _SLICE]
            self._offset += len(rest)
            yield from self._read(rest)

    def finish(self) -> Iterator[Entry]:
        """Yield the entries behind a frame that seems to be cut off, but within which another begins: it is damaged."""
        while self._frame is not None and any(self._trail.find(one, 1) > 0 for one in _BEGINNINGS):
            yield from self._gap(left=len(self._trail))
            yield from self._read(self._skip(b""))

    def _read(self, data: bytes) -> Iterator[Entry]:
        while data:
            entries, data = self._take(data)
            try:
                yield from entries
            except RecordingError:
                if self.header is None:
                    raise
                yield from self._gap(left=len(data))
                data = self._skip(data)

    def _gap(self, *, left: int) -> Iterator[Entry]:
        """Yield the gap that damage leaves, unless it is still the same one, as no entry has come since."""
        if not self._entries.is_silent:
            what = "something is missing here, and what came shortly before may be wrong"
            words = f"the recording is damaged near byte {self._offset - left}: {what}"
            yield Entry(self._entries.latest, EntryKind.GAP, words.encode())

    def _skip(self, rest: bytes) -> bytes:
        """Take note of damage; return in what the next frame may begin, which can be in what was taken already."""
        rest = (bytes(self._trail) + rest)[1:]  # or the frame would be found that is damaged
        self._frame = None
        self._is_lost = self._is_damaged = True
        self._trail.clear()
        self._entries.clear()
        return rest

    def _take(self, data: bytes) -> tuple[Iterator[Entry], bytes]:
        """Return the entries in the beginning of `data`, and what is left of it."""
        if self._frame is not None:
            return self._unpack(self._frame, data)
        data, self._raw = self._raw + data, b""
        if self._is_lost:
            data = self._sought(data)
        mark = int.from_bytes(data[:4], "little")
        if len(data) >= 4 and mark == _ZSTD_MAGIC and self.header is not None:
            self._frame = _unpacker()
            self._trail.clear()
            return self._unpack(self._frame, data)
        if len(data) >= 4 and mark not in _SKIPPABLE:
            return _raising("this is no recording of INDI"), data
        end = 8 + struct.unpack_from("<I", data, 4)[0] if len(data) >= 8 else 8
        if end > _LARGEST_HEADER:
            return _raising("this is no recording of INDI, or its header is damaged"), data
        if len(data) < end or len(data) < 8:
            self._raw = data
            return iter(()), b""
        if mark == HEADER_MAGIC:
            if self._entries.is_within:
                return _raising("an entry is cut off"), data
            try:
                self._begin(RecordingHeader.from_bytes(data[8:end]))
            except RecordingError as error:
                return _raising(str(error)), data
        return iter(()), data[end:]

    def _sought(self, data: bytes) -> bytes:
        """Return `data` from where a frame or a header begins."""
        first, start = self._offset - len(data), 0
        while places := [place for one in _BEGINNINGS if (place := data.find(one, start)) >= 0]:
            place = min(places)
            megabyte = (first + place) // _MEGABYTE
            if self._may_try(megabyte):
                self._is_lost = False
                return data[place:]
            start = (megabyte + 1) * _MEGABYTE - first
        self._raw = data[max(start, len(data) + 1 - len(_BEGINNINGS[0])) :]
        return b""

    def _may_try(self, megabyte: int) -> bool:
        """Take note of a try in a megabyte of the file, if there is one left."""
        last, count = self._tried
        self._tried = megabyte, count + 1 if megabyte == last else 1
        return self._tried[1] <= _TRIES

    def _begin(self, header: RecordingHeader) -> None:
        if self.header is None:
            self.header = header
        self._entries.offset = (header.started - self.header.started) // timedelta(microseconds=1)

    def _unpack(self, frame: ZstdDecompressionObj, data: bytes) -> tuple[Iterator[Entry], bytes]:
        from zstandard import ZstdError

        plain, pos = bytearray(), 0
        try:
            while pos < len(data) and len(plain) < _PORTION and not frame.eof:
                plain += frame.decompress(data[pos : pos + _PIECE])
                pos += _PIECE
        except ZstdError as error:
            # What was unpacked up to here comes first; what is in the same piece is lost.
            self._follow(data[:pos])
            return chain(self._entries.feed(plain), _raising(str(error))), data[pos:]
        rest = data[pos:]
        if frame.eof:
            self._frame = None
            rest = frame.unused_data + rest
        self._follow(data[: len(data) - len(rest)])
        return self._entries.feed(plain), rest

    def _follow(self, taken: bytes) -> None:
        self._trail += taken
        if len(self._trail) > 2 * _REACH:
            del self._trail[:-_REACH]


def _raising(words: str) -> Iterator[Entry]:
    raise RecordingError(words)
    yield  # an iterator all the same


def _unpacker() -> ZstdDecompressionObj:
    from zstandard import ZstdDecompressor

    return ZstdDecompressor().decompressobj()


class _EntryReader:
    """Cuts what was unpacked into entries."""

    def __init__(self) -> None:
        self.offset = 0  # microseconds from the beginning of the recording to that of the file
        self.latest = 0  # the time of the last entry
        self._pending = bytearray()
        self._wanted = 1  # bytes without which looking makes no sense
        self.is_silent = False  # no entry has come since it was cleared

    @property
    def is_within(self) -> bool:
        return bool(self._pending)

    def clear(self) -> None:
        """Forget an entry that is not whole."""
        self._pending.clear()
        self._wanted = 1
        self.is_silent = True

    def feed(self, data: bytes | bytearray) -> Iterator[Entry]:
        self._pending += data
        if len(self._pending) < self._wanted:
            return
        pos, entry = 0, None
        try:
            while (found := self._entry(pos)) is not None:
                entry, pos = found
                yield entry
        finally:
            if entry is not None:
                self.latest, self.is_silent = entry.time, False
            del self._pending[:pos]

    def _entry(self, pos: int) -> tuple[Entry, int] | None:
        """Return the entry that begins at `pos`, and where it ends; None where it is not whole."""
        pending = self._pending
        end = pending.find(b"\n", pos, pos + _LONGEST_LINE)
        if end < 0:
            if len(pending) - pos >= _LONGEST_LINE:
                raise RecordingError("the recording is damaged: a line that never ends")
            self._wanted = 1
            return None
        time, kind, size, lengths = _fields(pending[pos:end])
        start = end + 1
        stop = start + size + (sum(length for length, _ in lengths) if lengths else 0)
        if stop >= len(pending):
            self._wanted = stop + 1 - pos
            return None
        if pending[stop] != 0x0A:
            raise RecordingError("the recording is damaged: an entry does not end where it says")
        content = bytes(pending[start : start + size])
        bodies = self._bodies(start + size, lengths) if lengths else ()
        return _new_entry(time + self.offset, kind, content, bodies=bodies), stop + 1

    def _bodies(self, pos: int, lengths: list[tuple[int, int]]) -> tuple[BlobBody, ...]:
        bodies: list[BlobBody] = []
        for length, size in lengths:
            bodies.append(BlobBody(bytes(memoryview(self._pending)[pos : pos + length]), size))
            pos += length
        return tuple(bodies)


def _fields(line: bytes | bytearray) -> tuple[int, EntryKind, int, list[tuple[int, int]]]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise RecordingError(f"the recording is damaged: {bytes(line[:60])!r} begins no entry")
    time, kind, content, blobs = found.groups()
    lengths: list[tuple[int, int]] = []
    for pair in blobs.split():
        length, _, size = pair.partition(b"/")
        lengths.append((int(length), int(size)))
    if int(content) > _LARGEST_CONTENT or (lengths and sum(length for length, _ in lengths) > _LIMITS.blob_size):
        raise RecordingError("the recording is damaged: an entry larger than any message")
    return int(time), _KINDS[kind], int(content), lengths


class Recording:
    """A recording as an iterator over its entries.

    Args:
        chunks: The bytes of its file, one piece after the other.

    Raises:
        RecordingError: This is no recording, or not even its header is whole.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._reader = RecordingReader()
        self._entries = _read(self._reader, chunks)
        self._first = next(self._entries, None)
        if self._reader.header is None:
            raise RecordingError("this is no recording of INDI, or it is cut off within its header")
        self.header: RecordingHeader = self._reader.header

    @property
    def is_whole(self) -> bool:
        """Whether the file was closed well; to be asked at its end."""
        return self._reader.is_whole

    @property
    def is_damaged(self) -> bool:
        """Whether some of it could not be read; to be asked at its end."""
        return self._reader.is_damaged

    def __iter__(self) -> Iterator[Entry]:
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._entries


def _read(reader: RecordingReader, chunks: Iterable[bytes]) -> Iterator[Entry]:
    # Not a method: an iterator that knew the recording would keep it, and the file that it reads, from being let go.
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.finish()
