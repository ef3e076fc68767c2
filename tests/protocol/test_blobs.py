"""Base64 in slices, its decoder whatever the cuts, and zlib that cannot be made a bomb."""

from __future__ import annotations

import base64
import itertools
import mmap
import random
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol import blobs
from lightapt_protocol.errors import BlobError

SIZES = [0, 1, 2, 3, 53, 54, 55, 4096, blobs.SLICE - 1, blobs.SLICE, blobs.SLICE + 1, 3 * blobs.SLICE + 2]
WHITE = st.sampled_from([b"", b"", b"\n", b" ", b"\r\n\t "])


def picture(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(i, len(data)) for i in at), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def test_slices_follow_on_without_padding() -> None:
    assert blobs.SLICE % 3 == 0


@pytest.mark.parametrize("size", SIZES)
def test_unbroken_form_is_plain_base64(size: int) -> None:
    data = picture(size)
    text = b"".join(blobs.encoded(data))
    assert text == base64.b64encode(data)
    assert len(text) == blobs.encoded_size(size)
    slices = -(-size // blobs.SLICE)
    assert b"".join(blobs.encode_slice(memoryview(data), i) for i in range(slices)) == text
    assert blobs.encode_slice(memoryview(data), slices) == b""


@pytest.mark.parametrize("size", SIZES)
def test_lines_are_of_72_and_all_end(size: int) -> None:
    data = picture(size)
    text = base64.b64encode(data)
    lines = b"".join(blobs.encoded_lines(data)).splitlines(keepends=True)
    assert all(line.endswith(b"\n") for line in lines)
    assert all(len(line) == blobs.LINE + 1 for line in lines[:-1])
    assert b"".join(line.rstrip() for line in lines) == text


@pytest.mark.parametrize("size", SIZES)
def test_enclen_is_stated_of_lines_only_and_covers_what_libindi_reads(size: int) -> None:
    data = picture(size)
    assert blobs.body(data)[0] is None
    enclen, chunks = blobs.body(data, lines=True)
    assert enclen is not None
    assert enclen == blobs.encoded_size(size)
    assert sum(map(len, chunks)) >= enclen + enclen // blobs.LINE + 1


def test_any_buffer_is_encoded() -> None:
    numbers = memoryview(b"\0\1\2\3\4\5\6\7").cast("H")
    assert b"".join(blobs.encoded(numbers)) == base64.b64encode(bytes(range(8)))
    with mmap.mmap(-1, 4096) as area:
        assert b"".join(blobs.encoded(area)) == base64.b64encode(bytes(4096))


@given(st.binary(max_size=400), st.lists(st.integers(0, 600)), WHITE, WHITE, st.integers(1, 90))
def test_decoder_does_not_mind_cuts_and_white_space(
    data: bytes, at: list[int], lead: bytes, end: bytes, width: int
) -> None:
    text = base64.b64encode(data)
    broken = lead + end.join(text[i : i + width] for i in range(0, len(text), width)) + end
    assert blobs.decode(cut(broken, at)) == data
    target = bytearray(len(data) + 3)
    assert blobs.decode_into(cut(broken, at), target) == len(data)
    assert target == data + bytes(3)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", [blobs.encoded, blobs.encoded_lines])
def test_decoding_undoes_encoding(size: int, form: Callable[[bytes], Iterator[bytes]]) -> None:
    data = picture(size)
    target = bytearray(size)
    assert blobs.decode_into(form(data), target) == size
    assert target == data
    assert blobs.decode([b"".join(form(data))]) == data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"AAA!", "b'!' is not base64"),
        (b"AAAA\n-AAA", "b'-' is not base64"),
        (b"\xffAAA", "is not base64"),
        (b"A", "ends early"),
        (b"AAAAA=", "ends early"),
        (b"AA==AAAA", "behind its padding"),
        (b"AA==A", "behind its padding"),
        (b"AA== =", "behind its padding"),
        (b"A===", "padded wrongly"),
        (b"====", "padded wrongly"),
        (b"AA=A", "padded wrongly"),
    ],
)
def test_what_is_not_base64_is_refused_wherever_it_is_cut(text: bytes, reason: str) -> None:
    with pytest.raises(BlobError, match=reason):
        blobs.decode([text])
    for at in range(1, len(text)):
        with pytest.raises(BlobError):
            blobs.decode([text[:at], text[at:]])


@given(st.binary(max_size=60), st.lists(st.integers(0, 60)))
def test_garbage_is_decoded_alike_wherever_it_is_cut(text: bytes, at: list[int]) -> None:
    def outcome(chunks: list[bytes]) -> bytes | None:
        try:
            return blobs.decode(chunks)
        except BlobError:
            return None

    assert outcome([text]) == outcome(cut(text, at))


def test_a_target_is_never_overrun() -> None:
    target = bytearray(b"....")
    with pytest.raises(BlobError, match="more than the 4 bytes"):
        blobs.decode_into([base64.b64encode(bytes(5))], target)
    assert len(target) == 4


@given(st.binary(max_size=2000))
def test_zlib_round_trip(data: bytes) -> None:
    assert blobs.decompress(blobs.compress(data), len(data), limit=2000) == data


def test_a_bomb_goes_off_at_its_stated_size() -> None:
    bomb = zlib.compress(bytes(10_000_000))
    with pytest.raises(BlobError, match="states 100 bytes and holds more"):
        blobs.decompress(bomb, 100, limit=1000)
    with pytest.raises(BlobError, match="states 10000000 bytes, of which 1000 are allowed"):
        blobs.decompress(bomb, 10_000_000, limit=1000)
    with pytest.raises(BlobError, match="states 0 bytes and holds more"):
        blobs.decompress(bomb, 0, limit=1000)


def test_sizes_that_differ_are_named() -> None:
    with pytest.raises(BlobError, match="states 7 bytes and holds 5"):
        blobs.decompress(zlib.compress(b"stars"), 7, limit=100)
    with pytest.raises(BlobError, match="states 5 bytes and ends after"):
        blobs.decompress(zlib.compress(b"stars")[:-1], 5, limit=100)
    with pytest.raises(BlobError, match="cannot be unpacked"):
        blobs.decompress(b"stars", 5, limit=100)
    with pytest.raises(BlobError, match="states -1 bytes"):
        blobs.decompress(zlib.compress(b""), -1, limit=100)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        (".fits.z", (".fits", True)),
        (".fits", (".fits", False)),
        (".fits.fz", (".fits.fz", False)),
        ("", ("", False)),
    ],
)
def test_a_final_z_means_compressed(name: str, plain: tuple[str, bool]) -> None:
    assert blobs.plain_format(name) == plain
