"""Images of any element type come out as they went in: the top row first, no wider than the camera's bits."""

import tracemalloc
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as some_numpy

from lightapt_drivers.alpaca.errors import AnswerError, DeviceFailedError, DeviceRefusedError
from lightapt_drivers.alpaca.images import IMAGE_BYTES, Element, ImageReceiver
from lightapt_drivers.alpaca.web import Body
from tests.drivers.alpaca.images import TYPES, failed, header, image_bytes, image_json, ramp

ASKED = "GET imagearray of camera 0 at it:1"


def received(content_type, data, *, depth=16, is_measured=True):
    """Receive a body whose length the server says, or not."""
    body = Body(BytesIO(data), content_type=content_type, length=len(data) if is_measured else None)
    return ImageReceiver(ASKED, depth=depth).receive(body)


def read(picture, transmission, *, depth=16, is_measured=True, **fields):
    data = image_bytes(picture, transmission, **fields)
    return received(IMAGE_BYTES, data, depth=depth, is_measured=is_measured)


@pytest.mark.parametrize("colours", [(), (3,)], ids=["mono", "colour"])
@pytest.mark.parametrize("transmission", list(Element))
def test_every_element_type_is_read_with_the_first_row_on_top(transmission, colours):
    picture = ramp(4, 6, *colours).astype(TYPES[transmission])
    pixels = read(picture, transmission)
    assert pixels.shape == picture.shape
    assert np.array_equal(pixels, picture)


@given(some.data())
@settings(max_examples=60)
def test_whatever_is_sent_comes_out_the_same(data):
    transmission = data.draw(some.sampled_from(Element))
    sides = some.integers(1, 70)
    shape = data.draw(some.one_of(some.tuples(sides, sides), some.tuples(some.just(3), some.integers(1, 9), sides)))
    picture = data.draw(
        some_numpy.arrays(TYPES[transmission], shape, elements={"allow_nan": False}, fill=some.just(7))
        if np.issubdtype(TYPES[transmission], np.floating)
        else some_numpy.arrays(TYPES[transmission], shape)
    )
    depth = data.draw(some.sampled_from([8, 16, 32]))
    start, is_measured = data.draw(some.sampled_from([44, 48, 100])), data.draw(some.booleans())
    pixels = read(picture, transmission, depth=depth, start=start, is_measured=is_measured)
    assert np.array_equal(pixels, picture)


@pytest.mark.parametrize(
    ("transmission", "depth", "type"),
    [
        (Element.INT32, 16, np.uint16),
        (Element.INT16, 16, np.uint16),
        (Element.UINT16, 16, np.uint16),
        (Element.BYTE, 16, np.uint16),
        (Element.INT64, 16, np.uint16),
        (Element.INT32, 8, np.uint8),
        (Element.BYTE, 8, np.uint8),
        (Element.INT32, 32, np.int32),
        (Element.UINT32, 32, np.uint32),
        (Element.SINGLE, 16, np.float32),
        (Element.DOUBLE, 16, np.float64),
    ],
)
def test_pixels_are_as_wide_as_the_camera_says(transmission, depth, type):
    assert read(ramp(3, 5).astype(TYPES[transmission]), transmission, depth=depth).dtype == type


@pytest.mark.parametrize("value", [-1, 65536])
def test_values_beyond_what_the_camera_says_are_kept(value):
    pixels = read(np.array([[1, value]]), Element.INT32, depth=16)
    assert pixels.tolist() == [[1, value]]
    assert pixels.dtype == np.int32


def test_the_pixels_of_int16_may_be_negative():
    pixels = read(np.array([[1, -5]], np.int16), Element.INT16, depth=16)
    assert pixels.tolist() == [[1, -5]]
    assert pixels.dtype == np.int16


def test_one_colour_of_rank_3_is_a_picture_without_colours():
    assert read(ramp(3, 4, 1), Element.INT32).shape == (3, 4)


@pytest.mark.parametrize("colours", [(), (3,)], ids=["mono", "colour"])
def test_json_is_read_as_well(colours):
    picture = ramp(4, 6, *colours)
    assert np.array_equal(received("application/json", image_json(picture)), picture)


def test_json_may_have_fractions():
    picture = np.array([[0.5, 1.25]])
    pixels = received("application/json", image_json(picture, type=3))
    assert pixels.tolist() == [[0.5, 1.25]]


def test_the_image_is_turned_while_it_comes():
    """What has not come yet is not waited for before what has come is turned: no more than some columns are held."""
    columns, rows = 1000, 10
    data = header(Element.UINT16, (columns, rows)) + bytes(columns * rows * 2)
    reads = []

    class Stream(BytesIO):
        def readinto(self, memory):
            reads.append(len(memory))
            return super().readinto(memory)

    body = Body(Stream(data), content_type=IMAGE_BYTES, length=len(data))
    assert ImageReceiver(ASKED).receive(body).shape == (rows, columns)
    assert max(reads) <= 128 * rows * 2


@pytest.mark.parametrize(
    ("shape", "type"),
    [
        ((3, 4), Element.INT32),
        ((4, 3), Element.INT32),
        ((3, 4), Element.DOUBLE),
        ((3, 4, 3), Element.UINT16),
        ((3, 4, 1), Element.UINT16),
    ],
)
def test_memory_that_was_prepared_is_for_one_image_whatever_that_is(shape, type):
    rows, columns, *colours = shape
    picture = ramp(rows, columns, *colours)
    data = image_bytes(picture, type)
    receiver = ImageReceiver(ASKED)
    receiver.prepare(np.zeros((3, 4), ">u2"))
    first, second = (
        receiver.receive(Body(BytesIO(data), content_type=IMAGE_BYTES, length=len(data))) for _ in range(2)
    )
    assert np.array_equal(first, picture[0] if colours == [1] else picture)
    assert np.array_equal(first, second)
    assert not np.shares_memory(first, second)


def test_what_comes_behind_the_pixels_is_left():
    data = image_bytes(ramp(3, 4), Element.INT32) + b"more"
    body = Body(BytesIO(data), content_type=IMAGE_BYTES, length=len(data))
    assert np.array_equal(ImageReceiver(ASKED).receive(body), ramp(3, 4))
    assert body.rest() == b"more"


# What is no image.


def test_an_error_of_the_device_has_its_words():
    body = failed(0x40B, "no image has been taken — yet").body
    with pytest.raises(DeviceRefusedError, match="no image has been taken — yet"):
        received(IMAGE_BYTES, body)


def test_an_error_without_words_says_what_was_asked():
    with pytest.raises(DeviceFailedError, match=ASKED):
        received(IMAGE_BYTES, failed(0x501, "").body)


def test_an_error_in_json_has_its_words():
    body = image_json(ramp(1, 1), error=0x500, message="the sensor is gone")
    with pytest.raises(DeviceFailedError, match="the sensor is gone"):
        received("application/json", body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "less than the header"),
        (bytes(43), "less than the header"),
        (header(2, (4, 3), version=2) + bytes(48), "version 2"),
        (header(2, (4, 3)) + bytes(47), "it was cut off"),
        (header(2, (4, 3), start=48) + bytes(48), "it was cut off"),
        (header(2, (0, 3)), "0 by 3"),
        (header(2, (4, -3)), "4 by -3"),
        (header(2, (4, 3), rank=1) + bytes(48), "rank 1"),
        (header(2, (4, 3), rank=4) + bytes(48), "rank 4"),
        (header(10, (4, 3)) + bytes(48), "type 10"),
        (header(2, (4, 3), element=0) + bytes(48), "type 0"),
        (header(2, (4, 3), start=8) + bytes(48), "in the header"),
        (header(3, (2**31 - 1, 2**31 - 1)) + bytes(48), "it was cut off"),
    ],
)
def test_what_is_no_image_is_said_to_be_none(body, words):
    for is_measured in (True, False):
        with pytest.raises(AnswerError, match=words):
            received(IMAGE_BYTES, body, is_measured=is_measured)


def test_no_memory_is_taken_for_pixels_that_the_server_does_not_send():
    tracemalloc.start()
    with pytest.raises(AnswerError, match="cut off"):
        received(IMAGE_BYTES, header(Element.UINT16, (4096, 4096)) + bytes(48))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_an_image_that_ends_on_its_way_is_an_error_of_the_connection():
    data = image_bytes(ramp(3, 4), Element.INT32)
    body = Body(BytesIO(data[:60]), content_type=IMAGE_BYTES, length=len(data))
    with pytest.raises(ConnectionResetError, match="after 60 of 92 bytes"):
        ImageReceiver(ASKED).receive(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"ErrorNumber": 0, "Type": 2}',
        b'{"ErrorNumber": 0, "Type": 2, "Value": 5}',
        b'{"ErrorNumber": 0, "Type": 2, "Value": [[1, 2], [3]]}',
        b'{"ErrorNumber": 0, "Type": 2, "Value": [["a", "b"]]}',
        b'{"ErrorNumber": 0, "Type": 2, "Value": []}',
        b'{"ErrorNumber": 0, "Type": 9, "Value": [[1]]}',
        b'{"ErrorNumber": 0, "Type": [], "Value": [[1]]}',
        b'{"ErrorNumber": 0, "Type": 2, "Value": [[99999999999]]}',
    ],
)
def test_json_that_is_no_image_is_said_to_be_none(body):
    with pytest.raises(AnswerError):
        received("application/json", body)
