"""The simulated station has fine weather, until somebody makes it otherwise."""

import pytest

from lightapt_drivers import DefNumber, Device, NumberVector, Standard
from lightapt_drivers.simulators.weather import WeatherSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.clocks import HandClock

MIDNIGHT = 1_799_971_200.0
"""Unix time of a midnight at Greenwich, a week after new moon."""


class Mount(Device):
    device_name = "Telescope Simulator"

    site = NumberVector(
        Standard.GEOGRAPHIC_COORD, DefNumber("LAT", 28), DefNumber("LONG", 0), DefNumber("ELEV", 2400), always=True
    )


def played(scene, *others, clock=None, **options):
    return play(scene, WeatherSimulator(clock=clock or HandClock(), **options), *others)


def parameter(harness, name):
    return harness.find("WEATHER_PARAMETERS").number(name)


async def measured(harness):
    await harness.request("WEATHER_REFRESH", REFRESH=True)
    await harness.expect("WEATHER_REFRESH", state=State.OK)


def test_the_weather_is_fine():
    async def scene(harness):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await harness.expect("SAFETY_STATUS", state=State.OK, SAFETY=State.OK)
        assert set(harness.find("WEATHER_STATUS").members) == {
            "WEATHER_TEMPERATURE",
            "WEATHER_HUMIDITY",
            "WEATHER_WIND_SPEED",
            "WEATHER_WIND_GUST",
            "WEATHER_RAIN_HOUR",
            "WEATHER_CLOUD_COVER",
        }

    played(scene)


def test_it_varies_with_time_and_in_the_same_way_again():
    async def scene(harness):
        clock.now = HandClock().now
        await measured(harness)
        first = parameter(harness, "WEATHER_WIND_SPEED")
        clock.now += 3600
        await measured(harness)
        return first, parameter(harness, "WEATHER_WIND_SPEED")

    clock = HandClock()
    first, second = played(scene, clock=clock)
    assert first != second
    assert played(scene, clock=clock) == (first, second)
    assert played(scene, clock=clock, seed=7) != (first, second)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEATHER_TEMPERATURE", -15),
        ("WEATHER_HUMIDITY", 99),
        ("WEATHER_WIND_SPEED", 60),
        ("WEATHER_WIND_GUST", 80),
        ("WEATHER_RAIN_HOUR", 2),
        ("WEATHER_CLOUD_COVER", 90),
    ],
)
def test_each_critical_parameter_can_be_driven_to_alert(name, value):
    async def scene(harness):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        before = parameter(harness, "WEATHER_PRESSURE")
        await harness.request("WEATHER_CONTROL", **{name: value})
        await harness.expect("WEATHER_STATUS", state=State.ALERT, **{name: State.ALERT})
        await harness.expect("WEATHER_PARAMETERS", **{name: value})
        await harness.expect("WEATHER_SOURCE", WEATHER_BY_HAND=True)
        assert parameter(harness, "WEATHER_PRESSURE") == before
        await harness.request("WEATHER_SOURCE", WEATHER_FREE=True)
        await harness.expect("WEATHER_STATUS", state=State.OK, **{name: State.OK})

    played(scene)


def test_set_by_hand_it_stays_as_it_is():
    clock = HandClock()

    async def scene(harness):
        await harness.request("WEATHER_CONTROL", WEATHER_WIND_SPEED=33, WEATHER_TEMPERATURE=20, WEATHER_HUMIDITY=50)
        await harness.request("WEATHER_CONTROL", WEATHER_WIND_SPEED=34)
        clock.now += 7200
        await measured(harness)
        await harness.expect("WEATHER_PARAMETERS", WEATHER_WIND_SPEED=34, WEATHER_TEMPERATURE=20)
        assert parameter(harness, "WEATHER_DEWPOINT") == pytest.approx(9.3, abs=0.1)

    played(scene, clock=clock)


def test_the_pressure_is_that_of_the_site():
    async def scene(harness):
        await measured(harness)
        return parameter(harness, "WEATHER_PRESSURE")

    assert played(scene) == pytest.approx(1001, abs=9)
    assert played(scene, Mount()) == pytest.approx(756, abs=9)


def test_the_sky_is_dark_at_night_and_bright_by_day():
    clock = HandClock(MIDNIGHT)

    async def scene(harness):
        await measured(harness)
        night = parameter(harness, "WEATHER_SKY_QUALITY")
        clock.now += 43_200
        await measured(harness)
        return night, parameter(harness, "WEATHER_SKY_QUALITY")

    night, day = played(scene, clock=clock)
    assert 16 < night < 21.5
    assert day < 6
