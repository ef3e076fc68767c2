"""Memory that is found ahead is given out once, and given back where nobody takes it."""

import errno
import os

import pytest

from lightapt_drivers.kit.reserves import Reserve
from lightapt_drivers.kit.wire import BlobBuffer
from lightapt_protocol.errors import BlobError
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
    assert reserve.lend(10) is None
    assert reserve.take(10) is None


# Lent before it is taken.


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("is_found", [False, True])
def test_what_is_written_to_memory_that_is_lent_is_in_what_is_taken(is_found, is_shared):
    reserve = Reserve(lambda size: BlobBuffer(size, shared=is_shared))
    if is_found:
        reserve.fill(7)
    reserve.lend(7)[:] = b"picture"
    with reserve.take(7) as buffer:
        assert (bytes(buffer.memory), buffer.is_mapped) == (b"picture", True)


def test_it_is_found_once_however_often_it_is_asked_for():
    made = []
    reserve = Reserve(lambda size: made.append(size) or shared(size))
    for _ in range(2):
        reserve.lend(10)
        reserve.fill(10)
    reserve.close()
    assert made == [10]


@pytest.mark.parametrize("size", [9, 11])
def test_what_was_lent_is_not_taken_as_another_size_and_stays_with_who_has_it(size):
    reserve = Reserve(shared)
    lent = reserve.lend(10)
    assert reserve.take(size) is None
    lent[:] = b"0123456789"


def test_nothing_is_lent_when_it_is_taken_or_nobody_wants_it():
    taken, closed = Reserve(shared), Reserve(shared)
    taken.fill(10)
    with taken.take(10):
        assert taken.lend(10) is None
    closed.close()
    assert closed.lend(10) is None


def test_memory_that_the_system_may_not_have_is_not_lent(monkeypatch):
    monkeypatch.setattr("lightapt_protocol.shared_memory.claim", lambda *_: False)
    reserve = Reserve(shared)
    assert reserve.lend(10) is None
    reserve.close()


def test_memory_that_cannot_be_mapped_is_not_lent_but_can_be_taken(monkeypatch):
    def fail(*_):
        raise BlobError("it cannot be mapped")

    reserve = Reserve(shared)
    monkeypatch.setattr("lightapt_protocol.shared_memory.writable", fail)
    assert reserve.lend(10) is None
    with reserve.take(5) as buffer:
        assert (buffer.size, buffer.is_mapped) == (5, False)
