"""Images compressed in tiles (``.fits.fz``, FITS standard 4.0, section 10), by astropy, which is imported when needed.

For the other form, zlib over the whole file (``.fits.z``), see :func:`lightapt_protocol.blobs.compress`.
"""

from __future__ import annotations

import io
import math
import re
import zlib
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, Final

import numpy as np

from .cards import Card
from .encoder import plan
from .errors import EncodeError, ReadError
from .header import padded, parse_header, render_header
from .pixels import Pixels
from .reader import FitsImage
from .units import Unit, axes, integer

__all__ = ["decompress", "encode_compressed"]

_CODINGS: Final = frozenset({"RICE_1", "RICE_ONE", "GZIP_1", "GZIP_2"})
_SETTINGS: Final = {"BLOCKSIZE": range(1, 65537), "BYTEPIX": (1, 2, 4)}
_SETTING: Final = re.compile("ZNAME[0-9]+")
_TILE: Final = re.compile("ZTILE[0-9]+")
_GZIP: Final = 31
"""What zlib calls its largest window with gzip's header."""
_PRIMARY: Final = render_header([Card("SIMPLE", True), Card("BITPIX", 8), Card("NAXIS", 0), Card("EXTEND", True)], ())


def encode_compressed(
    image: Pixels, header: Iterable[Card] = (), *, channels_last: bool | None = None, checksum: bool = False
) -> bytes:
    """Return the ``.fits.fz`` file of an image; nothing is lost: Rice for integers of up to 32 bits, else gzip.

    Arguments are as for :func:`~lightapt_protocol.fits.plan`; it takes some 40 times as long as to write it plain.

    Raises:
        EncodeError: FITS has no such pixels, not so many axes, or there are no pixels at all.
        CardError: A card cannot be written.
    """
    fits: Any = import_module("astropy.io.fits")  # it says little of its types
    planned = plan(image, header, channels_last=channels_last)
    if not planned.data_size:
        raise EncodeError(f"there is nothing to compress in an image of the shape {planned.shape}")
    unit = fits.CompImageHDU(
        data=np.ascontiguousarray(planned.pixels.reshape(planned.shape), dtype=planned.type.native),
        header=fits.Header.fromstring(render_header((), planned.header)),
        compression_type="RICE_1" if planned.type.bitpix in (8, 16, 32) else "GZIP_2",
        quantize_level=0,
    )
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), unit]).writeto(file, checksum=checksum)
    return file.getvalue()


def decompress(data: memoryview, unit: Unit, *, scaled: bool, limit: int) -> FitsImage:
    """Return the image in a table of tiles that are compressed by Rice or gzip.

    Raises:
        ReadError: The tiles do not make the image that the header announces, or it is larger than `limit`.
    """
    fits: Any = import_module("astropy.io.fits")
    size = _checked_size(unit, limit)
    _check_coding(unit)
    table = bytes(data[unit.start : unit.end])
    file = _PRIMARY + table.ljust(padded(len(table)), b"\0")
    try:
        _check_sizes(_gzip_tiles(file), size)
        with fits.open(io.BytesIO(file), memmap=False, do_not_scale_image_data=not scaled) as units:
            header, _ = parse_header(memoryview(units[1].header.tostring().encode("ascii")), 0)
            pixels = units[1].data
    except ReadError:
        raise
    except Exception as error:  # astropy, zlib and their C code raise errors of all kinds on bytes from elsewhere
        raise ReadError(f"the compressed image cannot be unpacked: {error}", offset=unit.start) from error
    return FitsImage(header, pixels)


def _checked_size(unit: Unit, limit: int) -> int:
    """Return the bytes of the image: no memory is taken for more than the caller allows."""
    octets = abs(integer(unit.header, "ZBITPIX", start=unit.start)) // 8
    size = octets * math.prod(axes(unit.header, "ZNAXIS", start=unit.start))
    if size > limit:
        raise ReadError(f"a compressed image unpacks to {size} bytes, of which {limit} are allowed", offset=unit.start)
    return size


def _check_coding(unit: Unit) -> None:
    """Refuse what astropy's C code takes at its word: it would read beyond its memory, or not come back."""
    header = unit.header
    if header.get("ZCMPTYPE") not in _CODINGS:
        raise ReadError(f"tiles of {header.get('ZCMPTYPE')!r} are not read, only Rice and gzip", offset=unit.start)
    for card in header:
        if _TILE.fullmatch(card.keyword):
            integer(header, card.keyword, start=unit.start, least=1)
        if _SETTING.fullmatch(card.keyword) and isinstance(card.value, str):
            allowed = _SETTINGS.get(card.value.upper(), ())
            said = header.get(card.keyword.replace("NAME", "VAL"))
            if allowed and (type(said) is not int or said not in allowed):
                raise ReadError(f"{card.value} of Rice is {said!r}", offset=unit.start)


def _gzip_tiles(file: bytes) -> Iterator[bytes]:
    fits: Any = import_module("astropy.io.fits")
    with fits.open(io.BytesIO(file), memmap=False, disable_image_compression=True) as units:
        names = {"GZIP_COMPRESSED_DATA"}  # of floats that Rice could not take
        if units[1].header["ZCMPTYPE"].startswith("GZIP"):
            names.add("COMPRESSED_DATA")
        for name in names.intersection(units[1].columns.names):
            yield from (tile.tobytes() for tile in units[1].data[name])


def _check_sizes(tiles: Iterable[bytes], size: int) -> None:
    """Refuse tiles that unpack to more than the image: nothing states their sizes that could be trusted."""
    left = size
    for tile in tiles:
        unpacker = zlib.decompressobj(wbits=_GZIP)
        left -= len(unpacker.decompress(tile, left + 1))
        if left < 0 or unpacker.unused_data:
            raise ReadError(f"tiles unpack to more than the image of {size} bytes")
