"""The bytes of a FITS file → its header and image: a view of these bytes where they are the pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from .checksum import ones_sum
from .errors import ChecksumError, ReadError
from .header import Header
from .pixels import Pixels, stored_type, unsigned_type
from .units import Unit, units

if TYPE_CHECKING:
    from ..blobs import Buffer

__all__ = ["LIMIT", "FitsImage", "read", "read_header"]

LIMIT: Final = 1 << 30
"""Bytes of pixels that :func:`read` unpacks from a compressed image where it is told no other limit."""

_ALL_ONES: Final = 2**32 - 1


@dataclass(frozen=True, slots=True, eq=False)
class FitsImage:
    """An image that was read.

    Attributes:
        header: All cards of its unit, those included that tell of the layout.
        pixels: An array of (rows, columns) or (planes, rows, columns); the first row is the first in the file. Not
            writable, and big-endian, where they are a view of the file's bytes.
    """

    header: Header
    pixels: Pixels


def read(data: Buffer, *, scaled: bool = True, verify: bool = False, limit: int = LIMIT) -> FitsImage:
    """Return the first image of a FITS file, compressed tiles (``.fits.fz``) included.

    Types that FITS has are views of `data`, which they keep alive; unsigned integers (BZERO) come as such, in memory of
    their own. Other values of BZERO and BSCALE are applied, which gives floats (of 32 bits for pixels of up to 16),
    where BLANK becomes NaN.

    Args:
        data: The file; padding behind the last unit may be missing.
        scaled: False gives the numbers as they are stored, whatever BZERO and BSCALE say.
        verify: Compare DATASUM and CHECKSUM, where they are there.
        limit: Bytes of pixels that a compressed image may unpack to. Other images need no limit: they take a small
            multiple of `data` at most.

    Raises:
        ReadError: It is no FITS file, not all of one, holds no image, or one of more than `limit`.
        ChecksumError: `verify`, and a checksum is wrong.
    """
    view = _bytes_of(data)
    for unit in units(view):
        if unit.is_image:
            if verify:
                _verify(view, unit)
            stored = _stored(view, unit)
            return FitsImage(unit.header, _scaled(stored, unit) if scaled else stored)
        if unit.is_compressed_image:
            if verify:
                _verify(view, unit)
            from .compression import decompress  # brings astropy

            return decompress(view, unit, scaled=scaled, limit=limit)
    raise ReadError("the file holds no image")


def read_header(data: Buffer) -> Header:
    """Return the header that :func:`read` would, without looking at the pixels; of compressed ones, the table's.

    Raises:
        ReadError: As :func:`read` does.
    """
    for unit in units(_bytes_of(data)):
        if unit.is_image or unit.is_compressed_image:
            return unit.header
    raise ReadError("the file holds no image")


def _bytes_of(data: Buffer) -> memoryview:
    return memoryview(data).cast("B")


def _stored(data: memoryview, unit: Unit) -> Pixels:
    """Return the numbers in the file, big-endian, as a view."""
    dtype = stored_type(unit.bitpix)
    count = math.prod(unit.shape)
    if count * dtype.itemsize > unit.data_size:
        raise ReadError("GCOUNT and PCOUNT of an image are other than 1 and 0", offset=unit.start)
    octets = np.frombuffer(data[unit.data_start : unit.data_start + unit.data_size], np.uint8)
    pixels: Pixels = octets.view(dtype)[:count].reshape(unit.shape)
    pixels.flags.writeable = False
    return pixels


def _scaled(stored: Pixels, unit: Unit) -> Pixels:
    zero, scale = _number(unit, "BZERO", 0.0), _number(unit, "BSCALE", 1.0)
    if (zero, scale) == (0, 1):
        return stored
    if scale == 1 and (unsigned := unsigned_type(unit.bitpix, zero)):
        return unsigned.load(stored)
    pixels = stored.astype("f4" if unit.bitpix in (8, 16, -32) else "f8")
    with np.errstate(over="ignore", invalid="ignore"):  # senseless numbers make senseless pixels, no noise
        pixels *= pixels.dtype.type(scale)
        pixels += pixels.dtype.type(zero)
    blank = unit.header.get("BLANK")
    if unit.bitpix > 0 and type(blank) is int:
        pixels[stored == blank] = np.nan
    return pixels


def _number(unit: Unit, keyword: str, default: float) -> float:
    if keyword not in unit.header:
        return default
    value = unit.header.number(keyword)
    if value is None:
        raise ReadError(f"{keyword} says {unit.header[keyword]!r}, where a number must be", offset=unit.start)
    return float(value)


def _verify(data: memoryview, unit: Unit) -> None:
    octets = np.frombuffer(data, np.uint8)
    total = ones_sum(octets[unit.data_start : unit.end])
    said = unit.header.get("DATASUM")
    if said is not None and f"{said}".strip() != f"{total}":
        raise ChecksumError(f"the sum over the data is {total}, and DATASUM says {said}", offset=unit.start)
    if unit.header.get("CHECKSUM"):  # an empty one states none
        off = (ones_sum(octets[unit.start : unit.data_start]) + total) % _ALL_ONES
        if off:
            raise ChecksumError(f"the sum over header and data is off by {off}", offset=unit.start)
