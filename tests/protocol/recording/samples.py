"""A recording of a bit of everything, and properties of two devices."""

from datetime import UTC, datetime

from lightapt_protocol.members import DefNumber, DefSwitch
from lightapt_protocol.messages import DefNumberVector, DefSwitchVector
from lightapt_protocol.recording import (
    BlobBody,
    BlobChoice,
    Entry,
    EntryKind,
    Recording,
    RecordingHeader,
    RecordingWriter,
)
from lightapt_protocol.vocabulary import State, SwitchState

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
