"""A focuser offers what its hardware can, and keeps within its limits."""

import pytest

from lightapt_drivers.kinds.focuser import FocuserCan
from lightapt_protocol.members import OneNumber, OneSwitch
from lightapt_protocol.messages import NewNumberVector, NewSwitchVector
from lightapt_protocol.vocabulary import State, SwitchState
from tests.drivers.kinds.focusers import ABSOLUTE, POSITION, RELATIVE, TIMED, played
from tests.drivers.kit.scenes import said_of, states, value


def properties(can):
    async def scene(harness, _):
        return {name for name in harness.mirror.devices["Focuser"] if "FOCUS" in name}

    return played(scene, can)


# What there is.


def test_an_absolute_focuser_has_what_clients_need_of_it():
    assert properties(ABSOLUTE) == {
        "FOCUS_MOTION",
        "REL_FOCUS_POSITION",
        "ABS_FOCUS_POSITION",
        "FOCUS_MAX",
        "FOCUS_ABORT_MOTION",
        "FOCUS_SYNC",
        "FOCUS_REVERSE_MOTION",
        "FOCUS_BACKLASH_TOGGLE",
        "FOCUS_BACKLASH_STEPS",
    }


def test_a_relative_focuser_has_no_position():
    assert properties(FocuserCan.MOVE_BY) == {
        "FOCUS_MOTION",
        "REL_FOCUS_POSITION",
        "FOCUS_BACKLASH_TOGGLE",
        "FOCUS_BACKLASH_STEPS",
    }


def test_a_timed_focuser_has_a_timer_and_no_steps():
    assert properties(TIMED) == {"FOCUS_MOTION", "FOCUS_SPEED", "FOCUS_TIMER", "FOCUS_ABORT_MOTION"}


def test_a_thermometer_is_read_only():
    async def scene(harness, _):
        return harness.find("FOCUS_TEMPERATURE").perm.writable

    assert not played(scene, ABSOLUTE | FocuserCan.TEMPERATURE)


# Motion.


def test_the_position_is_busy_until_the_focuser_is_there():
    async def scene(harness, focuser):
        said = await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1234)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=1234)
        return list(focuser.done), states(said_of("ABS_FOCUS_POSITION", said))[0]

    assert played(scene) == ([("to", 1234)], State.BUSY)


@pytest.mark.parametrize(("direction", "target"), [("FOCUS_INWARD", 49_900), ("FOCUS_OUTWARD", 50_100)])
def test_steps_go_the_way_that_is_chosen(direction, target):
    async def scene(harness, focuser):
        focuser.focus_at(50_000)
        await harness.request("FOCUS_MOTION", **{direction: True})
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("REL_FOCUS_POSITION", state=State.OK, FOCUS_RELATIVE_POSITION=100)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=target)
        return list(focuser.done)

    assert played(scene) == [("to", target)]


def test_while_it_makes_steps_the_position_is_busy_too():
    async def scene(harness, focuser):
        focuser.focus_at(500)
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("REL_FOCUS_POSITION", state=State.BUSY)
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY, FOCUS_ABSOLUTE_POSITION=500)

    played(scene, held=True)


@pytest.mark.parametrize(
    ("position", "direction", "reason"),
    [
        (
            99_950,
            "FOCUS_OUTWARD",
            "from 99950 that would lead to 100050, which is beyond the maximum, 100000 (FOCUS_MAX)",
        ),
        (50, "FOCUS_INWARD", "from 50 that would lead to -50, which is below 0"),
    ],
)
def test_steps_beyond_the_ends_are_refused(position, direction, reason):
    async def scene(harness, focuser):
        focuser.focus_at(position)
        await harness.request("FOCUS_MOTION", **{direction: True})
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("REL_FOCUS_POSITION", state=State.ALERT)
        return list(focuser.done), harness.notices[-1]

    assert played(scene) == ([], reason)


def test_steps_that_are_refused_leave_the_motion_alone():
    async def scene(harness, focuser):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000)
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("REL_FOCUS_POSITION", state=State.ALERT)
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        return list(focuser.done)

    assert played(scene, held=True) == [("to", 1000)]


def test_a_position_beyond_the_maximum_is_refused_and_the_maximum_is_named():
    async def scene(harness, focuser):
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=20_000)
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=20_001)
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        return list(focuser.done), harness.notices[-1]

    done, reason = played(scene)
    assert done == [("max", 20_000)]
    assert reason == f"{POSITION} must be from 0 to 20000, not 20001"


@pytest.mark.parametrize(
    ("name", "member", "can"),
    [
        ("ABS_FOCUS_POSITION", POSITION, ABSOLUTE),
        ("REL_FOCUS_POSITION", "FOCUS_RELATIVE_POSITION", RELATIVE),
        ("FOCUS_TIMER", "FOCUS_TIMER_VALUE", TIMED),
    ],
)
def test_abort_stops_any_motion(name, member, can):
    async def scene(harness, focuser):
        await harness.request(name, **{member: 1000})
        await harness.expect(name, state=State.BUSY)
        await harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        await harness.expect(name, state=State.IDLE)
        await harness.expect("FOCUS_ABORT_MOTION", state=State.OK, ABORT=False)
        return focuser.done[1:]

    assert played(scene, can, held=True) == ["stop"]


@pytest.mark.parametrize("can", [ABSOLUTE, RELATIVE])
def test_a_motion_that_is_aborted_before_it_began_leaves_nothing_busy(can):
    async def scene(harness, focuser):
        focuser.focus_at(500)
        harness.send(
            NewNumberVector("Focuser", "REL_FOCUS_POSITION", members=(OneNumber("FOCUS_RELATIVE_POSITION", 9),))
        )
        harness.send(NewSwitchVector("Focuser", "FOCUS_ABORT_MOTION", members=(OneSwitch("ABORT", SwitchState.ON),)))
        await harness.dealt_with()
        return [prop.name for prop in harness.mirror.devices["Focuser"].values() if prop.state is State.BUSY]

    assert played(scene, can, held=True) == []


def test_abort_at_rest_stops_the_hardware_all_the_same():
    async def scene(harness, focuser):
        await harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        return list(focuser.done)

    assert played(scene) == ["stop"]


def test_a_new_position_takes_the_place_of_the_old():
    async def scene(harness, focuser):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000)
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=2000)
        await harness.dealt_with()
        return list(focuser.done)

    assert played(scene, held=True) == [("to", 1000), "stop", ("to", 2000)]


@pytest.mark.parametrize("can", [ABSOLUTE, RELATIVE])
def test_what_fails_is_told_once(can):
    async def scene(harness, focuser):
        focuser.focus_at(500)
        said = await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("REL_FOCUS_POSITION", state=State.ALERT)
        return [message.message for message in said if getattr(message, "message", "")]

    assert played(scene, can, fails="the motor does not turn") == ["the motor does not turn"]


def test_a_timed_motion_has_its_direction():
    async def scene(harness, focuser):
        await harness.request("FOCUS_TIMER", FOCUS_TIMER_VALUE=1500)
        await harness.expect("FOCUS_TIMER", state=State.OK, FOCUS_TIMER_VALUE=1500)
        await harness.request("FOCUS_MOTION", FOCUS_OUTWARD=True)
        await harness.request("FOCUS_TIMER", FOCUS_TIMER_VALUE=500)
        await harness.expect("FOCUS_TIMER", state=State.OK, FOCUS_TIMER_VALUE=500)
        return list(focuser.done)

    assert played(scene, TIMED) == [("for", -1.5), ("for", 0.5)]


# Settings.


def test_the_maximum_is_the_range_of_all_positions():
    async def scene(harness, _):
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=30_000)
        names = ("ABS_FOCUS_POSITION", "REL_FOCUS_POSITION", "FOCUS_SYNC")
        return [next(iter(harness.find(name).members.values())).max for name in names]

    assert played(scene) == [30_000] * 3


def test_the_maximum_survives_the_driver(tmp_path):
    async def shorten(harness, _):
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=30_000)

    async def find(harness, _):
        await harness.expect("FOCUS_MAX", state=State.OK, FOCUS_MAX_VALUE=30_000)
        return harness.find("ABS_FOCUS_POSITION").members[POSITION].max

    played(shorten, folder=tmp_path)
    assert played(find, folder=tmp_path) == 30_000


def test_the_maximum_cannot_be_less_than_the_position():
    async def scene(harness, focuser):
        focuser.focus_at(50_000)
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=40_000)
        await harness.expect("FOCUS_MAX", state=State.ALERT, FOCUS_MAX_VALUE=100_000)
        return harness.notices[-1]

    assert played(scene) == "the focuser is at 50000, which is beyond 40000: move it inward first"


def test_hardware_says_how_far_it_goes():
    async def scene(harness, focuser):
        focuser.limit_focus(7000)
        await harness.dealt_with()
        await harness.expect("FOCUS_MAX", FOCUS_MAX_VALUE=7000)
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=6000)
        focuser.limit_focus(8000)
        await harness.dealt_with()
        maximum = harness.find("FOCUS_MAX").members["FOCUS_MAX_VALUE"]
        return maximum.value, maximum.max, harness.find("ABS_FOCUS_POSITION").members[POSITION].max

    assert played(scene) == (6000, 8000, 6000)


def test_a_sync_changes_the_position_and_moves_nothing():
    async def scene(harness, focuser):
        await harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=4321)
        await harness.expect("FOCUS_SYNC", state=State.OK, FOCUS_SYNC_VALUE=4321)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=4321)
        return list(focuser.done)

    assert played(scene) == [("sync", 4321)]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("FOCUS_SYNC", {"FOCUS_SYNC_VALUE": 1}),
        ("FOCUS_REVERSE_MOTION", {"INDI_ENABLED": True}),
        ("FOCUS_MAX", {"FOCUS_MAX_VALUE": 5000}),
    ],
)
def test_what_needs_a_focuser_at_rest_is_refused_while_it_moves(name, members):
    async def scene(harness, focuser):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000)
        await harness.request(name, **members)
        await harness.expect(name, state=State.ALERT)
        return list(focuser.done), harness.notices[-1]

    done, reason = played(scene, held=True)
    assert done == [("to", 1000)]
    assert reason.startswith("the focuser is moving: abort that or wait for its end, then ")


def test_speed_and_direction_are_set_in_the_hardware():
    async def scene(harness, focuser):
        await harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=7)
        await harness.expect("FOCUS_SPEED", state=State.OK, FOCUS_SPEED_VALUE=7)
        await harness.request("FOCUS_REVERSE_MOTION", INDI_ENABLED=True)
        await harness.expect("FOCUS_REVERSE_MOTION", state=State.OK, INDI_ENABLED=True)
        return list(focuser.done)

    assert played(scene, ABSOLUTE | FocuserCan.SPEED) == [("speed", 7), ("reverse", True)]


def test_the_last_update_of_a_motion_says_ok_with_the_position():
    async def scene(harness, _):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=777)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK)
        last = said_of("ABS_FOCUS_POSITION", harness.said)[-1]
        return last.state, value(last, POSITION)

    assert played(scene) == (State.OK, 777)
