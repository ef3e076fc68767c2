"""How pixels are stored: big-endian, and unsigned ones less half of their range."""

import numpy as np
import pytest

from lightapt_protocol.fits.pixels import PIXEL_TYPES, stored_type, unsigned_type
from tests.protocol.fits.strategies import TYPES, picture

ALL = [PIXEL_TYPES[np.dtype(name)] for name in TYPES]


@pytest.mark.parametrize("type", ALL, ids=str)
def test_stored_numbers_and_the_offset_make_the_values(type):
    pixels = picture(type.native, (4, 5))
    into = np.empty(pixels.nbytes, np.uint8)
    type.store(pixels, into)
    stored = into.view(stored_type(type.bitpix)).reshape(pixels.shape)
    if type.bitpix < 0:
        assert np.array_equal(stored, pixels, equal_nan=True)
    else:
        assert (stored.astype(object) + type.zero == pixels.astype(object)).all()


@pytest.mark.parametrize("type", [type for type in ALL if type.zero], ids=str)
def test_pixels_of_an_offset_type_come_back(type):
    pixels = picture(type.native, (4, 5))
    into = np.empty(pixels.nbytes, np.uint8)
    type.store(pixels, into)
    loaded = type.load(into.view(type.stored).reshape(pixels.shape))
    assert loaded.dtype == pixels.dtype
    assert np.array_equal(loaded, pixels)


def test_offsets_are_known_by_bitpix_and_value():
    assert unsigned_type(16, 32768.0) == PIXEL_TYPES[np.dtype("u2")]
    assert unsigned_type(8, -128) == PIXEL_TYPES[np.dtype("i1")]
    assert unsigned_type(64, 2**63) == PIXEL_TYPES[np.dtype("u8")]
    assert unsigned_type(16, 32767) is unsigned_type(32, 32768) is None


def test_types_that_c_calls_otherwise_are_known():
    assert PIXEL_TYPES[np.dtype("longlong")].bitpix == 64
    assert PIXEL_TYPES[np.dtype(np.intc)].bitpix == 32
