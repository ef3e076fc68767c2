"""How pixels lie in a file: BITPIX, and the BZERO by which unsigned types become the signed ones that FITS has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .cards import Card

__all__ = ["PIXEL_TYPES", "PixelType", "Pixels", "stored_type", "unsigned_type"]

Pixels: TypeAlias = NDArray[np.integer[Any] | np.floating[Any]]
"""An image: an array of (rows, columns) or (planes, rows, columns)."""


@dataclass(frozen=True, slots=True)
class PixelType:
    """A type of pixels in memory, and what it is in a file.

    Attributes:
        native: The type in memory, as numpy spells it.
        bitpix: What BITPIX says.
        zero: What BZERO says: the value that is stored as 0.
    """

    native: str
    bitpix: int
    zero: int = 0

    @property
    def stored(self) -> np.dtype[Any]:
        """The type in the file, as FITS sees it."""
        return stored_type(self.bitpix)

    @property
    def cards(self) -> tuple[Card, ...]:
        """What announces the offset."""
        if not self.zero:
            return ()
        comment = "stored values + BZERO are the values"
        return (Card("BSCALE", 1, "values are not scaled"), Card("BZERO", self.zero, comment))

    def store(self, pixels: Pixels, into: NDArray[np.uint8]) -> None:
        """Write pixels as they are stored to contiguous bytes: as many as they need.

        The offset is taken off in the target. While that is in the cache, it is faster than on the way there; so give
        no more at a time. Pixels that lie there already, in the file's byte order, are not moved.
        """
        target = self.seen(into).reshape(pixels.shape)
        if not _is_same_memory(pixels, target):
            np.copyto(target, pixels)
        if not self.zero:
            return
        # As the machine sees the stored bytes, the highest bit is in another place.
        half = np.array(self._half, f">{self._bits}").view(self._bits)
        np.bitwise_xor(into.view(self._bits), half, out=into.view(self._bits))

    def seen(self, stored: NDArray[np.uint8]) -> Pixels:
        """Return contiguous bytes as pixels in the file's byte order; an offset is still to be taken off them."""
        return stored.view(np.dtype(self.native).newbyteorder(">"))

    def load(self, stored: Pixels) -> Pixels:
        """Return the pixels that stored ones of an offset type stand for, in memory of their own, in one pass."""
        pixels: Pixels = np.empty(stored.shape, dtype=self.native)
        half = np.array(self._half, self._bits)
        np.bitwise_xor(stored.view(f">{self._bits}"), half, out=pixels.view(self._bits))
        return pixels

    @property
    def _half(self) -> int:
        """The highest bit: to add half of an unsigned type's range is to turn it over."""
        return 1 << (abs(self.bitpix) - 1)

    @property
    def _bits(self) -> str:
        """The unsigned integers as wide as a pixel."""
        return f"u{abs(self.bitpix) // 8}"


PIXEL_TYPES: Final = {
    np.dtype(type.native): type
    for type in (
        PixelType("u1", 8),
        PixelType("i1", 8, -128),
        PixelType("i2", 16),
        PixelType("u2", 16, 1 << 15),
        PixelType("i4", 32),
        PixelType("u4", 32, 1 << 31),
        PixelType("i8", 64),
        PixelType("u8", 64, 1 << 63),
        PixelType("f4", -32),
        PixelType("f8", -64),
    )
}
"""By the type in memory, in the machine's byte order."""


def _is_same_memory(one: Pixels, other: Pixels) -> bool:
    places = [(pixels.__array_interface__["data"][0], pixels.strides, pixels.dtype) for pixels in (one, other)]
    return places[0] == places[1]


def stored_type(bitpix: int) -> np.dtype[Any]:
    """Return what numbers of a BITPIX are: big-endian, and unsigned only where they are of 8 bits."""
    kind = "f" if bitpix < 0 else "u" if bitpix == 8 else "i"
    return np.dtype(f">{kind}{abs(bitpix) // 8}")


def unsigned_type(bitpix: int, zero: float) -> PixelType | None:
    """Return the type whose pixels have this offset, or None where it is none of FITS' conventions."""
    return next((type for type in PIXEL_TYPES.values() if (type.bitpix, type.zero) == (bitpix, zero)), None)
