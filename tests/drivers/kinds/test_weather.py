"""A weather station measures, and judges whether that is safe."""

import asyncio

import pytest

from lightapt_drivers import HardwareError, LinkLostError, on_connect
from lightapt_drivers.kinds.weather import Parameter, Weather, judge
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, states, value

WARM = Parameter("WEATHER_TEMPERATURE", "Temperature (°C)", -10, 30, is_critical=True)
WIND = Parameter("WEATHER_WIND_SPEED", "Wind (km/h)", 0, 40, is_critical=True)
PRESSURE = Parameter("WEATHER_PRESSURE", "Pressure (hPa)", 900, 1100)
FINE = {"WEATHER_TEMPERATURE": 10, "WEATHER_WIND_SPEED": 5, "WEATHER_PRESSURE": 1010}


class Puppet(Weather):
    """A station that measures what a test says; an error is raised, None is never answered."""

    device_name = "Weather"
    weather_measures = (WARM, WIND, PRESSURE)
    weather_patience = 0.0
    reconnect_after = (0.0,)

    def __init__(self, *measured):
        super().__init__()
        self.weather = list(measured or [FINE])
        self.count = 0

    async def measure_weather(self):
        self.count += 1
        measured = self.weather.pop(0) if len(self.weather) > 1 else self.weather[0]
        if isinstance(measured, Exception):
            raise measured
        if measured is None:
            await asyncio.Event().wait()
        return measured


def played(scene, *measured, station=Puppet, folder=None):
    device = station(*measured)
    return play(lambda harness: scene(harness, device), device, folder=folder)


async def measured(harness, station, **values):
    """Have other weather measured."""
    station.weather = [{**FINE, **values}]
    await harness.request("WEATHER_REFRESH", REFRESH=True)
    await harness.expect("WEATHER_REFRESH", state=State.OK, REFRESH=False)


# Judging.


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (-10.1, State.ALERT),
        (-10, State.BUSY),
        (-4.1, State.BUSY),
        (-4, State.OK),
        (24, State.OK),
        (24.1, State.BUSY),
        (30, State.BUSY),
        (30.1, State.ALERT),
    ],
)
def test_near_its_limits_a_value_is_a_warning_and_beyond_them_an_alert(value, state):
    assert judge(value, safe_from=-10, safe_to=30, warning=15) is state


@pytest.mark.parametrize(("value", "state"), [(-0.1, State.ALERT), (0, State.OK), (34, State.OK), (34.1, State.BUSY)])
def test_a_limit_of_nought_has_no_warning_zone(value, state):
    assert judge(value, safe_from=0, safe_to=40, warning=15) is state


def test_where_nothing_is_safe_but_none_none_is_safe():
    assert judge(0, safe_from=0, safe_to=0, warning=15) is State.OK
    assert judge(0.1, safe_from=0, safe_to=0, warning=15) is State.ALERT


# Measuring.


def test_it_measures_as_soon_as_it_is_connected():
    async def scene(harness, _):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, **FINE)
        await harness.expect("WEATHER_STATUS", state=State.OK, WEATHER_TEMPERATURE=State.OK)
        await harness.expect("SAFETY_STATUS", state=State.OK, SAFETY=State.OK)
        assert set(harness.find("WEATHER_STATUS").members) == {"WEATHER_TEMPERATURE", "WEATHER_WIND_SPEED"}
        assert harness.find("WEATHER_PRESSURE").number("MAX_OK") == 1100

    played(scene)


def test_nothing_is_known_before_it_has_measured():
    async def scene(harness, _):
        await harness.expect("WEATHER_STATUS", state=State.IDLE, WEATHER_TEMPERATURE=State.IDLE)

    played(scene, None)


def test_the_worst_of_the_critical_parameters_is_the_status():
    async def scene(harness, station):
        await measured(harness, station, WEATHER_WIND_SPEED=39)
        await harness.expect("WEATHER_STATUS", state=State.BUSY, WEATHER_WIND_SPEED=State.BUSY)
        await measured(harness, station, WEATHER_WIND_SPEED=39, WEATHER_TEMPERATURE=-20)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_TEMPERATURE=State.ALERT)
        await harness.expect("SAFETY_STATUS", state=State.ALERT, SAFETY=State.ALERT)
        await measured(harness, station, WEATHER_PRESSURE=500)
        await harness.expect("WEATHER_STATUS", state=State.OK, WEATHER_TEMPERATURE=State.OK)

    played(scene)


def test_what_becomes_unsafe_is_told_once():
    async def scene(harness, station):
        for wind in (50, 51, 5):
            await measured(harness, station, WEATHER_WIND_SPEED=wind)
        return [notice for notice in harness.notices if "Wind" in notice]

    assert [notice.split("] ")[-1] for notice in played(scene)] == [
        "Wind (km/h) is not safe: 50.00",
        "Wind (km/h) is safe again: 5.00",
    ]


def test_what_is_left_out_is_as_it_was():
    async def scene(harness, station):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        station.weather = [{"WEATHER_WIND_SPEED": 7}]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_PARAMETERS", WEATHER_WIND_SPEED=7, WEATHER_TEMPERATURE=10)

    played(scene)


def test_it_measures_as_often_as_it_is_asked_to():
    async def scene(harness, station):
        await harness.request("WEATHER_UPDATE", PERIOD=0)
        before = station.count
        await harness.request("WEATHER_UPDATE", PERIOD=0.01)
        async with asyncio.timeout(5):
            while station.count < before + 2:
                await harness.dealt_with()
                await asyncio.sleep(0)

    played(scene)


def test_between_it_does_not_measure():
    async def scene(harness, station):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        await station._measure_when_due()
        return station.count

    assert played(scene) == 1


def test_what_was_known_before_it_was_connected_again_does_not_count():
    async def scene(harness, station):
        await measured(harness, station, WEATHER_WIND_SPEED=50)
        await harness.request("CONNECTION", DISCONNECT=True)
        station.weather = [None]
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("WEATHER_STATUS", state=State.IDLE, WEATHER_WIND_SPEED=State.IDLE)
        await harness.request("WEATHER_OVERRIDE", OVERRIDE=True)
        await harness.request("WEATHER_OVERRIDE", OVERRIDE=False)
        await harness.expect("WEATHER_STATUS", state=State.IDLE, WEATHER_WIND_SPEED=State.IDLE)

    played(scene)


# Limits.


def test_what_is_safe_can_be_changed_and_is_remembered(tmp_path):
    async def scene(harness, _):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await harness.request("WEATHER_WIND_SPEED", MAX_OK=4)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_WIND_SPEED=State.ALERT)

    async def later(harness, _):
        await harness.expect("WEATHER_WIND_SPEED", MAX_OK=4, MIN_OK=0, PERC_WARN=15)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)


def test_limits_hold_while_it_is_disconnected():
    async def scene(harness, _):
        await harness.request("WEATHER_WIND_SPEED", MAX_OK=4)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("WEATHER_WIND_SPEED", MAX_OK=4)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)

    played(scene)


def test_limits_the_wrong_way_round_are_refused():
    async def scene(harness, _):
        await harness.request("WEATHER_WIND_SPEED", MIN_OK=50)
        await harness.expect("WEATHER_WIND_SPEED", state=State.ALERT, MIN_OK=0)
        assert "no WEATHER_WIND_SPEED would be safe: MIN_OK must not be above MAX_OK" in harness.notices

    played(scene)


# Overriding.


def test_overridden_any_weather_is_safe():
    async def scene(harness, station):
        await measured(harness, station, WEATHER_WIND_SPEED=50)
        await harness.request("WEATHER_OVERRIDE", OVERRIDE=True)
        await harness.expect("WEATHER_OVERRIDE", state=State.BUSY, OVERRIDE=True)
        await harness.expect("WEATHER_STATUS", state=State.OK, WEATHER_WIND_SPEED=State.ALERT)
        await harness.expect("SAFETY_STATUS", state=State.OK, SAFETY=State.OK)
        await measured(harness, station, WEATHER_WIND_SPEED=60)
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await harness.request("WEATHER_OVERRIDE", OVERRIDE=False)
        await harness.expect("WEATHER_OVERRIDE", state=State.IDLE)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)

    played(scene)


# What goes wrong.


def test_weather_that_nobody_has_known_for_long_is_not_safe():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [HardwareError("the mast is down")]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_REFRESH", state=State.ALERT)
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT, **FINE)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_TEMPERATURE=State.ALERT)
        assert "the mast is down" in harness.notices
        await measured(harness, station)
        await harness.expect("WEATHER_STATUS", state=State.OK, WEATHER_TEMPERATURE=State.OK)

    played(scene)


def test_a_critical_parameter_that_is_told_no_more_is_not_safe():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [{"WEATHER_WIND_SPEED": 7}]
        for _ in range(2):
            await harness.request("WEATHER_REFRESH", REFRESH=True)
            await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_TEMPERATURE=State.ALERT)
        assert harness.find("WEATHER_STATUS").light("WEATHER_WIND_SPEED") is State.OK
        (told,) = [words for words in harness.notices if "not been told" in words]
        assert WARM.label in told
        await harness.request("WEATHER_TEMPERATURE", MIN_OK=-90, MAX_OK=90)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_TEMPERATURE=State.ALERT)
        await measured(harness, station)
        await harness.expect("WEATHER_STATUS", state=State.OK, WEATHER_TEMPERATURE=State.OK)

    played(scene)


class Patient(Puppet):
    weather_patience = 1000.0


def test_one_measurement_may_fail():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [OSError("no route to host")]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT)
        await harness.expect("WEATHER_STATUS", state=State.OK)

    played(scene, station=Patient)


def test_a_mistake_in_the_driver_leaves_the_weather_unknown():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [{"WEATHER_SNOW": 1}]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)

    played(scene)


class Lost(Patient):
    """A station that is lost, and not found again."""

    reconnect_after = (1000.0,)


def test_a_station_that_is_lost_is_not_relied_on():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [LinkLostError("the cable is out")]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)
        await harness.expect("SAFETY_STATUS", state=State.ALERT, SAFETY=State.ALERT)

    played(scene, station=Lost)


def test_a_station_that_is_back_is_believed_when_it_has_measured():
    async def scene(harness, station):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        station.weather = [LinkLostError("the cable is out"), None]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT, **FINE)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)
        return said_of("WEATHER_PARAMETERS", harness.said)

    assert 0 not in {value(told, "WEATHER_PRESSURE") for told in played(scene, station=Patient)[1:]}


def test_to_disconnect_is_no_alert_not_even_while_it_measures():
    async def scene(harness, station):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        station.weather = [None]
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_REFRESH", state=State.BUSY)
        await harness.request("CONNECTION", DISCONNECT=True)
        return states(said_of("WEATHER_STATUS", harness.said)[:-1])

    assert State.ALERT not in played(scene)


class Various(Puppet):
    """A station that learns what it measures when it is connected."""

    found = (WIND,)

    @on_connect
    async def _find_sensors(self):
        self.declare_weather(self.found)


def test_a_station_may_learn_what_it_measures():
    async def scene(harness, _):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_WIND_SPEED=5)
        await harness.expect("WEATHER_STATUS", state=State.OK)
        assert set(harness.find("WEATHER_PARAMETERS").members) == {"WEATHER_WIND_SPEED"}
        assert harness.mirror.find("Weather", "WEATHER_TEMPERATURE") is None

    played(scene, {"WEATHER_WIND_SPEED": 5}, station=Various)


class Uncritical(Various):
    """A station that measures nothing that counts."""

    found = (PRESSURE,)


def test_where_nothing_is_critical_there_is_no_status():
    async def scene(harness, _):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_PRESSURE=1000)
        assert harness.mirror.find("Weather", "WEATHER_STATUS") is None
        assert harness.mirror.find("Weather", "SAFETY_STATUS") is None

    played(scene, {"WEATHER_PRESSURE": 1000}, station=Uncritical)
