"""Pictures read piece by piece, in the form that each reader takes."""

from __future__ import annotations

import base64
import contextlib
import gc
import os
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_protocol.blobs import SLICE
from lightapt_protocol.errors import BlobError, MalformedElementError
from lightapt_protocol.framing import BlobElement
from lightapt_protocol.shared_memory import create
from lightapt_server import payload
from lightapt_server.payload import Picture, SharedForm, picture_of

from .puppets import elements_of

HEAD = b'<setBLOBVector device="D" name="V" state="Ok">'
TAIL = b"</setBLOBVector>\n"


def memory(data: bytes, *, larger_by: int = 0) -> int:
    """Return shared memory with `data` in it."""
    descriptor = create(len(data) + larger_by)
    os.pwrite(descriptor, data, 0)
    return descriptor


def content(size: int) -> bytes:
    return bytes(range(256)) * (size // 256) + bytes(size % 256)


def inline(data: bytes, more: str = "") -> bytes:
    start = f'<oneBLOB name="b" size="{len(data)}" format=".fits"{more}>'.encode()
    return start + base64.b64encode(data) + b"</oneBLOB>\n"


def beside(size: int, more: str = "") -> bytes:
    return f'<oneBLOB name="b" size="{size}" format=".fits"{more} attached="true"/>'.encode()


def element_of(*parts: bytes) -> BlobElement:
    [element] = elements_of(HEAD + b"".join(parts) + TAIL)
    assert isinstance(element, BlobElement)
    return element


def vector(*parts: bytes, descriptors: tuple[int, ...] = ()) -> Picture:
    return picture_of(element_of(*parts), deque(descriptors))


def whole(picture: Picture) -> bytes:
    return b"".join(picture.gather(0, picture.size))


def is_open(descriptor: int) -> bool:
    return os.path.exists(f"/proc/self/fd/{descriptor}")


def made(picture: Picture) -> SharedForm:
    while (form := picture.shared_form()) is None:
        assert picture.can_be_shared
    return form


# As base64 in a stream.


@st.composite
def pictures(draw) -> tuple[Picture, bytes]:
    """Return a picture of some BLOBs, inline and attached, and what a stream reader gets of it."""
    parts, descriptors, expected = [], [], [HEAD]
    for size in draw(st.lists(st.sampled_from([0, 1, 2, 3, 5000, SLICE, SLICE + 1]), min_size=1, max_size=4)):
        data = content(size)
        expected.append(inline(data))
        if draw(st.booleans()):
            parts.append(beside(size))
            descriptors.append(memory(data))
        else:
            parts.append(inline(data))
    return vector(*parts, descriptors=tuple(descriptors)), b"".join([*expected, TAIL])


@given(pictures(), st.data())
@settings(max_examples=60)
def test_pieces_from_any_place_on_are_the_joined_bytes(pair, data):
    picture, expected = pair
    assert picture.size == len(expected)
    offset = data.draw(st.integers(0, len(expected)))
    most = data.draw(st.integers(1, 300_000))
    got = b"".join(picture.gather(offset, most))
    assert expected.startswith(got, offset)
    assert len(got) >= min(most, len(expected) - offset)


@given(pictures(), st.integers(1, 200_000))
@settings(max_examples=30)
def test_reading_on_from_where_one_is_gives_the_joined_bytes(pair, step):
    picture, expected = pair
    step = max(step, len(expected) // 500)
    out = bytearray()
    while pieces := picture.gather(len(out), step):
        assert all(len(piece) for piece in pieces)
        out += b"".join(pieces)[:step]
    assert out == expected


@pytest.mark.parametrize("size", [0, 1, 2, 3, SLICE - 1, SLICE, SLICE + 1, 2 * SLICE, 9 * SLICE + 2])
def test_an_attached_blob_reads_as_base64_without_enclen(size):
    data = content(size)
    picture = vector(beside(size, f' enclen="7" len="{size}"'), descriptors=(memory(data, larger_by=77),))
    assert whole(picture) == HEAD + inline(data) + TAIL


def test_readers_at_the_same_place_share_one_encoding(monkeypatch):
    encodings = []
    encode = payload.pybase64.b64encode
    monkeypatch.setattr(payload.pybase64, "b64encode", lambda data: encodings.append(len(data)) or encode(data))
    picture = vector(beside(5 * SLICE), descriptors=(memory(content(5 * SLICE)),))
    offset = 0
    while pieces := picture.gather(offset, 100_000):
        assert b"".join(picture.gather(offset, 100_000)) == b"".join(pieces)
        offset += sum(map(len, pieces))
    assert len(encodings) == 5


def test_memory_that_its_owner_has_cut_reads_as_zeros_and_the_stream_stays_well_formed():
    descriptor = memory(content(2 * SLICE))
    picture = vector(beside(2 * SLICE), descriptors=(descriptor,))
    os.truncate(descriptor, 1000)
    [element] = elements_of(whole(picture))
    assert isinstance(element, BlobElement)
    body = base64.b64decode(b"".join(element.parts[0].body))
    assert body == content(2 * SLICE)[:1000].ljust(2 * SLICE, b"\0")


def test_memory_that_cannot_be_read_reads_as_zeros(tmp_path):
    path = tmp_path / "memory"
    path.write_bytes(b"data")
    picture = vector(beside(4), descriptors=(os.open(path, os.O_WRONLY),))
    assert whole(picture) == HEAD + inline(bytes(4)) + TAIL


# With descriptors.


@given(st.lists(st.tuples(st.sampled_from([0, 1, 3, 5000, SLICE + 1]), st.booleans()), min_size=1, max_size=4))
@settings(max_examples=40)
def test_the_shared_form_holds_the_same_blobs(shapes):
    parts = [beside(size) if attached else inline(content(size)) for size, attached in shapes]
    descriptors = tuple(memory(content(size)) for size, attached in shapes if attached)
    form = made(vector(*parts, descriptors=descriptors))
    [element] = elements_of(form.message)
    assert isinstance(element, BlobElement)
    assert len(form.descriptors) == len(shapes)
    for (size, _), part, descriptor in zip(shapes, element.parts, form.descriptors, strict=True):
        assert part.attached
        assert part.attributes == {
            "name": "b",
            "size": str(size),
            "format": ".fits",
            "len": str(size),
            "attached": "true",
        }
        assert os.pread(descriptor, size + 1, 0) == content(size)


def test_the_shared_form_states_the_compressed_length_and_no_enclen():
    body = base64.b64encode(b"compressed").decode()
    part = f'<oneBLOB name="b" size="4000" enclen="{len(body)}" format=".fits.z">{body}</oneBLOB>'
    [element] = elements_of(made(vector(part.encode())).message)
    assert isinstance(element, BlobElement)
    attributes = {"name": "b", "size": "4000", "format": ".fits.z", "len": "10", "attached": "true"}
    assert element.parts[0].attributes == attributes


def test_attributes_are_written_so_that_they_read_the_same():
    part = b"""<oneBLOB name="a&lt;b" label='"' size="3" format=".fits">AAAA</oneBLOB>"""
    [element] = elements_of(made(vector(part)).message)
    assert isinstance(element, BlobElement)
    assert element.parts[0].attributes["name"] == "a<b"
    assert element.parts[0].attributes["label"] == '"'


def test_a_large_body_is_decoded_a_chunk_a_call():
    element = element_of(inline(b""))
    element.parts[0].body = [b"AAAA" * 2000] * 10
    picture = Picture(element)
    calls = 1
    while picture.shared_form() is None:
        calls += 1
    assert calls >= 10
    assert picture.shared_form() is picture.shared_form()


def test_a_body_that_is_not_base64_is_found_out_for_each_reader():
    picture = vector(b'<oneBLOB name="b" size="3" format=".fits">AAAAA</oneBLOB>')
    for _ in range(2):
        with pytest.raises(BlobError):
            made(picture)


def test_a_picture_of_very_many_blobs_has_no_shared_form():
    picture = vector(*[inline(b"abc")] * 17)
    assert not picture.can_be_shared
    assert picture.shared_form() is None
    assert vector(*[inline(b"abc")] * 16).can_be_shared


def test_where_descriptors_have_run_out_the_picture_goes_as_base64(monkeypatch):
    def fail(size: int) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(payload, "create", fail)
    picture = vector(inline(b"abc"))
    assert picture.shared_form() is None
    assert not picture.can_be_shared
    assert whole(picture) == HEAD + inline(b"abc") + TAIL


# Descriptors and who holds them.


@pytest.fixture
def _no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
def test_descriptors_close_with_the_last_reader():
    descriptor = memory(b"abc")
    picture = vector(beside(3), inline(b"def"), descriptors=(descriptor,))
    second = picture
    form = made(picture)
    opened = form.descriptors
    assert opened[0] == descriptor
    del picture, form
    assert all(map(is_open, opened))
    del second
    assert not any(map(is_open, opened))


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("body", ["AAAA", "AAAAA"])
def test_descriptors_close_also_where_the_shared_form_was_begun_only(body):
    before = set(os.listdir("/proc/self/fd"))
    descriptor = memory(b"abc")
    parts = beside(3), f'<oneBLOB name="b" size="3" format="">{body}</oneBLOB>'.encode()
    picture = vector(*parts, descriptors=(descriptor,))
    picture.shared_form()
    assert is_open(descriptor)
    del picture
    assert set(os.listdir("/proc/self/fd")) <= before


@pytest.mark.usefixtures("_no_collector")
def test_a_picture_that_nobody_shares_goes_with_its_last_reader():
    descriptor = memory(b"abc")
    picture = vector(beside(3), descriptors=(descriptor,))
    del picture
    assert not is_open(descriptor)


# What comes from a peer.


def test_descriptors_are_used_up_in_order():
    given_ = deque([memory(b"abc"), memory(b"de"), memory(b"next")])
    rest = given_[-1]
    picture = picture_of(element_of(beside(3), inline(b"x"), beside(2)), given_)
    assert list(given_) == [rest]
    assert whole(picture) == HEAD + inline(b"abc") + inline(b"x") + inline(b"de") + TAIL
    os.close(rest)


def test_an_attached_blob_without_its_descriptor_is_malformed():
    with pytest.raises(MalformedElementError, match="without a descriptor"):
        vector(beside(3), beside(3), descriptors=(memory(b"abc"),))


def test_an_attached_blob_in_too_little_memory_is_malformed():
    with pytest.raises(MalformedElementError, match="of 4 bytes in 3"):
        vector(beside(4), descriptors=(memory(b"abc"),))


def test_a_descriptor_of_something_else_is_malformed(tmp_path):
    with pytest.raises(MalformedElementError, match="not shared memory"):
        vector(beside(4), descriptors=(os.open(tmp_path, os.O_RDONLY),))


@pytest.mark.usefixtures("_no_collector")
def test_the_descriptor_of_a_malformed_blob_is_closed():
    descriptor = memory(b"abc")
    with contextlib.suppress(MalformedElementError):
        vector(beside(4), descriptors=(descriptor,))
    assert not is_open(descriptor)


@pytest.mark.parametrize(("kind", "is_stream"), [(".fits", False), (".stream", True), (".stream_jpg", True)])
def test_a_frame_of_a_video_is_known_by_its_format(kind, is_stream):
    part = f'<oneBLOB name="b" size="3" format="{kind}">AAAA</oneBLOB>'.encode()
    assert vector(part).is_stream is is_stream
