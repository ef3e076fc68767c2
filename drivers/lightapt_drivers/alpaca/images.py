"""What a camera sends as an image, ImageBytes or JSON, becomes pixels as FITS has them: while it comes.

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
from .canvas import Canvas, touch
from .errors import AnswerError, device_error
from .web import Body

__all__ = ["IMAGE_BYTES", "Element", "ImageReceiver"]

IMAGE_BYTES: Final = "application/imagebytes"
_HEADER: Final = struct.Struct("<iiIIiiiiiii")
_VERSION: Final = 1


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


class ImageReceiver:
    """Reads the body of the answer that is an image.

    Args:
        asked: What was asked of whom, for the errors.
        depth: Bits of a pixel, as the camera says: integers that need no more become unsigned ones of 8 or 16 bits.
    """

    def __init__(self, asked: str, *, depth: int = 16) -> None:
        self._asked = asked
        self._depth = depth
        self._room: Pixels | None = None

    def prepare(self, room: Pixels | None) -> None:
        """Have the image made there, if it is of the shape and of the type for it; this takes its time."""
        if room is not None:
            touch(room)
        self._room = room

    def receive(self, body: Body) -> Pixels:
        """Return an image as FITS has it: rows by columns, the top one first; or colours by rows by columns.

        Raises:
            AlpacaError: The device has no image, and says why.
            AnswerError: It is none.
            OSError: It does not come.
            MemoryError: It is too large.
        """
        if body.content_type == IMAGE_BYTES:
            return self._receive_columns(body.measured())
        array = _from_json(body.rest(), asked=self._asked)
        columns = array.reshape(_without_one_colour(array.shape))
        canvas = self._canvas(columns.shape, columns.dtype)
        canvas.add(columns)
        return canvas.pixels

    def _receive_columns(self, body: Body) -> Pixels:
        """Turn columns while others are on their way: some at a time, in memory that stays in the cache."""
        shape, type = _begin(body, self._asked)
        canvas = self._canvas(shape, type)
        strip = np.empty((canvas.step, *shape[1:]), type)
        for left in range(shape[0], 0, -len(strip)):
            columns = strip[:left]
            body.fill(columns.view(np.uint8).reshape(-1).data)
            canvas.add(columns)
        return canvas.pixels

    def _canvas(self, shape: tuple[int, ...], type: np.dtype[Any]) -> Canvas:
        into, self._room = self._room, None
        return Canvas(shape, type, depth=self._depth, into=into)


def _begin(body: Body, asked: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Read as far as the first pixel; return the lengths of the array's axes, and its type.

    Raises:
        AlpacaError: The device has no image, and says why.
        AnswerError: It is none.
    """
    length = body.left or 0
    if length < _HEADER.size:
        raise AnswerError(f"{asked} was answered by {length} bytes, which is less than the header of an image")
    header = _Header(*_HEADER.unpack(_taken(body, _HEADER.size)))
    if header.version != _VERSION:
        raise AnswerError(f"{asked} was answered by ImageBytes of version {header.version}; known is {_VERSION}")
    if header.error:
        raise device_error(header.error, _words(header, body), asked=asked)
    type = np.dtype(_TYPES[_element(header.transmission, asked)])
    _element(header.element, asked)
    _check(header, asked)
    needed = header.start + math.prod(header.shape) * type.itemsize
    if length < needed:
        raise AnswerError(
            f"{asked} was answered by {length} bytes, where an image of {_size(header.shape)} has {needed}: "
            "it was cut off"
        )
    _taken(body, header.start - _HEADER.size)
    return _without_one_colour(header.shape), type


def _check(header: _Header, asked: str) -> None:
    if header.rank not in (2, 3):
        raise AnswerError(f"{asked} was answered by an image of rank {header.rank}: images have 2 or 3 dimensions")
    if min(header.shape) < 1:
        raise AnswerError(f"{asked} was answered by an image of {_size(header.shape)} pixels")
    if header.start < _HEADER.size:
        raise AnswerError(f"{asked} was answered by an image whose pixels begin at byte {header.start}, in the header")


def _words(header: _Header, body: Body) -> str:
    """Return what a device says that has no image."""
    rest = body.rest()
    return rest[max(0, header.start - _HEADER.size) :].decode(errors="replace").strip("\0")


def _without_one_colour(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:2] if shape[2:] == (1,) else shape


def _taken(body: Body, count: int) -> bytearray:
    taken = bytearray(count)
    body.fill(memoryview(taken))
    return taken


def _element(number: int, asked: str) -> Element:
    try:
        return Element(number)
    except ValueError:
        raise AnswerError(f"{asked} was answered by an image of elements that nobody knows: type {number}") from None


def _from_json(body: bytearray, *, asked: str) -> NDArray[Any]:
    """Return the array of an image that is sent as JSON.

    Raises:
        AlpacaError: The device has no image, and says why.
        AnswerError: It is none.
    """
    answer = body_of(200, body, asked=asked)
    number = answer.get("Type", 2)
    type = _JSON_TYPES.get(number) if isinstance(number, int) else None
    if type is None:
        raise AnswerError(f"{asked} was answered by an image of elements that nobody knows: type {number!r}")
    try:
        array = np.array(answer.get("Value"), type)
    except (ValueError, TypeError, OverflowError):
        raise AnswerError(
            f"{asked} was answered by an array that is no image: its columns differ in length, or it is not of numbers"
        ) from None
    if array.ndim not in (2, 3) or array.size == 0:
        raise AnswerError(f"{asked} was answered by an array of {array.ndim} dimensions, which is no image")
    return array


def _size(shape: tuple[int, ...]) -> str:
    return " by ".join(map(str, shape))
