"""What was heard counts with its BLOBs as far as they are kept, and has its time by a clock that does not sleep."""

import sys
import time

import pytest

from lightapt_clients.recording.heard import Heard, now
from lightapt_protocol.recording import BlobBody, EntryKind


def test_what_was_heard_is_as_large_as_what_is_kept_of_it():
    bodies = (BlobBody(b"12345", 5), BlobBody(b"123", 8_000_000), BlobBody(b"", 0))
    assert len(Heard(0.0, EntryKind.ELEMENT, b"<a/>", bodies=bodies)) == 12
    assert len(Heard(0.0, EntryKind.LOST, b"why")) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="this clock is Linux's")
def test_the_clock_goes_on_while_the_machine_sleeps():
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= now() <= time.clock_gettime(time.CLOCK_BOOTTIME)
