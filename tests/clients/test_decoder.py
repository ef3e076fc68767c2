"""Bytes become messages, BLOBs included, and what makes no sense costs only itself."""

import logging
import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_clients.decoder import Decoder
from lightapt_protocol import shared_memory
from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.messages import Notice, SetBlobVector
from lightapt_protocol.writer import write
from tests.system.phrases import attached, inline

from .puppet import COORD, NAMES, coord

PICTURE = bytes(range(256)) * 300


def all_of(decoder, data):
    return list(decoder.feed(data))


def memory_of(data):
    descriptor = shared_memory.create(len(data))
    os.write(descriptor, data)
    return descriptor


def decoder(*descriptors, **options):
    waiting = list(descriptors)
    made = Decoder(lambda: waiting.pop(0) if waiting else None, **options)
    made.waiting = waiting
    return made


def test_messages_come_in_their_order():
    assert all_of(decoder(), write(COORD) + write(coord(RA=3)) + write(Notice("Mount", "hi"))) == [
        COORD,
        coord(RA=3),
        Notice("Mount", "hi"),
    ]


def test_it_is_told_how_much_of_a_picture_has_come():
    arrivals = []
    made = decoder(arriving=arrivals.append)
    data = inline("Camera", PICTURE)
    assert [*made.feed(data[:40_000]), *made.feed(data[40_000:80_000])] == []
    assert [(one.device, one.name, one.member, one.size) for one in arrivals] == 2 * [
        ("Camera", "CCD1", "B", len(PICTURE))
    ]
    first, second = (one.received for one in arrivals)
    assert 0 < first < second < len(PICTURE)


def test_nothing_is_told_of_a_picture_that_nobody_wants():
    arrivals = []
    all_of(decoder(arriving=arrivals.append, wants=lambda *_: False), inline("Camera", PICTURE)[:40_000])
    assert arrivals == []


# Invariant: however the bytes are cut, the messages are the same.


@settings(max_examples=30)
@given(st.lists(st.integers(0, 250_000), max_size=6))
def test_any_cut_gives_the_same_messages(cuts):
    data = (
        write(COORD) + inline("Camera", PICTURE) + write(coord(RA=3)) + inline("Camera", PICTURE[::-1]) + write(NAMES)
    )
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    made = decoder()
    messages = [m for start, end in pairwise(places) for m in made.feed(data[start:end])]
    assert [type(message).__name__ for message in messages] == [
        "DefNumberVector",
        "SetBlobVector",
        "SetNumberVector",
        "SetBlobVector",
        "DefTextVector",
    ]
    assert (messages[1].members[0].data, messages[3].members[0].data) == (PICTURE, PICTURE[::-1])
    assert not made._bodies


def test_a_blob_is_never_kept_encoded():
    made, data = decoder(), inline("Camera", PICTURE)
    assert all_of(made, data[:50_000]) == []
    assert made._framer.unfinished.part.body == []
    assert made.is_within


def test_memory_goes_to_the_blobs_in_their_order():
    made = decoder(memory_of(b"one"), memory_of(b"two!"))
    first, second = all_of(made, attached("Camera", 3) + attached("Camera", 4))
    assert (first.members[0].data, second.members[0].data) == (b"one", b"two!")


def test_memory_of_what_is_not_wanted_is_taken_and_closed():
    before = len(os.listdir("/proc/self/fd"))
    made = decoder(memory_of(b"one"), memory_of(b"two"), wants=lambda device, _: device == "Camera")
    unwanted, wanted = all_of(made, attached("Guider", 3) + attached("Camera", 3))
    assert unwanted == SetBlobVector("Guider", "CCD1")
    assert wanted.members[0].data == b"two"
    del wanted
    assert len(os.listdir("/proc/self/fd")) == before


def test_of_a_blob_that_is_not_wanted_only_the_state_is_told():
    made = decoder(wants=lambda *_: False)
    data = inline("Camera", PICTURE)
    assert all_of(made, data[:1000]) == []
    assert all_of(made, data[1000:]) == [SetBlobVector("Camera", "CCD1")]


def test_a_stream_that_joins_in_the_middle_of_a_blob_begins_with_the_next():
    joined = []
    made, data = decoder(wants=lambda *_: bool(joined)), inline("Camera", PICTURE)
    all_of(made, data[:50_000])
    joined.append(True)
    first, second = all_of(made, data[50_000:] + data)
    assert first.members == ()
    assert second.members[0].data == PICTURE


def test_other_devices_are_left_out_unread(caplog):
    made = decoder(memory_of(b"one"), devices={"Mount"})
    data = write(NAMES) + b"<setNumberVector device='Wheel' name='X' state='?'/>" + attached("Camera", 3)
    assert all_of(made, data + write(COORD) + write(Notice(message="to all"))) == [COORD, Notice(message="to all")]
    assert made.waiting == []
    assert caplog.records == []


def test_what_makes_no_sense_is_logged_and_left_out(caplog):
    data = b"<what/><setNumberVector device='Mount' name='P' state='Fine'/>" + write(coord(RA=3))
    with caplog.at_level(logging.WARNING):
        assert all_of(decoder(), data) == [coord(RA=3)]
    assert "what is no message" in caplog.text
    assert "'Fine' is none of" in caplog.text


def test_a_blob_that_makes_no_sense_costs_only_itself(caplog):
    bad = inline("Camera", PICTURE).replace(b"</oneBLOB>", b"A</oneBLOB>")
    made = decoder(None, memory_of(b"one"))
    first, second, third = all_of(made, bad + attached("Camera", 3) + attached("Camera", 3))
    assert (first.members, second.members, third.members[0].data) == ((), (), b"one")
    assert "base64" in caplog.text
    assert "did not come" in caplog.text


def test_a_stream_that_cannot_be_read_is_an_error_behind_what_came_before():
    made = decoder()
    messages = made.feed(write(COORD) + b"HTTP/1.1 400 Bad Request")
    assert next(messages) == COORD
    with pytest.raises(MalformedElementError):
        next(messages)
