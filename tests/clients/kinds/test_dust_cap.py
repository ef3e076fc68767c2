"""A dust cap."""

from lightapt_clients.kinds import DustCap

from ..actor import acting, buttons, switches
from ..puppet import scene

CAP = switches("CAP_PARK", "PARK", "UNPARK", on="PARK")


@scene
async def test_it_opens_and_closes():
    async with acting(DustCap, CAP, buttons("CAP_ABORT", "ABORT")) as (actor, device):
        assert not device.is_open
        await device.open()
        assert device.is_open
        await device.close()
        assert not device.is_open
        await device.abort()
        assert actor.asked == [
            ("CAP_PARK", {"UNPARK": True}),
            ("CAP_PARK", {"PARK": True}),
            ("CAP_ABORT", {"ABORT": True}),
        ]
