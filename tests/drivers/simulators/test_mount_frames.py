"""Frames agree with the standard library of astronomy, and lead back to where they came from."""

import math

import erfa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_frames import (
    SIDEREAL_RATE,
    Site,
    angles,
    horizontal,
    horizontal_matrix,
    hour_angle_of,
    product,
    rotated,
    rotation_about_z,
    sidereal_time,
    transposed,
    vector,
    wrap_degrees,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180, exclude_max=True)


def separation(one, other):
    return math.degrees(2 * math.asin(min(1.0, math.dist(vector(*one), vector(*other)) / 2)))


@given(st.floats(946_684_800, 2_524_608_000), st.floats(0, 360))
def test_sidereal_time_agrees_with_erfa(utc, longitude):
    ut1 = utc / 86400
    greenwich = math.degrees(erfa.gst06a(2440587.5, ut1, 2440587.5, ut1 + 69.2 / 86400))
    assert wrap_degrees(sidereal_time(utc, longitude) - greenwich - longitude) * 3600 == pytest.approx(0, abs=0.6)


@given(st.floats(946_684_800, 2_524_608_000))
def test_sidereal_time_goes_at_the_sidereal_rate(utc):
    gained = wrap_degrees(sidereal_time(utc + 3600, 0) - sidereal_time(utc, 0) - 3600 * SIDEREAL_RATE)
    assert gained * 3600 == pytest.approx(0, abs=0.02)


def test_the_sidereal_rate_is_fifteen_and_a_bit():
    assert pytest.approx(15.041067, abs=1e-6) == SIDEREAL_RATE * 3600


@pytest.mark.parametrize(
    ("angle", "wrapped"), [(0, 0), (179.5, 179.5), (180, -180), (-180, -180), (725, 5), (-190, 170)]
)
def test_angles_wrap_to_half_a_turn(angle, wrapped):
    assert wrap_degrees(angle) == wrapped


@given(longitudes, latitudes)
def test_a_vector_leads_back_to_its_angles(longitude, latitude):
    assert separation(angles(vector(longitude, latitude)), (longitude, latitude)) < 1e-6


@pytest.mark.parametrize(
    ("hour_angle", "dec", "latitude", "altitude", "azimuth"),
    [
        (0, 20, 50, 60, 180),
        (0, 70, 50, 70, 0),
        (90, 0, 50, 0, 270),
        (-90, 0, 50, 0, 90),
        (0, 20, -30, 40, 0),
        (0, -60, -30, 60, 180),
        (90, 0, -30, 0, 270),
        (123, 90, 50, 50, 0),
        (33, -90, -30, 30, 180),
        (-57, 40, 90, 40, 123),
        (0, 0, 0, 90, None),
    ],
)
def test_altitude_and_azimuth_are_what_they_must_be(hour_angle, dec, latitude, altitude, azimuth):
    found = horizontal(hour_angle, dec, latitude)
    assert found[0] == pytest.approx(altitude, abs=1e-6)
    if azimuth is not None:
        assert wrap_degrees(found[1] - azimuth) == pytest.approx(0, abs=1e-9)


@given(longitudes, latitudes, latitudes)
def test_altitude_and_azimuth_agree_with_erfa(hour_angle, dec, latitude):
    azimuth, altitude = erfa.hd2ae(math.radians(hour_angle), math.radians(dec), math.radians(latitude))
    found = horizontal(hour_angle, dec, latitude)
    assert separation((found[1], found[0]), (math.degrees(azimuth), math.degrees(altitude))) < 1e-6


@given(longitudes, latitudes, latitudes)
def test_altitude_and_azimuth_lead_back(hour_angle, dec, latitude):
    back = hour_angle_of(*horizontal(hour_angle, dec, latitude), latitude)
    assert separation(back, (hour_angle, dec)) < 1e-6


@given(latitudes, longitudes)
def test_a_transposed_rotation_is_the_way_back(latitude, angle):
    turn = product(rotation_about_z(angle), horizontal_matrix(latitude))
    for row, unit in zip(product(transposed(turn), turn), [(1, 0, 0), (0, 1, 0), (0, 0, 1)], strict=True):
        assert row == pytest.approx(unit, abs=1e-12)


def test_a_rotation_about_z_goes_from_x_toward_y():
    assert rotated(rotation_about_z(90), (1.0, 0.0, 5.0)) == pytest.approx((0, 1, 5))


@pytest.mark.parametrize(("latitude", "northern"), [(51.0, True), (0.0, True), (-0.1, False)])
def test_the_equator_counts_as_northern(latitude, northern):
    assert Site(latitude, 0.0).is_northern is northern
