"""The rows about FITS files: what it takes to write and to read one, beside astropy and beside a copy of its bytes.

All of it happens in this process. A repetition begins without memory for its result, as a driver does that sends a new
picture; the shared memory is that in which pictures travel attached.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import time
from collections.abc import Callable, Generator
from functools import cache, partial

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from lightapt_protocol import shared_memory
from lightapt_protocol.fits import encode, plan, read

from .figures import Figure, Goal, Measurement, Row
from .servers import Side
from .stage import Stage

_FULL = (4176, 6248)
_QUICK = (100, 101)
_REPEATS = 5


@cache
def _image(shape: tuple[int, int]) -> NDArray[np.uint16]:
    return np.random.default_rng(1).integers(0, 65536, shape, dtype=np.uint16)


@cache
def _file(shape: tuple[int, int]) -> bytes:
    return bytes(encode(_image(shape)))


def _by_astropy(shape: tuple[int, int], *, checksum: bool = False) -> None:
    fits.PrimaryHDU(_image(shape)).writeto(io.BytesIO(), checksum=checksum)


def _by_us(shape: tuple[int, int], *, checksum: bool = False) -> None:
    encode(_image(shape), checksum=checksum)


def _by_copy(shape: tuple[int, int]) -> None:
    np.empty(len(_file(shape)), np.uint8)[:] = np.frombuffer(_file(shape), np.uint8)


@contextlib.contextmanager
def _memory(size: int) -> Generator[int]:
    descriptor = shared_memory.create(size)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _mapped_by_us(shape: tuple[int, int], *, threads: int = 1) -> None:
    planned = plan(_image(shape))
    with _memory(planned.size) as descriptor, shared_memory.writable(descriptor, planned.size) as target:
        planned.write_into(target, threads=threads)


def _written_by_us(shape: tuple[int, int]) -> None:
    planned = plan(_image(shape))
    with _memory(planned.size) as descriptor:
        planned.write_to(descriptor)


def _mapped_by_copy(shape: tuple[int, int]) -> None:
    source = _file(shape)
    with _memory(len(source)) as descriptor, shared_memory.writable(descriptor, len(source)) as target:
        np.frombuffer(target, np.uint8)[:] = np.frombuffer(source, np.uint8)


def _read_by_astropy(shape: tuple[int, int]) -> None:
    with fits.open(io.BytesIO(_file(shape))) as units:
        assert units[0].data.dtype == np.uint16


def _read_by_us(shape: tuple[int, int]) -> None:
    assert read(_file(shape)).pixels.dtype == np.uint16


def _measure(stage: Stage, side: Side, *, ways: dict[Side, Callable[[tuple[int, int]], None]]) -> Measurement:
    shape = _QUICK if stage.quick else _FULL
    ways[side](shape)
    return {"time": 1e3 * statistics.median(_seconds(ways[side], shape) for _ in range(_REPEATS))}


def _seconds(way: Callable[[tuple[int, int]], None], shape: tuple[int, int]) -> float:
    begin = time.perf_counter()
    way(shape)
    return time.perf_counter() - begin


def _row(
    key: str,
    what: str,
    goal: Goal | None,
    reference: Callable[[tuple[int, int]], None],
    ours: Callable[[tuple[int, int]], None],
    copy: Callable[[tuple[int, int]], None] | None = None,
) -> Row:
    ways = {Side.REFERENCE: reference, Side.OURS: ours} | ({Side.RELAY: copy} if copy else {})
    return Row(key, partial(_measure, ways=ways), (Figure("time", what, "ms", goal),), rounds=7, sides=tuple(ways))


_QUARTER = Goal(ratio_at_most=0.25)
_TWICE = Goal(ratio_at_most=2.0)

ROWS = (
    _row(
        "fits",
        "FITS file of 6248 x 4176 x 16 bit in memory, beside astropy (and, as relay, a copy of its bytes)",
        _QUARTER,
        _by_astropy,
        _by_us,
        _by_copy,
    ),
    _row("fits-copy", "the same beside that copy", _TWICE, _by_copy, _by_us),
    _row("fits-mapped", "the same in new shared memory, mapped, beside a copy", _TWICE, _mapped_by_copy, _mapped_by_us),
    _row(
        "fits-threads",
        "the same with two threads",
        _TWICE,
        _mapped_by_copy,
        partial(_mapped_by_us, threads=2),
    ),
    _row("fits-written", "the same through its descriptor, beside that copy", _TWICE, _mapped_by_copy, _written_by_us),
    _row(
        "fits-checksum",
        "the same in memory with checksums, beside astropy",
        _QUARTER,
        partial(_by_astropy, checksum=True),
        partial(_by_us, checksum=True),
        _by_copy,
    ),
    _row("fits-read", "that file read to unsigned integers, beside astropy", _QUARTER, _read_by_astropy, _read_by_us),
)
