"""Memory that is found ahead is given out once, and given back where nobody takes it."""

import errno
import os

import pytest

from lightapt_drivers.kit.reserves import Reserve
from lightapt_drivers.kit.wire import BlobBuffer
from tests.drivers.kit.scenes import descriptors


@pytest.fixture(autouse=True)
def _all_is_given_back():
    before = descriptors()
    yield
    assert descriptors() == before


def shared(size):
    return BlobBuffer(size, shared=True)


@pytest.mark.parametrize("size", [0, 1, 100, 10_000, 100_000])
def test_what_was_found_is_of_the_size_that_is_taken(size):
    reserve = Reserve(shared)
    reserve.fill(10_000)
    with reserve.take(size) as buffer:
        assert (buffer.size, len(buffer.memory)) == (size, size)
        buffer.memory[:] = b"x" * size
        assert os.fstat(buffer.descriptor).st_size == size


def test_the_memory_is_there_before_it_is_written():
    reserve = Reserve(shared)
    reserve.fill(1 << 20)
    with reserve.take(1 << 20) as buffer:
        assert os.fstat(buffer.descriptor).st_blocks * 512 >= 1 << 20


def test_memory_that_is_not_shared_is_taken_as_well():
    reserve = Reserve(lambda size: BlobBuffer(size, shared=False))
    reserve.fill(10)
    with reserve.take(20) as buffer:
        assert bytes(buffer.memory) == bytes(20)


def test_it_is_given_out_once():
    reserve = Reserve(shared)
    reserve.fill(10)
    with reserve.take(10):
        assert reserve.take(10) is None


def test_before_it_is_found_there_is_none_and_later_nobody_wants_it():
    reserve = Reserve(shared)
    assert reserve.take(10) is None
    reserve.fill(10)
    assert reserve.take(10) is None


@pytest.mark.parametrize("is_late", [False, True])
def test_what_nobody_takes_is_given_back(is_late):
    reserve = Reserve(shared)
    for step in (reserve.close, lambda: reserve.fill(10)) if is_late else (lambda: reserve.fill(10), reserve.close):
        step()


def test_where_there_is_no_memory_there_is_no_reserve(monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "no space left")

    reserve = Reserve(shared)
    monkeypatch.setattr("lightapt_protocol.shared_memory.claim", fail)
    reserve.fill(10)
    assert reserve.take(10) is None
