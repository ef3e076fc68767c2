"""Compressed tiles: nothing is lost, and nothing is unpacked beyond what is allowed."""

import gzip
import io

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_protocol.fits import Card, ChecksumError, EncodeError, ReadError, encode_compressed, read, read_header
from lightapt_protocol.fits.header import BLOCK
from tests.protocol.fits.strategies import TYPES, picture

IMAGE = picture("u2", (20, 30))
FILE = encode_compressed(IMAGE, [Card("GAIN", 5), Card("NOTE", "n" * 100, "long")], checksum=True)


def said(data, keyword, value):
    """The file with another value in a card of fixed format."""
    place = data.index(f"{keyword:<8}=".encode())
    field = f"'{value:<8}'".ljust(20) if isinstance(value, str) else f"{value:>20}"
    return data[: place + 10] + field.encode() + data[place + 30 :]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", [(1, 1), (7,), (5, 9), (3, 5, 9)])
def test_nothing_is_lost(dtype, shape):
    image = picture(dtype, shape)
    back = read(encode_compressed(image)).pixels
    assert (back.shape, back.dtype.newbyteorder("=")) == (shape, image.dtype)
    assert np.array_equal(back, image, equal_nan=image.dtype.kind == "f")


@pytest.mark.parametrize(("dtype", "coding"), [("u2", "RICE_1"), ("i4", "RICE_1"), ("f4", "GZIP_2"), ("u8", "GZIP_2")])
def test_integers_of_up_to_32_bits_are_coded_by_rice(dtype, coding):
    assert read_header(encode_compressed(picture(dtype, (5, 9))))["ZCMPTYPE"] == coding


def test_the_header_comes_back():
    header = read(FILE, verify=True).header
    assert (header["GAIN"], header["NOTE"], header["BITPIX"], header["NAXIS1"]) == (5, "n" * 100, 16, 30)


def test_what_was_read_may_be_compressed_again():
    back = read(FILE)
    again = read(encode_compressed(back.pixels, back.header))
    assert np.array_equal(again.pixels, IMAGE)
    assert again.header["GAIN"] == 5


def test_numbers_come_as_stored_when_asked_for():
    assert np.array_equal(read(FILE, scaled=False).pixels, IMAGE.astype(int) - 32768)


def test_colours_may_lie_together():
    image = picture("u1", (5, 6, 3))
    assert np.array_equal(read(encode_compressed(image, channels_last=True)).pixels, np.moveaxis(image, -1, 0))


def test_floats_that_others_coded_by_rice_are_read():
    image = np.random.default_rng(1).normal(1000, 10, (40, 50)).astype("f4")
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(image, compression_type="RICE_1")]).writeto(file)
    assert np.allclose(read(file.getvalue()).pixels, image, atol=1)


def test_an_image_without_pixels_is_not_compressed():
    with pytest.raises(EncodeError, match="nothing to compress"):
        encode_compressed(np.empty((0, 5), "u2"))


def test_a_changed_byte_is_found_by_the_checksum():
    damaged = bytearray(FILE)
    damaged[-BLOCK] ^= 1
    with pytest.raises(ChecksumError):
        read(damaged, verify=True)


def test_more_than_is_allowed_is_not_unpacked():
    assert read(FILE, limit=IMAGE.nbytes).pixels.nbytes == IMAGE.nbytes
    with pytest.raises(ReadError, match="unpacks to 1200 bytes, of which 1199 are allowed"):
        read(FILE, limit=IMAGE.nbytes - 1)
    with pytest.raises(ReadError, match="of which 1073741824 are allowed"):
        read(said(said(FILE, "ZNAXIS1", 10**9), "ZNAXIS2", 10**9))


def test_gzip_that_unpacks_to_more_than_the_image_is_not_unpacked():
    bomb = np.frombuffer(gzip.compress(bytes(1 << 20)), np.uint8)
    tiles = np.empty(1, object)
    tiles[0] = bomb
    table = fits.BinTableHDU.from_columns([fits.Column("COMPRESSED_DATA", "1PB()", array=tiles)])
    image = {"ZIMAGE": True, "ZBITPIX": 16, "ZNAXIS": 1, "ZNAXIS1": 9, "ZTILE1": 9, "ZCMPTYPE": "GZIP_1"}
    table.header.update(image)
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    with pytest.raises(ReadError, match="unpack to more than the image of 18 bytes"):
        read(file.getvalue())


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("ZCMPTYPE", "HCOMPRESS_1", "'HCOMPRESS_1' are not read"),
        ("ZCMPTYPE", "PLIO_1", "'PLIO_1' are not read"),
        ("ZCMPTYPE", 5, "5 are not read"),
        ("ZTILE1", 0, "ZTILE1 is 0"),
        ("ZTILE2", -1, "ZTILE2 is -1"),
        ("ZVAL1", 0, "BLOCKSIZE of Rice is 0"),
        ("ZVAL1", 2**31, "BLOCKSIZE of Rice is 2147483648"),
        ("ZVAL2", 8, "BYTEPIX of Rice is 8"),
        ("ZVAL2", "x", "BYTEPIX of Rice is 'x'"),
        ("ZBITPIX", "x", "ZBITPIX says 'x'"),
        ("ZNAXIS2", -1, "ZNAXIS2 is -1"),
        ("ZNAXIS2", 21, "cannot be unpacked"),
        ("TFIELDS", 0, "cannot be unpacked"),
        ("TFORM1", "5X", "cannot be unpacked"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_table_that_cannot_be_true_is_refused(keyword, value, reason):
    with pytest.raises(ReadError, match=reason) as caught:
        read(said(FILE, keyword, value))
    assert caught.value.offset in (0, BLOCK)


# Whatever is changed in a file: an image comes out, or a ReadError.
@settings(max_examples=60)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@given(st.data())
def test_a_damaged_file_gives_an_image_or_a_read_error(data):
    file = bytearray(FILE)
    for place in data.draw(st.lists(st.integers(BLOCK, len(file) - 1), min_size=1, max_size=5)):
        file[place] = data.draw(st.integers(0, 255))
    try:
        back = read(file, limit=1 << 20)
    except ReadError:
        return
    assert back.pixels.nbytes <= 1 << 20
