"""An Alpaca filter wheel: slots from 1, names and offsets that are the device's own."""

import pytest

from lightapt_drivers import Permission, State
from lightapt_drivers.alpaca.filter_wheel import AlpacaFilterWheel
from tests.drivers.alpaca.movers import BOTH, has, looks, members, played, unhurried, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal

DEVICE = "filterwheel/0"


def wheel(interface=2, **changes):
    values = {"names": ["L", "Red", "  ", "Ha"], "focusoffsets": [0, 10, -5, 300], "position": 1, **changes}
    return members("filterwheel", interface, ["Position"], **values)


@pytest.fixture(params=[2, 3], ids=BOTH)
def server(request):
    with Recorded({DEVICE: wheel(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def test_slots_names_and_offsets_are_the_devices(server):
    async def scene(harness):
        slot = await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=2)
        assert slot.members["FILTER_SLOT_VALUE"].max == 4
        names = await harness.expect("FILTER_NAME", FILTER_SLOT_NAME_1="L", FILTER_SLOT_NAME_3="Filter 3")
        assert names.perm is Permission.READ_ONLY
        await harness.expect("FILTER_FOCUS_OFFSETS", FILTER_OFFSET_1=0, FILTER_OFFSET_3=-5, FILTER_OFFSET_4=300)

    played(scene, AlpacaFilterWheel, server, DEVICE)


def test_it_is_busy_while_the_wheel_turns(server):
    def turn(fields):
        if "Position" not in fields:
            return one(server)["at"]
        one(server)["at"] = -1
        return None

    one(server).update(at=1)
    if "state" in one(server):
        one(server).pop("state")
    one(server)["position"] = turn

    async def scene(harness):
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=2)
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=4)
        await harness.expect("FILTER_SLOT", state=State.BUSY)
        await until(server, lambda: one(server)["at"] == -1)
        one(server)["at"] = 3
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=4)

    played(scene, AlpacaFilterWheel, server, DEVICE)
    assert [fields["Position"] for fields in server.puts("position")] == ["3"]


def test_a_wheel_that_has_not_begun_to_turn_is_told_to_stay(monkeypatch):
    unhurried(monkeypatch)

    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=4)
        await until(server, lambda: server.puts("position"))
        await looks(server, "position", 1)
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=2)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=2)

    with Recorded({DEVICE: wheel(2, position=lambda fields: None if "Position" in fields else 1)}) as server:
        played(scene, AlpacaFilterWheel, server, DEVICE)
    assert [fields["Position"] for fields in server.puts("position")] == ["3", "1"]


def test_a_filter_is_put_into_the_beam(server):
    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=1)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=1)

    played(scene, AlpacaFilterWheel, server, DEVICE)
    assert one(server)["position"] == 0


def test_one_turned_by_other_hands_is_shown_where_it_is(server):
    async def scene(harness):
        one(server)["position"] = 2
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=3)

    played(scene, AlpacaFilterWheel, server, DEVICE)


def test_what_it_refuses_is_an_alert_with_its_words():
    def refuse(fields):
        return Refusal(0x500, "the wheel is jammed") if "Position" in fields else 1

    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=4)
        await harness.expect("FILTER_SLOT", state=State.ALERT, FILTER_SLOT_VALUE=2)
        assert "the wheel is jammed" in " ".join(harness.notices)

    with Recorded({DEVICE: wheel(2, position=refuse)}) as server:
        played(scene, AlpacaFilterWheel, server, DEVICE)


def test_one_that_stops_at_another_filter_is_in_alert():
    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=4)
        await harness.expect("FILTER_SLOT", state=State.ALERT)
        assert "stopped at slot 2" in " ".join(harness.notices)

    with Recorded({DEVICE: wheel(2, position=lambda fields: None if "Position" in fields else 1)}) as server:
        played(scene, AlpacaFilterWheel, server, DEVICE)


@pytest.mark.parametrize("number", [0x402, 0x40B])
@pytest.mark.parametrize("slot", [1, 3])
def test_a_wheel_that_tells_no_position_before_its_first_move_is_moved_all_the_same(server, number, slot):
    at = [Refusal(number, "not yet")]
    one(server)["position"] = lambda fields: at.append(int(fields["Position"])) if "Position" in fields else at[-1]
    if "state" in one(server):
        one(server)["state"] = []

    async def scene(harness):
        await harness.expect("FILTER_SLOT", state=State.ALERT, FILTER_SLOT_VALUE=1)
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=slot)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=slot)

    played(scene, AlpacaFilterWheel, server, DEVICE)
    assert [fields["Position"] for fields in server.puts("position")] == [str(slot - 1)]


def test_a_wheel_without_offsets_has_no_property_for_them():
    async def scene(harness):
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=2)
        assert not has(harness, "FILTER_FOCUS_OFFSETS")

    with Recorded({DEVICE: wheel(2, focusoffsets=NOT_OFFERED)}) as server:
        played(scene, AlpacaFilterWheel, server, DEVICE)


def test_a_wheel_without_filters_does_not_connect():
    async def scene(harness):
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT)
        assert "has no filters" in " ".join(harness.notices)

    with Recorded({DEVICE: wheel(2, names=[], focusoffsets=[])}) as server:
        played(scene, AlpacaFilterWheel, server, DEVICE, connect=False)


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["position"] = 3
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=4)

    played(scene, AlpacaFilterWheel, server, DEVICE)
