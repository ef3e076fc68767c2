"""A dome."""

import asyncio

import pytest

from lightapt_clients.kinds import Dome

from ..actor import acting, buttons, numbers, switches
from ..puppet import BUSY, scene

AZIMUTH = numbers("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=350.0)
SHUTTER = switches("DOME_SHUTTER", "SHUTTER_OPEN", "SHUTTER_CLOSE", on="SHUTTER_CLOSE")
PARK = switches("DOME_PARK", "PARK", "UNPARK", on="UNPARK")
ABORT = buttons("DOME_ABORT_MOTION", "ABORT")


def dome(*more):
    return acting(Dome, AZIMUTH, SHUTTER, PARK, ABORT, *more)


@scene
async def test_it_turns_to_an_azimuth_and_by_degrees():
    async with dome() as (_, device):
        await device.turn_by(20)
        assert device.azimuth == 10
        await device.turn_to(-90)
        assert device.azimuth == 270
        assert not device.is_moving


@scene
async def test_its_shutter_opens_and_closes():
    async with dome() as (_, device):
        assert not device.is_open
        await device.open()
        assert device.is_open
        await device.close()
        assert not device.is_open


@pytest.mark.parametrize(
    ("verb", "name", "stops"),
    [("open", "DOME_SHUTTER", True), ("close", "DOME_SHUTTER", False), ("park", "DOME_PARK", False)],
)
def test_what_makes_the_dome_safe_goes_on_if_it_is_cancelled(verb, name, stops):
    @scene
    async def play():
        async with dome() as (actor, device):
            actor.plays[name] = lambda values: (actor.shows(name, BUSY, **values),)
            doing = asyncio.ensure_future(getattr(device, verb)())
            await device.device[name].wait(state=BUSY)
            assert device.is_moving
            doing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await doing
            await device.device["ABS_DOME_POSITION"].set(DOME_ABSOLUTE_POSITION=1.0)
            assert (("DOME_ABORT_MOTION", {"ABORT": True}) in actor.asked) is stops

    play()


@scene
async def test_it_parks_and_its_park_position_is_set():
    async with dome(buttons("DOME_PARK_OPTION", "PARK_CURRENT", "PARK_DEFAULT", "PARK_WRITE_DATA")) as (actor, device):
        await device.park()
        assert device.is_parked
        await device.unpark()
        assert not device.is_parked
        await device.set_park()
        assert actor.asked[-1] == ("DOME_PARK_OPTION", {"PARK_WRITE_DATA": True})


@scene
async def test_it_follows_the_telescope_if_it_is_told_to():
    slaving = switches("DOME_AUTOSYNC", "DOME_AUTOSYNC_ENABLE", "DOME_AUTOSYNC_DISABLE", on="DOME_AUTOSYNC_DISABLE")
    async with dome(slaving, numbers("DOME_SYNC", DOME_SYNC_VALUE=0.0)) as (actor, device):
        assert not device.is_slaved
        await device.slave()
        assert device.is_slaved
        await device.slave(False)
        assert not device.is_slaved
        await device.sync(12)
        await device.abort()
        assert actor.asked[-2:] == [("DOME_SYNC", {"DOME_SYNC_VALUE": 12}), ("DOME_ABORT_MOTION", {"ABORT": True})]
