"""Recordings are read back as they were written, wherever they are cut; what is no recording is said to be none."""

import random
import struct
import tracemalloc
from datetime import timedelta
from itertools import pairwise

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.recording import (
    Entry,
    Recording,
    RecordingError,
    RecordingHeader,
    RecordingReader,
    RecordingWriter,
)

from .samples import ELEMENT, ENTRIES, HEADER, STARTED, read, written


def test_entries_come_back_as_they_were():
    recording = Recording([written()])
    assert recording.header == HEADER
    assert list(recording) == ENTRIES
    assert recording.is_whole


def test_a_file_of_no_entries_is_a_recording():
    recording = Recording([written([])])
    assert list(recording) == []
    assert recording.is_whole


def test_a_file_is_read_up_to_its_last_whole_entry_wherever_it_is_cut():
    data, first = written(each=True), len(written([]))
    ends, writer = [], RecordingWriter(HEADER)
    size = len(writer.start())
    for entry in ENTRIES:
        size += len(b"".join(writer.add([entry])) + writer.flush())
        ends.append(size)
    for cut in range(len(data)):
        if cut < first:
            with pytest.raises(RecordingError):
                Recording([data[:cut]])
            continue
        recording = Recording([data[:cut]])
        entries = list(recording)
        assert entries == ENTRIES[: len(entries)]
        assert len(entries) >= sum(end <= cut for end in ends)
        # Where the header ends, nothing says that there was to be more.
        assert recording.is_whole is (cut == first)


@given(st.lists(st.integers(0, 3000)))
def test_how_the_bytes_come_makes_no_difference(cuts):
    data = written(each=True)
    places = [0, *sorted(cut % len(data) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert list(Recording(pieces)) == ENTRIES


def test_byte_by_byte_is_one_way_too():
    reader = RecordingReader()
    assert [entry for byte in written() for entry in reader.feed(bytes([byte]))] == ENTRIES
    assert reader.is_whole


def test_a_recording_grows_while_it_is_read():
    reader, writer = RecordingReader(), RecordingWriter(HEADER)
    assert list(reader.feed(writer.start())) == []
    for entry in ENTRIES:
        assert list(reader.feed(b"".join(writer.add([entry])) + writer.flush())) == [entry]


def test_files_behind_one_another_are_one_recording():
    later = RecordingHeader("localhost:7624", STARTED + timedelta(seconds=60))
    entries = read(written(ENTRIES[:2]) + written(ENTRIES[1:2], header=later))
    assert entries == [*ENTRIES[:2], Entry(60_000_010, ELEMENT, ENTRIES[1].content)]


def test_frames_of_others_are_passed_over():
    stranger = struct.pack("<II", 0x184D2A5F, 5) + b"hello"
    assert read(stranger + written() + stranger) == ENTRIES


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no recording"),
        (b"\x28\xb5\x2f\xfd" + bytes(20), "no recording"),
        (b"<setNumberVector device='Mount'/>", "no recording"),
        (struct.pack("<II", 0x184D2A50, 0xFFFFFFFF), "damaged"),
        (struct.pack("<II", 0x184D2A50, 5) + b"hello", "no recording"),
        (struct.pack("<II", 0x184D2A50, 19) + b"INDI recording 99\n{", "another version"),
        (struct.pack("<II", 0x184D2A50, 19) + b"INDI recording 1\n[]", "makes no sense"),
    ],
)
def test_what_is_no_recording_is_said_to_be_none(data, words):
    with pytest.raises(RecordingError, match=words):
        Recording([data])


def test_what_comes_before_damage_is_read():
    data = bytearray(written(each=True) + written(each=True))
    data[-20] ^= 0xFF
    recording = iter(Recording([bytes(data)]))
    assert [next(recording) for _ in ENTRIES] == ENTRIES
    with pytest.raises(RecordingError, match="damaged"):
        list(recording)


def test_most_of_what_comes_before_damage_within_a_frame_is_read():
    entries = [Entry(n, ELEMENT, random.Random(n).randbytes(100).hex().encode()) for n in range(200)]
    data = bytearray(written(entries, each=True))
    data[-3] ^= 0xFF  # in the checksum, behind all entries of the frame
    recording = iter(Recording([bytes(data)]))
    assert [next(recording) for _ in entries[:150]] == entries[:150]
    with pytest.raises(RecordingError, match=r"damaged near byte \d+"):
        list(recording)


@pytest.mark.parametrize(
    "text", [b"nonsense\n", b"1 < 99999999999\n", b"1 < 999999999\n", b"1 < 3 5/5\n<a/>12345", b"x" * 70_000]
)
def test_entries_that_make_no_sense_are_damage(text):
    data = written([]) + zstandard.ZstdCompressor().compress(text + b"x" * 20)
    with pytest.raises(RecordingError, match="damaged"):
        read(data)


def test_a_bomb_goes_off_in_small_portions():
    large = 256 * 1024 * 1024
    packing = zstandard.ZstdCompressor().compressobj()
    portions = [packing.compress(bytes(1 << 20)) for _ in range(large >> 20)]
    bomb = written([]) + b"".join(portions) + packing.flush()
    tracemalloc.start()
    try:
        with pytest.raises(RecordingError, match="damaged"):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < large // 2
    finally:
        tracemalloc.stop()
