"""The simulated rotator."""

import pytest

from lightapt_drivers.simulators.rotator import RotatorSimulator
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, value

NAME = "Rotator Simulator"


def rotator(speed=1e5):
    return RotatorSimulator(speed=speed)


async def turn_to(harness, *angles):
    for angle in angles:
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=angle)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=angle)


def truth(harness):
    return harness.find("TRUE_ROTATION").number("ANGLE")


def test_it_has_what_clients_need_of_a_rotator():
    async def scene(harness):
        assert harness.find("DRIVER_INFO").text("DRIVER_INTERFACE") == "4096"
        return set(harness.mirror.devices[NAME])

    assert play(scene, RotatorSimulator()) >= {
        "ABS_ROTATOR_ANGLE",
        "SYNC_ROTATOR_ANGLE",
        "ROTATOR_ABORT_MOTION",
        "ROTATOR_REVERSE",
        "ROTATOR_LIMITS",
        "TRUE_ROTATION",
    }


def test_it_turns_and_the_camera_with_it():
    async def scene(harness):
        await turn_to(harness, 90, 123.4)
        return truth(harness)

    assert play(scene, rotator()) == pytest.approx(123.4)


def test_the_angle_is_told_on_the_way():
    async def scene(harness):
        await turn_to(harness, 25)
        return {value(message, "ANGLE") for message in said_of("ABS_ROTATOR_ANGLE", harness.said)}

    told = play(scene, rotator(speed=12.5))
    assert any(0 < angle < 25 for angle in told)


def test_aborted_it_stays_where_it_is():
    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=170)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.BUSY)
        await harness.request("ROTATOR_ABORT_MOTION", ABORT=True)
        stopped = await harness.expect("ABS_ROTATOR_ANGLE", state=State.IDLE)
        assert stopped.number("ANGLE") == truth(harness) < 10

    play(scene, rotator(speed=1.0))


def test_a_sync_changes_what_the_angle_is_called_and_not_the_camera():
    async def scene(harness):
        await turn_to(harness, 30)
        await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=100)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=100)
        before = truth(harness)
        await turn_to(harness, 90)
        return before, truth(harness)

    assert play(scene, rotator()) == pytest.approx((30, 20))


def test_reversed_the_camera_turns_the_other_way():
    async def scene(harness):
        await turn_to(harness, 30)
        await harness.request("ROTATOR_REVERSE", INDI_ENABLED=True)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=30)
        await turn_to(harness, 40)
        return truth(harness)

    assert play(scene, rotator()) == pytest.approx(20)


def test_limits_stay_with_the_cables_whatever_the_angle_is_called():
    async def scene(harness):
        await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=90)
        await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=90)
        await turn_to(harness, 130)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=140)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT)
        return harness.notices

    assert play(scene, rotator()) == ["140.00° is out of the limits, 45.00° to 135.00° (ROTATOR_LIMITS)"]


def test_the_truth_is_known_without_a_connection():
    async def scene(harness):
        return harness.find("TRUE_ROTATION").perm.writable, truth(harness)

    assert play(scene, rotator(), connect=False) == (False, 0)


def test_it_stays_where_it_is_when_its_driver_dies(tmp_path):
    async def leave(harness):
        await harness.request("ROTATOR_REVERSE", INDI_ENABLED=True)
        await turn_to(harness, 30)
        await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=100)
        return truth(harness)

    async def find(harness):
        before = truth(harness)
        await harness.connect()
        await harness.expect("ROTATOR_REVERSE", INDI_ENABLED=True)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=100)
        said = said_of("ABS_ROTATOR_ANGLE", harness.said)
        assert State.BUSY not in {message.state for message in said if not isinstance(message, DelProperty)}
        await turn_to(harness, 110)
        return before, truth(harness)

    left = play(leave, rotator(), folder=tmp_path)
    assert left == pytest.approx(330)
    assert play(find, rotator(), folder=tmp_path, connect=False) == pytest.approx((330, 320))


def test_it_can_be_turned_by_hand():
    async def scene(harness):
        await harness.request("ROTATOR_STAND", MECHANICAL=50)
        await harness.expect("ROTATOR_STAND", state=State.OK, MECHANICAL=50, CALLED=0)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=0)
        return truth(harness)

    assert play(scene, rotator()) == 50


def test_while_it_turns_no_hand_can():
    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=170)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.BUSY)
        await harness.request("ROTATOR_STAND", MECHANICAL=50)
        await harness.expect("ROTATOR_STAND", state=State.ALERT)
        return harness.notices

    assert play(scene, rotator(speed=1.0)) == [
        "the rotator is turning: abort that or wait for its end, then turn it by hand"
    ]
