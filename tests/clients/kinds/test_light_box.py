"""A light box."""

from lightapt_clients.kinds import LightBox

from ..actor import acting, numbers, switches
from ..puppet import scene

LIGHT = switches("FLAT_LIGHT_CONTROL", "FLAT_LIGHT_ON", "FLAT_LIGHT_OFF", on="FLAT_LIGHT_OFF")
BRIGHTNESS = numbers("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=10.0)


@scene
async def test_it_shines_as_bright_as_it_is_told():
    async with acting(LightBox, LIGHT, BRIGHTNESS) as (_, device):
        await device.on()
        assert (device.is_on, device.brightness) == (True, 10)
        await device.on(200)
        assert device.brightness == 200
        await device.off()
        assert not device.is_on
