"""A GPS receiver."""

import asyncio

from lightapt_clients.kinds import Gps

from ..actor import acting, buttons, numbers
from ..puppet import BUSY, OK, scene

PLACE = numbers("GEOGRAPHIC_COORD", state=BUSY, LAT=0.0, LONG=0.0, ELEV=0.0)


@scene
async def test_a_fix_is_asked_for_and_waited_for():
    async with acting(Gps, PLACE, buttons("GPS_REFRESH", "REFRESH")) as (actor, device):
        refreshing = asyncio.ensure_future(device.refresh())
        assert await actor.heard("GPS_REFRESH") == {"REFRESH": True}
        await device.device["GPS_REFRESH"].wait(state=OK)
        await asyncio.sleep(0)
        assert not refreshing.done()
        await actor.say(actor.shows("GEOGRAPHIC_COORD", OK, LAT=50.0))
        await refreshing
        assert device.location.latitude == 50.0
