"""Limits forbid to go beyond them and farther, and never to come back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_frames import Site, hour_angle_of
from lightapt_drivers.simulators.mount_geometry import Axes, MountKind, PierSide, axes_toward, home
from lightapt_drivers.simulators.mount_limits import Limit, Limits

GERMAN, FORK = MountKind.GERMAN, MountKind.FORK
NORTH, SOUTH = Site(40.0, 0.0), Site(-40.0, 0.0)
HORIZON = Limits(lowest_altitude=15.0, past_meridian=None)
MERIDIAN = Limits(past_meridian=5.0)
NONE = Limits(past_meridian=None)


def toward(altitude, azimuth, site=NORTH):
    side = PierSide.EAST if azimuth > 180 else PierSide.WEST
    return axes_toward(*hour_angle_of(altitude, azimuth, site.latitude), side, kind=GERMAN, northern=site.is_northern)


@pytest.mark.parametrize("site", [NORTH, SOUTH])
@pytest.mark.parametrize("azimuth", [10.0, 100.0, 190.0, 280.0])
def test_what_is_too_low_is_forbidden(site, azimuth):
    assert HORIZON.forbid(toward(14.9, azimuth, site), GERMAN, site) is Limit.HORIZON
    assert HORIZON.forbid(toward(15.1, azimuth, site), GERMAN, site) is None


@pytest.mark.parametrize(("kind", "end"), [(GERMAN, 95.0), (FORK, 185.0)])
def test_what_is_too_far_past_the_meridian_is_forbidden(kind, end):
    for sign in (1, -1):
        assert MERIDIAN.forbid(Axes(sign * (end + 0.1), 20.0), kind, NORTH) is Limit.MERIDIAN
        assert MERIDIAN.forbid(Axes(sign * (end - 0.1), 20.0), kind, NORTH) is None


def test_without_limits_nothing_is_forbidden():
    assert NONE.forbid(toward(-60.0, 280.0), GERMAN, NORTH) is None
    assert NONE.unwatched(Axes(500.0, 90.0), Axes(4.0, 0.0), kind=GERMAN, site=NORTH) == math.inf


def test_below_the_horizon_one_may_rise_but_not_sink():
    for azimuth, velocity in ((90.0, 1.0), (270.0, -1.0)):
        low = toward(10.0, azimuth)
        assert HORIZON.breached(low, Axes(velocity, 0.0), kind=GERMAN, site=NORTH) is None
        assert HORIZON.breached(low, Axes(-velocity, 0.0), kind=GERMAN, site=NORTH) is Limit.HORIZON
        assert HORIZON.breached(low, Axes(0.0, 0.0), kind=GERMAN, site=NORTH) is None


def test_past_the_meridian_one_may_come_back_but_not_go_on():
    for sign in (1, -1):
        past = Axes(sign * 96.0, 20.0)
        assert MERIDIAN.breached(past, Axes(sign * 1.0, 0.0), kind=GERMAN, site=NORTH) is Limit.MERIDIAN
        assert MERIDIAN.breached(past, Axes(sign * -1.0, 0.0), kind=GERMAN, site=NORTH) is None
        assert MERIDIAN.breached(past, Axes(0.0, 1.0), kind=GERMAN, site=NORTH) is None


@pytest.mark.parametrize(
    ("kind", "site", "end", "beyond"),
    [
        (GERMAN, NORTH, 270.0, 1),
        (GERMAN, NORTH, -90.0, -1),
        (GERMAN, SOUTH, 90.0, 1),
        (GERMAN, SOUTH, -270.0, -1),
        (FORK, NORTH, 90.0, 1),
        (FORK, SOUTH, -90.0, -1),
    ],
)
def test_the_declination_axis_has_ends(kind, site, end, beyond):
    outside, inside = Axes(0.0, end + beyond * 0.1), Axes(0.0, end - beyond * 0.1)
    farther, back = Axes(0.0, beyond * 1.0), Axes(0.0, beyond * -1.0)
    assert NONE.breached(outside, farther, kind=kind, site=site) is Limit.DECLINATION
    assert NONE.breached(outside, back, kind=kind, site=site) is None
    assert NONE.breached(inside, farther, kind=kind, site=site) is None


@given(
    st.tuples(st.floats(-179, 179), st.floats(-89, 260)),
    st.tuples(st.floats(0, 6), st.floats(0, 6)),
    st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    st.sampled_from(MountKind),
    st.sampled_from([NORTH, SOUTH]),
)
def test_no_limit_is_passed_while_it_goes_unwatched(start, speeds, parts, kind, site):
    limits = Limits(lowest_altitude=15.0, past_meridian=5.0)
    here, speed = Axes(*start), Axes(*speeds)
    seconds = limits.unwatched(here, speed, kind=kind, site=site)
    if not 0 < seconds < math.inf:
        return
    velocity = Axes(speed.primary * parts[0], speed.secondary * parts[1])
    there = here + velocity * (seconds * 0.999999)
    assert limits.breached(there, velocity, kind=kind, site=site) is None


def test_beyond_a_limit_each_moment_is_watched():
    beyond = Axes(96.0, 20.0)
    assert MERIDIAN.unwatched(beyond, Axes(1.0, 0.0), kind=GERMAN, site=NORTH) < 0


def test_an_axis_at_rest_comes_to_no_limit():
    at_the_end = Axes(0.0, -90.0)
    assert NONE.unwatched(at_the_end, Axes(1.0, 0.0), kind=GERMAN, site=NORTH) == math.inf


@pytest.mark.parametrize("kind", MountKind)
@pytest.mark.parametrize("site", [NORTH, SOUTH])
def test_home_is_within_the_limits_of_the_axes(kind, site):
    at_home = home(northern=site.is_northern)
    assert MERIDIAN.forbid(at_home, kind, site) is None
    assert MERIDIAN.breached(at_home, Axes(1.0, 0.0), kind=kind, site=site) is None
