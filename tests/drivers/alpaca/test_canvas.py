"""An image that comes column by column becomes one of rows, whatever of it comes at a time."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lightapt_drivers.alpaca.canvas import Canvas, touch
from lightapt_drivers.kit.wire import BlobBuffer
from tests.drivers.alpaca.images import ramp


def painted(columns, *cuts, depth=16):
    """Return the image of columns that come in parts, cut before these columns."""
    canvas = Canvas(columns.shape, columns.dtype, depth=depth)
    for part in np.split(columns, cuts):
        canvas.add(part)
    return canvas.pixels


@given(some.data())
@settings(max_examples=40)
def test_columns_become_rows_whatever_comes_at_a_time(data):
    width, height = data.draw(some.tuples(some.integers(1, 300), some.integers(1, 9)))
    colours = data.draw(some.sampled_from([(), (2,), (3,)]))
    picture = ramp(height, width, *colours) % 65536
    cuts = sorted(data.draw(some.lists(some.integers(0, width), max_size=4)))
    assert np.array_equal(painted(picture.T, *cuts), picture)


@pytest.mark.parametrize("value", [-1, 256, 65535, 65536, -(2**31), 2**31 - 1])
def test_numbers_beyond_the_cameras_bits_widen_the_image_and_those_before_are_kept(value):
    columns = np.arange(200, dtype="<i4").reshape(100, 2) % 250
    columns[70, 1] = value
    pixels = painted(columns, 10, 60, 80, depth=8)
    assert pixels.dtype == np.int32
    assert np.array_equal(pixels, columns.T)


@pytest.mark.parametrize(
    ("type", "depth", "largest"), [("<i2", 16, 32767), ("<u2", 16, 65535), ("<i8", 16, 65535), ("<u8", 8, 255)]
)
def test_numbers_of_the_cameras_bits_do_not_widen_the_image(type, depth, largest):
    pixels = painted(np.array([[0, largest]], type), depth=depth)
    assert pixels.dtype == (np.uint8 if depth == 8 else np.uint16)
    assert pixels.tolist() == [[0], [largest]]


@pytest.mark.parametrize(("type", "depth"), [("<f4", 8), ("<f8", 16), ("<i4", 32), ("<u8", 20)])
def test_fractions_and_deeper_pixels_stay_what_they_are(type, depth):
    assert painted(np.array([[1, 2]], type), depth=depth).dtype == np.dtype(type)


def test_the_step_is_of_so_many_columns_that_its_colours_stay_together():
    assert (
        Canvas((300, 2), np.dtype("<u2"), depth=16).step == 3 * Canvas((300, 2, 3), np.dtype("<u2"), depth=16).step + 2
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("depth", "type", "room"), [(8, "<i4", "u1"), (16, "<i4", "u2"), (16, "<u2", "u2"), (20, "<i4", "i4")]
)
def test_an_image_is_made_where_there_is_room_for_it_in_any_byte_order(depth, type, room, order):
    there = np.zeros((3, 200), f"{order}{room}")
    columns = (ramp(3, 200) % 251 * (1 if depth == 8 else 257)).T.astype(type)
    canvas = Canvas((200, 3), np.dtype(type), depth=depth, into=there)
    canvas.add(columns)
    assert canvas.pixels is there
    assert np.array_equal(there, columns.T)


@pytest.mark.parametrize(("shape", "type"), [((3, 200), "<i4"), ((200, 3, 3), "<i4"), ((200, 3), "<f4")])
def test_room_for_another_image_is_left(shape, type):
    there = np.zeros((3, 200), ">u2")
    assert not np.shares_memory(Canvas(shape, np.dtype(type), depth=16, into=there).pixels, there)


def test_an_image_that_widens_leaves_the_room_it_had():
    there = np.zeros((1, 2), ">u2")
    canvas = Canvas((2, 1), np.dtype("<i4"), depth=16, into=there)
    canvas.add(np.array([[5], [-1]], "<i4"))
    assert canvas.pixels.tolist() == [[5, -1]]
    assert not np.shares_memory(canvas.pixels, there)


def test_memory_that_is_touched_is_found_page_by_page():
    with BlobBuffer(10 * 4096, shared=True) as buffer:
        touch(np.frombuffer(buffer.memory, ">u2").reshape(4, -1))
        assert os.fstat(buffer.descriptor).st_blocks * 512 == 10 * 4096
