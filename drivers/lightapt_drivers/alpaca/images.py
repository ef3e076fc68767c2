"""What a camera sends as an image, ImageBytes or JSON, becomes pixels as FITS has them.

Loads numpy, so threads import it. Sources: ASCOM Alpaca API Reference, section on image arrays (ImageBytes).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lightapt_protocol.fits import Pixels

from .answers import body_of
from .errors import AnswerError, device_error

__all__ = ["IMAGE_BYTES", "Element", "parse", "read_image"]

IMAGE_BYTES: Final = "application/imagebytes"
_HEADER: Final = struct.Struct("<iiIIiiiiiii")
_VERSION: Final = 1
_STRIP: Final = 64
"""Columns that are turned at a time: a row of them is what a cache transfers, or two."""
_APART: Final = 32
"""Pixels between them on the way."""


class Element(IntEnum):
    """ImageArrayElementTypes: what an image's numbers are."""

    INT16 = 1
    INT32 = 2
    DOUBLE = 3
    SINGLE = 4
    UINT64 = 5
    BYTE = 6
    INT64 = 7
    UINT16 = 8
    UINT32 = 9


_TYPES: Final = {
    Element.INT16: "<i2",
    Element.INT32: "<i4",
    Element.DOUBLE: "<f8",
    Element.SINGLE: "<f4",
    Element.UINT64: "<u8",
    Element.BYTE: "u1",
    Element.INT64: "<i8",
    Element.UINT16: "<u2",
    Element.UINT32: "<u4",
}
_JSON_TYPES: Final = {1: "<i2", 2: "<i4", 3: "<f8"}


@dataclass(frozen=True, slots=True)
class _Header:
    """The header of ImageBytes, by its fields in their order."""

    version: int
    error: int
    client_transaction: int
    server_transaction: int
    start: int
    element: int
    transmission: int
    rank: int
    width: int
    height: int
    planes: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the array's axes."""
        return (self.width, self.height, self.planes)[: self.rank]


def read_image(content_type: str, body: bytes | bytearray, *, asked: str, depth: int = 16) -> Pixels:
    """Return an image as FITS has it: rows by columns, the top one first; or colours by rows by columns.

    Args:
        content_type: The media type of what the camera's server has sent.
        body: What it has sent.
        asked: What was asked of whom, for the errors.
        depth: Bits of a pixel, as the camera says: integers that need no more become unsigned ones of 8 or 16 bits.

    Raises:
        AlpacaError: The device has no image, and says why.
        AnswerError: It is none.
    """
    array = (parse if content_type == IMAGE_BYTES else _from_json)(body, asked=asked)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    return _turned(array, _narrow(array, depth))


def parse(body: bytes | bytearray, *, asked: str) -> NDArray[Any]:
    """Return the array of ImageBytes as it is sent, without a copy: columns by rows, or columns by rows by colours.

    Raises:
        AlpacaError: The device has no image, and says why.
        AnswerError: It is none.
    """
    header = _header(body, asked)
    type = np.dtype(_TYPES[_element(header.transmission, asked)])
    _element(header.element, asked)
    if header.rank not in (2, 3):
        raise AnswerError(f"{asked} was answered by an image of rank {header.rank}: images have 2 or 3 dimensions")
    if min(header.shape) < 1:
        raise AnswerError(f"{asked} was answered by an image of {_size(header.shape)} pixels")
    if header.start < _HEADER.size:
        raise AnswerError(f"{asked} was answered by an image whose pixels begin at byte {header.start}, in the header")
    count = math.prod(header.shape)
    needed = header.start + count * type.itemsize
    if len(body) < needed:
        raise AnswerError(
            f"{asked} was answered by {len(body)} bytes, where an image of {_size(header.shape)} has {needed}: "
            "it was cut off"
        )
    return np.frombuffer(body, type, count, header.start).reshape(header.shape)


def _header(body: bytes | bytearray, asked: str) -> _Header:
    if len(body) < _HEADER.size:
        raise AnswerError(f"{asked} was answered by {len(body)} bytes, which is less than the header of an image")
    header = _Header(*_HEADER.unpack_from(body))
    if header.version != _VERSION:
        raise AnswerError(f"{asked} was answered by ImageBytes of version {header.version}; known is {_VERSION}")
    if header.error:
        words = bytes(body[max(header.start, _HEADER.size) :]).decode(errors="replace").strip("\0")
        raise device_error(header.error, words, asked=asked)
    return header


def _element(number: int, asked: str) -> Element:
    try:
        return Element(number)
    except ValueError:
        raise AnswerError(f"{asked} was answered by an image of elements that nobody knows: type {number}") from None


def _from_json(body: bytes | bytearray, *, asked: str) -> NDArray[Any]:
    """Return the array of an image that is sent as JSON.

    Raises:
        AlpacaError: The device has no image, and says why.
        AnswerError: It is none.
    """
    answer = body_of(200, bytes(body), asked=asked)
    number = answer.get("Type", 2)
    type = _JSON_TYPES.get(number) if isinstance(number, int) else None
    if type is None:
        raise AnswerError(f"{asked} was answered by an image of elements that nobody knows: type {number!r}")
    try:
        array = np.array(answer.get("Value"), type)
    except (ValueError, TypeError, OverflowError) as error:
        raise AnswerError(f"{asked} was answered by an array that is no image: {error}") from None
    if array.ndim not in (2, 3) or array.size == 0:
        raise AnswerError(f"{asked} was answered by an array of {array.ndim} dimensions, which is no image")
    return array


# Pixels as FITS has them.


def _narrow(array: NDArray[Any], depth: int) -> np.dtype[Any]:
    """Return the type that an image is to have: no wider than the camera's bits, as long as its values fit."""
    wanted = np.dtype(np.uint8 if depth <= 8 else np.uint16)
    if array.dtype.kind == "f" or depth > 16 or not _fits(array, wanted):
        return array.dtype.newbyteorder("=")
    return wanted


def _fits(array: NDArray[Any], wanted: np.dtype[Any]) -> bool:
    """Whether all values of an array of integers are of an unsigned type: none has bits beyond it."""
    bits = array.view(f"<u{array.dtype.itemsize}")
    if array.dtype.itemsize < wanted.itemsize:
        return array.dtype.kind == "u" or int(array.min()) >= 0
    limit = (1 << 8 * wanted.itemsize - (array.dtype.kind == "i" and array.dtype.itemsize == wanted.itemsize)) - 1
    return int(bits.max()) <= limit


def _turned(array: NDArray[Any], type: np.dtype[Any]) -> Pixels:
    """Return columns by rows as rows by columns of a type; colours go to the front.

    Some columns at a time, by way of memory that stays in the cache, and in which no two of them begin at the same
    place of it: the columns of an image often lie a power of two apart, where a cache holds but few.
    """
    columns, rows, *colours = array.shape
    turned: NDArray[Any] = np.empty((*colours, rows, columns), type)
    beside = np.empty((_STRIP, *colours, rows + _APART), type)[..., :rows]
    for left in range(0, columns, _STRIP):
        strip = array[left : left + _STRIP]
        near = beside[: len(strip)]
        near[...] = np.moveaxis(strip, 1, -1)
        turned[..., left : left + len(strip)] = np.moveaxis(near, 0, -1)
    return turned


def _size(shape: tuple[int, ...]) -> str:
    return " by ".join(map(str, shape))
