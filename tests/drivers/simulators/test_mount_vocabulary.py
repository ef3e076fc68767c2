"""Rates are those of the sky, and directions count the right way."""

import pytest

from lightapt_drivers.simulators.mount_vocabulary import Direction, MountRefusedError, Refusal, SlewRate, TrackMode


def days_of_a_turn(mode):
    """The days in which what is followed goes round among the stars."""
    return 1_296_000 / (TrackMode.SIDEREAL.value.ra - mode.value.ra) / 86_400


def test_the_sun_goes_round_in_a_year_and_the_moon_in_a_month():
    assert days_of_a_turn(TrackMode.SOLAR) == pytest.approx(365.2422, abs=1e-3)
    assert days_of_a_turn(TrackMode.LUNAR) == pytest.approx(27.32158, abs=1e-4)


def test_the_sidereal_rate_brings_the_stars_back_in_a_sidereal_day():
    assert 1_296_000 / TrackMode.SIDEREAL.value.ra == pytest.approx(86164.0989, abs=1e-3)


def test_the_sun_comes_back_in_a_day():
    assert TrackMode.SOLAR.value.ra == pytest.approx(15.0, abs=1e-5)


def test_tracking_leaves_the_declination_alone():
    assert {mode.value.dec for mode in TrackMode if mode.value is not None} == {0.0}


def test_the_custom_mode_has_no_rate_of_its_own():
    assert TrackMode.CUSTOM.value is None


def test_declination_and_hour_angle_grow_to_north_and_west():
    assert {direction: direction.sign for direction in Direction} == {
        Direction.NORTH: 1,
        Direction.SOUTH: -1,
        Direction.WEST: 1,
        Direction.EAST: -1,
    }
    assert [direction for direction in Direction if direction.is_declination] == [Direction.NORTH, Direction.SOUTH]


def test_slew_rates_count_from_the_slowest():
    assert [rate.value for rate in SlewRate] == [0, 1, 2, 3]


def test_a_refusal_says_why_to_programs_and_to_people():
    error = MountRefusedError(Refusal.PARKED, "unpark it first")
    assert error.reason is Refusal.PARKED
    assert str(error) == "unpark it first"
