"""A rotator."""

import pytest

from lightapt_clients import AbortedError
from lightapt_clients.kinds import Rotator

from ..actor import acting, buttons, numbers, switches
from ..puppet import BUSY, IDLE, scene

ANGLE = numbers("ABS_ROTATOR_ANGLE", ANGLE=350.0)
NAME = "ABS_ROTATOR_ANGLE"


@scene
async def test_it_turns_to_an_angle_and_by_one():
    async with acting(Rotator, ANGLE) as (_, device):
        await device.turn_by(20)
        assert device.angle == 10
        await device.turn_to(-90)
        assert device.angle == 270
        assert not device.is_moving


@scene
async def test_idle_near_the_angle_is_there_and_elsewhere_is_not():
    async with acting(Rotator, ANGLE) as (actor, device):
        actor.plays[NAME] = lambda _: (actor.shows(NAME, BUSY), actor.shows(NAME, IDLE, ANGLE=359.96))
        await device.turn_to(0)
        actor.plays[NAME] = lambda _: (actor.shows(NAME, BUSY), actor.shows(NAME, IDLE, ANGLE=20.0))
        with pytest.raises(AbortedError):
            await device.turn_to(0)


@scene
async def test_home_sync_reverse_and_abort():
    more = (
        buttons("ROTATOR_HOME", "HOME"),
        numbers("SYNC_ROTATOR_ANGLE", ANGLE=0.0),
        switches("ROTATOR_REVERSE", "INDI_ENABLED", "INDI_DISABLED", on="INDI_DISABLED"),
        buttons("ROTATOR_ABORT_MOTION", "ABORT"),
    )
    async with acting(Rotator, *more) as (actor, device):
        await device.go_home()
        await device.sync(45)
        await device.reverse()
        await device.abort()
        assert actor.asked == [
            ("ROTATOR_HOME", {"HOME": True}),
            ("SYNC_ROTATOR_ANGLE", {"ANGLE": 45}),
            ("ROTATOR_REVERSE", {"INDI_ENABLED": True}),
            ("ROTATOR_ABORT_MOTION", {"ABORT": True}),
        ]
