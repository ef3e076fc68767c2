"""What the encoder writes: exactly the size that it announced, once, into any buffer or descriptor."""

import mmap
import os
import tempfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol import shared_memory
from lightapt_protocol.fits import Card, CardError, EncodeError, Header, encode, plan, read
from lightapt_protocol.fits import encoder as encoder_module
from lightapt_protocol.fits.header import BLOCK
from tests.protocol.fits.strategies import TYPES, headers, images, picture

IMAGE = picture("u2", (6, 5))
HEADER = Header([Card("OBJECT", "M 31"), Card("EXPTIME", 2.0, "[s] exposure")])


def cards(data):
    return [bytes(data[place : place + 80]).decode().rstrip() for place in range(0, BLOCK, 80)]


def test_the_header_says_how_the_data_lie():
    assert cards(encode(IMAGE, HEADER))[:10] == [
        "SIMPLE  =                    T / a file of the FITS standard",
        "BITPIX  =                   16 / bits of a pixel; negative: floating point",
        "NAXIS   =                    2 / axes",
        "NAXIS1  =                    5 / pixels along this axis, the fastest first",
        "NAXIS2  =                    6 / pixels along this axis, the fastest first",
        "BSCALE  =                    1 / values are not scaled",
        "BZERO   =                32768 / stored values + BZERO are the values",
        "OBJECT  = 'M 31    '",
        "EXPTIME =                  2.0 / [s] exposure",
        "END",
    ]


@pytest.mark.parametrize(
    ("dtype", "bitpix", "zero"),
    [
        *[("u1", 8, None), ("i1", 8, -128), ("u2", 16, 32768), ("i2", 16, None), ("u4", 32, 1 << 31)],
        *[("i4", 32, None), ("u8", 64, 1 << 63), ("i8", 64, None), ("f4", -32, None), ("f8", -64, None)],
    ],
)
def test_each_type_has_its_bitpix_and_offset(dtype, bitpix, zero):
    header = read(encode(picture(dtype, (2, 3)))).header
    assert (header["BITPIX"], header.get("BZERO")) == (bitpix, zero)


def test_bytes_are_big_endian_and_the_rest_of_the_block_is_zero():
    data = bytes(encode(np.array([[0, 1], [32768, 65535]], "u2")))
    assert data[BLOCK:] == bytes.fromhex("8000 8001 0000 7fff").ljust(BLOCK, b"\0")


@given(images(), headers(), st.booleans())
def test_the_size_is_known_before_and_is_of_whole_blocks(image, header, checksum):
    planned = plan(image, header, checksum=checksum)
    assert planned.size == len(encode(image, header, checksum=checksum))
    assert planned.size % BLOCK == 0


@given(images(), headers(), st.booleans(), st.integers(1, 4))
def test_all_ways_write_the_same(image, header, checksum, threads):
    planned = plan(image, header, checksum=checksum)
    expected = bytes(encode(image, header, checksum=checksum))
    dirty = bytearray(b"\xff" * (planned.size + 3))
    planned.write_into(dirty, threads=threads)
    assert dirty == expected + b"\xff" * 3
    with tempfile.TemporaryFile() as file:
        file.write(b"before")
        planned.write_to(file.fileno(), offset=6)
        file.seek(0)
        assert file.read() == b"before" + expected


@given(images(), headers(), st.booleans(), st.integers(1, 2))
def test_an_image_that_is_made_in_its_room_makes_the_same_file(image, header, checksum, threads):
    planned = plan(np.broadcast_to(np.zeros((), image.dtype), image.shape), header, checksum=checksum)
    buffer = bytearray(b"\xff" * planned.size)
    room = planned.room(buffer)
    room[...] = image
    plan(room, header, checksum=checksum).write_into(buffer, threads=threads)
    assert buffer == bytes(encode(image, header, checksum=checksum))


def test_there_is_no_room_in_a_buffer_that_is_too_small_or_read_only():
    planned = plan(IMAGE)
    for buffer in (bytearray(planned.size - 1), bytes(planned.size)):
        with pytest.raises(EncodeError):
            planned.room(buffer)


@pytest.mark.parametrize("shape", [(300, 1001), (3, 300, 401), (1, 700_001), (700_001, 1), (3, 350_001)])
@pytest.mark.parametrize("threads", [1, 3])
def test_images_of_many_tiles_are_written_whole(shape, threads, monkeypatch):
    monkeypatch.setattr(encoder_module, "_TILE", 50_001)
    image = picture("u2", shape)
    planned = plan(image, checksum=True)
    buffer = bytearray(planned.size)
    planned.write_into(buffer, threads=threads)
    assert np.array_equal(read(buffer, verify=True).pixels, image)
    descriptor = shared_memory.create(planned.size)
    planned.write_to(descriptor)
    assert b"".join(bytes(piece) for piece in shared_memory.pieces(descriptor, planned.size)) == buffer
    os.close(descriptor)


def test_the_map_of_shared_memory_can_be_closed_when_it_is_written():
    planned = plan(IMAGE, HEADER, checksum=True)
    descriptor = shared_memory.create(planned.size)
    memory = shared_memory.writable(descriptor, planned.size)
    planned.write_into(memory, threads=2)
    assert memory[:] == bytes(encode(IMAGE, HEADER, checksum=True))
    memory.close()
    os.close(descriptor)


def test_the_pixels_are_read_when_it_is_written():
    image = IMAGE.copy()
    planned = plan(image)
    image[:] = 7
    buffer = bytearray(planned.size)
    planned.write_into(buffer)
    assert (read(buffer).pixels == 7).all()


@pytest.mark.parametrize("buffer", [bytes(2 * BLOCK), memoryview(bytes(2 * BLOCK))])
def test_a_buffer_that_cannot_be_written_to_is_refused(buffer):
    with pytest.raises(EncodeError, match="read-only"):
        plan(IMAGE).write_into(buffer)


def test_a_buffer_that_is_too_small_is_refused_and_left_as_it_was():
    buffer = bytearray(b"x" * (2 * BLOCK - 1))
    with pytest.raises(EncodeError, match="5760 bytes, the buffer of 5759"):
        plan(IMAGE).write_into(buffer)
    assert set(buffer) == {ord("x")}


def test_a_part_of_a_map_may_be_the_buffer():
    memory = mmap.mmap(-1, 3 * BLOCK)
    with memoryview(memory) as view, view[7:] as part:
        plan(IMAGE).write_into(part)
    assert memory[7 : 7 + 2 * BLOCK] == bytes(encode(IMAGE))


def test_a_descriptor_that_cannot_be_written_to_is_an_error():
    with open(os.devnull, "rb") as file, pytest.raises(OSError, match="descriptor"):
        plan(IMAGE).write_to(file.fileno())


@pytest.mark.parametrize("dtype", ["?", "f2", "c8", "O", "S3", "M8[s]", [("a", "i2")]])
def test_pixels_that_fits_has_not_are_refused(dtype):
    with pytest.raises(EncodeError, match="no pixels of type"):
        encode(np.zeros((2, 2), dtype))


@pytest.mark.parametrize("shape", [(), (2, 3, 4, 5)])
def test_other_than_one_to_three_axes_are_refused(shape):
    with pytest.raises(EncodeError, match="the shape"):
        encode(np.zeros(shape, "u1"))


@pytest.mark.parametrize("colours", [3, 4])
def test_an_image_that_looks_as_if_its_colours_lay_together_is_refused_until_it_is_said(colours):
    image = picture("u2", (6, 5, colours))
    with pytest.raises(EncodeError, match="channels_last"):
        encode(image)
    assert np.array_equal(read(encode(image, channels_last=True)).pixels, np.moveaxis(image, -1, 0))
    assert np.array_equal(read(encode(image, channels_last=False)).pixels, image)


def test_planes_first_need_no_saying():
    header = read(encode(picture("u1", (3, 4, 5)))).header
    assert [header[f"NAXIS{number}"] for number in (1, 2, 3)] == [5, 4, 3]


def test_colours_last_need_three_axes():
    with pytest.raises(EncodeError, match="shape"):
        encode(IMAGE, channels_last=True)


def test_what_a_header_says_of_the_layout_is_said_anew():
    header = [Card("NAXIS1", 999), Card("BZERO", 5), Card("CHECKSUM", "x"), Card("GAIN", 1), Card("BITPIX", 8)]
    back = read(encode(IMAGE, header)).header
    assert (back["NAXIS1"], back["BZERO"], back["BITPIX"], back["GAIN"]) == (5, 32768, 16, 1)
    assert "CHECKSUM" not in back


def test_a_blank_is_of_integers():
    assert "BLANK" in read(encode(picture("i2", (2, 2)), [Card("BLANK", -1)])).header
    assert "BLANK" not in read(encode(picture("f4", (2, 2)), [Card("BLANK", -1)])).header


def test_a_card_that_cannot_be_written_is_named_before_anything_is_written():
    with pytest.raises(CardError, match="'CCD-TEMP'"):
        plan(IMAGE, [Card("CCD-TEMP", float("nan"))])


@pytest.mark.parametrize("dtype", TYPES)
def test_checksums_agree_with_the_bytes(dtype):
    data = encode(picture(dtype, (7, 5)), HEADER, checksum=True)
    assert read(data, verify=True).header["DATASUM"] != "0"
    assert len({len(data), len(encode(picture(dtype, (7, 5)), HEADER))}) == 1


def test_a_card_that_speaks_of_checksums_does_not_confuse_them():
    data = encode(IMAGE, [Card("COMMENT", "DATASUM = 'x'"), Card("NOTE", "DATASUM =")], checksum=True)
    assert read(data, verify=True).header["NOTE"] == "DATASUM ="
