"""How the bytes of a BLOB become the body of a ``oneBLOB`` and come back: base64, and zlib for ``.z``.

Everything goes in slices of a few hundred kilobytes, which stay in the cache: on a whole picture the
fresh pages of the result cost more than the coding, and whatever waits for the processor would wait for it.
"""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from mmap import mmap
from typing import Final, TypeAlias

import pybase64

from .errors import BlobError

__all__ = [
    "LINE",
    "SLICE",
    "Buffer",
    "Decoder",
    "body",
    "compress",
    "decode",
    "decode_into",
    "decompress",
    "encode_slice",
    "encoded",
    "encoded_lines",
    "encoded_size",
    "plain_format",
]

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap
"""What holds the bytes of a BLOB, or a piece of its body."""

SLICE: Final = 192 * 1024
"""Bytes that are encoded at a time: a multiple of three, so that encoded slices follow on without padding."""

LINE: Final = 72
"""Characters of a line in a body that is announced by ``enclen``."""

_ENCODED_SLICE: Final = SLICE // 3 * 4
_LINES_SLICE: Final = SLICE // (LINE // 4 * 3) * (LINE // 4 * 3)
_WHITE: Final = b" \t\r\n"
_FOREIGN: Final = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]")
_COMPRESSED: Final = ".z"


def encoded_size(size: int) -> int:
    """Return how many characters of unbroken base64 `size` bytes make."""
    return (size + 2) // 3 * 4


def encode_slice(view: memoryview, index: int) -> bytes:
    """Return the base64 of the slice number `index` of `view`; empty behind the last."""
    return pybase64.b64encode(view[index * SLICE : (index + 1) * SLICE])


def encoded(data: Buffer) -> Iterator[bytes]:
    """Yield unbroken base64, a slice at a time."""
    for piece in _slices(data, SLICE):
        yield pybase64.b64encode(piece)


def encoded_lines(data: Buffer) -> Iterator[bytes]:
    """Yield base64 in lines of :data:`LINE` characters, many at a time; each ends in a newline."""
    for piece in _slices(data, _LINES_SLICE):
        text = pybase64.b64encode(piece)
        yield b"\n".join([text[start : start + LINE] for start in range(0, len(text), LINE)]) + b"\n"


def body(data: Buffer, *, lines: bool = False) -> tuple[int | None, Iterator[bytes]]:
    """Return the ``enclen`` that a ``oneBLOB`` must state (None: it must state none), and its body.

    libindi takes ``enclen`` for a promise that the body comes in lines of 72: it reads enclen + enclen/72 + 1
    bytes without looking for the end tag. Unbroken base64 under an ``enclen`` would lose what follows it.
    Hence two forms only: unbroken without ``enclen``, and lines with it.
    """
    if lines:
        return encoded_size(len(data)), chain(encoded_lines(data), [b"\n"])  # or full lines were one short of that
    return None, encoded(data)


def _slices(data: Buffer, size: int) -> Iterator[memoryview]:
    with memoryview(data) as view, view.cast("B") as octets:
        for start in range(0, len(octets), size):
            with octets[start : start + size] as piece:
                yield piece


class Decoder:
    """Decodes a body piece by piece, wherever it is cut; white space counts for nothing.

    A final :meth:`close` tells whether the body was whole.
    """

    __slots__ = ("_padded", "_rest")

    def __init__(self) -> None:
        self._rest = b""  # what has come of a group of four
        self._padded = False

    def write(self, chunk: Buffer) -> bytes:
        """Return what `chunk` adds to the BLOB.

        Raises:
            BlobError: It is not base64, or follows the padding that ends the body.
        """
        text = self._rest + bytes(chunk) if self._rest else chunk
        try:
            return self._groups(text)
        except binascii.Error:
            pass  # nearly always white space
        text = bytes(text).translate(None, _WHITE)
        try:
            return self._groups(text)
        except binascii.Error:
            raise self._error(text) from None

    def close(self) -> None:
        """Check that the body is whole.

        Raises:
            BlobError: It ends within a group of four characters.
        """
        if rest := self._rest.strip(_WHITE):
            raise BlobError("base64 goes on behind its padding" if self._padded else "base64 ends early", element=rest)

    def _groups(self, text: Buffer) -> bytes:
        whole = len(text) & ~3
        with memoryview(text) as view:
            decoded = pybase64.b64decode(view[:whole], validate=True)
            if whole and self._padded:
                raise binascii.Error
            self._padded = self._padded or (whole > 0 and view[whole - 1] == 0x3D)
            self._rest = bytes(view[whole:])
        return decoded

    def _error(self, text: bytes) -> BlobError:
        if foreign := _FOREIGN.search(text):
            return BlobError(f"byte {foreign[0]!r} is not base64", element=text[foreign.start() :])
        return BlobError("base64 goes on behind its padding, or is padded wrongly", element=text[-16:])


def decode(chunks: Iterable[Buffer]) -> bytes:
    """Return the BLOB that `chunks` encode.

    Raises:
        BlobError: They are not base64, or not all of it.
    """
    return b"".join(_decoded(chunks))


def decode_into(chunks: Iterable[Buffer], target: bytearray | memoryview | mmap) -> int:
    """Decode `chunks` into the beginning of `target`, and return how many bytes they are.

    Raises:
        BlobError: They are not base64, not all of it, or more than `target` holds.
    """
    count = 0
    with memoryview(target) as view:
        for piece in _decoded(chunks):
            if count + len(piece) > len(view):
                raise BlobError(f"a BLOB of more than the {len(view)} bytes stated")
            view[count : count + len(piece)] = piece
            count += len(piece)
    return count


def _decoded(chunks: Iterable[Buffer]) -> Iterator[bytes]:
    decoder = Decoder()
    for chunk in chunks:
        for piece in _slices(chunk, _ENCODED_SLICE):
            yield decoder.write(piece)
    decoder.close()


def compress(data: Buffer) -> bytes:
    """Return the zlib form of `data`, which ``.z`` behind a format announces."""
    return zlib.compress(data)


def decompress(data: Buffer, size: int, *, limit: int) -> bytes:
    """Return what `data` are the zlib form of: exactly `size` bytes, which `limit` bounds.

    Raises:
        BlobError: They are not that, or `size` is beyond `limit`; never are more than `size` bytes unpacked.
    """
    if not 0 <= size <= limit:
        raise BlobError(f"a compressed BLOB states {size} bytes, of which {limit} are allowed")
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, size + 1)  # one more, to notice it
    except zlib.error as error:
        raise BlobError(f"a compressed BLOB cannot be unpacked: {error}") from error
    if len(plain) > size:
        raise BlobError(f"a compressed BLOB states {size} bytes and holds more")
    if not unpacker.eof:
        raise BlobError(f"a compressed BLOB states {size} bytes and ends after {len(plain)}")
    if len(plain) < size:
        raise BlobError(f"a compressed BLOB states {size} bytes and holds {len(plain)}")
    return plain


def plain_format(name: str) -> tuple[str, bool]:
    """Return a format without ``.z``, and whether that was there: ``.fits.z`` → ``(".fits", True)``."""
    plain = name.removesuffix(_COMPRESSED)
    return plain, plain != name
