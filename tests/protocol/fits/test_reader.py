"""What the reader gives: views where the bytes are the pixels, the right types, and errors for what cannot be read."""

import io
import mmap

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits import Card, ChecksumError, Header, ReadError, encode, read, read_header
from lightapt_protocol.fits.header import BLOCK, render_header
from tests.protocol.fits.strategies import TYPES, headers, images, picture

IMAGE = picture("u2", (6, 5))


def file_of(*units):
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *units]).writeto(file)
    return file.getvalue()


def stored(values, bitpix, **said):
    """A file with these numbers stored, whatever the header says of them."""
    values = np.asarray(values)
    cards = {"SIMPLE": True, "BITPIX": bitpix, "NAXIS": 1, "NAXIS1": values.size} | said
    return render_header([Card(keyword, value) for keyword, value in cards.items()], ()) + values.tobytes()


@given(images(), headers(), st.booleans())
def test_what_was_written_is_read(image, header, checksum):
    back = read(encode(image, header, checksum=checksum), verify=True)
    assert back.pixels.dtype.newbyteorder("=") == image.dtype.newbyteorder("=")
    assert back.pixels.shape == image.shape
    assert np.array_equal(back.pixels, image, equal_nan=image.dtype.kind == "f")
    for card in header:
        assert back.header[card.keyword] == (card.value.rstrip() if isinstance(card.value, str) else card.value)


@given(images(), headers(), st.booleans())
def test_a_file_that_was_read_is_written_as_it_was(image, header, checksum):
    data = encode(image, [Card(card.keyword, card.value) for card in header], checksum=checksum)
    back = read(data)
    again = read(encode(back.pixels, back.header, checksum=checksum))
    assert again.header.without("CHECKSUM") == back.header.without("CHECKSUM")
    assert np.array_equal(again.pixels, back.pixels, equal_nan=image.dtype.kind == "f")


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "i8", "f4", "f8"])
def test_types_of_fits_are_views_of_the_file(dtype):
    image = picture(dtype, (6, 5))
    data = bytearray(encode(image))
    pixels = read(data).pixels
    assert np.shares_memory(pixels, np.frombuffer(data, np.uint8))
    assert not pixels.flags.writeable
    assert pixels.dtype == np.dtype(dtype).newbyteorder(">")


@pytest.mark.parametrize("dtype", ["i1", "u2", "u4", "u8"])
def test_other_integers_come_in_the_machines_order_and_may_be_changed(dtype):
    pixels = read(encode(picture(dtype, (6, 5)))).pixels
    assert pixels.dtype == np.dtype(dtype)
    assert pixels.flags.writeable


def test_numbers_as_they_are_stored_are_a_view_of_any_type():
    data = bytearray(encode(np.array([[0, 65535]], "u2")))
    pixels = read(data, scaled=False).pixels
    assert pixels.tolist() == [[-32768, 32767]]
    assert np.shares_memory(pixels, np.frombuffer(data, np.uint8))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_is_read(kind):
    assert np.array_equal(read(kind(bytes(encode(IMAGE)))).pixels, IMAGE)


def test_a_map_of_a_file_is_read(tmp_path):
    path = tmp_path / "image.fits"
    path.write_bytes(encode(picture("f4", (6, 5))))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        image = read(memory)
        assert np.array_equal(image.pixels, picture("f4", (6, 5)), equal_nan=True)
        del image


def test_a_buffer_of_other_numbers_than_bytes_is_read():
    assert np.array_equal(read(memoryview(bytes(encode(IMAGE))).cast("I")).pixels, IMAGE)


@pytest.mark.parametrize("dtype", TYPES)
def test_an_image_without_pixels_is_read(dtype):
    for shape in [(0, 5), (5, 0), (0,), (3, 0, 0)]:
        back = read(encode(np.empty(shape, dtype), checksum=True), verify=True).pixels
        assert (back.shape, back.dtype.newbyteorder("=")) == (shape, np.dtype(dtype))


@pytest.mark.parametrize(
    ("values", "bitpix", "said", "expected", "dtype"),
    [
        (np.array([0, 200], ">u1"), 8, {"BSCALE": 0.5, "BZERO": 10}, [10, 110], "f4"),
        (np.array([-5, 5], ">i2"), 16, {"BSCALE": 2}, [-10, 10], "f4"),
        (np.array([-5, 5], ">i2"), 16, {"BZERO": 1000.5}, [995.5, 1005.5], "f4"),
        (np.array([-5, 5], ">i2"), 16, {"BSCALE": 2, "BZERO": 32768}, [32758, 32778], "f4"),
        (np.array([-5, 5], ">i2"), 16, {"BSCALE": 1.0, "BZERO": 32768.0}, [32763, 32773], "u2"),
        (np.array([-5, 5], ">i4"), 32, {"BSCALE": 0.1}, [-0.5, 0.5], "f8"),
        (np.array([1.5, -2], ">f4"), -32, {"BZERO": 1}, [2.5, -1], "f4"),
        (np.array([1.5, -2], ">f8"), -64, {"BSCALE": 2}, [3, -4], "f8"),
        (np.array([1, -9, 2], ">i2"), 16, {"BSCALE": 3, "BLANK": -9}, [3, np.nan, 6], "f4"),
        (np.array([1, -9, 2], ">i2"), 16, {"BSCALE": 3, "BLANK": 10**9}, [3, -27, 6], "f4"),
        (np.array([1, 2], ">i2"), 16, {"BLANK": 2}, [1, 2], ">i2"),
    ],
)
def test_scales_are_applied(values, bitpix, said, expected, dtype):
    pixels = read(stored(values, bitpix, **said)).pixels
    assert np.allclose(pixels, expected, equal_nan=True)
    assert pixels.dtype == np.dtype(dtype)


@given(st.sampled_from([8, 16, 32, -32]), *2 * [st.floats(-1e30, 1e30)], st.none() | st.integers(-300, 300))
def test_scales_are_applied_as_astropy_does(bitpix, zero, scale, blank):
    values = picture({8: ">u1", 16: ">i2", 32: ">i4", -32: ">f4"}[bitpix], (20,))
    said = {"BZERO": zero, "BSCALE": scale} | ({"BLANK": blank} if blank is not None and bitpix > 0 else {})
    data = stored(values, bitpix, **said).ljust(2 * BLOCK, b"\0")
    with np.errstate(all="ignore"):
        expected = fits.open(io.BytesIO(data))[0].data
    pixels = read(data).pixels
    assert pixels.dtype.newbyteorder("=") == expected.dtype.newbyteorder("=")
    assert np.array_equal(pixels, expected, equal_nan=pixels.dtype.kind == "f")


def test_senseless_scales_make_no_noise():
    assert np.isinf(read(stored(np.array([5], ">i2"), 16, BSCALE=1e300)).pixels).all()


@pytest.mark.parametrize("value", ["x", True, None, 1j])
def test_a_scale_that_is_no_number_is_refused(value):
    with pytest.raises(ReadError, match="BZERO says"):
        read(stored(np.array([5], ">i2"), 16, BZERO=value))


def test_the_first_image_counts():
    table = fits.BinTableHDU.from_columns([fits.Column("A", "J", array=np.arange(3))])
    image = fits.ImageHDU(IMAGE.astype("i4"), name="SCI")
    back = read(file_of(table, image, fits.ImageHDU(np.zeros((2, 2)))))
    assert np.array_equal(back.pixels, IMAGE)
    assert back.header["EXTNAME"] == "SCI"


def test_an_image_of_an_extension_is_written_as_a_file_of_its_own():
    back = read(file_of(fits.ImageHDU(IMAGE.astype("i4"), name="SCI")))
    again = read(encode(back.pixels, back.header))
    assert next(iter(again.header)).keyword == "SIMPLE"
    assert np.array_equal(again.pixels, IMAGE)


def test_a_header_is_read_alone():
    assert read_header(encode(IMAGE, [Card("GAIN", 5)]))["GAIN"] == 5
    assert read_header(file_of(fits.ImageHDU(IMAGE, name="SCI")))["EXTNAME"] == "SCI"


@pytest.mark.parametrize("reader", [read, read_header])
def test_a_file_without_an_image_is_refused(reader):
    with pytest.raises(ReadError, match="holds no image"):
        reader(file_of())


def test_an_image_of_which_there_are_none_is_refused():
    cards = {"XTENSION": "IMAGE", "BITPIX": 8, "NAXIS": 1, "NAXIS1": 5, "PCOUNT": 0, "GCOUNT": 0}
    data = file_of() + render_header([Card(keyword, value) for keyword, value in cards.items()], ())
    with pytest.raises(ReadError, match="GCOUNT"):
        read(data + b"12345")


def changed(data, place):
    data = bytearray(data)
    data[place] ^= 1
    return data


def test_a_changed_pixel_is_found_by_datasum_and_a_changed_header_by_checksum():
    data = encode(IMAGE, [Card("OBJECT", "M 31")], checksum=True)
    with pytest.raises(ChecksumError, match="DATASUM says"):
        read(changed(data, BLOCK + 7), verify=True)
    with pytest.raises(ChecksumError, match="header and data"):
        read(changed(data, bytes(data).index(b"M 31")), verify=True)
    assert read(changed(data, BLOCK + 7)).header["OBJECT"] == "M 31"


def test_a_checksum_of_another_unit_does_not_count():
    data = bytes(encode(IMAGE, checksum=True)) + bytes(changed(file_of(fits.ImageHDU(IMAGE))[BLOCK:], BLOCK + 5))
    assert np.array_equal(read(data, verify=True).pixels, IMAGE)


@pytest.mark.parametrize("said", [{}, {"CHECKSUM": ""}])
def test_what_has_no_checksum_is_not_verified(said):
    assert read(stored(np.array([5], ">i2"), 16, **said), verify=True).pixels == 5


@given(st.binary(max_size=200), st.integers(0, 10))
def test_any_bytes_give_an_image_or_a_read_error(tail, blocks):
    for beginning in (b"", b"SIMPLE  =                    T", bytes(encode(IMAGE))[: 80 * blocks]):
        with pytest.raises(ReadError):
            read(beginning + tail)


# Whatever is changed in a file: an image of at most a small multiple of its bytes comes out, or a ReadError.
@given(st.data())
def test_a_damaged_file_gives_an_image_or_a_read_error(data):
    image = data.draw(st.sampled_from(["u1", "u2", "i4", "f4"]))
    file = bytearray(encode(picture(image, (5, 6)), [Card("BLANK", 5), Card("GAIN", 1.5)], checksum=True))
    places = st.one_of(st.integers(0, 15 * 80), st.integers(0, len(file) - 1))
    for place in data.draw(st.lists(places, min_size=1, max_size=12)):
        file[place] = data.draw(st.sampled_from(b"0123456789-+.E'/ TF=NAXIS\0\xff"))
    cut = data.draw(st.just(len(file)) | st.integers(0, len(file)))
    for options in ({}, {"scaled": False}, {"verify": True}):
        try:
            back = read(file[:cut], **options)
        except ReadError:
            continue
        assert back.pixels.nbytes <= 8 * len(file)
        assert isinstance(back.header, Header)
