"""A focuser."""

import pytest

from lightapt_clients import AbortedError
from lightapt_clients.kinds import Focuser

from ..actor import acting, buttons, numbers, switches
from ..puppet import BUSY, IDLE, OK, scene

MOTION = switches("FOCUS_MOTION", "FOCUS_INWARD", "FOCUS_OUTWARD", on="FOCUS_INWARD")
PLACE = numbers("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000.0, most=60000.0)
BY = numbers("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=0.0)
TIMER = numbers("FOCUS_TIMER", FOCUS_TIMER_VALUE=0.0)
TOGGLE = switches("FOCUS_BACKLASH_TOGGLE", "INDI_ENABLED", "INDI_DISABLED", on="INDI_DISABLED")
BACKLASH = numbers("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=40.0)


@scene
async def test_it_moves_to_a_position_and_by_steps():
    async with acting(Focuser, MOTION, PLACE) as (actor, device):
        await device.move_to(5000)
        await device.move_by(-100)
        assert device.position == 4900
        assert not device.is_moving
        assert [values for _, values in actor.asked] == [
            {"FOCUS_ABSOLUTE_POSITION": 5000},
            {"FOCUS_ABSOLUTE_POSITION": 4900},
        ]


@scene
async def test_one_that_knows_no_position_moves_by_steps_and_times():
    async with acting(Focuser, MOTION, BY, TIMER) as (actor, device):
        await device.move_by(-100)
        await device.move_for(0.25)
        assert actor.asked == [
            ("FOCUS_MOTION", {"FOCUS_INWARD": True}),
            ("REL_FOCUS_POSITION", {"FOCUS_RELATIVE_POSITION": 100}),
            ("FOCUS_MOTION", {"FOCUS_OUTWARD": True}),
            ("FOCUS_TIMER", {"FOCUS_TIMER_VALUE": 250}),
        ]


@scene
async def test_one_that_was_stopped_is_not_there():
    async with acting(Focuser, MOTION, PLACE) as (actor, device):
        name = "ABS_FOCUS_POSITION"
        actor.plays[name] = lambda _: (
            actor.shows(name, BUSY),
            actor.shows(name, IDLE, FOCUS_ABSOLUTE_POSITION=1234.0),
        )
        with pytest.raises(AbortedError):
            await device.move_to(5000)


@scene
async def test_its_highest_position_is_the_ranges_if_it_says_nothing_else():
    async with acting(Focuser, MOTION, PLACE) as (actor, device):
        assert device.max_position == 60000
        limit = numbers("FOCUS_MAX", FOCUS_MAX_VALUE=30000.0)
        actor._properties["FOCUS_MAX"] = limit
        await actor.say(limit)
        await device.set_max_position(20000)
        assert device.max_position == 20000


@scene
async def test_backlash_of_no_steps_is_not_taken_up():
    async with acting(Focuser, TOGGLE, BACKLASH) as (actor, device):
        assert device.backlash == 0
        await device.set_backlash(25)
        assert device.backlash == 25
        await device.set_backlash(0)
        assert device.backlash == 0
        assert actor.asked[-1] == ("FOCUS_BACKLASH_TOGGLE", {"INDI_DISABLED": True})


@scene
async def test_speed_direction_temperature_and_sync():
    reverse = switches("FOCUS_REVERSE_MOTION", "INDI_ENABLED", "INDI_DISABLED", on="INDI_DISABLED")
    celsius = numbers("FOCUS_TEMPERATURE", TEMPERATURE=-3.5)
    speed, sync = numbers("FOCUS_SPEED", FOCUS_SPEED_VALUE=1.0), numbers("FOCUS_SYNC", FOCUS_SYNC_VALUE=0.0)
    abort = buttons("FOCUS_ABORT_MOTION", "ABORT")
    async with acting(Focuser, reverse, celsius, speed, sync, abort) as (actor, device):
        assert device.temperature == -3.5
        await device.set_speed(3)
        assert device.speed == 3
        await device.reverse()
        await device.sync(1000)
        await device.abort()
        assert actor.asked[1:] == [
            ("FOCUS_REVERSE_MOTION", {"INDI_ENABLED": True}),
            ("FOCUS_SYNC", {"FOCUS_SYNC_VALUE": 1000}),
            ("FOCUS_ABORT_MOTION", {"ABORT": True}),
        ]


@pytest.mark.parametrize("is_busy", [True, False])  # libindi does not show that a relative focuser is Busy
@pytest.mark.parametrize("name", ["REL_FOCUS_POSITION", "FOCUS_TIMER"])
@scene
async def test_one_without_positions_that_was_stopped_is_not_done(name, is_busy):
    async with acting(Focuser, MOTION, BY, TIMER) as (actor, device):
        actor.plays[name] = lambda values: (
            *([actor.shows(name, BUSY, **values)] if is_busy else []),
            actor.shows(name, IDLE, **values),
        )
        with pytest.raises(AbortedError):
            await (device.move_by(100) if name == "REL_FOCUS_POSITION" else device.move_for(0.1))


@scene
async def test_one_that_says_ok_and_has_not_moved_is_not_there():
    async with acting(Focuser, MOTION, PLACE) as (actor, device):
        name = "ABS_FOCUS_POSITION"
        actor.plays[name] = lambda _: (actor.shows(name, OK),)
        with pytest.raises(AbortedError, match="FOCUS_ABSOLUTE_POSITION is 1000 instead of 5000"):
            await device.move_to(5000)


@scene
async def test_one_that_ends_a_few_steps_beside_is_believed():
    async with acting(Focuser, MOTION, PLACE) as (actor, device):
        name = "ABS_FOCUS_POSITION"
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, OK, FOCUS_ABSOLUTE_POSITION=4993.0))
        await device.move_to(5000)
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, OK, FOCUS_ABSOLUTE_POSITION=4993.0))
        await device.move_to(4993.4)
