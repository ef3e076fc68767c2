"""Where an image that comes column by column becomes one of rows, as FITS has it. Loads numpy, so threads import it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lightapt_protocol.fits import Pixels

__all__ = ["Canvas", "touch"]

_STRIP: Final = 128
"""Columns of one colour that are turned at a time: so many of a row are some of what a cache transfers at once."""
_APART: Final = 32
"""Pixels between them on the way."""
_PAGE: Final = 4096
"""Bytes of memory that the system finds at a time, or more."""


class Canvas:
    """An image in the making: rows by columns, the top one first; or colours by rows by columns.

    Attributes:
        step: Columns that it takes best at a time.

    Args:
        shape: Columns, rows and, where there are any, colours.
        type: What its numbers are as they come.
        depth: Bits of a pixel, as the camera says: integers that need no more become unsigned ones of 8 or 16 bits.
        into: Where the image is to be, if it is of the shape and of the type for it, in whatever byte order.

    Raises:
        MemoryError: There is not so much of it.
    """

    def __init__(
        self, shape: Sequence[int], type: np.dtype[Any], *, depth: int, into: NDArray[Any] | None = None
    ) -> None:
        columns, rows, *colours = shape
        turned, narrow = (*colours, rows, columns), _narrow(type, depth)
        self._filled = 0
        is_room = into is not None and (into.shape, into.dtype.newbyteorder("=")) == (turned, narrow)
        self._take(into if into is not None and is_room else np.empty(turned, narrow))

    @property
    def pixels(self) -> Pixels:
        """The image: what came of it so far."""
        return self._pixels

    def add(self, columns: NDArray[Any]) -> None:
        """Add the next columns: columns by rows, or columns by rows by colours."""
        for first in range(0, len(columns), self.step):
            self._add(columns[first : first + self.step])

    def _add(self, strip: NDArray[Any]) -> None:
        """Add some columns by way of memory that stays in the cache.

        No two columns begin at the same place of a cache there; as they come they often lie a power of two apart, where
        a cache holds but few.
        """
        if not _fit(strip, self._near.dtype):
            self._widen(strip.dtype.newbyteorder("="))
        near = self._near[: len(strip)]
        near[...] = np.moveaxis(strip, 1, -1)
        end = self._filled + len(strip)
        self._pixels[..., self._filled : end] = np.moveaxis(near, 0, -1)
        self._filled = end

    def _widen(self, type: np.dtype[Any]) -> None:
        """Have pixels of another type: those that are there lose nothing by it."""
        there = self._pixels[..., : self._filled]
        self._take(np.empty(self._pixels.shape, type))
        self._pixels[..., : self._filled] = there

    def _take(self, pixels: NDArray[Any]) -> None:
        self._pixels = pixels
        *colours, rows, _ = pixels.shape
        self.step = max(1, _STRIP // (colours[0] if colours else 1))
        type = pixels.dtype.newbyteorder("=")
        self._near = np.empty((self.step, *colours, rows + _APART), type)[..., :rows]


def touch(pixels: Pixels) -> None:
    """Have the system find the memory of contiguous pixels now; it does so else page by page as they are written."""
    pixels.reshape(-1).view(np.uint8)[::_PAGE] = 0


def _narrow(type: np.dtype[Any], depth: int) -> np.dtype[Any]:
    """Return the type that an image is to have: no wider than the camera's bits."""
    if type.kind == "f" or depth > 16:
        return type.newbyteorder("=")
    return np.dtype(np.uint8 if depth <= 8 else np.uint16)


def _fit(numbers: NDArray[Any], wanted: np.dtype[Any]) -> bool:
    """Whether all numbers are of a type: those of another are integers, and it is an unsigned one of 8 or 16 bits."""
    type = numbers.dtype
    if type.newbyteorder("=") == wanted or (type.kind == "u" and type.itemsize <= wanted.itemsize):
        return True
    # Seen as unsigned ones, negative numbers are too large as well.
    half = type.itemsize == wanted.itemsize
    limit = (1 << 8 * wanted.itemsize - half) - 1
    return int(numbers.view(f"<u{type.itemsize}").max()) <= limit
