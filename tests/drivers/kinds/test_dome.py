"""A dome turns, opens and aborts, by what its hardware can."""

import pytest

from lightapt_drivers.kinds.dome import DomeCan, Shutter
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.domes import (
    AZIMUTH,
    DOME,
    ROOF,
    begun,
    played,
    refused,
    turned,
)


def properties(can):
    async def scene(harness, _):
        names = harness.mirror.devices["Dome"]
        return {name for name in names if name.startswith(("DOME_", "DM_", "ABS_", "REL_"))}

    return played(scene, can)


TURNS = {
    "ABS_DOME_POSITION",
    "REL_DOME_POSITION",
    "DOME_MOTION",
    "DOME_AUTOSYNC",
    "DM_OTA_SIDE",
    "DOME_PARAMS",
    "DOME_MEASUREMENTS",
    "DOME_PARK",
    "DOME_PARK_POSITION",
    "DOME_PARK_OPTION",
}
OPENS = {"DOME_SHUTTER", "DOME_SHUTTER_PARK_POLICY"}


@pytest.mark.parametrize(
    ("can", "expected"),
    [
        (DomeCan.TURN_TO, TURNS),
        (DOME, TURNS | OPENS | {"DOME_ABORT_MOTION", "DOME_SYNC", "DOME_SPEED"}),
        (DomeCan.TURN_TO | DomeCan.PARK_BY_ITSELF, TURNS - {"DOME_PARK_POSITION", "DOME_PARK_OPTION"}),
        (ROOF, {"DOME_MOTION", "DOME_PARK", "DOME_ABORT_MOTION"}),
        (DomeCan.SHUTTER, OPENS),
    ],
)
def test_it_has_what_its_hardware_can(can, expected):
    assert properties(can) == expected


def test_it_turns_the_shortest_way():
    async def scene(harness, dome):
        await turned(harness, 90, 350, 10, 360)
        return dome.done

    assert played(scene) == ["90 by 90", "350 by -100", "10 by 20", "0 by -10"]


def test_where_it_is_it_need_not_turn_to():
    async def scene(harness, dome):
        await turned(harness, 0, 90, 90)
        return dome.done

    assert played(scene) == ["90 by 90"]


def test_it_turns_by_so_much_across_north():
    async def scene(harness, dome):
        await turned(harness, 350)
        await harness.request("REL_DOME_POSITION", DOME_RELATIVE_POSITION=30)
        await harness.expect("REL_DOME_POSITION", state=State.OK)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=20)
        await harness.request("REL_DOME_POSITION", DOME_RELATIVE_POSITION=-180)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=200)
        return dome.done[1:]

    assert played(scene) == ["20 by 30", "200 by -180"]


def test_one_relative_motion_takes_the_place_of_another():
    async def scene(harness, dome):
        await harness.request("REL_DOME_POSITION", DOME_RELATIVE_POSITION=30)
        await begun(harness, dome, what="30 by 30")
        await harness.request("REL_DOME_POSITION", DOME_RELATIVE_POSITION=-20)
        await begun(harness, dome, what="340 by -20")
        await harness.expect("REL_DOME_POSITION", state=State.BUSY, DOME_RELATIVE_POSITION=-20)
        return list(dome.done)

    assert played(scene, held=True) == ["30 by 30", "stop", "340 by -20"]


@pytest.mark.parametrize(("azimuth", "direction"), [(90, "DOME_CW"), (270, "DOME_CCW")])
def test_it_tells_which_way_it_turns(azimuth, direction):
    async def scene(harness, dome):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=azimuth)
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
        await harness.expect("DOME_MOTION", state=State.BUSY, **{direction: True})
        dome.go.set()
        await harness.expect("ABS_DOME_POSITION", state=State.OK)
        await harness.expect("DOME_MOTION", state=State.OK, DOME_CW=False, DOME_CCW=False)

    played(scene, held=True)


def test_another_azimuth_takes_the_place_of_the_first():
    async def scene(harness, dome):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        await begun(harness, dome, what="90 by 90")
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=300)
        await begun(harness, dome, what="300 by -60")
        dome.go.set()
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=300)
        return dome.done

    assert played(scene, held=True) == ["90 by 90", "stop", "300 by -60"]


def test_it_turns_on_until_it_is_told_to_stop():
    async def scene(harness, dome):
        await harness.request("DOME_MOTION", DOME_CCW=True)
        await harness.expect("DOME_MOTION", state=State.BUSY, DOME_CCW=True)
        await begun(harness, dome, what="240 by -120")
        await harness.request("DOME_MOTION", DOME_CCW=False)
        await harness.expect("DOME_MOTION", state=State.IDLE, DOME_CCW=False)
        return dome.done

    assert played(scene, held=True) == ["240 by -120", "stop"]


def test_turning_on_goes_round_and_round():
    async def scene(harness, dome):
        await harness.request("DOME_MOTION", DOME_CW=True)
        await begun(harness, dome, what="0 by 120")
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        return dome.done[:3]

    assert played(scene) == ["120 by 120", "240 by 120", "0 by 120"]


def test_abort_stops_all_that_moves():
    async def scene(harness, dome):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await begun(harness, dome, what="open")
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_ABORT_MOTION", state=State.OK, ABORT=False)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE)
        await harness.expect("DOME_MOTION", state=State.IDLE, DOME_CW=False)
        await harness.expect("DOME_SHUTTER", state=State.IDLE, SHUTTER_OPEN=False, SHUTTER_CLOSE=False)
        return sorted(dome.done)

    assert played(scene, held=True) == ["90 by 90", "open", "stop", "stop shutter"]


def test_abort_stops_what_moves_by_other_hands():
    async def scene(harness, dome):
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        return dome.done

    assert played(scene) == ["stop", "stop shutter"]
    assert played(scene, ROOF) == ["stop shutter"]


def test_a_failure_is_told_where_it_was_asked():
    async def scene(harness, _):
        await harness.request("REL_DOME_POSITION", DOME_RELATIVE_POSITION=30)
        for name in ("REL_DOME_POSITION", "ABS_DOME_POSITION", "DOME_MOTION"):
            await harness.expect(name, state=State.ALERT)
        assert "the chain is off" in harness.notices

    played(scene, fails="the chain is off")


def test_it_is_synced_and_set_to_a_speed():
    async def scene(harness, dome):
        await harness.request("DOME_SYNC", DOME_SYNC_VALUE=123)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=123)
        await harness.request("DOME_SPEED", DOME_SPEED_VALUE=2.5)
        await harness.expect("DOME_SPEED", state=State.OK, DOME_SPEED_VALUE=2.5)
        return dome.done

    assert played(scene) == ["sync 123", "speed 2.5"]


def test_a_turning_dome_is_not_synced():
    async def scene(harness, _):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        await refused(harness, "DOME_SYNC", DOME_SYNC_VALUE=10, words="abort that or wait for its end, then sync it")

    played(scene, held=True)


# The shutter.


@pytest.mark.parametrize(("stands", "switch"), [(Shutter.OPEN, "SHUTTER_OPEN"), (Shutter.CLOSED, "SHUTTER_CLOSE")])
def test_it_says_how_the_shutter_stands(stands, switch):
    async def scene(harness, _):
        await harness.expect("DOME_SHUTTER", state=State.OK, **{switch: True})

    played(scene, shutter=stands)


def test_nobody_knows_how_a_shutter_stands_between():
    async def scene(harness, _):
        await harness.expect("DOME_SHUTTER", state=State.IDLE, SHUTTER_OPEN=False, SHUTTER_CLOSE=False)

    played(scene, shutter=Shutter.BETWEEN)


def test_the_shutter_opens_and_closes():
    async def scene(harness, dome):
        for switch in ("SHUTTER_OPEN", "SHUTTER_CLOSE"):
            dome.go.clear()
            await harness.request("DOME_SHUTTER", **{switch: True})
            await harness.expect("DOME_SHUTTER", state=State.BUSY, **{switch: True})
            dome.go.set()
            await harness.expect("DOME_SHUTTER", state=State.OK, **{switch: True})
        return dome.done

    assert played(scene, held=True) == ["open", "close"]


def test_a_shutter_that_fails_stands_somewhere():
    async def scene(harness, _):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await harness.expect("DOME_SHUTTER", state=State.ALERT, SHUTTER_OPEN=False, SHUTTER_CLOSE=False)
        assert "the rope is torn" in harness.notices

    played(scene, fails="the rope is torn")


def test_the_shutter_moves_while_the_dome_turns():
    async def scene(harness, dome):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await begun(harness, dome, what="open")
        dome.go.set()
        await harness.expect("ABS_DOME_POSITION", state=State.OK, **{AZIMUTH: 90})
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        return dome.done

    assert played(scene, held=True) == ["90 by 90", "open"]


# The roof.


def test_a_roof_opens_clockwise_and_is_parked_when_it_is_closed():
    async def scene(harness, dome):
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await harness.request("DOME_MOTION", DOME_CW=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        await harness.expect("DOME_MOTION", state=State.OK, DOME_CW=False)
        await harness.request("DOME_MOTION", DOME_CCW=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        return dome.done

    assert played(scene, ROOF) == ["open", "close"]


def test_a_roof_opens_by_unparking():
    async def scene(harness, dome):
        await harness.request("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_PARK", state=State.BUSY, UNPARK=True)
        await harness.expect("DOME_MOTION", state=State.BUSY, DOME_CW=True)
        dome.go.set()
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        return dome.done

    assert played(scene, ROOF, held=True) == ["unpark", "open", "close"]


def test_a_roof_is_stopped_halfway_and_is_not_parked_then():
    async def scene(harness, dome):
        await harness.request("DOME_MOTION", DOME_CW=True)
        await begun(harness, dome, what="open")
        await harness.expect("DOME_PARK", UNPARK=True)
        await harness.request("DOME_MOTION", DOME_CW=False)
        await harness.expect("DOME_MOTION", state=State.IDLE, DOME_CW=False)
        await harness.expect("DOME_PARK", UNPARK=True)
        dome.go.set()
        await harness.request("DOME_PARK", UNPARK=True)  # it is not yet open
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        return dome.done

    assert played(scene, ROOF, held=True) == ["open", "stop shutter", "unpark", "open"]


def test_the_switches_of_a_roof_say_so():
    async def scene(harness, _):
        return [member.label for member in harness.find("DOME_MOTION").members.values()]

    assert played(scene, ROOF) == ["Open", "Close"]
