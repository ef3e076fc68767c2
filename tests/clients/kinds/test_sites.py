"""Place and time of mounts and GPS receivers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lightapt_clients import MissingError, RequestError
from lightapt_clients.kinds import Location
from lightapt_clients.kinds.sites import Sited
from lightapt_protocol.standard import DriverInterface, Standard

from ..actor import acting, numbers, texts
from ..puppet import scene

PLACE = numbers("GEOGRAPHIC_COORD", LAT=50.0, LONG=350.0, ELEV=100.0)
TIME = texts("TIME_UTC", UTC="2026-03-01T22:00:00", OFFSET="1.00")


class Clock(Sited):
    interface = DriverInterface.GPS
    essential = Standard.TIME_UTC


@scene
async def test_longitudes_west_of_greenwich_are_negative_here_and_not_in_indi():
    async with acting(Clock, PLACE) as (actor, device):
        assert device.location == Location(50.0, -10.0, 100.0)
        await device.set_location(Location(-30.0, -70.0, 2400.0))
        assert actor.asked == [("GEOGRAPHIC_COORD", {"LAT": -30.0, "LONG": 290.0, "ELEV": 2400.0})]
        assert device.location == Location(-30.0, -70.0, 2400.0)


@scene
async def test_a_time_is_told_in_utc_with_its_offset():
    async with acting(Clock, TIME) as (actor, device):
        assert device.utc == datetime(2026, 3, 1, 22, tzinfo=UTC)
        await device.set_time(datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))))
        assert actor.asked == [("TIME_UTC", {"UTC": "2026-06-30T23:30:00", "OFFSET": "2.00"})]


@scene
async def test_the_time_is_now_if_none_is_given():
    async with acting(Clock, TIME) as (_, device):
        await device.set_time()
        assert abs(datetime.now(UTC) - device.utc) < timedelta(minutes=1)


@scene
async def test_a_time_without_a_zone_is_refused():
    async with acting(Clock, TIME) as (actor, device):
        with pytest.raises(RequestError, match="no time zone"):
            await device.set_time(datetime(2026, 7, 1))
        assert actor.asked == []


@scene
async def test_a_clock_that_does_not_tell_the_time_says_so():
    async with acting(Clock, texts("TIME_UTC", UTC="soon", OFFSET="")) as (_, device):
        with pytest.raises(MissingError, match="soon"):
            _ = device.utc
