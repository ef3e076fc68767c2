"""How a mount follows the sky, and moves by hand."""

import asyncio

import pytest

from lightapt_clients import MissingError
from lightapt_clients.kinds import Direction, Mount, TrackMode

from ..actor import acting, numbers, switches
from ..puppet import BUSY, scene

STATE = switches("TELESCOPE_TRACK_STATE", "TRACK_ON", "TRACK_OFF", on="TRACK_OFF")
MODE = switches("TELESCOPE_TRACK_MODE", "TRACK_SIDEREAL", "TRACK_LUNAR", "TRACK_CUSTOM", on="TRACK_SIDEREAL")
RATE = numbers("TELESCOPE_TRACK_RATE", TRACK_RATE_RA=15.04, TRACK_RATE_DE=0.0)
SPEEDS = switches("TELESCOPE_SLEW_RATE", "1x", "2x", "3x", on="1x")
NORTH_SOUTH = switches("TELESCOPE_MOTION_NS", "MOTION_NORTH", "MOTION_SOUTH")


@scene
async def test_tracking_may_be_busy_as_long_as_it_lasts():
    async with acting(Mount, STATE, MODE) as (actor, device):
        name = "TELESCOPE_TRACK_STATE"
        actor.plays[name] = lambda values: (actor.shows(name, BUSY, **values),)
        await device.track(mode=TrackMode.LUNAR)
        assert device.is_tracking
        assert device.track_mode is TrackMode.LUNAR
        await device.track(False)
        assert not device.is_tracking


@scene
async def test_a_mode_of_the_drivers_own_is_none_of_the_standard():
    async with acting(Mount, switches("TELESCOPE_TRACK_MODE", "TRACK_KING", on="TRACK_KING")) as (_, device):
        with pytest.raises(MissingError, match="TRACK_KING is no standard track mode"):
            _ = device.track_mode


@scene
async def test_the_custom_rate_is_in_arcseconds_a_second():
    async with acting(Mount, RATE) as (_, device):
        await device.set_track_rate(14.5, -0.1)
        assert device.track_rate == (14.5, -0.1)


@scene
async def test_speeds_are_named():
    async with acting(Mount, SPEEDS) as (actor, device):
        assert device.rates == ("1x", "2x", "3x")
        await device.choose_rate("3x")
        assert actor.asked == [("TELESCOPE_SLEW_RATE", {"3x": True})]


@scene
async def test_motion_by_hand_ends_with_its_time():
    async with acting(Mount, NORTH_SOUTH) as (actor, device):
        await device.move(Direction.SOUTH, 0.001)
        assert [values for _, values in actor.asked] == [{"MOTION_SOUTH": True}, {"MOTION_SOUTH": False}]


@scene
async def test_motion_by_hand_ends_even_if_it_is_cancelled_before_the_mount_has_answered():
    async with acting(Mount, NORTH_SOUTH) as (actor, device):
        actor.plays["TELESCOPE_MOTION_NS"] = lambda values: (
            () if values["MOTION_NORTH"] else (actor.shows("TELESCOPE_MOTION_NS", BUSY, **values),)
        )
        moving = asyncio.ensure_future(device.move(Direction.NORTH, 60.0))
        await actor.heard("TELESCOPE_MOTION_NS")
        moving.cancel()
        actor.plays.clear()
        with pytest.raises(asyncio.CancelledError):
            await moving
        assert actor.asked[-1] == ("TELESCOPE_MOTION_NS", {"MOTION_NORTH": False})
