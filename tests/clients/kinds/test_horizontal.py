"""Azimuth and altitude, compared with what ERFA makes of them."""

import erfa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_clients.kinds import (
    Equatorial,
    Horizontal,
    Location,
    from_horizontal,
    separation,
    sidereal_time,
    to_horizontal,
)

locations = st.builds(Location, st.floats(-89, 89), st.floats(-180, 180))
directions = st.builds(Horizontal, st.floats(0, 359.9), st.floats(-89.9, 89.9))
times = st.floats(1.5e9, 2.5e9)


@given(st.floats(-180, 180), times)
def test_sidereal_time_is_that_of_erfa(longitude, now):
    days = now / 86400
    greenwich = erfa.gst06a(2440587.5, days, 2440587.5, days + 69.2 / 86400)
    difference = (sidereal_time(longitude, now) - greenwich / erfa.DD2R / 15 - longitude / 15) % 24
    assert min(difference, 24 - difference) * 3600 < 2.0  # the equation of the equinoxes


@given(directions, locations, times)
def test_directions_are_those_of_erfa(direction, location, now):
    place = from_horizontal(direction, location, now)
    hour_angle = (sidereal_time(location.longitude, now) - place.ra) * 15
    radians = erfa.DD2R
    azimuth, altitude = erfa.hd2ae(hour_angle * radians, place.dec * radians, location.latitude * radians)
    found = Equatorial(float(azimuth) / radians / 15, float(altitude) / radians)
    assert separation(found, Equatorial(direction.azimuth / 15, direction.altitude)) < 1e-6


@given(directions, locations, times)
def test_there_and_back_is_the_same_direction(direction, location, now):
    again = to_horizontal(from_horizontal(direction, location, now), location, now)
    one, other = (Equatorial(place.azimuth / 15, place.altitude) for place in (direction, again))
    assert separation(one, other) < 1e-6


def test_the_pole_stands_in_the_north_as_high_as_the_latitude():
    found = to_horizontal(Equatorial(3.0, 90.0), Location(50.0, 8.0), 1.7e9)
    assert found.altitude == pytest.approx(50)
    assert min(found.azimuth, 360 - found.azimuth) < 1e-6
