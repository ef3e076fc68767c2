"""Where a mount points follows from its axes, and its errors do to it what the textbooks say."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_frames import SIDEREAL_RATE, wrap_degrees
from lightapt_drivers.simulators.mount_geometry import Axes, MountKind, PierSide, home
from lightapt_drivers.simulators.mount_pointing import Frame, Horizontal
from lightapt_drivers.simulators.mount_pointing_errors import PointingErrors
from tests.drivers.simulators.mounts import FORK, GERMAN, NORTH, NOW, SITES, SOUTH, arcseconds

FOLLOWING = Axes(SIDEREAL_RATE, 0.0)
RADIANS_A_SECOND = math.radians(SIDEREAL_RATE)

sites = st.sampled_from(SITES)
sides = st.sampled_from(PierSide)
ras = st.floats(0, 24, exclude_max=True)
decs = st.floats(-80, 80)
hours = st.floats(-6, 6)


def frame(config=GERMAN, site=NORTH, **errors):
    return Frame(replace(config, errors=PointingErrors(**errors)), site, NOW)


def following(frame, hour_angle, dec, side=PierSide.WEST):
    """The true pointing of a mount that follows a place at an hour angle (hours) and declination."""
    ra = frame.pointing(home(northern=frame.site.is_northern)).ra + -6 - hour_angle
    return frame.true_pointing(frame.axes_to(ra, dec, side), FOLLOWING)


@given(ras, decs, sides, sites, st.sampled_from([GERMAN, FORK]))
def test_the_axes_to_a_place_point_there(ra, dec, side, site, config):
    here = frame(config, site)
    found = here.pointing(here.axes_to(ra, dec, side))
    assert arcseconds(found.ra - ra) == pytest.approx(0, abs=1e-6)
    assert found.dec == pytest.approx(dec, abs=1e-9)
    assert found.side is (side if config is GERMAN else None)
    assert 0 <= found.ra < 24
    assert -12 <= found.hour_angle < 12


@given(st.floats(1, 89), st.floats(0, 360), sites, st.sampled_from([GERMAN, FORK]))
def test_the_axes_to_a_place_above_the_ground_point_there(altitude, azimuth, site, config):
    here = frame(config, site)
    found = here.pointing(here.axes_to_horizontal(Horizontal(altitude, azimuth), PierSide.WEST)).horizontal
    assert found.altitude == pytest.approx(altitude, abs=1e-6)
    assert wrap_degrees(found.azimuth - azimuth) * math.cos(math.radians(altitude)) == pytest.approx(0, abs=1e-6)


@given(ras, decs, sides, sites)
def test_a_mount_without_errors_truly_points_where_it_believes(ra, dec, side, site):
    here = frame(site=site)
    axes = here.axes_to(ra, dec, side)
    believed, truth = here.pointing(axes), here.true_pointing(axes, FOLLOWING)
    assert (truth.ra, truth.dec) == (believed.ra, believed.dec)
    assert (truth.ra_rate, truth.dec_rate, truth.rotation_rate) == (pytest.approx(0, abs=1e-4), 0, 0)


@pytest.mark.parametrize("site", SITES)
def test_at_the_pole_the_right_ascension_is_what_the_axis_says(site):
    here = frame(site=site)
    believed = here.pointing(home(northern=site.is_northern))
    truth = here.true_pointing(home(northern=site.is_northern), FOLLOWING)
    assert abs(believed.dec) == 90
    assert (truth.ra, truth.dec) == (believed.ra, believed.dec)


def test_a_flip_turns_the_tube_upside_down():
    assert following(frame(), 1.0, 20.0, PierSide.WEST).rotation == 0
    assert following(frame(), 1.0, 20.0, PierSide.EAST).rotation == 180


def test_a_mount_at_rest_sees_the_sky_pass_eastward_in_right_ascension():
    here = frame()
    rest = here.true_pointing(here.axes_to(5.0, 20.0, PierSide.WEST), Axes(0.0, 0.0))
    assert (rest.ra_rate, rest.dec_rate) == (pytest.approx(15.041067, abs=1e-6), 0)


def test_the_rate_on_the_sky_is_shortened_by_the_declination():
    here = frame()
    rest = here.true_pointing(here.axes_to(5.0, 60.0, PierSide.WEST), Axes(0.0, 0.0))
    assert rest.east_rate == pytest.approx(15.041067 / 2, abs=1e-6)


def test_rates_reach_across_midnight_of_the_right_ascension():
    here = frame()
    rest = here.true_pointing(here.axes_to(0.0, 20.0, PierSide.WEST), Axes(0.0, 0.0))
    assert rest.ra_rate == pytest.approx(15.041067, abs=1e-6)


@pytest.mark.parametrize(("side", "sign"), [(PierSide.WEST, 1), (PierSide.EAST, -1)])
def test_the_declination_axis_goes_north_on_one_side_and_south_on_the_other(side, sign):
    here = frame()
    moving = here.true_pointing(here.axes_to(5.0, 20.0, side), FOLLOWING + Axes(0.0, 1 / 3600))
    assert moving.dec_rate == pytest.approx(sign)


def test_the_periodic_error_moves_the_hour_angle_and_no_more():
    axes = Axes(13.0, 40.0)
    perfect = frame().true_pointing(axes, FOLLOWING)
    errors = PointingErrors(periodic_amplitude=10.0, periodic_phase=-360 * 13 / (480 * SIDEREAL_RATE) + 90)
    ahead = Frame(MountConfig(errors=errors), NORTH, NOW).true_pointing(axes, FOLLOWING)
    assert arcseconds(ahead.ra - perfect.ra) == pytest.approx(-10, abs=1e-6)
    assert ahead.dec == perfect.dec


def test_the_rate_of_the_periodic_error_is_that_of_a_sine():
    # At its zero a sine of amplitude A and period P changes by 2 pi A / P.
    truth = frame(periodic_amplitude=10.0, periodic_period=480.0).true_pointing(Axes(0.0, 40.0), FOLLOWING)
    assert truth.ra_rate == pytest.approx(-2 * math.pi * 10 / 480, rel=1e-4)


@given(hours, st.floats(-60, 60), st.floats(-10, 10), st.floats(-10, 10), sites, sides)
def test_a_misaligned_mount_drifts_in_declination_as_the_formula_says(hour_angle, dec, azimuth, altitude, site, side):
    """For the north: rate = w (A cos latitude cos H + E sin H), with errors to the east and up; the south mirrors."""
    truth = following(frame(site=site, polar_azimuth=azimuth, polar_altitude=altitude), hour_angle, dec, side)
    angle, mirror = math.radians(15 * hour_angle), 1 if site.is_northern else -1
    eastward = azimuth * 60 * math.cos(math.radians(site.latitude))
    expected = RADIANS_A_SECOND * (mirror * eastward * math.cos(angle) + mirror * altitude * 60 * math.sin(angle))
    assert truth.dec_rate == pytest.approx(expected, abs=5e-4)


def test_a_degree_of_misalignment_drifts_by_a_quarter_of_an_arcminute_a_minute():
    # The constant of the drift method: 15.7 arcseconds a minute for a degree.
    truth = following(frame(polar_altitude=60.0), 6.0, 0.0)
    assert truth.dec_rate * 60 == pytest.approx(15.7, abs=0.1)


@pytest.mark.parametrize(
    ("hour_angle", "errors", "star_goes"),
    [
        (0.0, {"polar_azimuth": 10.0}, "south"),
        (0.0, {"polar_azimuth": -10.0}, "north"),
        (-6.0, {"polar_altitude": 10.0}, "north"),
        (-6.0, {"polar_altitude": -10.0}, "south"),
    ],
)
def test_stars_drift_as_every_guide_to_polar_alignment_says(hour_angle, errors, star_goes):
    """In the north: axis too far east, a star on the meridian goes south; too high, one in the east goes north."""
    telescope = following(frame(**errors), hour_angle, 0.0).dec_rate
    assert ("south" if telescope > 0 else "north") == star_goes


@given(hours, st.floats(-60, 60), st.floats(-20, 20), st.floats(-20, 20), sites)
def test_a_misaligned_mount_turns_the_field_as_the_formula_says(hour_angle, dec, azimuth, altitude, site):
    """For the north: rotation = (A cos latitude cos H + E sin H) / cos dec, whose sign the tilt of two stars shows."""
    truth = following(frame(site=site, polar_azimuth=azimuth, polar_altitude=altitude), hour_angle, dec)
    angle, mirror = math.radians(15 * hour_angle), 1 if site.is_northern else -1
    eastward = azimuth / 60 * math.cos(math.radians(site.latitude))
    tilt = mirror * (eastward * math.cos(angle) + altitude / 60 * math.sin(angle)) / math.cos(math.radians(dec))
    assert abs(wrap_degrees(truth.rotation)) == pytest.approx(abs(tilt), abs=0.02)
    rate = RADIANS_A_SECOND * (altitude * 60 * math.cos(angle) - eastward * 3600 * math.sin(angle))
    assert abs(truth.rotation_rate) == pytest.approx(abs(rate / math.cos(math.radians(dec))), abs=0.02)


@given(hours, st.floats(-60, 60), st.floats(-60, 60), st.floats(-60, 60), sites, sides)
def test_the_rotation_is_the_way_that_the_tube_goes_when_its_axis_turns(hour_angle, dec, azimuth, altitude, site, side):
    here = frame(site=site, polar_azimuth=azimuth, polar_altitude=altitude)
    axes = here.axes_to(hour_angle, dec, side)
    step = Axes(0.0, 1 / 3600)
    truth, up = here.true_pointing(axes, FOLLOWING), here.true_pointing(axes + step, FOLLOWING)
    east = arcseconds(up.ra - truth.ra) * math.cos(math.radians(truth.dec))
    angle = math.degrees(math.atan2(east, (up.dec - truth.dec) * 3600))
    assert wrap_degrees(angle - truth.rotation) == pytest.approx(0, abs=0.01)


@given(hours, st.floats(-60, 60), st.floats(-30, 30), st.floats(-30, 30), sites, st.floats(1, 60))
def test_rates_say_where_the_telescope_will_look(hour_angle, dec, azimuth, altitude, site, seconds):
    errors = {"polar_azimuth": azimuth, "polar_altitude": altitude}
    here = frame(site=site, **errors)
    axes = here.axes_to(hour_angle, dec, PierSide.WEST)
    there = replace(here, utc=NOW + seconds)
    now, then = (each.true_pointing(axes + FOLLOWING * gone, FOLLOWING) for each, gone in ((here, 0), (there, seconds)))
    assert arcseconds(then.ra - now.ra) == pytest.approx(now.ra_rate * seconds, abs=0.05)
    assert (then.dec - now.dec) * 3600 == pytest.approx(now.dec_rate * seconds, abs=0.05)
    assert wrap_degrees(then.rotation - now.rotation) * 3600 == pytest.approx(now.rotation_rate * seconds, abs=0.1)


@pytest.mark.parametrize("kind", MountKind)
def test_hour_angles_go_with_the_sidereal_time(kind):
    here = frame(MountConfig(kind=kind))
    assert here.hour_angle(here.sidereal_time / 15 - 3) == pytest.approx(45)
    assert frame(site=SOUTH).hour_angle(0.0) == pytest.approx(wrap_degrees(frame(site=SOUTH).sidereal_time))
