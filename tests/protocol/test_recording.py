"""Recordings are read back as they were written, wherever they are cut; what is no recording is said to be none."""

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.framing import Framer
from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, DefText, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    DelProperty,
    SetNumberVector,
    SetSwitchVector,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import (
    BlobBody,
    BlobChoice,
    Entry,
    EntryKind,
    Recording,
    RecordingError,
    RecordingHeader,
    RecordingReader,
    RecordingWriter,
    Snapshot,
    definition_of,
    header_of,
    update_of,
    with_blank_pixels,
)
from lightapt_protocol.recording.entries import vector_text
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState
from lightapt_protocol.writer import write

STARTED = datetime(2026, 3, 20, 22, 30, 5, 123456, UTC)
HEADER = RecordingHeader("localhost:7624", STARTED, blobs=BlobChoice.HEADERS, devices=("CCD Simulator", "Möwe"), part=2)
ELEMENT = EntryKind.ELEMENT
PICTURE = bytes(range(256)) * 20
ENTRIES = [
    Entry(0, EntryKind.CONNECTED, b"localhost:7624"),
    Entry(10, ELEMENT, b"<message device='Mount'\n message='12 < 5'/>"),
    Entry(10, ELEMENT, b"<a/>", bodies=(BlobBody(PICTURE, len(PICTURE)), BlobBody(b"", 0))),
    Entry(1_000_000, ELEMENT, b"<b/>", bodies=(BlobBody(PICTURE[:100], 8_000_000),)),
    Entry(2_000_000, EntryKind.LOST, "sie ist weg: böse".encode()),
    Entry(3_000_000, EntryKind.STATE, b"<defLightVector/>"),
]
COORD = DefNumberVector("Mount", "COORD", members=(DefNumber("RA", 1.0, format="%10.6m"), DefNumber("DEC", 2.0)))
PARK = DefSwitchVector(
    "Mount", "PARK", state=State.OK, members=(DefSwitch("PARK"), DefSwitch("UNPARK", SwitchState.ON))
)


def written(entries=ENTRIES, *, header=HEADER, each=False):
    """A file; with each entry flushed, or only the last."""
    writer = RecordingWriter(header)
    data = writer.start()
    for batch in [[entry] for entry in entries] if each else [entries]:
        data += b"".join(writer.add(batch)) + writer.flush()
    return data + writer.finish()


def read(data):
    return list(Recording([data]))


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


def test_large_frames_end_so_that_damage_is_bounded():
    writer = RecordingWriter(HEADER)
    large = Entry(1, ELEMENT, b"<a/>", bodies=(BlobBody(bytes(5_000_000), 5_000_000),))
    data = writer.start() + b"".join(writer.add([large])) + writer.flush()
    recording = Recording([data])
    assert list(recording) == [large]
    assert recording.is_whole


def test_files_behind_one_another_are_one_recording():
    later = RecordingHeader("localhost:7624", STARTED + timedelta(seconds=60))
    entries = read(written(ENTRIES[:2]) + written(ENTRIES[1:2], header=later))
    assert entries == [*ENTRIES[:2], Entry(60_000_010, ELEMENT, ENTRIES[1].content)]


def test_frames_of_others_are_passed_over():
    stranger = struct.pack("<II", 0x184D2A5F, 5) + b"hello"
    assert read(stranger + written() + stranger) == ENTRIES


def test_the_entries_are_text_to_any_zstd_tool():
    zstandard = pytest.importorskip("zstandard")
    text = zstandard.ZstdDecompressor().decompressobj().decompress(written()[len(written([])) :])
    assert text.startswith(
        b"0 + 14\nlocalhost:7624\n10 < 43\n<message device='Mount'\n message='12 < 5'/>\n10 < 4 5120/5120 0/0\n"
    )


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


@pytest.mark.parametrize("change", [{"started": "2026-03-20T22:30:05"}, {"blobs": "some"}, {"devices": None}])
def test_a_header_that_makes_no_sense_is_refused(change):
    title, text = HEADER.to_bytes().split(b"\n", 1)
    data = title + b"\n" + json.dumps(json.loads(text) | change).encode()
    with pytest.raises(RecordingError, match="makes no sense"):
        RecordingHeader.from_bytes(data)


def test_a_header_may_say_more_than_is_known():
    title, text = HEADER.to_bytes().split(b"\n", 1)
    data = title + b"\n" + json.dumps(json.loads(text) | {"moon": "full"}).encode()
    assert RecordingHeader.from_bytes(data) == HEADER


def test_what_comes_before_damage_is_read():
    data = bytearray(written(each=True) + written(each=True))
    data[-20] ^= 0xFF
    recording = iter(Recording([bytes(data)]))
    assert [next(recording) for _ in ENTRIES] == ENTRIES
    with pytest.raises(RecordingError, match="damaged"):
        list(recording)


@pytest.mark.parametrize(
    "text", [b"nonsense\n", b"1 < 99999999999\n", b"1 < 999999999\n", b"1 < 3 5/5\n<a/>12345", b"x" * 70_000]
)
def test_entries_that_make_no_sense_are_damage(text):
    zstandard = pytest.importorskip("zstandard")
    data = written([]) + zstandard.ZstdCompressor().compress(text + b"x" * 20)
    with pytest.raises(RecordingError, match="damaged"):
        read(data)


def test_an_entry_knows_when_it_came():
    assert HEADER.moment(1_500_000) == STARTED + timedelta(seconds=1.5)


# BLOBs.


def test_a_vector_of_blobs_is_kept_as_it_came_but_for_the_bodies():
    head = b"<setBLOBVector device='C' name='CCD1' state='Ok'>"
    one, two = b"<oneBLOB name='a' size='3' format='.fits'>", b"<oneBLOB name='b' size='3' enclen='4' format='.z'>"
    (element,) = Framer().feed(head + one + b"AAAA</oneBLOB>" + two + b"AAAA\n\n</oneBLOB></setBLOBVector>")
    assert vector_text(element) == head + one + b"</oneBLOB>" + two + b"</oneBLOB></setBLOBVector>"
    assert [blob.size for blob in parse(vector_text(element)).members] == [3, 3]


def fits(*cards, size):
    text = b"".join(card.ljust(80) for card in (*cards, b"END"))
    return text.ljust(-(-len(text) // 2880) * 2880) + b"\x01" * size


PLAIN = fits(b"SIMPLE  =                    T", b"NAXIS   =                    2", *[b"COMMENT"] * 40, size=5760)
EMPTY = fits(b"SIMPLE  =                    T", b"NAXIS   =                    0 / none", size=0)
TABLE = fits(b"XTENSION= 'BINTABLE'", b"NAXIS   =                    2", size=2880)


@pytest.mark.parametrize(
    ("data", "format", "kept"),
    [
        (PLAIN, ".fits", PLAIN[:5760]),
        (zlib.compress(PLAIN), ".fits.z", PLAIN[:5760]),
        (EMPTY + TABLE, ".fits.fz", EMPTY + TABLE[:2880]),
        (EMPTY, ".fits", EMPTY),
        (b"\xff\xd8 a JPEG", ".jpg", b""),
        (b"not zlib", ".fits.z", b""),
        (b"SIMPLE  =                    T".ljust(80) * 100, ".fits", b""),
        (b"", ".fits", b""),
    ],
)
def test_a_header_is_what_a_fits_file_has_before_its_picture(data, format, kept):
    assert header_of(data, format=format) == kept


def test_a_blank_picture_is_as_large_as_the_true_one():
    blank = with_blank_pixels(PLAIN[:5760], size=len(PLAIN), format=".fits")
    assert blank == PLAIN[:5760] + bytes(5760)
    assert zlib.decompress(with_blank_pixels(PLAIN[:5760], size=len(PLAIN), format=".fits.z")) == blank


# Properties as they are.


@pytest.mark.parametrize(
    "definition",
    [
        COORD,
        PARK,
        DefTextVector(
            "W", "NAMES", label="Names", group="G", timestamp="2026-01-01T00:00:00", members=(DefText("1", "R"),)
        ),
        DefLightVector("W", "LIGHTS", state=State.ALERT, members=(DefLight("L", State.BUSY, label="l"),)),
        DefBlobVector("C", "CCD1", perm=Permission.READ_ONLY, timeout=60, members=(DefBlob("CCD1"),)),
        DefSwitchVector("W", "S", rule=SwitchRule.ANY_OF_MANY, perm=Permission.WRITE_ONLY, members=(DefSwitch("A"),)),
    ],
)
def test_a_property_is_told_anew_as_it_is(definition):
    first, second = Mirror(), Mirror()
    first.apply(definition)
    prop = first.find(definition.device, definition.name)
    second.apply(definition_of(prop))
    assert second.find(definition.device, definition.name) == prop
    second.apply(update_of(prop, message="again"))
    assert second.find(definition.device, definition.name) == prop


def followed(*messages):
    """What a snapshot makes of messages, against what a mirror does."""
    snapshot, mirror = Snapshot(), Mirror()
    for message in messages:
        (element,) = Framer().feed(write(message))
        snapshot.take(element.tag, element.device, element.name, element.raw)
        mirror.apply(message)
    seen = Mirror()
    for raw in snapshot.elements():
        seen.apply(parse(raw))
    assert dict(seen.devices) == dict(mirror.devices)
    return seen


def coord(state=None, **values):
    return SetNumberVector("Mount", "COORD", state=state, members=tuple(OneNumber(*one) for one in values.items()))


def test_a_snapshot_is_what_a_mirror_would_be():
    unpark = SetSwitchVector("Mount", "PARK", state=State.BUSY, members=(OneSwitch("PARK", SwitchState.ON),))
    followed(COORD, PARK, coord(State.BUSY, RA=5.0), coord(DEC=6.0), coord(State.OK, RA=7.0, DEC=8.0), unpark)


def test_a_snapshot_stays_small_however_many_parts_change():
    seen = followed(COORD, *[coord(State.BUSY, RA=float(number)) for number in range(100)], coord(DEC=9.0))
    assert seen.find("Mount", "COORD").number("RA") == 99.0


def test_limits_that_change_are_in_a_snapshot():
    limits = SetNumberVector(
        "Mount", "COORD", state=State.OK, members=(OneNumber("RA", 1.0, min=0, max=24), OneNumber("DEC", 1.0))
    )
    seen = followed(COORD, limits, coord(State.OK, RA=2.0, DEC=3.0))
    assert seen.find("Mount", "COORD").members["RA"].max == 24


def test_what_is_deleted_is_in_no_snapshot():
    followed(COORD, PARK, DelProperty("Mount", "PARK"))
    assert not followed(COORD, PARK, DelProperty("Mount")).devices
    assert not followed(COORD, PARK, DelProperty()).devices
    followed(COORD, DelProperty("Mount", "COORD"), coord(RA=1.0))
    snapshot = Snapshot()
    snapshot.take(b"defNumberVector", b"Mount", b"COORD", write(COORD))
    snapshot.forget()
    assert not list(snapshot.elements())
