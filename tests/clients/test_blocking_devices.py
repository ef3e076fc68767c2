"""Devices and properties for programs that do not await."""

import pytest

from lightapt_clients import MissingError
from lightapt_protocol.vocabulary import State

from .actor import DEVICE, blob, numbers, switches, texts
from .puppet import OK
from .test_blocking import program

PLACE = numbers("PLACE", state=OK, X=1.0, most=9.0)
TEXT = texts("TEXT", T="words")
SWITCH = switches("SWITCH", "ON", "OFF", on="OFF")
TRIGGER = numbers("TRIGGER", N=0.0)
LARGE = bytes(1 << 21)


def sends(actor):
    actor.plays["TRIGGER"] = lambda values: (actor.picture("CCD1", LARGE), actor.shows("TRIGGER", OK, **values))


@program(PLACE, TEXT, SWITCH)
def test_a_property_is_read_member_by_member(indi, actor):
    device = indi.device(DEVICE)
    place, text, switch = (device[name] for name in ("PLACE", "TEXT", "SWITCH"))
    assert [one.ready().name for one in (place, text, switch)] == ["PLACE", "TEXT", "SWITCH"]
    assert (place.number("X"), place.maximum("X"), place.state, [*place]) == (1.0, 9.0, State.OK, ["X"])
    assert (text.text("T"), switch.is_on("OFF"), switch.choice) == ("words", True, "OFF")
    assert (str(place), place.device.name, place.exists) == (f"{DEVICE}.PLACE", DEVICE, True)


@program(PLACE)
def test_what_is_not_there_is_missing(indi, actor):
    nothing = indi.device(DEVICE)["NOTHING"]
    assert not nothing.exists
    with pytest.raises(MissingError):
        _ = nothing.now


@program(PLACE)
def test_a_block_hears_what_changes_of_a_property_while_it_lasts(indi, actor):
    place = indi.device(DEVICE)["PLACE"]
    place.ready()
    with place.changes() as changes:
        place.set(X=2)
        assert next(one for one in changes if one.current.state is State.OK).current.number("X") == 2.0


@program(TRIGGER, blob("CCD1"), prepare=sends)
def test_a_picture_tells_how_much_of_it_has_come(indi, actor):
    device = indi.device(DEVICE)
    device["CCD1"].ready()
    with device.blobs("CCD1") as blobs, device.arrivals("CCD1") as arrivals, indi.arrivals(DEVICE) as of_device:
        device["TRIGGER"].ask(N=1)
        arrival = next(arrivals)
        assert (0 < arrival.received < arrival.size, arrival.size) == (True, len(LARGE))
        assert next(of_device) == arrival
        assert next(blobs).data == LARGE
