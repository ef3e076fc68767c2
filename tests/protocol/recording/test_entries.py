"""A header says of what a recording is; an entry, what came and when."""

import json
from datetime import timedelta

import pytest

from lightapt_protocol.framing import Framer
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import RecordingError, RecordingHeader
from lightapt_protocol.recording.entries import vector_text

from .samples import HEADER, STARTED


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


def test_an_entry_knows_when_it_came():
    assert HEADER.moment(1_500_000) == STARTED + timedelta(seconds=1.5)


def test_a_vector_of_blobs_is_kept_as_it_came_but_for_the_bodies():
    head = b"<setBLOBVector device='C' name='CCD1' state='Ok'>"
    one, two = b"<oneBLOB name='a' size='3' format='.fits'>", b"<oneBLOB name='b' size='3' enclen='4' format='.z'>"
    (element,) = Framer().feed(head + one + b"AAAA</oneBLOB>" + two + b"AAAA\n\n</oneBLOB></setBLOBVector>")
    assert vector_text(element) == head + one + b"</oneBLOB>" + two + b"</oneBLOB></setBLOBVector>"
    assert [blob.size for blob in parse(vector_text(element)).members] == [3, 3]
