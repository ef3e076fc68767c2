"""A power box."""

import pytest

from lightapt_clients import MissingError
from lightapt_clients.kinds import PowerBox
from lightapt_protocol.vocabulary import SwitchRule

from ..actor import acting, numbers, switches, texts
from ..puppet import scene

OUTLETS = switches("POWER_CHANNELS", "POWER_CHANNEL_1", "POWER_CHANNEL_2", rule=SwitchRule.ANY_OF_MANY)
LABELS = texts("POWER_LABELS", POWER_CHANNEL_1="Mount", POWER_CHANNEL_2="")
HEATERS = switches("DEW_CHANNELS", "DEW_CHANNEL_1", rule=SwitchRule.ANY_OF_MANY)
CYCLES = numbers("DEW_DUTY_CYCLES", DEW_CHANNEL_1=0.0)
SENSORS = numbers("POWER_SENSORS", SENSOR_VOLTAGE=12.5, SENSOR_CURRENT=2.0, SENSOR_POWER=25.0)


@scene
async def test_outlets_are_switched_by_label_or_number():
    async with acting(PowerBox, OUTLETS, LABELS, SENSORS) as (actor, device):
        await device.switch("Mount")
        await device.switch(2)
        await device.switch(1, False)
        assert device.outlets == {"Mount": False, "POWER_CHANNEL_2": True}
        assert (device.voltage, device.current) == (12.5, 2.0)
        assert actor.asked[0] == ("POWER_CHANNELS", {"POWER_CHANNEL_1": True})


@pytest.mark.parametrize("which", ["Camera", 0, 3, -1])
def test_an_outlet_that_is_not_there_is_not_asked_for(which):
    @scene
    async def play():
        async with acting(PowerBox, OUTLETS, LABELS) as (actor, device):
            with pytest.raises(MissingError, match="but Mount, POWER_CHANNEL_2"):
                await device.switch(which)
            assert actor.asked == []

    play()


@scene
async def test_a_heater_that_heats_is_on():
    async with acting(PowerBox, HEATERS, CYCLES) as (actor, device):
        await device.heat(1, 40)
        assert device.heaters == {"DEW_CHANNEL_1": 40.0}
        assert actor.asked[-1] == ("DEW_CHANNELS", {"DEW_CHANNEL_1": True})
        await device.heat("DEW_CHANNEL_1", 0)
        assert actor.asked[-1] == ("DEW_CHANNELS", {"DEW_CHANNEL_1": False})
