"""The dome turns to where the optical axis leaves it: checked against vectors and rotations set up otherwise."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers import RefusedError
from lightapt_drivers.kinds.dome_slaving import Aim, DomeGeometry, OtaSide, aim, half_turns, sidereal_time
from lightapt_drivers.sky import frames

MIDDLE = DomeGeometry(radius=2.5)
ASIDE = DomeGeometry(radius=2.5, north=0.2, east=-0.3, up=0.4, ota_offset=0.5)
SIDES = [OtaSide.EAST, OtaSide.WEST, OtaSide.CENTRE]

hour_angles = st.floats(-180, 180)
decs = st.floats(-90, 90)
latitudes = st.floats(-90, 90)


def rotation(axis, degrees):
    """Rodrigues' formula, right-handed."""
    axis = np.asarray(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    angle = math.radians(degrees)
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def mechanics(hour_angle, dec, latitude, side, geometry):
    """A mount that is turned from the meridian about its axes: where its tube is, and where that looks.

    East, north, up. The mount is turned about the pole by the hour angle, which is westward: against the right hand's
    sense. Before, on the meridian, the tube looks at the equator and is shifted due east or west.
    """
    pole = rotation((1, 0, 0), latitude) @ (0, 1, 0)
    equator = rotation((1, 0, 0), latitude) @ (0, 0, 1)
    hour = rotation(pole, -hour_angle)
    declination_axis = hour @ (1, 0, 0)
    looks = hour @ rotation((1, 0, 0), -dec) @ equator
    crossing = np.array([geometry.east, geometry.north, geometry.up])
    return crossing + side.value * geometry.ota_offset * declination_axis, looks


def where_it_leaves(tube, looks, radius):
    """Find by halving where the ray from the tube is as far from the centre as the dome."""
    near, far = 0.0, 10 * radius
    for _ in range(80):
        middle = (near + far) / 2
        near, far = (middle, far) if np.linalg.norm(tube + middle * looks) < radius else (near, middle)
    return tube + near * looks


def expected(hour_angle, dec, latitude, side, geometry):
    return where_it_leaves(*mechanics(hour_angle, dec, latitude, side, geometry), geometry.radius)


def as_vector(found, radius):
    up, around = math.radians(found.altitude), math.radians(found.azimuth or 0.0)
    return radius * np.array([math.cos(up) * math.sin(around), math.cos(up) * math.cos(around), math.sin(up)])


def found_for(geometry, hour_angle, dec, latitude, side=OtaSide.CENTRE):
    return aim(geometry, hour_angle=hour_angle, dec=dec, latitude=latitude, side=side)


@given(hour_angles, decs, latitudes, st.sampled_from(SIDES))
def test_the_opening_is_where_the_optical_axis_meets_the_dome(hour_angle, dec, latitude, side):
    found = found_for(ASIDE, hour_angle, dec, latitude, side)
    expect = expected(hour_angle, dec, latitude, side, ASIDE)
    np.testing.assert_allclose(as_vector(found, ASIDE.radius), expect, atol=1e-6)


@given(hour_angles, decs, latitudes)
def test_from_the_centre_the_dome_looks_where_the_telescope_looks(hour_angle, dec, latitude):
    altitude, azimuth = frames.horizontal(hour_angle, dec, latitude)
    for geometry in (MIDDLE, DomeGeometry()):
        found = found_for(geometry, hour_angle, dec, latitude)
        assert found.altitude == pytest.approx(altitude, abs=1e-6)
        if abs(altitude) < 89.9:
            assert half_turns(found.azimuth - azimuth) == pytest.approx(0, abs=1e-6)


def test_what_is_not_measured_does_not_count():
    unmeasured = DomeGeometry(radius=0, north=5, ota_offset=3)
    assert found_for(unmeasured, 40, 20, 50, OtaSide.EAST) == found_for(DomeGeometry(), 40, 20, 50)


@pytest.mark.parametrize(
    ("latitude", "hour_angle", "dec", "azimuth"),
    [
        (50, 0, 0, 180),  # culminating in the south
        (-30, 0, 0, 0),  # and south of the equator in the north
        (50, -90, 0, 90),  # rising
        (50, 90, 0, 270),  # setting
        (-30, -90, 0, 90),
        (-30, 90, 0, 270),
        (50, 180, 80, 0),  # below the pole
        (-30, 180, -80, 180),
    ],
)
def test_azimuth_grows_from_north_by_east_in_both_hemispheres(latitude, hour_angle, dec, azimuth):
    assert half_turns(found_for(MIDDLE, hour_angle, dec, latitude).azimuth - azimuth) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("latitude", [50.0, -30.0])
@pytest.mark.parametrize(("side", "way"), [(OtaSide.EAST, 1), (OtaSide.WEST, -1)])
def test_a_tube_beside_the_pier_looks_out_on_its_own_side(latitude, side, way):
    """On the meridian, the tube half a metre east of the pier must look out half a metre east."""
    geometry = DomeGeometry(radius=2.5, ota_offset=0.5)
    found = found_for(geometry, 0, 0, latitude, side)
    assert as_vector(found, 2.5)[0] == pytest.approx(way * 0.5)


@pytest.mark.parametrize("latitude", [50.0, -30.0])
def test_a_tube_on_its_usual_side_is_above_the_pier_when_it_looks_at_the_horizon(latitude):
    """East of the pier a telescope looks west: at hour angle six hours its counterweights hang lowest."""
    geometry = DomeGeometry(radius=2.5, ota_offset=0.5)
    level = found_for(MIDDLE, 90, 0, latitude).altitude
    assert found_for(geometry, 90, 0, latitude, OtaSide.EAST).altitude > level
    assert found_for(geometry, 90, 0, latitude, OtaSide.WEST).altitude < level
    assert found_for(geometry, -90, 0, latitude, OtaSide.WEST).altitude > level


def test_the_sides_of_the_pier_differ_by_the_angle_of_twice_the_offset():
    geometry = DomeGeometry(radius=2.5, ota_offset=0.5)
    low = {"hour_angle": 0, "dec": -39, "latitude": 50}
    east = aim(geometry, **low, side=OtaSide.EAST).azimuth
    west = aim(geometry, **low, side=OtaSide.WEST).azimuth
    assert half_turns(west - east) == pytest.approx(2 * math.degrees(math.asin(0.5 / 2.5)), abs=0.1)


def test_straight_overhead_every_azimuth_will_do():
    assert found_for(MIDDLE, 0, 50, 50) == Aim(None, pytest.approx(90), 0.0)
    assert found_for(DomeGeometry(), 0, -30, -30).azimuth is None


def test_near_the_top_the_opening_is_wide_enough_for_any_azimuth():
    wide = DomeGeometry(radius=2.5, shutter_width=1.0)
    assert found_for(wide, 0, 51, 50).play == 180
    away = 2.5 * math.cos(math.radians(40))  # on the equator, the celestial equator culminates at 40°
    assert found_for(wide, 0, 0, 50).play == pytest.approx(math.degrees(math.asin(0.5 / away)))


def test_a_telescope_outside_the_dome_is_refused():
    with pytest.raises(RefusedError, match=r"DOME_MEASUREMENTS.*5\.39 m.*2\.50 m radius, which is outside"):
        found_for(DomeGeometry(radius=2.5, north=5, up=2), 0, 0, 50)


@given(st.floats(-1000, 1000))
def test_half_turns_are_the_shorter_way(degrees):
    turned = half_turns(degrees)
    assert -180 <= turned < 180
    assert math.isclose((degrees - turned) % 360 % 360, 0, abs_tol=1e-9) or math.isclose(
        (degrees - turned) % 360, 360, abs_tol=1e-9
    )


@given(st.floats(946_684_800, 2_208_988_800), st.floats(-180, 180))
def test_sidereal_time_is_good_to_a_hundredth_of_a_degree(now, longitude):
    assert half_turns(sidereal_time(now, longitude) - frames.sidereal_time(now, longitude)) == pytest.approx(
        0, abs=0.01
    )
