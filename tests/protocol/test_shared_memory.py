"""Shared memory for attached BLOBs, with what Linux has and without it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from lightapt_protocol import shared_memory
from lightapt_protocol.errors import BlobError

linux = pytest.mark.skipif(sys.platform != "linux", reason="seals are of Linux")


@pytest.fixture(params=["native", "temporary file"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The descriptor of 10 000 bytes."""
    if request.param == "temporary file":
        monkeypatch.setattr(sys, "platform", "elsewhere")
    descriptor = shared_memory.create(10_000, name="picture")
    yield descriptor
    os.close(descriptor)


def test_new_memory_is_zero_of_its_size_and_not_inherited(memory: int) -> None:
    assert os.fstat(memory).st_size == 10_000
    assert not os.get_inheritable(memory)
    with shared_memory.mapped(memory, 10_000) as area:
        assert area[:] == bytes(10_000)


def test_what_one_map_writes_the_other_reads(memory: int) -> None:
    with shared_memory.writable(memory, 5) as target, shared_memory.mapped(memory, 5) as source:
        target[:] = b"stars"
        assert source[:] == b"stars"
        with pytest.raises(TypeError):
            source[0] = 0


def test_a_buffer_may_be_larger_than_its_blob_and_not_smaller(memory: int) -> None:
    with shared_memory.mapped(memory, 9_999) as area:
        assert len(area) == 9_999
    for use in (shared_memory.mapped, shared_memory.writable):
        with pytest.raises(BlobError, match="of 10000 bytes for a BLOB of 10001"):
            use(memory, 10_001)
    with pytest.raises(BlobError, match="of 10000 bytes for a BLOB of 10001"):
        list(shared_memory.pieces(memory, 10_001))


@pytest.mark.parametrize("size", [0, -1])
def test_nothing_cannot_be_mapped(memory: int, size: int) -> None:
    with pytest.raises(BlobError, match="cannot be mapped"):
        shared_memory.mapped(memory, size)
    assert list(shared_memory.pieces(memory, 0)) == []


def test_pieces_are_the_memory_in_order(memory: int) -> None:
    os.pwrite(memory, bytes(range(100)) * 100, 0)
    pieces = [bytes(piece) for piece in shared_memory.pieces(memory, 9_000, piece=4_000)]
    assert list(map(len, pieces)) == [4_000, 4_000, 1_000]
    assert b"".join(pieces) == bytes(range(100)) * 90


def test_memory_that_its_sender_shortens_is_an_error_and_no_sigbus(memory: int) -> None:
    pieces = shared_memory.pieces(memory, 10_000, piece=4_000)
    assert len(next(pieces)) == 4_000
    os.ftruncate(memory, 5_000)
    with pytest.raises(BlobError, match="ends at byte 5000"):
        next(pieces)


def test_what_is_no_memory_is_an_error(memory: int) -> None:
    reading, writing = os.pipe()
    with open(os.devnull, "rb") as null:
        for descriptor in (reading, null.fileno()):
            with pytest.raises(BlobError, match="is not shared memory"):
                shared_memory.mapped(descriptor, 1)
            assert not shared_memory.seal(descriptor)
    os.close(reading)
    os.close(writing)
    with pytest.raises(BlobError, match="no shared memory"):
        list(shared_memory.pieces(reading, 1))


def test_what_may_only_be_written_is_an_error(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "picture")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.ftruncate(descriptor, 10)
    with pytest.raises(BlobError, match="cannot be mapped"):
        shared_memory.mapped(descriptor, 10)
    with pytest.raises(BlobError, match="cannot be read"):
        next(shared_memory.pieces(descriptor, 10))
    os.close(descriptor)


@pytest.mark.parametrize("size", [0, 1, 10_000])
def test_memory_that_is_claimed_is_as_it_was(memory: int, size: int) -> None:
    os.pwrite(memory, b"stars", 0)
    shared_memory.claim(memory, size)
    assert b"".join(map(bytes, shared_memory.pieces(memory, 10_000))) == b"stars" + bytes(9_995)


@linux
def test_memory_that_is_claimed_is_there() -> None:
    descriptor = shared_memory.create(1 << 20)
    assert os.fstat(descriptor).st_blocks == 0
    assert shared_memory.claim(descriptor, 1 << 20)
    assert os.fstat(descriptor).st_blocks * 512 >= 1 << 20
    os.close(descriptor)


@linux
def test_sealed_memory_keeps_its_size() -> None:
    descriptor = shared_memory.create(100)
    assert shared_memory.seal(descriptor)
    assert shared_memory.seal(descriptor)
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 50)
    os.close(descriptor)


@linux
def test_memory_whose_maker_forbids_seals_is_not_sealed() -> None:
    descriptor = os.memfd_create("blob")
    os.ftruncate(descriptor, 100)
    assert not shared_memory.seal(descriptor)
    os.close(descriptor)


def test_memory_that_cannot_be_had_leaves_no_descriptor_behind() -> None:
    before = os.dup(0)
    os.close(before)
    with pytest.raises(OSError, match=r".+"):
        shared_memory.create(-1)
    after = os.dup(0)
    os.close(after)
    assert after == before
