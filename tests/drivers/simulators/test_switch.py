"""The simulated power box draws what is plugged in, and remembers what is on."""

import pytest

from lightapt_drivers import DefNumber, Device, NumberVector, Standard
from lightapt_drivers.simulators.switch import PowerBoxSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of


class Weather(Device):
    device_name = "Weather Simulator"

    parameters = NumberVector(
        Standard.WEATHER_PARAMETERS,
        DefNumber("WEATHER_TEMPERATURE", 10),
        DefNumber("WEATHER_DEWPOINT", 7),
        always=True,
    )


class Quick(PowerBoxSimulator):
    """A box that is looked at often."""

    polling_period = PowerBoxSimulator.polling_period.but(DefNumber("PERIOD_MS", 10, min=1, max=1000))


def played(scene, *others, box=None, folder=None):
    return play(scene, box or Quick(), *others, folder=folder)


async def currents(harness, member, expected):
    await harness.expect("POWER_CURRENTS", state=State.OK, **{member: expected})


def test_what_is_plugged_in_draws_current_while_it_is_on():
    async def scene(harness):
        await currents(harness, "POWER_CHANNEL_1", 0)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        await currents(harness, "POWER_CHANNEL_1", 1.5)
        await harness.request("POWER_LOADS", POWER_CHANNEL_1=3)
        await currents(harness, "POWER_CHANNEL_1", 3)
        sensors = harness.find("POWER_SENSORS")
        assert sensors.number("SENSOR_VOLTAGE") < 13.2
        watts = sensors.number("SENSOR_VOLTAGE") * sensors.number("SENSOR_CURRENT")
        assert sensors.number("SENSOR_POWER") == pytest.approx(watts)

    played(scene)


def test_it_is_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("DEW_DUTY_CYCLES", DEW_CHANNEL_3=70)
        await harness.request("DEW_CHANNELS", DEW_CHANNEL_3=True)
        await harness.request("VARIABLE_VOLTAGES", VAR_CHANNEL_1=9)
        await harness.request("VARIABLE_CHANNELS", VAR_CHANNEL_1=True)
        await harness.request("USB_PORTS", USB_PORT_4=False)

    async def later(harness):
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_1=False, POWER_CHANNEL_2=True)
        await harness.expect("DEW_CHANNELS", DEW_CHANNEL_3=True)
        await harness.expect("DEW_DUTY_CYCLES", DEW_CHANNEL_3=70)
        await harness.expect("VARIABLE_CHANNELS", VAR_CHANNEL_1=True)
        await harness.expect("VARIABLE_VOLTAGES", VAR_CHANNEL_1=9)
        await harness.expect("USB_PORTS", USB_PORT_1=True, USB_PORT_4=False)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)


def test_the_fuse_blows_at_too_much():
    async def scene(harness):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True, POWER_CHANNEL_2=True)
        await harness.request("POWER_LOADS", POWER_CHANNEL_1=30)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_1=False, POWER_CHANNEL_2=False)
        assert any("are too much for a fuse of 10.0 A: all outlets are off" in notice for notice in harness.notices)

    played(scene)


def test_too_high_a_voltage_switches_off_and_nothing_on():
    async def scene(harness):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        await harness.request("POWER_SUPPLY", VOLTAGE=19)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_1=False)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        await harness.expect("POWER_CHANNELS", state=State.ALERT, POWER_CHANNEL_1=False)
        assert "the supply has 19.0 V, and OVER_VOLTAGE_PROTECTION allows 13.8 V" in harness.notices

    played(scene)


def test_it_heats_as_the_dew_point_asks():
    weather, box = Weather(), Quick()

    async def scene(harness):
        await harness.request("AUTO_DEW_CONTROL", DEW_CHANNEL_1=True)
        await harness.expect("DEW_DUTY_CYCLES", DEW_CHANNEL_1=50, DEW_CHANNEL_2=0)
        await harness.expect("DEW_CHANNELS", DEW_CHANNEL_1=True)
        told = len(said_of("POWER_STAND", harness.said))
        await box.read_power()
        assert len(said_of("POWER_STAND", harness.said)) == told  # and saved as often
        weather.parameters.set(WEATHER_DEWPOINT=9.4)
        await harness.expect("DEW_DUTY_CYCLES", DEW_CHANNEL_1=90)
        weather.parameters.set(WEATHER_DEWPOINT=0)
        await harness.expect("DEW_CHANNELS", DEW_CHANNEL_1=False)

    played(scene, weather, box=box)


def test_its_buttons_can_be_pushed():
    async def scene(harness):
        await harness.request("POWER_STAND", POWER_CHANNEL_3=1, USB_PORT_1=0)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_3=True)
        await harness.expect("USB_PORTS", USB_PORT_1=False)

    played(scene)
