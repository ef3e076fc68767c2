"""BLOBs go to devices as base64, or as memory beside the stream."""

import os
from array import array
from dataclasses import replace

import pytest

from lightapt_clients import MissingError, RequestError
from lightapt_clients.uploads import on_the_wire, upload_for
from lightapt_protocol.framing import Framer
from lightapt_protocol.messages import GetProperties
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse_blob
from lightapt_protocol.writer import write

from .puppet import CCD1, COORD, FIRMWARE

DATA = bytes(range(256)) * 5


def known(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.devices[definition.device][definition.name]


def upload(data=DATA, member=""):
    return upload_for(known(FIRMWARE), data, format=".bin", member=member)


@pytest.mark.parametrize("data", [DATA, bytearray(DATA), memoryview(DATA), array("i", [1, 2, 3])])
def test_the_first_member_takes_whatever_holds_bytes(data):
    (one,) = upload(data).members
    assert (one.name, one.size, one.format) == ("FILE", memoryview(data).nbytes, ".bin")
    assert bytes(one.data) == bytes(memoryview(data).cast("B"))


@pytest.mark.parametrize(("definition", "error"), [(CCD1, RequestError), (COORD, RequestError)])
def test_what_takes_no_blobs_is_refused(definition, error):
    with pytest.raises(error, match="takes no BLOBs"):
        upload_for(known(definition), DATA, format=".bin", member="")


def test_a_member_that_is_not_there_is_refused():
    with pytest.raises(MissingError, match="has no member PAGE, but FILE"):
        upload(member="PAGE")


def test_bytes_that_lie_apart_are_refused():
    with pytest.raises(RequestError, match="side by side"):
        upload(memoryview(DATA)[::2])


def test_any_other_message_is_one_piece():
    with on_the_wire(GetProperties(), by_memory=True) as (pieces, descriptors):
        assert (list(pieces), descriptors) == ([write(GetProperties())], ())


def test_as_text_the_blob_is_in_the_pieces():
    with on_the_wire(upload(), by_memory=False) as (pieces, descriptors):
        (element,) = Framer().feed(b"".join(pieces))
    assert descriptors == ()
    assert parse_blob(element).members[0].data == DATA


@pytest.mark.parametrize("data", [DATA, b""])
def test_as_memory_it_is_beside_them_until_it_was_sent(data):
    with on_the_wire(upload(data), by_memory=True) as (pieces, (descriptor,)):
        (element,) = Framer().feed(b"".join(pieces))
        assert os.pread(descriptor, 10_000, 0)[: len(data)] == data
    (one,) = parse_blob(element).members
    assert (one.attached, one.length, one.size) == (True, len(data), len(data))
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)


def test_several_members_have_their_memory_in_their_order():
    one = upload().members[0]
    message = replace(upload(), members=(one, replace(one, name="TWO", data=b"two", size=3)))
    with on_the_wire(message, by_memory=True) as (_, (first, second)):
        assert (os.fstat(first).st_size, os.fstat(second).st_size) == (len(DATA), 3)
