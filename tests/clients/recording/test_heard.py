"""What was heard counts with its BLOBs as far as they are kept."""

from lightapt_clients.recording.heard import Heard
from lightapt_protocol.recording import BlobBody, EntryKind


def test_what_was_heard_is_as_large_as_what_is_kept_of_it():
    bodies = (BlobBody(b"12345", 5), BlobBody(b"123", 8_000_000), BlobBody(b"", 0))
    assert len(Heard(0.0, EntryKind.ELEMENT, b"<a/>", bodies=bodies)) == 12
    assert len(Heard(0.0, EntryKind.LOST, b"why")) == 3
