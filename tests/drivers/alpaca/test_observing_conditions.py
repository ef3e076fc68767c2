"""Alpaca's observing conditions: what has a sensor is a parameter, by the names of INDI's weather drivers."""

import asyncio
from collections import Counter

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.observing_conditions import AlpacaObservingConditions
from tests.drivers.alpaca.movers import BOTH, has, looks, members, played, quick, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal
from tests.drivers.alpaca.scenes import AMPLE, play_bridged
from tests.drivers.kit.scenes import said_of, states, value

DEVICE = "observingconditions/0"
VALUES = {
    "CloudCover": ("WEATHER_CLOUD_COVER", 20.0),
    "DewPoint": ("WEATHER_DEWPOINT", 5.0),
    "Humidity": ("WEATHER_HUMIDITY", 60.0),
    "Pressure": ("WEATHER_PRESSURE", 1013.25),
    "RainRate": ("WEATHER_RAIN_HOUR", 0.0),
    "SkyBrightness": ("WEATHER_SKY_BRIGHTNESS", 18.5),
    "SkyQuality": ("WEATHER_SQM", 20.0),
    "SkyTemperature": ("WEATHER_SKY_TEMPERATURE", -40.0),
    "StarFWHM": ("WEATHER_STAR_FWHM", 2.5),
    "Temperature": ("WEATHER_TEMPERATURE", 15.0),
    "WindDirection": ("WEATHER_WIND_DIRECTION", 180.0),
    "WindGust": ("WEATHER_WIND_GUST", 5.0),
    "WindSpeed": ("WEATHER_WIND_SPEED", 3.0),
}


def station(interface=1, **changes):
    values = {name.lower(): value for name, (_, value) in VALUES.items()}
    values |= {
        "averageperiod": 0.5,
        "refresh": lambda fields: None,
        "sensordescription": lambda fields: f"The sensor of {fields['SensorName']}",
        "timesincelastupdate": lambda fields: 7.0,
        **changes,
    }
    state = [name for name in VALUES if not isinstance(values[name.lower()], Refusal)]
    return members("observingconditions", interface, state, **values)


@pytest.fixture(params=[1, 2], ids=BOTH)
def server(request):
    with Recorded({DEVICE: station(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def play(scene, server):
    return played(scene, AlpacaObservingConditions, server, DEVICE)


async def refreshed(harness):
    """Have the sensors asked; when that is over, so is the first time that they are asked of itself."""
    await harness.request("WEATHER_REFRESH", REFRESH=True)
    await harness.expect("WEATHER_REFRESH", state=State.OK)


def test_all_thirteen_sensors_are_parameters(server):
    async def scene(harness):
        told = dict(VALUES.values()) | {"WEATHER_WIND_SPEED": 10.8, "WEATHER_WIND_GUST": 18.0}  # km/h
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, **told)
        labels = {one.name: one.label for one in harness.find("WEATHER_PARAMETERS").members.values()}
        assert labels["WEATHER_WIND_SPEED"] == "Wind (km/h)"
        await harness.expect("WEATHER_STATUS", state=State.OK)

    play(scene, server)


def test_it_is_shown_with_what_it_measures_from_the_start(server):
    async def scene(harness):
        return said_of("WEATHER_PARAMETERS", harness.said)[0]

    shown = play(scene, server)
    assert (shown.state, value(shown, "WEATHER_PRESSURE")) == (State.OK, 1013.25)


def test_a_station_that_is_lost_keeps_its_values_in_alert_until_it_has_measured_again(server):
    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        await asyncio.to_thread(server.stop)
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT, WEATHER_PRESSURE=1013.25)
        lost = len(harness.said)
        one(server)["pressure"] = 990.0
        server.start()
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        return said_of("WEATHER_PARAMETERS", harness.said[lost:])

    told = play(scene, server)
    assert {value(one, "WEATHER_PRESSURE") for one in told} == {990.0}
    assert set(states(told)) == {State.OK}


def test_a_station_of_which_no_sensor_tells_is_in_alert(server):
    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK)
        one(server).pop("state", None)
        one(server).update({name.lower(): Refusal(0x500, "the bus is dead") for name in VALUES})
        one(server)["devicestate"] = []
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT, WEATHER_PRESSURE=1013.25)
        await harness.until(lambda: any("none of the sensors" in said for said in harness.notices), "the reason")

    play(scene, server)


def test_they_are_described_and_their_ages_are_told(server):
    async def scene(harness):
        await harness.expect("WEATHER_SENSORS", StarFWHM="The sensor of StarFWHM")
        await harness.expect("WEATHER_AGES", **dict.fromkeys(VALUES, 7))
        one(server)["timesincelastupdate"] = lambda fields: 8.0
        await harness.expect("WEATHER_AGES", **dict.fromkeys(VALUES, 8))

    play(scene, server)


def test_rain_is_not_safe(server):
    async def scene(harness):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await harness.until(lambda: len(server.puts("refresh")) == 1, "the sensors' being asked of itself")
        one(server)["rainrate"] = 0.3
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_PARAMETERS", WEATHER_RAIN_HOUR=0.3)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_RAIN_HOUR=State.ALERT)
        await harness.until(lambda: len(server.puts("refresh")) == 2, "the sensors' being asked by a client")

    play(scene, server)


@pytest.mark.parametrize("interface", [1, 2])
def test_what_has_no_sensor_is_left_out(interface):
    absent = {name.lower(): NOT_OFFERED for name in VALUES if name not in ("Humidity", "DewPoint")}
    alone = station(
        interface,
        **absent,
        averageperiod=NOT_OFFERED,
        refresh=NOT_OFFERED,
        sensordescription=NOT_OFFERED,
        timesincelastupdate=NOT_OFFERED,
    )

    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_HUMIDITY=60)
        assert list(harness.find("WEATHER_PARAMETERS").members) == ["WEATHER_HUMIDITY", "WEATHER_DEWPOINT"]
        assert not has(harness, "WEATHER_AVERAGE")
        assert not has(harness, "WEATHER_AGES")
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_REFRESH", state=State.OK)

    with Recorded({DEVICE: alone}) as server:
        play(scene, server)
        assert len(server.puts("refresh")) == 1


def test_a_sensor_without_a_value_yet_leaves_the_others_alone(server):
    one(server)["starfwhm"] = Refusal(0x402, "no stars yet")
    if "state" in one(server):
        one(server)["state"].remove("StarFWHM")

    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_HUMIDITY=60, WEATHER_STAR_FWHM=0)

    play(scene, server)


def test_the_time_over_which_it_averages_is_set(server):
    async def scene(harness):
        await harness.expect("WEATHER_AVERAGE", PERIOD=0.5)
        await harness.request("WEATHER_AVERAGE", PERIOD=2)
        await harness.expect("WEATHER_AVERAGE", state=State.OK, PERIOD=2)

    play(scene, server)
    assert one(server)["averageperiod"] == 2


def test_what_it_refuses_is_an_alert_with_its_words(server):
    one(server).update(refresh=Refusal(0x500, "the mast has fallen"), averageperiod=Refusal(0x401, "not so long"))

    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.ALERT)
        assert "the mast has fallen" in " ".join(harness.notices)

    play(scene, server)


def test_an_idle_one_of_platform_7_is_asked_for_one_age_a_look():
    async def scene(harness):
        await refreshed(harness)
        await looks(server, "cloudcover")
        server.asked.clear()
        await until(server, lambda: server.count("devicestate") > 20)
        return Counter(asked.member for asked in server.asked)

    with Recorded({DEVICE: station(2)}) as server:
        asked = play(scene, server)
    assert asked.keys() == {"devicestate", "timesincelastupdate"}
    assert asked["timesincelastupdate"] <= asked["devicestate"] + 1  # that of the look at which the count began


def test_a_station_that_answers_garbage_is_not_safe_until_it_is_itself_again(server):
    async def scene(harness):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("WEATHER_STATUS", state=State.OK)

    play(scene, server)


def test_a_refresh_does_not_hurry_the_looks(server, monkeypatch):
    hurried = []
    monkeypatch.setattr(AlpacaObservingConditions, "hurry", lambda station: hurried.append(1))

    async def scene(harness):
        await until(server, lambda: server.puts("refresh"))

    played(scene, AlpacaObservingConditions, server, DEVICE)
    assert hurried == []


def test_rain_is_told_at_once_and_that_it_is_over_when_it_is_time(server):
    async def scene(harness):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await harness.request("WEATHER_UPDATE", PERIOD=3600)
        await looks(server, "rainrate", 2)
        one(server)["rainrate"] = 0.3
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_RAIN_HOUR=State.ALERT)
        one(server)["rainrate"] = 0.0
        await looks(server, "rainrate", 3)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_STATUS", state=State.OK)

    play(scene, server)


def test_one_that_measures_when_asked_tells_nothing_before(server):
    async def scene(harness):
        await harness.request("WEATHER_UPDATE", PERIOD=0)
        await harness.expect("WEATHER_STATUS", state=State.OK)
        await looks(server, "rainrate", 2)
        one(server)["rainrate"] = 0.3
        await looks(server, "rainrate", 3)
        await harness.expect("WEATHER_STATUS", state=State.OK)

    play(scene, server)


def test_one_that_is_looked_at_seldom_is_asked_when_it_is_time(server):
    async def scene(harness):
        one(server)["rainrate"] = 0.3
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)

    it = quick(AlpacaObservingConditions)("It", place=server.place(DEVICE), limits=AMPLE)
    play_bridged(scene, it, period=60_000)
