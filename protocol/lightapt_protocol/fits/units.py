"""The units of a FITS file, primary and extensions: where they lie, checked against the bytes that are there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .errors import ReadError
from .header import Header, padded, parse_header

__all__ = ["Unit", "axes", "integer", "units"]

_BITPIX: Final = frozenset({8, 16, 32, 64, -32, -64})
_MOST_AXES: Final = 32
"""What every numpy can hold."""
_MOST_UNITS: Final = 1000
_PRIMARY: Final = b"SIMPLE  ="
_EXTENSION: Final = b"XTENSION="
_OTHERS: Final = {b"\x1f\x8b": "gzip", b"\x78": "zlib, as of .fits.z", b"BZ": "bzip2", b"\xff\xd8": "a JPEG picture"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A header and the data behind it.

    Attributes:
        header: All of its cards.
        start: Byte at which the header begins.
        data_start: Byte at which the data begin.
        data_size: Bytes of data, without what fills their last block; they are all there.
        bitpix: What BITPIX says.
        shape: The lengths of the axes, the slowest first.
    """

    header: Header
    start: int
    data_start: int
    data_size: int
    bitpix: int
    shape: tuple[int, ...]

    @property
    def is_image(self) -> bool:
        """Whether the data are an array as it stands."""
        return bool(self.shape) and self.header.get("XTENSION", "IMAGE") == "IMAGE" and not self._is_groups

    @property
    def is_compressed_image(self) -> bool:
        """Whether the data are a table of compressed tiles (FITS 4.0, section 10)."""
        return self.header.get("XTENSION") == "BINTABLE" and self.header.get("ZIMAGE") is True

    @property
    def end(self) -> int:
        """Byte at which the next unit would begin."""
        return self.data_start + padded(self.data_size)

    @property
    def _is_groups(self) -> bool:
        return self.header.get("GROUPS") is True


def units(data: memoryview) -> Iterator[Unit]:
    """Yield the units of a file in their order; what follows the last is ignored, as the standard asks.

    Raises:
        ReadError: The bytes are no FITS file, or end within a unit.
    """
    start = 0
    for _ in range(_MOST_UNITS):
        unit = _unit(data, start)
        yield unit
        start = unit.end
        if bytes(data[start : start + len(_EXTENSION)]) != _EXTENSION:
            return
    raise ReadError(f"a file of more than {_MOST_UNITS} units")


def _unit(data: memoryview, start: int) -> Unit:
    if not start:
        _check_beginning(data)
    header, data_start = parse_header(data, start)
    bitpix = integer(header, "BITPIX", start=start)
    if bitpix not in _BITPIX:
        raise ReadError(f"BITPIX is {bitpix}, which FITS does not know", offset=start)
    shape = axes(header, "NAXIS", start=start)
    size = abs(bitpix) // 8 * _elements(header, shape, start)
    if size > len(data) - data_start:
        there = max(0, len(data) - data_start)
        raise ReadError(f"the header announces {size} bytes of data, and {there} are there", offset=start)
    return Unit(header, start, data_start, size, bitpix, shape)


def _check_beginning(data: memoryview) -> None:
    beginning = bytes(data[:80])
    if beginning.startswith(_PRIMARY):
        return
    for mark, name in _OTHERS.items():
        if beginning.startswith(mark):
            raise ReadError(f"no FITS file, but perhaps {name}: unpack it first")
    raise ReadError(f"no FITS file: it begins with {beginning[:16]!r}" if beginning else "no FITS file: it is empty")


def axes(header: Header, keyword: str, *, start: int) -> tuple[int, ...]:
    """Return the lengths of the axes that NAXIS (ZNAXIS) and its numbered companions state, the slowest first.

    Raises:
        ReadError: They are missing or senseless.
    """
    count = integer(header, keyword, start=start)
    if not 0 <= count <= _MOST_AXES:
        raise ReadError(f"{keyword} is {count}; 0 to {_MOST_AXES} axes can be read", offset=start)
    return tuple(integer(header, f"{keyword}{number}", start=start, least=0) for number in range(count, 0, -1))


def _elements(header: Header, shape: tuple[int, ...], start: int) -> int:
    """Return how many numbers the data are: FITS 4.0, equations 1 and 2, and 4 for random groups."""
    is_groups = header.get("GROUPS") is True and shape[-1:] == (0,)
    axes = shape[:-1] if is_groups else shape
    count = math.prod(axes) if axes else 0
    if not is_groups and "XTENSION" not in header:
        return count
    extra = integer(header, "PCOUNT", start=start, least=0)
    return integer(header, "GCOUNT", start=start, least=0) * (extra + count)


def integer(header: Header, keyword: str, *, start: int, least: int | None = None) -> int:
    """Return the integer that a keyword of the unit at `start` says.

    Raises:
        ReadError: It says none, or one below `least`.
    """
    value = header.get(keyword)
    if type(value) is not int:
        said = f"says {value!r}" if keyword in header else "is missing"
        raise ReadError(f"{keyword} {said}, where an integer must be", offset=start)
    if least is not None and value < least:
        raise ReadError(f"{keyword} is {value}", offset=start)
    return value
