"""Members of a driver speak to the server, and to one another, as if each were alone with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.alpaca.relay import SERVER, Relay
from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import Framer
from lightapt_protocol.members import DefNumber, DefSwitch, OneBlob, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    DefNumberVector,
    DefSwitchVector,
    DelProperty,
    EnableBlob,
    GetProperties,
    NewNumberVector,
    NewSwitchVector,
    Notice,
    PingReply,
    PingRequest,
    SetBlobVector,
    SetNumberVector,
    SetSwitchVector,
)
from lightapt_protocol.parser import parse
from lightapt_protocol.vocabulary import BlobPolicy, Permission, State, SwitchState
from lightapt_protocol.writer import write

MOUNT, CAMERA = 0, 1


@pytest.fixture
def relay():
    relay = Relay()
    relay.add(MOUNT, "Mount")
    relay.add(CAMERA, "Camera")
    return relay


def definition(device, name="POSITION"):
    members = (DefNumber("VALUE", 1),)
    return DefNumberVector(device, name, state=State.OK, perm=Permission.READ_ONLY, members=members)


def update(device, value=2.0):
    return SetNumberVector(device, "POSITION", state=State.OK, members=(OneNumber("VALUE", value),))


def told(deliveries):
    """Return who is told what."""
    found = []
    for one in deliveries:
        for element in Framer().feed(b"".join(bytes(piece) for piece in one.pieces)):
            found.append((one.to, parse(element.raw)))
    return found


def from_server(relay, message):
    return told(relay.from_server(write(message)))


def from_member(relay, number, message):
    return told(relay.from_member(number, write(message)))


def test_a_member_is_asked_for_its_properties():
    assert told(Relay().add(7, "Dome")) == [(7, GetProperties())]


def test_a_question_without_a_device_is_for_all(relay):
    assert from_server(relay, GetProperties()) == [(MOUNT, GetProperties()), (CAMERA, GetProperties())]


@pytest.mark.parametrize(
    "message",
    [
        GetProperties("Camera"),
        NewNumberVector("Camera", "GAIN", members=(OneNumber("GAIN", 1.0),)),
        EnableBlob("Camera", policy=BlobPolicy.ALSO),
    ],
)
def test_what_names_a_device_is_for_its_member(relay, message):
    assert from_server(relay, message) == [(CAMERA, message)]


def test_what_names_an_unknown_device_is_for_nobody(relay):
    assert from_server(relay, GetProperties("Dome")) == []


def test_a_member_has_all_devices_that_it_defines(relay):
    from_member(relay, MOUNT, definition("Mount's guider"))
    assert from_server(relay, GetProperties("Mount's guider")) == [(MOUNT, GetProperties("Mount's guider"))]


@pytest.mark.parametrize(
    "message", [definition("Mount"), update("Mount"), DelProperty("Mount", "POSITION"), Notice("Mount", "Hello")]
)
def test_what_a_member_says_is_for_the_server(relay, message):
    assert from_member(relay, MOUNT, message) == [(SERVER, message)]


# Snooping.


def test_who_asks_for_a_device_elsewhere_hears_of_it_from_the_server(relay):
    assert from_member(relay, CAMERA, GetProperties("Dome")) == [(SERVER, GetProperties("Dome"))]
    assert from_server(relay, update("Dome")) == [(CAMERA, update("Dome"))]
    assert from_server(relay, DelProperty("Dome")) == [(CAMERA, DelProperty("Dome"))]


def test_nobody_hears_of_what_he_did_not_ask_for(relay):
    assert from_server(relay, update("Dome")) == []


def test_members_hear_of_one_another(relay):
    question = GetProperties("Mount")
    assert from_member(relay, CAMERA, question) == [(SERVER, question), (MOUNT, question)]
    assert from_member(relay, MOUNT, update("Mount")) == [(SERVER, update("Mount")), (CAMERA, update("Mount"))]


# The end of a member.


def test_the_devices_of_a_member_that_is_gone_are_gone_for_all(relay):
    from_member(relay, MOUNT, definition("Mount"))
    from_member(relay, CAMERA, GetProperties("Mount"))
    gone = DelProperty("Mount")
    assert told(relay.remove(MOUNT)) == [(SERVER, gone), (CAMERA, gone)]
    assert from_server(relay, GetProperties()) == [(CAMERA, GetProperties())]


def test_a_member_that_has_withdrawn_its_device_leaves_nothing(relay):
    from_member(relay, MOUNT, definition("Mount"))
    from_member(relay, MOUNT, DelProperty("Mount"))
    assert relay.remove(MOUNT) == []


# Pings.


def test_a_ping_is_answered_when_the_last_member_has_answered(relay):
    assert from_server(relay, PingRequest("7")) == [(MOUNT, PingRequest("7")), (CAMERA, PingRequest("7"))]
    assert from_member(relay, CAMERA, PingReply("7")) == []
    assert from_member(relay, CAMERA, PingReply("7")) == []
    assert from_member(relay, MOUNT, PingReply("7")) == [(SERVER, PingReply("7"))]


def test_a_ping_does_not_wait_for_a_member_that_is_gone(relay):
    from_server(relay, PingRequest("7"))
    from_member(relay, CAMERA, PingReply("7"))
    assert told(relay.remove(MOUNT)) == [(SERVER, PingReply("7"))]


def test_a_ping_to_nobody_is_answered_at_once():
    assert from_server(Relay(), PingRequest("7")) == [(SERVER, PingReply("7"))]


def test_members_may_number_their_pings_alike(relay):
    [(_, of_mount)] = from_member(relay, MOUNT, PingRequest("SetBLOB/1"))
    [(_, of_camera)] = from_member(relay, CAMERA, PingRequest("SetBLOB/1"))
    assert of_mount != of_camera
    assert from_server(relay, PingReply(of_camera.uid)) == [(CAMERA, PingReply("SetBLOB/1"))]
    assert from_server(relay, PingReply(of_mount.uid)) == [(MOUNT, PingReply("SetBLOB/1"))]


@pytest.mark.parametrize("uid", ["", "7", "99/SetBLOB/1", "-1/x", "x/y"])
def test_an_answer_to_no_ping_is_for_nobody(relay, uid):
    assert from_server(relay, PingReply(uid)) == []


# BLOBs.


def blob(data=b"", **fields):
    one = OneBlob("IMAGE", data, format=".fits", **{"size": len(data), **fields})
    return SetBlobVector("Camera", "CCD1", state=State.OK, members=(one,))


def test_a_blob_passes_as_it_stands(relay):
    data = write(blob(bytes(range(256)) * 500))
    [delivery] = relay.from_member(CAMERA, data)
    assert (delivery.to, delivery.attached) == (SERVER, 0)
    assert b"".join(bytes(piece) for piece in delivery.pieces).replace(b"\n", b"") == data.replace(b"\n", b"")
    assert delivery.size == pytest.approx(len(data), rel=0.01)


def test_an_attached_blob_goes_with_its_descriptor(relay):
    [delivery] = relay.from_member(CAMERA, write(blob(size=100, attached=True, length=100)))
    assert (delivery.to, delivery.attached) == (SERVER, 1)


def test_snoopers_get_no_blobs(relay):
    from_member(relay, MOUNT, GetProperties("Camera"))
    assert [one.to for one in relay.from_member(CAMERA, write(blob(b"x" * 10)))] == [SERVER]


# Streams.


def test_what_is_not_indi_ends_the_driver_or_the_member(relay):
    with pytest.raises(ProtocolError):
        relay.from_server(b"<<<")
    with pytest.raises(ProtocolError):
        relay.from_member(MOUNT, b"<<<")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_however_a_stream_is_cut_the_same_comes_of_it(cuts):
    stream = b"".join(
        write(message) for message in (definition("Camera"), blob(b"y" * 100), PingRequest("1"), update("Camera"))
    )
    whole, cut = Relay(), Relay()
    whole.add(CAMERA, "Camera"), cut.add(CAMERA, "Camera")
    pieces, at = [], 0
    while at < len(stream):
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(stream[at : at + size])
        at += size

    def passed(deliveries):
        return b"".join(bytes(piece) for one in deliveries for piece in one.pieces)

    expected = passed(whole.from_member(CAMERA, stream))
    assert passed(one for piece in pieces for one in cut.from_member(CAMERA, piece)) == expected


# What CONNECT was.


def connection(device, *, on, kind=SetSwitchVector):
    one = OneSwitch if kind is SetSwitchVector else DefSwitch
    states = (SwitchState.ON, SwitchState.OFF) if on else (SwitchState.OFF, SwitchState.ON)
    members = tuple(one(name, value) for name, value in zip(("CONNECT", "DISCONNECT"), states, strict=True))
    if kind is SetSwitchVector:
        return SetSwitchVector(device, "CONNECTION", state=State.ALERT, members=members)
    return DefSwitchVector(device, "CONNECTION", state=State.IDLE, perm=Permission.READ_WRITE, members=members)


def test_a_device_is_on_while_it_says_so_be_it_connected_or_looked_for(relay):
    assert not relay.is_on(CAMERA)
    from_member(relay, CAMERA, connection("Camera", on=True))
    assert (relay.is_on(CAMERA), relay.is_on(MOUNT)) == (True, False)
    from_member(relay, CAMERA, connection("Camera", on=False))
    assert not relay.is_on(CAMERA)


def test_a_device_that_is_to_be_connected_is_told_so_and_is_on_whatever_it_begins_as():
    relay = Relay()
    order = told(relay.add(CAMERA, "Camera", connect=True))[-1]
    assert order == (
        CAMERA,
        NewSwitchVector("Camera", "CONNECTION", members=(OneSwitch("CONNECT", SwitchState.ON),)),
    )
    from_member(relay, CAMERA, connection("Camera", on=False, kind=DefSwitchVector))
    assert relay.is_on(CAMERA)


def test_what_a_member_says_of_another_device_is_no_matter(relay):
    from_member(relay, CAMERA, connection("Guide Camera", on=True))
    assert not relay.is_on(CAMERA)
