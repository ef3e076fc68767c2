"""A weather station, or a safety monitor."""

import asyncio

import pytest

from lightapt_clients.kinds import Weather

from ..actor import CONNECTED, acting, buttons, lights, numbers
from ..puppet import ALERT, BUSY, IDLE, OK, scene, switches

MEASURED = numbers("WEATHER_PARAMETERS", WEATHER_TEMPERATURE=5.0, WEATHER_WIND_SPEED=12.0)
STATUS = lights("WEATHER_STATUS", state=OK, WEATHER_WIND_SPEED=OK)


@pytest.mark.parametrize(("state", "is_safe"), [(OK, True), (BUSY, True), (ALERT, False), (IDLE, False)])
def test_it_is_safe_while_nothing_critical_is_outside_its_limits(state, is_safe):
    @scene
    async def play():
        async with acting(Weather, lights("WEATHER_STATUS", state=state, WEATHER_WIND_SPEED=state)) as (_, device):
            assert device.is_safe is is_safe
            assert device.status == {"WEATHER_WIND_SPEED": state}

    play()


@scene
async def test_what_is_measured_is_had_by_name():
    async with acting(Weather, MEASURED, buttons("WEATHER_REFRESH", "REFRESH")) as (actor, device):
        assert device.parameters == {"WEATHER_TEMPERATURE": 5.0, "WEATHER_WIND_SPEED": 12.0}
        await device.refresh()
        assert actor.asked == [("WEATHER_REFRESH", {"REFRESH": True})]


@scene
async def test_a_station_that_does_not_tell_is_not_safe():
    async with acting(Weather, MEASURED) as (_, device):
        assert not device.is_safe


@scene
async def test_a_safety_monitor_without_weather_tells_by_its_own_light():
    async with acting(Weather, lights("SAFETY_STATUS", state=OK, SAFETY=OK)) as (_, device):
        assert device.is_safe


@scene
async def test_a_change_for_the_worse_and_back_is_waited_for():
    async with acting(Weather, STATUS) as (actor, device):
        unsafe = asyncio.ensure_future(device.wait_until_unsafe())
        await actor.say(actor.shows("WEATHER_STATUS", ALERT))
        await unsafe
        safe = asyncio.ensure_future(device.wait_until_safe())
        await actor.say(actor.shows("WEATHER_STATUS", OK))
        await safe


@scene
async def test_a_station_that_is_disconnected_is_not_safe():
    async with acting(Weather, STATUS) as (actor, device):
        unsafe = asyncio.ensure_future(device.wait_until_unsafe())
        await actor.say(switches(CONNECTED.device, "CONNECTION", IDLE, CONNECT=False, DISCONNECT=True))
        await unsafe


@scene
async def test_without_a_connection_to_the_server_it_is_not_safe():
    async with acting(Weather, STATUS) as (actor, device):
        assert device.is_safe
        unsafe = asyncio.ensure_future(device.wait_until_unsafe())
        await asyncio.sleep(0)
        await actor.leave()
        await unsafe
        assert not device.is_safe
