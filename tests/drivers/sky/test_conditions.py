"""The sky's brightness: what moonlight and twilight do to it, and what the air does to stars."""

import itertools
import math

import pytest
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.sky.conditions import (
    Conditions,
    Weather,
    conditions_at,
    moonlight,
    nightglow,
    twilight,
)
from lightapt_drivers.sky.frames import Place

PARIS = Place(48.85, 2.35)
MIDNIGHT = Time("2022-04-01T00:00:00", scale="utc").unix
"""Of a new moon."""


def full_moon(**changes):
    about = {"altitude": 60.0, "moon_altitude": 50.0, "separation": 60.0, "phase_angle": 5.0, "extinction": 0.172}
    about |= changes
    altitude, moon_altitude = about.pop("altitude"), about.pop("moon_altitude")
    return moonlight(altitude, moon_altitude, **about)


def test_moonlight_is_krisciunas_and_schaefers():
    """Their equations by hand: full moon in the zenith, 60° away, at 30° of altitude, k = 0.172."""
    scattering = 10**5.36 * (1.06 + 0.25) + 10 ** (6.15 - 1.5)
    path = 1 / math.sqrt(1 - 0.96 * 0.75)
    light = scattering * 10 ** (-0.4 * 3.84) * 10 ** (-0.4 * 0.172) * (1 - 10 ** (-0.4 * 0.172 * path))
    by_hand = (20.7233 - math.log(light / 34.08)) / 0.92104
    assert moonlight(30.0, 90.0, separation=60.0, phase_angle=0.0, extinction=0.172) == pytest.approx(by_hand)
    assert 17 < by_hand < 19


@pytest.mark.parametrize(
    "darker", [{"phase_angle": 90.0}, {"moon_altitude": 5.0}, {"separation": 90.0}, {"moon_altitude": -1.0}]
)
def test_less_moon_is_less_light(darker):
    assert full_moon(**darker) > full_moon()


@given(st.floats(0, 180))
def test_moonlight_is_finite_at_each_distance(separation):
    assert 5 < full_moon(separation=separation) < 25


def test_the_sky_is_brighter_toward_the_horizon():
    weather = Weather(darkness=21.5, extinction=0.15)
    assert nightglow(90.0, weather) == 21.5
    assert nightglow(30.0, weather) < nightglow(60.0, weather) < 21.5
    assert nightglow(-10.0, weather) == nightglow(0.0, weather)


@given(st.floats(-90, 90), st.floats(0, 5))
def test_the_higher_the_sun_the_brighter_the_sky(altitude, step):
    assert twilight(altitude + step) <= twilight(altitude)


@pytest.mark.parametrize(
    ("sun", "magnitude"), [(-5.0, 11.84), (-10.0, 18.04), (20.0, 3.0), (-18.0, 99.0), (-16.5, 99.0)]
)
def test_twilight_is_paranals(sun, magnitude):
    assert twilight(sun) == pytest.approx(magnitude, abs=0.06)


def test_twilight_has_no_jump():
    steps = [twilight(-tenth / 1000) for tenth in range(15_500)]
    assert all(abs(one - other) < 0.02 for one, other in itertools.pairwise(steps))


def test_starlight_is_lost_with_airmass_and_clouds():
    assert Conditions(90.0, weather=Weather(extinction=0.3)).loss == pytest.approx(0.3, rel=0.01)
    assert Conditions(30.0, weather=Weather(extinction=0.3, clouds=1.0)).loss == pytest.approx(1.6, rel=0.01)


def test_seeing_grows_with_airmass_and_is_better_in_the_red():
    conditions = Conditions(30.0, weather=Weather(seeing=2.0))
    assert conditions.seeing(500) == pytest.approx(2.0 * 1.995**0.6, rel=0.01)
    assert conditions.seeing(700) < conditions.seeing(500) < conditions.seeing(400)


def test_a_moonless_midnight_is_dark_and_noon_is_not():
    arcturus = 213.915, 19.182
    night = conditions_at(PARIS, MIDNIGHT, *arcturus, Weather(darkness=21.3))
    assert night.altitude == pytest.approx(55.2, abs=0.2)
    assert 20.8 < night.brightness <= 21.3
    assert conditions_at(PARIS, MIDNIGHT + 43_200, *arcturus).brightness < 4


def test_the_full_moon_lights_the_night():
    full = Time("2022-03-18T00:00:00", scale="utc").unix
    assert conditions_at(PARIS, full, 213.915, 19.182, Weather(darkness=21.3)).brightness < 19.5


def test_what_has_set_is_below_the_horizon():
    sigma_octantis = 317.2, -88.96
    assert conditions_at(PARIS, MIDNIGHT, *sigma_octantis).altitude < -40
