"""An image and its header → the bytes of a FITS file, written once and straight to where they travel from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from mmap import mmap
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .cards import Card, render
from .checksum import UNSET, encoded, folded, ones_sum
from .errors import EncodeError
from .header import Header, padded, render_header, without_layout
from .pixels import PIXEL_TYPES, Pixels, PixelType

__all__ = ["Plan", "encode", "plan"]

_TILE: Final = 2 << 20
"""Bytes that are written at a time, and finished and summed up while they are in the cache."""

_SIMPLE: Final = Card("SIMPLE", True, "a file of the FITS standard")
_COLOURS: Final = (3, 4)


@dataclass(frozen=True, slots=True)
class _Tile:
    """Some rows of a plane, and the byte of the data at which they begin."""

    plane: int
    rows: slice
    start: int
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How an image becomes a FITS file; made by :func:`plan`. The pixels are read when it is written.

    Attributes:
        pixels: An array of (planes, rows, columns).
        type: What they are in the file.
        shape: The lengths of the file's axes, the slowest first.
        header: The cards without those that tell of the layout.
        checksum: Whether there are DATASUM and CHECKSUM.
        head: The header's blocks; the checksums are set when the file is written.
    """

    pixels: Pixels
    type: PixelType
    shape: tuple[int, ...]
    header: Header
    checksum: bool
    head: bytes

    @property
    def data_size(self) -> int:
        """Bytes of the pixels."""
        return self.pixels.size * self.type.stored.itemsize

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.head) + padded(self.data_size)

    def room(self, buffer: bytearray | memoryview | mmap) -> Pixels:
        """Return where the image lies in a buffer that :meth:`write_into` is given: made there, it is not copied.

        The array is of the image's shape and type, and big-endian as the file is.

        Raises:
            EncodeError: As for :meth:`write_into`.
        """
        data = _octets(buffer, self.size)[len(self.head) :][: self.data_size]
        return self.type.seen(data).reshape(self.shape)

    def write_into(self, buffer: bytearray | memoryview | mmap, *, threads: int = 1) -> None:
        """Write the file to the beginning of a buffer: :attr:`size` bytes, whatever was there but for the image itself.

        An image that was made in its :meth:`room` is none any more afterwards: its pixels are as the file has them.

        Args:
            buffer: Contiguous and writable.
            threads: How many share the work. On a machine with nothing else to do two halve the time, of new pages
                above all; where others want the processors too they cost more than they gain.

        Raises:
            EncodeError: The buffer is too small, or cannot be written to.
        """
        target = _octets(buffer, self.size)
        begin = len(self.head)
        end = begin + self.data_size

        def write(tiles: Sequence[_Tile]) -> int:
            return sum(self._store(tile, target[begin + tile.start :][: tile.size]) for tile in tiles)

        total = _shared_out(write, list(self._tiles()), threads)
        target[end:] = 0
        target[:begin] = np.frombuffer(self._finished_head(total), np.uint8)

    def write_to(self, descriptor: int, *, offset: int = 0) -> None:
        """Write the file through the descriptor of shared memory or of a file on a disk, from byte `offset` on.

        In memory that nothing was written to yet this costs half of mapping it and :meth:`write_into`: the system need
        not clear the pages first.

        Raises:
            OSError: The system does not take it.
        """
        begin = offset + len(self.head)
        scratch = np.empty(max((tile.size for tile in self._tiles()), default=0), np.uint8)
        total = 0
        for tile in self._tiles():
            piece = scratch[: tile.size]
            total += self._store(tile, piece)
            _write_at(descriptor, piece.data, begin + tile.start)
        padding = bytes(padded(self.data_size) - self.data_size)
        _write_at(descriptor, memoryview(padding), begin + self.data_size)
        _write_at(descriptor, memoryview(self._finished_head(total)), offset)

    def _store(self, tile: _Tile, into: NDArray[np.uint8]) -> int:
        """Write a tile, and return its share of the data's checksum."""
        self.type.store(self.pixels[tile.plane, tile.rows], into)
        return ones_sum(into, offset=tile.start) if self.checksum else 0

    def _tiles(self) -> Iterator[_Tile]:
        planes, height, width = self.pixels.shape
        row = width * self.type.stored.itemsize
        step = max(1, _TILE // max(1, row))
        # Rows before planes: where the colours of a pixel lie together they are read together.
        for first in range(0, height, step):
            rows = slice(first, min(first + step, height))
            for plane in range(planes):
                yield _Tile(plane, rows, (plane * height + first) * row, (rows.stop - first) * row)

    def _finished_head(self, total: int) -> bytes:
        if not self.checksum:
            return self.head
        place = self.head.rindex(b"DATASUM =")  # nothing but END is behind these two
        unset = _with_checksums(self.head, place, folded(total), UNSET)
        whole = total + ones_sum(np.frombuffer(unset, np.uint8))
        return _with_checksums(self.head, place, folded(total), encoded(whole))


def plan(
    image: Pixels, header: Iterable[Card] = (), *, channels_last: bool | None = None, checksum: bool = False
) -> Plan:
    """Return how an image becomes a FITS file; nothing is copied yet.

    Args:
        image: An array of (rows, columns) or (planes, rows, columns): integers of 8 to 64 bits or floats of 32 or 64,
            in any byte order and with any strides. The first row is the first in the file.
        header: Cards to write, in this order. What tells of the layout (BITPIX, NAXIS, BZERO, CHECKSUM …) is left out
            and said anew, so that the header of a file that was read may be given.
        channels_last: The image is an array of (rows, columns, colours), as picture files have it. Where nothing is
            said an image that looks so is refused.
        checksum: Write DATASUM and CHECKSUM.

    Raises:
        EncodeError: FITS has no such pixels, or not so many axes.
        CardError: A card cannot be written.
    """
    image = np.asarray(image)
    type = PIXEL_TYPES.get(image.dtype.newbyteorder("="))
    if type is None:
        raise EncodeError(f"FITS has no pixels of type {image.dtype}: convert them, as by image.astype('float32')")
    pixels = _planes(image, channels_last)
    shape = pixels.shape[3 - image.ndim :]
    cards = Header(card for card in without_layout(header) if card.keyword != "BLANK" or type.bitpix > 0)
    head = render_header(_layout(type, shape), cards, _checksums(0, UNSET) if checksum else ())
    return Plan(pixels, type, shape, cards, checksum, head)


def encode(
    image: Pixels, header: Iterable[Card] = (), *, channels_last: bool | None = None, checksum: bool = False
) -> memoryview:
    """Return the FITS file of an image, in memory of its own; arguments and errors as for :func:`plan`.

    A memoryview, as ``bytes`` and ``bytearray`` clear or copy what is written once.
    """
    planned = plan(image, header, channels_last=channels_last, checksum=checksum)
    buffer = np.empty(planned.size, np.uint8).data
    planned.write_into(buffer)
    return buffer


def _planes(image: Pixels, channels_last: bool | None) -> Pixels:
    """Return a view as (planes, rows, columns)."""
    if not 1 <= image.ndim <= 3 or (channels_last and image.ndim < 3):
        raise EncodeError(
            f"an image has rows and columns, and planes or colours perhaps, but not the shape {image.shape}"
        )
    if channels_last:
        return np.moveaxis(image, -1, 0)
    if channels_last is None and image.ndim == 3 and image.shape[2] in _COLOURS and image.shape[0] not in _COLOURS:
        raise EncodeError(f"the shape {image.shape} looks like (rows, columns, colours): say channels_last, or False")
    return image.reshape((1,) * (3 - image.ndim) + image.shape)


def _layout(type: PixelType, shape: Sequence[int]) -> Iterator[Card]:
    yield _SIMPLE
    yield Card("BITPIX", type.bitpix, "bits of a pixel; negative: floating point")
    yield Card("NAXIS", len(shape), "axes")
    for number, length in enumerate(reversed(shape), start=1):
        yield Card(f"NAXIS{number}", length, "pixels along this axis, the fastest first")
    yield from type.cards


def _checksums(data: int, text: str) -> tuple[Card, Card]:
    return Card("DATASUM", str(data), "sum of the data's words"), Card("CHECKSUM", text, "makes that of all all ones")


def _with_checksums(head: bytes, place: int, data: int, text: str) -> bytes:
    cards = "".join(map(render, _checksums(data, text))).encode("ascii")
    return head[:place] + cards + head[place + len(cards) :]


def _octets(buffer: bytearray | memoryview | mmap, size: int) -> NDArray[np.uint8]:
    octets = np.frombuffer(buffer, np.uint8)
    if not octets.flags.writeable:
        raise EncodeError("the buffer for a FITS file is read-only")
    if len(octets) < size:
        raise EncodeError(f"the FITS file is of {size} bytes, the buffer of {len(octets)}")
    return octets[:size]


def _shared_out(write: Callable[[Sequence[_Tile]], int], tiles: Sequence[_Tile], threads: int) -> int:
    """Let threads write the tiles, neighbours the same one; return the sum of what they return."""
    if threads == 1:
        return write(tiles)
    share = max(1, -(-len(tiles) // threads))
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(write, [tiles[start : start + share] for start in range(0, len(tiles), share)]))


def _write_at(descriptor: int, data: memoryview, offset: int) -> None:
    while data:
        count = os.pwrite(descriptor, data, offset)
        data, offset = data[count:], offset + count
