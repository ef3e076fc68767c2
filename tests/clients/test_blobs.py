"""BLOBs are put together as they come, from text or from memory."""

import mmap
import os
import zlib

import pybase64
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_clients.blobs import Blob, Body, attached, plain, size_of
from lightapt_protocol import fits, shared_memory
from lightapt_protocol.blob_framing import BlobPart
from lightapt_protocol.errors import BlobError
from lightapt_protocol.members import OneBlob

PICTURE = bytes(range(256)) * 1000
SIZE = len(PICTURE)


def part_of(size=SIZE, **attributes):
    return BlobPart(b"<oneBLOB>", {"name": "CCD1", "size": str(size)} | attributes)


def decoded(text, cuts=(), size=SIZE):
    body, part = Body(size), part_of(size)
    for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True):
        part.add(text[start:end])
        body.take(part)
        assert part.body == []
    return body.finished()


def lines(data):
    text = pybase64.b64encode(data)
    return b"\n".join(text[start : start + 72] for start in range(0, len(text), 72)) + b"\n"


def memory_of(data, room=0):
    descriptor = shared_memory.create(len(data) + room)
    os.write(descriptor, data)
    return descriptor


def blob(data):
    return Blob("Camera", "CCD1", "CCD1", ".fits", memoryview(data))


@given(st.lists(st.integers(0, 400_000), max_size=5), st.booleans())
def test_a_body_is_decoded_wherever_it_is_cut(cuts, in_lines):
    text = lines(PICTURE) if in_lines else pybase64.b64encode(PICTURE)
    assert decoded(text, sorted(min(cut, len(text)) for cut in cuts)) == PICTURE


@pytest.mark.parametrize("stated", [0, 1, len(PICTURE) // 2, 2 * len(PICTURE)])
def test_a_body_may_be_shorter_or_longer_than_stated(stated):
    assert decoded(pybase64.b64encode(PICTURE), size=stated) == PICTURE


def test_its_bytes_cannot_be_changed():
    assert decoded(b"YWJj").readonly


@pytest.mark.parametrize("text", [b"YWJ", b"YWI=YWI="])
def test_a_body_that_is_not_whole_or_goes_on_behind_its_end_is_refused(text):
    with pytest.raises(BlobError):
        decoded(text)


def test_memory_is_taken_as_it_is_and_cut_to_the_size_of_the_blob():
    data = attached(part_of(), memory_of(PICTURE, room=5000))
    assert isinstance(data.obj, mmap.mmap)
    assert data == PICTURE


def test_of_compressed_memory_the_length_counts():
    packed = zlib.compress(PICTURE)
    assert attached(part_of(len=str(len(packed))), memory_of(packed)) == packed


def test_memory_that_could_be_shortened_is_copied(tmp_path):
    path = tmp_path / "memory"
    path.write_bytes(PICTURE)
    data = attached(part_of(), os.open(path, os.O_RDWR))
    path.write_bytes(b"")
    assert data == PICTURE


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"format": ".fits"}, 300),
        ({"format": ".fits.z", "enclen": "400"}, 300),
        ({"format": ".fits.z"}, None),
        ({"format": ".fits.z", "enclen": "x"}, None),
        ({"format": ".fits.z", "enclen": "0"}, 0),
    ],
)
def test_what_comes_is_as_large_as_its_sender_says_it_is_on_its_way(attributes, size):
    assert size_of(part_of(300, **attributes)) == size


def test_an_empty_blob_is_empty():
    assert attached(part_of(0), memory_of(b"")) == b""


@pytest.mark.parametrize("make", [lambda: None, lambda: memory_of(PICTURE[:-1]), lambda: os.open("/dev/null", 0)])
def test_memory_that_did_not_come_or_is_too_small_is_refused_and_closed(make):
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(BlobError):
        attached(part_of(), make())
    assert len(os.listdir("/proc/self/fd")) == before


def test_compression_is_taken_off_with_its_ending():
    one = OneBlob("CCD1", zlib.compress(PICTURE), size=len(PICTURE), format=".fits.z")
    assert plain(one) == (".fits", PICTURE)
    assert plain(OneBlob("CCD1", PICTURE, size=0, format=".fits")) == (".fits", PICTURE)


def test_a_blob_that_is_compressed_wrongly_is_refused():
    with pytest.raises(BlobError):
        plain(OneBlob("CCD1", b"no zlib", size=3, format=".fits.z"))


def test_a_blob_is_saved_but_not_over_a_file(tmp_path):
    path = tmp_path / "picture.fits"
    blob(PICTURE).save(path)
    assert path.read_bytes() == PICTURE
    with pytest.raises(FileExistsError):
        blob(b"").save(path)


def test_a_picture_is_an_array_with_a_header():
    import numpy as np

    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4)
    image = blob(bytes(fits.encode(pixels))).image()
    assert (image.pixels == pixels).all()
    assert image.header["NAXIS1"] == 4


def test_what_is_no_picture_is_refused():
    with pytest.raises(fits.ReadError):
        blob(b"JPEG").image()


def test_a_blob_is_as_long_as_its_bytes():
    assert len(blob(PICTURE)) == len(PICTURE)
