"""A focuser takes up its backlash by ending all motions inward, unless its hardware does it in its own way."""

import math

from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.kinds.focuser import FocuserCan, legs, play_after
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.focusers import ABSOLUTE, RELATIVE, played


async def compensate(harness, steps):
    await harness.request("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=steps)
    await harness.request("FOCUS_BACKLASH_TOGGLE", INDI_ENABLED=True)


async def move_to(harness, *positions):
    for position in positions:
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=position)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=position)


def test_backlash_is_taken_up_by_going_too_far_outward():
    async def scene(harness, focuser):
        await compensate(harness, 100)
        focuser.focus_at(5000)
        await move_to(harness, 6000, 5990, 5000)
        return [steps for _, steps in focuser.done]

    assert played(scene) == [6100, 6000, 5990, 5000]


def test_near_the_maximum_it_goes_too_far_by_less():
    async def scene(harness, focuser):
        await compensate(harness, 100)
        await move_to(harness, 99_970, 100_000)
        return [steps for _, steps in focuser.done]

    assert played(scene) == [100_000, 99_970, 100_000]


def test_backlash_that_is_not_to_be_taken_up_is_left():
    async def scene(harness, focuser):
        await harness.request("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=100)
        await move_to(harness, 6000)
        return list(focuser.done)

    assert played(scene) == [("to", 6000)]


def test_hardware_that_compensates_is_told_and_not_meddled_with():
    async def scene(harness, focuser):
        await compensate(harness, 100)
        await move_to(harness, 6000)
        await harness.request("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=80)
        await harness.request("FOCUS_BACKLASH_TOGGLE", INDI_DISABLED=True)
        return list(focuser.done)

    told = [("backlash", 100), ("to", 6000), ("backlash", 80), ("backlash", 0)]
    assert played(scene, ABSOLUTE | FocuserCan.COMPENSATE) == told


def test_a_relative_focuser_takes_up_backlash_as_well():
    async def scene(harness, focuser):
        await compensate(harness, 100)
        for direction in ("FOCUS_OUTWARD", "FOCUS_INWARD"):
            await harness.request("FOCUS_MOTION", **{direction: True})
            await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=50)
            await harness.expect("REL_FOCUS_POSITION", state=State.OK)
        return list(focuser.done)

    assert played(scene, RELATIVE) == [("by", 150), ("by", -100), ("by", -50)]


def test_after_a_motion_by_hand_backlash_is_taken_up_anew():
    async def scene(harness, focuser):
        await compensate(harness, 100)
        await move_to(harness, 6000)
        focuser.focus_at(6200)
        await move_to(harness, 6150)
        return [steps for _, steps in focuser.done]

    assert played(scene) == [6100, 6000, 6250, 6150]


def test_settings_of_backlash_survive_the_driver(tmp_path):
    async def find(harness, _):
        await harness.expect("FOCUS_BACKLASH_STEPS", state=State.OK, FOCUS_BACKLASH_VALUE=100)
        await harness.expect("FOCUS_BACKLASH_TOGGLE", state=State.OK, INDI_ENABLED=True)

    played(lambda harness, _: compensate(harness, 100), folder=tmp_path)
    played(find, folder=tmp_path)


whole = st.integers(-1000, 1000)
plays = st.one_of(st.integers(0, 300), st.just(math.inf))


@given(whole, st.integers(0, 300), plays, st.integers(0, 5000))
def test_legs_add_up_to_the_motion_and_stay_in_the_room(steps, overshoot, play, room):
    steps = min(steps, room)
    parts = legs(steps, overshoot=overshoot, play=play, room=room)
    assert sum(parts) == steps
    assert not parts or parts[0] <= room
    assert 0 not in parts


@given(st.lists(whole, min_size=1), st.integers(0, 300), st.integers(0, 300))
def test_after_legs_with_enough_overshoot_no_play_is_left(motions, backlash, more):
    play = math.inf
    for steps in motions:
        for leg in legs(steps, overshoot=backlash + more, play=play):
            play = play_after(play, leg, backlash=backlash)
        assert play == 0 or not steps


def test_play_is_taken_up_step_by_step():
    assert play_after(math.inf, -30, backlash=100) == 70
    assert play_after(70, -80, backlash=100) == 0
    assert play_after(0, 30, backlash=100) == 30
    assert play_after(30, 200, backlash=100) == 100
