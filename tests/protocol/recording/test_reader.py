"""Recordings are read back as they were written, wherever they are cut; what is no recording is said to be none."""

import gc
import random
import re
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
    EntryKind,
    Recording,
    RecordingError,
    RecordingHeader,
    RecordingReader,
    RecordingWriter,
)
from lightapt_protocol.recording import reader as reader_module

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
    recording = Recording([bytes(data)])
    assert list(recording)[: len(ENTRIES)] == ENTRIES
    assert recording.is_damaged


# What follows damage. Wherever a frame is damaged, those behind it come whole, and it is told once that there is a gap.

FRAMES = [
    [Entry(n + 1000 * number, ELEMENT, random.Random(n).randbytes(60).hex().encode()) for n in range(20)]
    for number in range(3)
]
HEAD = RecordingWriter(HEADER).start()
PACKED = [written(entries, each=True)[len(HEAD) :] for entries in FRAMES]


def gaps(entries):
    return [entry for entry in entries if entry.kind is EntryKind.GAP]


@pytest.mark.parametrize("place", [*range(12), *range(12, len(PACKED[1]), 41), -5, -4, -3, -2, -1])
@pytest.mark.parametrize("flip", [0x01, 0xFF])
def test_what_comes_behind_damage_is_read(place, flip):
    damaged = bytearray(PACKED[1])
    damaged[place] ^= flip
    recording = Recording([HEAD, PACKED[0], bytes(damaged), PACKED[2]])
    entries = list(recording)
    assert entries[:20] == FRAMES[0]
    assert entries[-20:] == FRAMES[2]
    if place not in (4, 5):  # bits of a frame's head may mean nothing
        assert recording.is_damaged
    assert len(gaps(entries)) == recording.is_damaged
    assert recording.is_whole


@given(st.lists(st.integers(0, sum(map(len, PACKED))), max_size=5))
def test_what_comes_behind_damage_is_read_however_the_bytes_come(cuts):
    damaged = PACKED[1][:100] + b"\xff\x00\xff" + PACKED[1][103:]
    data = HEAD + PACKED[0] + damaged + PACKED[2]
    places = [0, *sorted(cuts), len(data)]
    entries = list(Recording([data[start:end] for start, end in pairwise(places)]))
    assert (entries[:20], entries[-20:]) == (FRAMES[0], FRAMES[2])
    (gap,) = gaps(entries)
    assert FRAMES[0][-1].time <= gap.time <= FRAMES[2][0].time
    assert re.search(rb"damaged near byte \d+: something is missing", gap.content)


def test_a_frame_that_damage_makes_longer_does_not_cost_the_next():
    size = 100_000
    long = [Entry(n, ELEMENT, random.Random(n).randbytes(size)) for n in range(3)]  # which is not made any shorter
    packed = [written([entry])[len(HEAD) :] for entry in long]
    head = bytearray(packed[1])
    start = 4 + 1 + 1 if head[4] & 0x20 == 0 else 4 + 1 + 4  # of the first block, behind the frame's head
    block = int.from_bytes(head[start : start + 3], "little")
    head[start : start + 3] = (block + (8_000 << 3)).to_bytes(3, "little")  # it swallows what follows
    entries = list(Recording([HEAD, packed[0], bytes(head), packed[2]]))
    assert (entries[0], entries[-1]) == (long[0], long[2])


def test_a_gap_says_that_what_came_shortly_before_may_be_wrong():
    entries = [Entry(n, ELEMENT, b"%05d %s" % (n, random.Random(n).randbytes(100))) for n in range(200)]
    packed = written(entries, each=True)
    place = packed.index(b"00042 ") + 10  # within what is not made any shorter: only the checksum tells
    damaged = packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :]
    found = read(damaged + PACKED[0])
    assert found[42] != entries[42]
    assert found[43] == entries[43]
    (gap,) = gaps(found)
    assert b"what came shortly before may be wrong" in gap.content
    assert found[-20:] == FRAMES[0]


FALSE = b"\x28\xb5\x2f\xfd\x04\x58"
"""A frame seems to begin."""


def test_behind_damage_there_is_one_gap_until_an_entry_comes_again():
    broken = PACKED[1][:-1] + b"damage"
    data = HEAD + PACKED[0] + FALSE * 5 + PACKED[1] + b"damage" + broken + FALSE * 5 + PACKED[2] + FALSE
    entries = read(data)
    assert [entry for entry in entries if entry.kind is ELEMENT][:40] == FRAMES[0] + FRAMES[1]
    kinds = [entry.kind for entry in entries]
    assert EntryKind.GAP not in kinds[:20]
    assert kinds[20:42] == [EntryKind.GAP, *[ELEMENT] * 20, EntryKind.GAP]
    assert all(EntryKind.GAP in pair[:1] or pair[1] is not EntryKind.GAP or ELEMENT in pair for pair in pairwise(kinds))
    assert len(gaps(entries)) < 5
    assert [entry for entry in entries if entry.kind is ELEMENT][-20:] == FRAMES[2]


@pytest.mark.parametrize("false", [FALSE, FALSE + b"\x00" * 3, struct.pack("<II", 0x184D2A50, 5) + b"hello"])
@pytest.mark.parametrize("piece", [1000, 1 << 20])
def test_what_only_looks_as_if_frames_began_costs_little(false, piece, monkeypatch):
    tries = []
    monkeypatch.setattr(
        reader_module, "_unpacker", lambda: tries.append(1) or zstandard.ZstdDecompressor().decompressobj()
    )
    junk = false * ((2 << 20) // len(false))
    data = HEAD + PACKED[0] + junk + bytes(1 << 20) + PACKED[1]
    entries = list(Recording([data[start : start + piece] for start in range(0, len(data), piece)]))
    assert (entries[:20], entries[-20:]) == (FRAMES[0], FRAMES[1])
    assert len(gaps(entries)) == 1
    assert len(tries) < 250


def test_behind_many_false_beginnings_it_is_tried_again_in_the_next_megabyte():
    junk = FALSE * ((1 << 20) // len(FALSE))
    before = HEAD + PACKED[0] + junk[: (1 << 20) - len(HEAD + PACKED[0])]
    entries = list(Recording([before[:-100], before[-100:] + PACKED[1]]))
    assert (entries[:20], entries[-20:]) == (FRAMES[0], FRAMES[1])


def test_a_file_that_was_cut_off_may_be_followed_by_another():
    later = RecordingHeader("localhost:7624", STARTED + timedelta(seconds=60))
    entries = read(written(FRAMES[0], each=True)[:-20] + written(ENTRIES[1:2], header=later))
    assert entries[:10] == FRAMES[0][:10]
    assert entries[-2].kind is EntryKind.GAP
    assert entries[-1] == Entry(60_000_010, ELEMENT, ENTRIES[1].content)


def test_a_recording_that_is_let_go_lets_go_of_its_file_at_once():
    closed = []

    def chunks():
        try:
            yield written()
            yield b""
        finally:
            closed.append(True)

    gc.disable()
    try:
        recording = Recording(chunks())
        next(iter(recording))
        del recording
        assert closed
    finally:
        gc.enable()


def test_most_of_what_comes_before_damage_within_a_frame_is_read():
    entries = [Entry(n, ELEMENT, random.Random(n).randbytes(100).hex().encode()) for n in range(200)]
    data = bytearray(written(entries, each=True))
    data[-3] ^= 0xFF  # in the checksum, behind all entries of the frame
    found = list(Recording([bytes(data)]))
    assert found[:150] == entries[:150]
    assert found[-1].kind is EntryKind.GAP


@pytest.mark.parametrize(
    "text", [b"nonsense\n", b"1 < 99999999999\n", b"1 < 999999999\n", b"1 < 3 5/5\n<a/>12345", b"x" * 70_000]
)
def test_entries_that_make_no_sense_are_damage(text):
    data = written([]) + zstandard.ZstdCompressor().compress(text + b"x" * 20)
    assert [entry.kind for entry in read(data)] == [EntryKind.GAP]


def test_a_bomb_goes_off_in_small_portions():
    large = 256 * 1024 * 1024
    packing = zstandard.ZstdCompressor().compressobj()
    portions = [packing.compress(bytes(1 << 20)) for _ in range(large >> 20)]
    bomb = written([]) + b"".join(portions) + packing.flush()
    tracemalloc.start()
    try:
        assert [entry.kind for entry in read(bomb)] == [EntryKind.GAP]
        assert tracemalloc.get_traced_memory()[1] < large // 2
    finally:
        tracemalloc.stop()
