"""Errors of pointing are as large as they are said to be, and off by default."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_frames import SIDEREAL_RATE, Site, angles, horizontal, rotated
from lightapt_drivers.simulators.mount_pointing_errors import PointingErrors, follow_with_play

POLE = (0.0, 0.0, 1.0)
NORTH, SOUTH = Site(40.0, 0.0), Site(-40.0, 0.0)

worm = PointingErrors(periodic_amplitude=10.0, periodic_period=480.0)


def test_a_mount_without_errors_has_none():
    assert PointingErrors().periodic_error(12.3) == 0
    assert PointingErrors().polar_rotation(NORTH) is None


def test_the_periodic_error_swings_by_its_amplitude_within_a_turn_of_the_worm():
    swing = [worm.periodic_error(480.0 * SIDEREAL_RATE * part / 1000) * 3600 for part in range(1000)]
    assert (max(swing), min(swing)) == (pytest.approx(10, abs=1e-3), pytest.approx(-10, abs=1e-3))


@given(st.floats(-180, 180))
def test_the_periodic_error_comes_back_with_each_turn_of_the_worm(primary):
    again = worm.periodic_error(primary + 480.0 * SIDEREAL_RATE)
    assert again == pytest.approx(worm.periodic_error(primary), abs=1e-9)


@pytest.mark.parametrize(("phase", "arcseconds"), [(0.0, 0.0), (90.0, 10.0), (180.0, 0.0), (270.0, -10.0)])
def test_the_phase_says_where_the_worm_is_at_zero(phase, arcseconds):
    errors = PointingErrors(periodic_amplitude=10.0, periodic_phase=phase)
    assert errors.periodic_error(0.0) * 3600 == pytest.approx(arcseconds, abs=1e-9)


@pytest.mark.parametrize(
    ("site", "errors", "altitude", "azimuth"),
    [
        (NORTH, {"polar_altitude": 60.0}, 41.0, 0.0),
        (NORTH, {"polar_azimuth": 60.0}, 40.0, 1.0),
        (NORTH, {"polar_altitude": -30.0, "polar_azimuth": -30.0}, 39.5, 359.5),
        (SOUTH, {"polar_altitude": 60.0}, 41.0, 180.0),
        (SOUTH, {"polar_azimuth": 60.0}, 40.0, 179.0),
    ],
)
def test_the_upper_end_of_the_polar_axis_lies_where_the_errors_say(site, errors, altitude, azimuth):
    matrix = PointingErrors(**errors).polar_rotation(site)
    end = POLE if site.is_northern else (0.0, 0.0, -1.0)
    found = horizontal(*angles(rotated(matrix, end)), site.latitude)
    assert found[0] == pytest.approx(altitude, abs=1e-9)
    assert math.remainder(found[1] - azimuth, 360) == pytest.approx(0, abs=1e-9)


def test_a_motor_turns_for_nothing_through_the_play():
    loads = []
    load = 0.0
    for motor in (0.5, 1.0, 2.0, 1.5, 1.0, 0.5):
        load = follow_with_play(motor, load, width=1.0)
        loads.append(load)
    assert loads == [0.0, 0.5, 1.5, 1.5, 1.5, 1.0]


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_without_play_the_load_is_where_the_motor_is(motor, load):
    assert follow_with_play(motor, load, width=0.0) == motor


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(0, 1), st.floats(0, 5))
def test_a_way_in_parts_is_the_way_in_one(start, end, part, width):
    there = follow_with_play(end, start, width=width)
    halfway = follow_with_play(start + part * (end - start), start, width=width)
    assert follow_with_play(end, halfway, width=width) == pytest.approx(there, abs=1e-12)
