"""Where a mount points of date is where it points in J2000."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_pointing import TruePointing
from lightapt_drivers.simulators.mount_truth import in_j2000
from lightapt_drivers.sky import frames

NOW = 1_800_000_000.0
RAS, DECS, RATES = st.floats(0, 23.99), st.floats(-88, 88), st.floats(-900, 900)


def pointing(ra, dec, *, rotation=0.0, east=0.0, north=0.0):
    return TruePointing(ra, dec, rotation, east / math.cos(math.radians(dec)), north, 0.0)


def apart(ra, dec, other_ra, other_dec):
    return frames.separation(ra, dec, other_ra, other_dec) * 3600


@given(RAS, DECS)
def test_the_place_is_the_same(ra, dec):
    told = in_j2000(pointing(ra, dec), utc=NOW, time=NOW)
    assert apart(*frames.equinox_of_date(told.ra, told.dec, NOW), ra * 15, dec) < 0.001


@given(RAS, DECS, RATES, RATES)
def test_rates_lead_to_where_the_telescope_will_look(ra, dec, east, north):
    told = in_j2000(pointing(ra, dec, east=east, north=north), utc=NOW, time=NOW)
    assert math.hypot(told.rate_east, told.rate_north) == pytest.approx(math.hypot(east, north))
    later = in_j2000(pointing(ra + east / 54_000 / math.cos(math.radians(dec)), dec + north / 3600), utc=NOW, time=NOW)
    # In a second the path bends by up to the square of the way over the distance to the pole.
    bend = (east * east + north * north) / 206_265 / math.cos(math.radians(dec))
    assert apart(*told.after(NOW + 1), later.ra, later.dec) < 0.01 + 2 * bend


@given(RAS, DECS, st.floats(0, 359))
def test_the_position_angle_is_from_the_north_of_j2000(ra, dec, rotation):
    told = in_j2000(pointing(ra, dec, rotation=rotation), utc=NOW, time=NOW)
    assert told.position_angle == pytest.approx(frames.j2000_position_angle(told.ra, told.dec, rotation, NOW), abs=1e-6)
    assert 0 <= told.position_angle < 360


def test_a_flip_turns_the_picture_upside_down():
    west, east = (in_j2000(pointing(5.0, 20.0, rotation=angle), utc=NOW, time=NOW) for angle in (0.0, 180.0))
    assert (east.position_angle - west.position_angle) % 360 == pytest.approx(180)


def test_the_time_is_that_of_those_who_are_told():
    told = in_j2000(pointing(5.0, 20.0), utc=NOW - 1e7, time=NOW)
    assert told.time == NOW
    assert apart(*frames.equinox_of_date(told.ra, told.dec, NOW - 1e7), 75.0, 20.0) < 0.001


@pytest.mark.parametrize("dec", [90.0, -90.0])
def test_there_is_a_place_for_the_pole(dec):
    told = in_j2000(pointing(5.0, dec), utc=NOW, time=NOW)
    assert apart(told.ra, told.dec, 0.0, dec) < 900
    assert math.isfinite(told.position_angle)
