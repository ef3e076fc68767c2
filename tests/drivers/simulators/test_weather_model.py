"""The weather is fine, changes slowly, and is the same at the same time."""

import itertools

import pytest

from lightapt_drivers.simulators.focuser_model import FocuserConfig, temperature
from lightapt_drivers.simulators.weather_model import Climate, dew_point, humidity, pressure_at

WEEK = [1_800_000_000.0 + 600 * step for step in range(1008)]


@pytest.fixture(scope="module")
def week():
    climate = Climate()
    return [climate.weather(now, longitude=8, elevation=100) for now in WEEK]


def test_it_is_fine_all_the_time(week):
    assert all(not weather.rain and 0 <= weather.clouds <= 16 for weather in week)
    assert all(20 < weather.humidity < 76 for weather in week)
    assert all(1 <= weather.wind <= 15 and weather.wind < weather.gust < 30 for weather in week)
    assert all(990 < weather.pressure < 1015 and 0 <= weather.direction < 360 for weather in week)


def test_it_changes_all_the_time(week):
    for quantity in ("humidity", "pressure", "wind", "gust", "direction", "clouds"):
        values = [getattr(weather, quantity) for weather in week]
        assert len(set(values)) == len(values)
        assert max(values) - min(values) > 5


def test_it_changes_slowly(week):
    steps = [abs(after.wind - before.wind) for before, after in itertools.pairwise(week)]
    assert max(steps) < 3


def test_it_is_as_warm_as_focusers_find_it(week):
    expected = [temperature(FocuserConfig(), now=now, longitude=8) for now in WEEK]
    assert [weather.temperature for weather in week] == expected


def test_the_same_seed_makes_the_same_weather_and_another_another(week):
    assert Climate().weather(WEEK[5], longitude=8, elevation=100) == week[5]
    assert Climate(seed=1).weather(WEEK[5], longitude=8, elevation=100) != week[5]


def test_air_at_its_dew_point_is_full_of_moisture():
    assert humidity(10, 10) == 100
    assert humidity(10, 15) == 100


@pytest.mark.parametrize(("warmth", "moisture", "expected"), [(20, 50, 9.3), (10, 80, 6.7), (0, 40, -12.0)])
def test_the_dew_point_is_that_of_the_tables(warmth, moisture, expected):
    """Values that any table of psychrometry has."""
    assert dew_point(warmth, moisture) == pytest.approx(expected, abs=0.1)
    assert humidity(warmth, dew_point(warmth, moisture)) == pytest.approx(moisture)


@pytest.mark.parametrize(("elevation", "expected"), [(0, 1013.25), (1000, 898.7), (2400, 756.3), (5000, 540.2)])
def test_the_pressure_falls_with_elevation_as_in_the_standard_atmosphere(elevation, expected):
    assert pressure_at(elevation) == pytest.approx(expected, abs=0.2)
