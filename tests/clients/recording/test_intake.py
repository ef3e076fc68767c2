"""Of BLOBs as much is kept as is wanted, however they come."""

import logging

import pytest

from lightapt_clients.recording.intake import Intake
from lightapt_protocol import shared_memory
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import SetBlobVector
from lightapt_protocol.recording import BlobBody, BlobChoice
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write
from tests.clients.puppet import scene

from .scenes import recording

CARDS = (b"SIMPLE  =                    T", b"NAXIS   =                    2", b"END")
HEAD = b"".join(card.ljust(80) for card in CARDS).ljust(2880)
PICTURE = HEAD + bytes(range(256)) * 300


def vector(data=PICTURE, *, device="C", attached=False):
    size = len(data)
    blob = OneBlob("CCD1", b"" if attached else data, size=size, format=".fits", attached=attached)
    return write(SetBlobVector(device, "CCD1", state=State.OK, members=(blob,)))


def taken(data, *, blobs=BlobChoice.ALL, devices=(), descriptors=(), pieces=1000):
    descriptors = list(descriptors)
    intake = Intake(lambda: descriptors.pop(0) if descriptors else None, blobs=blobs, devices=devices)
    heard = []
    for start in range(0, len(data), pieces):
        heard += intake.feed(data[start : start + pieces], now=1.0)
    assert not descriptors
    return heard


def shared(data):
    descriptor = shared_memory.create(len(data))
    with shared_memory.writable(descriptor, len(data)) as memory:
        memory[:] = data
    return descriptor


@pytest.mark.parametrize("pieces", [7, 1000, 1 << 20])
def test_a_blob_is_kept_whole_and_not_encoded(pieces):
    (heard,) = taken(vector(), pieces=pieces)
    assert heard.bodies == (BlobBody(PICTURE, len(PICTURE)),)
    assert heard.content.endswith(b'format=".fits"></oneBLOB></setBLOBVector>')


def test_a_blob_in_shared_memory_is_kept_likewise():
    (heard,) = taken(vector(attached=True), descriptors=[shared(PICTURE)])
    assert bytes(heard.bodies[0].data) == PICTURE


@pytest.mark.parametrize("attached", [False, True])
def test_of_a_picture_the_header_may_be_enough(attached):
    descriptors = [shared(PICTURE)] if attached else []
    (heard,) = taken(vector(attached=attached), blobs=BlobChoice.HEADERS, descriptors=descriptors)
    assert heard.bodies == (BlobBody(HEAD, len(PICTURE)),)


@pytest.mark.parametrize("attached", [False, True])
def test_blobs_that_come_unasked_are_not_kept(attached):
    descriptors = [shared(PICTURE)] if attached else []
    (heard,) = taken(vector(attached=attached), blobs=BlobChoice.NONE, descriptors=descriptors)
    assert heard.bodies == (BlobBody(b"", 0),)


@pytest.mark.parametrize("attached", [False, True])
def test_blobs_of_other_devices_are_left_out_with_their_memory(attached):
    descriptors = [shared(PICTURE)] if attached else []
    assert taken(vector(attached=attached), devices={b"D"}, descriptors=descriptors) == []


def test_a_blob_without_its_memory_is_kept_without_data(caplog):
    with caplog.at_level(logging.WARNING):
        (heard,) = taken(vector(attached=True))
    assert heard.bodies == (BlobBody(b"", 0),)
    assert "left out" in caplog.text


@scene
async def test_shared_memory_comes_through_a_local_connection(tmp_path):
    async with recording(tmp_path / "night.indi", is_local=True) as running:
        running.end.say_with(vector(attached=True), shared(PICTURE))
        entry = (await running.finish())[-1]
        assert entry.bodies == (BlobBody(PICTURE, len(PICTURE)),)
