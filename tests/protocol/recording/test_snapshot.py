"""A snapshot is what a mirror would be, kept as bytes."""

from lightapt_protocol.framing import Framer
from lightapt_protocol.members import OneNumber, OneSwitch
from lightapt_protocol.messages import DelProperty, SetNumberVector, SetSwitchVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import Snapshot
from lightapt_protocol.vocabulary import State, SwitchState
from lightapt_protocol.writer import write

from .samples import COORD, PARK


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
