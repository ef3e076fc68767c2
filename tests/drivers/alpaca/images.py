"""Images as Alpaca's servers send them, by a straightforward encoder."""

import json
import struct

import numpy as np

from lightapt_drivers.alpaca.images import IMAGE_BYTES, Element
from tests.drivers.alpaca.recorded import Raw

TYPES = {
    Element.INT16: np.int16,
    Element.INT32: np.int32,
    Element.DOUBLE: np.float64,
    Element.SINGLE: np.float32,
    Element.UINT64: np.uint64,
    Element.BYTE: np.uint8,
    Element.INT64: np.int64,
    Element.UINT16: np.uint16,
    Element.UINT32: np.uint32,
}
_LETTERS = {
    Element.INT16: "h",
    Element.INT32: "i",
    Element.DOUBLE: "d",
    Element.SINGLE: "f",
    Element.UINT64: "Q",
    Element.BYTE: "B",
    Element.INT64: "q",
    Element.UINT16: "H",
    Element.UINT32: "I",
}


def header(transmission, shape, *, element=Element.INT32, error=0, start=44, version=1, rank=None):
    """Return the header of ImageBytes for an array of columns by rows (by colours)."""
    width, height, planes = (*shape, 0)[:3]
    rank = len(shape) if rank is None else rank
    return struct.pack("<iiIIiiiiiii", version, error, 1, 2, start, element, transmission, rank, width, height, planes)


def image_bytes(picture, transmission, **fields):
    """Return ImageBytes of a picture (rows by columns, or colours by rows by columns), number by number."""
    planes = picture if picture.ndim == 3 else picture[np.newaxis]
    colours, rows, columns = planes.shape
    numbers = [planes[colour, y, x].item() for x in range(columns) for y in range(rows) for colour in range(colours)]
    shape = (columns, rows, colours) if picture.ndim == 3 else (columns, rows)
    pad = bytes(fields.get("start", 44) - 44)
    return (
        header(transmission, shape, **fields) + pad + struct.pack(f"<{len(numbers)}{_LETTERS[transmission]}", *numbers)
    )


def image_json(picture, *, type=2, error=0, message=""):
    """Return the JSON of a picture."""
    value = np.transpose(picture).tolist()
    return json.dumps(
        {"Type": type, "Rank": picture.ndim, "Value": value, "ErrorNumber": error, "ErrorMessage": message}
    ).encode()


def sent(picture, transmission=Element.INT32, **fields):
    """Return the answer of a server that sends a picture as ImageBytes."""
    return Raw(image_bytes(picture, transmission, **fields), content_type=IMAGE_BYTES)


def failed(number, words):
    """Return the answer of a server that has no picture, and says so by ImageBytes."""
    return Raw(header(0, (0, 0), element=0, error=number, rank=0) + words.encode(), content_type=IMAGE_BYTES)


def ramp(rows, columns, *colours, first=0):
    """Return a picture whose pixels all differ."""
    shape = (*colours, rows, columns)
    return (np.arange(np.prod(shape)).reshape(shape) + first).astype(np.int64)
