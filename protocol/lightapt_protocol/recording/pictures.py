"""The header of a picture without the picture, and a blank picture of that header: by bytes only, without numpy."""

from __future__ import annotations

import zlib
from typing import Final

from ..blobs import plain_format
from ..members import BytesLike

__all__ = ["header_of", "with_blank_pixels"]

_BLOCK: Final = 2880
_CARD: Final = 80
_MOST_BLOCKS: Final = 200
_BEGINNINGS: Final = (b"SIMPLE  =", b"XTENSION=")


def header_of(data: BytesLike, *, format: str) -> bytes:
    """Return the blocks of a FITS file (FITS 4.0, section 3.3) up to its picture, uncompressed; empty for other files.

    Args:
        data: The file.
        format: What its sender says it is: with ``.z`` at the end it is unpacked as far as is needed.
    """
    _, is_compressed = plain_format(format)
    data = _unpacked(data) if is_compressed else data
    end = _header_end(data, 0)
    if end and _is_empty(bytes(data[:end])):  # the picture is in an extension, as it is where tiles are compressed
        end = _header_end(data, end) or end
    return bytes(data[:end])


def with_blank_pixels(header: BytesLike, *, size: int, format: str) -> bytes:
    """Return a file of `size` bytes before compression, in the form that `format` says: a header, and zeros."""
    data = bytes(header) + bytes(max(0, size - len(header)))
    return zlib.compress(data, 1) if plain_format(format)[1] else data


def _unpacked(data: BytesLike) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_BLOCKS * _BLOCK)
    except zlib.error:
        return b""


def _header_end(data: BytesLike, start: int) -> int:
    """Return where the header at `start` ends; 0 where there is none."""
    if not bytes(data[start : start + _CARD]).startswith(_BEGINNINGS):
        return 0
    for begin in range(start, start + _MOST_BLOCKS * _BLOCK, _BLOCK):
        block = bytes(data[begin : begin + _BLOCK])
        if any(block[place : place + 8] == b"END     " for place in range(0, len(block), _CARD)):
            return begin + _BLOCK
    return 0


def _is_empty(header: bytes) -> bool:
    """Whether a header says that no data follow it."""
    cards = (header[place : place + _CARD] for place in range(0, len(header), _CARD))
    return any(card.startswith(b"NAXIS   =") and card[10:].split(b"/")[0].strip() == b"0" for card in cards)
