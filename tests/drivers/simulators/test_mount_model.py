"""A mount does what it is told, or says why not."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_geometry import Axes, PierSide
from lightapt_drivers.simulators.mount_limits import MeridianAction
from lightapt_drivers.simulators.mount_pointing import Horizontal
from lightapt_drivers.simulators.mount_vocabulary import (
    Direction,
    EventKind,
    MountRefusedError,
    MountState,
    Refusal,
    SlewRate,
    TrackMode,
    TrackRate,
)
from tests.drivers.simulators.mounts import (
    FORK,
    GERMAN,
    NORTH,
    NOW,
    SITES,
    arcseconds,
    arrive,
    finish,
    new_mount,
    ra_at,
    tracking,
    with_errors,
    with_limits,
)

WEST, EAST = PierSide.WEST, PierSide.EAST
REST = Axes(0.0, 0.0)
WHERE_IT_STANDS = Horizontal(40.0, 100.0)


def refusal(command, *arguments, **options):
    with pytest.raises(MountRefusedError) as caught:
        command(*arguments, **options)
    return caught.value.reason


def drift(mount, seconds):
    """How far (arcseconds of right ascension, and of declination) the mount's pointing goes in a time."""
    before = mount.reported
    mount.advance(mount.now + seconds)
    return arcseconds(mount.reported.ra - before.ra), (mount.reported.dec - before.dec) * 3600


# Gotos


@settings(max_examples=60)
@given(st.floats(-12, 12), st.floats(-90, 90), st.sampled_from([GERMAN, FORK]), st.sampled_from(SITES), st.booleans())
def test_a_goto_ends_on_its_target(hour_angle, dec, config, site, twice):
    mount = new_mount(config, site)
    if twice:
        arrive(mount, 3.0, 10.0)
    ra = arrive(mount, hour_angle, dec)
    assert arcseconds(mount.reported.ra - ra) * math.cos(math.radians(dec)) == pytest.approx(0, abs=0.01)
    assert (mount.reported.dec - dec) * 3600 == pytest.approx(0, abs=0.001)
    assert mount.state is MountState.TRACKING


@pytest.mark.parametrize(("start", "ra"), [(23.9, 0.1), (0.1, 23.9), (12.1, 11.9)])
def test_a_goto_reaches_across_midnight_of_the_right_ascension(start, ra):
    mount = new_mount()
    for target in (start, ra):
        mount.goto(target, 60.0, now=mount.now)
        finish(mount)
        assert arcseconds(mount.reported.ra - target) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("dec", [90.0, -90.0])
@pytest.mark.parametrize("site", SITES)
def test_a_goto_reaches_the_poles(dec, site):
    mount = new_mount(site=site)
    arrive(mount, 2.0, dec)
    assert mount.reported.dec == pytest.approx(dec)
    assert mount.truth.dec == pytest.approx(dec)
    mount.advance(mount.now + 3600)
    assert mount.truth.dec == pytest.approx(dec)


def test_right_ascensions_wrap_to_a_day():
    mount = new_mount()
    mount.goto(29.5, 10.0, now=NOW)
    assert mount.target.ra == 5.5


def test_a_goto_without_tracking_ends_on_its_target_and_stays_there():
    mount = new_mount()
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW, track=False)
    (event,) = finish(mount)
    assert event.kind is EventKind.ARRIVED
    assert mount.state is MountState.IDLE
    assert drift(mount, 100) == (pytest.approx(1504.1, abs=0.1), pytest.approx(0))


def test_the_target_is_known_while_the_goto_lasts():
    mount = new_mount()
    assert mount.target is None
    mount.goto(5.0, 10.0, now=NOW)
    assert (mount.target.ra, mount.target.dec) == (5.0, 10.0)
    finish(mount)
    assert mount.target is None


def test_a_new_goto_takes_the_place_of_the_one_under_way():
    mount = new_mount()
    mount.goto(ra_at(mount, -3.0), 20.0, now=NOW)
    mount.advance(NOW + 4)
    ra = ra_at(mount, 3.0)
    mount.goto(ra, -10.0, now=mount.now)
    assert [event.kind for event in finish(mount)] == [EventKind.ARRIVED]
    assert arcseconds(mount.reported.ra - ra) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("config", [GERMAN, FORK])
@pytest.mark.parametrize("site", SITES)
def test_a_goto_to_altitude_and_azimuth_ends_there_and_stays(config, site):
    mount = tracking(config, site)
    mount.sync(mount.reported.ra + 0.05, 21.0, now=mount.now)
    mount.goto_horizontal(WHERE_IT_STANDS, now=mount.now)
    assert mount.target is None
    finish(mount)
    for _ in range(2):
        found = mount.reported.horizontal
        assert (found.altitude, found.azimuth) == (pytest.approx(40.0), pytest.approx(100.0))
        mount.advance(mount.now + 1000)


@pytest.mark.parametrize(("ra", "dec"), [(5.0, 90.1), (5.0, -91.0), (5.0, math.nan), (math.inf, 5.0), (math.nan, 5.0)])
def test_a_place_that_is_none_is_refused(ra, dec):
    mount = new_mount()
    assert refusal(mount.goto, ra, dec, now=NOW) is Refusal.VALUE
    assert refusal(mount.sync, ra, dec, now=NOW) is Refusal.VALUE
    assert refusal(mount.goto_horizontal, Horizontal(dec, ra), now=NOW) is Refusal.VALUE
    assert mount.state is MountState.IDLE


# Sides of the pier


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(("hour_angle", "side"), [(-3.0, WEST), (-0.1, WEST), (0.1, EAST), (3.0, EAST)])
def test_a_german_mount_looks_east_from_the_west_and_west_from_the_east(site, hour_angle, side):
    mount = new_mount(site=site)
    assert mount.side_for(ra_at(mount, hour_angle), now=NOW) is side
    arrive(mount, hour_angle, 10.0)
    assert mount.reported.side is side


def test_a_mount_keeps_its_side_while_it_tracks_across_the_meridian():
    mount = tracking(hour_angle=-0.1)
    mount.advance(mount.now + 1800)
    assert mount.reported.hour_angle > 0
    assert mount.reported.side is WEST


def test_a_goto_to_the_same_place_past_the_meridian_flips():
    mount = tracking(hour_angle=-0.1)
    mount.advance(mount.now + 1800)
    before = mount.truth
    mount.goto(mount.reported.ra, mount.reported.dec, now=mount.now)
    finish(mount)
    assert mount.reported.side is EAST
    assert arcseconds(mount.truth.ra - before.ra) == pytest.approx(0, abs=0.01)
    assert mount.truth.dec == pytest.approx(before.dec)
    assert abs(mount.truth.rotation - before.rotation) == 180


def test_a_goto_flips_only_as_far_past_the_meridian_as_it_is_told_to():
    mount = tracking(replace(GERMAN, flip_after=6.0), hour_angle=-0.1)
    arrive(mount, 0.39, 20.0)
    assert mount.reported.side is WEST
    arrive(mount, 0.41, 20.0)
    assert mount.reported.side is EAST
    arrive(mount, -0.39, 20.0)
    assert mount.reported.side is EAST
    arrive(mount, -0.41, 20.0)
    assert mount.reported.side is WEST


def test_a_side_can_be_asked_for_within_the_meridian_limit():
    mount = new_mount(with_limits(GERMAN, past_meridian=7.5))
    arrive(mount, 0.4, 20.0, side=WEST)
    assert mount.reported.side is WEST
    assert refusal(mount.goto, ra_at(mount, 0.6), 20.0, now=mount.now, side=WEST) is Refusal.MERIDIAN_LIMIT


def test_a_target_between_the_meridian_limit_and_the_flip_is_refused():
    mount = tracking(with_limits(replace(GERMAN, flip_after=10.0), past_meridian=5.0), hour_angle=-1.0)
    assert refusal(mount.goto, ra_at(mount, 0.5), 20.0, now=mount.now) is Refusal.MERIDIAN_LIMIT
    assert mount.state is MountState.TRACKING
    arrive(mount, 0.7, 20.0)


def test_a_fork_has_no_side_and_never_flips():
    mount = tracking(FORK, hour_angle=-0.1)
    assert mount.side_for(5.0, now=mount.now) is None
    secondary = mount.encoders.secondary
    arrive(mount, 3.0, 20.0)
    assert mount.reported.side is None
    assert mount.encoders.secondary == pytest.approx(secondary)


def test_a_fork_goes_from_one_side_of_the_lower_meridian_to_the_other_the_long_way():
    mount = new_mount(FORK, NORTH)
    arrive(mount, 11.5, 80.0)
    mount.goto(ra_at(mount, -11.5), 80.0, now=mount.now)
    mount.advance(mount.now + 30)
    assert abs(mount.encoders.primary) < 90
    finish(mount)
    assert mount.encoders.primary == pytest.approx(-172.5, abs=0.5)


# Limits


@pytest.mark.parametrize("config", [GERMAN, FORK])
def test_a_target_below_the_lowest_altitude_is_refused(config):
    mount = new_mount(with_limits(config, lowest_altitude=20.0))
    assert refusal(mount.goto, ra_at(mount, 6.0), 0.0, now=NOW) is Refusal.HORIZON_LIMIT
    assert refusal(mount.goto_horizontal, Horizontal(19.9, 180.0), now=NOW) is Refusal.HORIZON_LIMIT
    mount.goto_horizontal(Horizontal(20.1, 180.0), now=NOW)


def test_tracking_down_from_the_horizon_limit_is_refused():
    mount = new_mount(with_limits(GERMAN, lowest_altitude=20.0), park=Axes(0.0, 180.0))
    assert refusal(mount.set_tracking, True, now=NOW) is Refusal.HORIZON_LIMIT
    assert not mount.is_tracking
    assert refusal(mount.move, Direction.WEST, SlewRate.FIND, now=NOW) is Refusal.HORIZON_LIMIT
    mount.move(Direction.EAST, SlewRate.FIND, now=NOW)


def test_tracking_on_past_the_meridian_limit_is_refused():
    mount = tracking(with_limits(GERMAN, past_meridian=2.0), hour_angle=-0.1)
    mount.advance(mount.now + 3600)
    assert mount.state is MountState.IDLE
    assert refusal(mount.set_tracking, True, now=mount.now) is Refusal.MERIDIAN_LIMIT
    mount.move(Direction.EAST, SlewRate.FIND, now=mount.now)


def test_tracking_on_past_a_meridian_limit_that_only_warns_is_not():
    mount = tracking(with_limits(GERMAN, past_meridian=2.0, at_meridian=MeridianAction.WARN), hour_angle=-0.1)
    mount.advance(mount.now + 3600)
    mount.set_tracking(False, now=mount.now)
    mount.set_tracking(True, now=mount.now)
    assert mount.state is MountState.TRACKING


def test_a_refusal_changes_nothing():
    mount = tracking(with_limits(GERMAN, lowest_altitude=20.0))
    before = mount.reported
    refusal(mount.goto, ra_at(mount, 6.0), -40.0, now=mount.now)
    assert (mount.state, mount.reported) == (MountState.TRACKING, before)


# Syncs


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("config", [GERMAN, FORK])
def test_a_sync_changes_what_the_mount_believes_and_not_where_it_looks(config, site):
    mount = tracking(config, site)
    truth = mount.truth
    ra, dec = mount.reported.ra + 0.05, mount.reported.dec - 0.7
    mount.sync(ra, dec, now=mount.now)
    assert (mount.reported.ra, mount.reported.dec) == (pytest.approx(ra), pytest.approx(dec))
    assert (mount.truth.ra, mount.truth.dec) == (truth.ra, truth.dec)
    assert mount.state is MountState.TRACKING
    assert drift(mount, 100) == (pytest.approx(0, abs=0.01), pytest.approx(0, abs=0.01))


def test_after_a_sync_to_the_truth_gotos_nearby_are_true():
    mount = tracking(with_errors(GERMAN, polar_altitude=20.0, polar_azimuth=-15.0))
    assert abs(mount.truth.dec - mount.reported.dec) > 0.1
    mount.sync(mount.truth.ra, mount.truth.dec, now=mount.now)
    ra, dec = mount.reported.ra + 0.01, mount.reported.dec + 0.2
    mount.goto(ra, dec, now=mount.now)
    finish(mount)
    assert arcseconds(mount.truth.ra - ra) == pytest.approx(0, abs=15)
    assert (mount.truth.dec - dec) * 3600 == pytest.approx(0, abs=15)


def test_a_sync_from_home_to_anywhere_lets_the_mount_go_on_from_there():
    mount = new_mount()
    mount.sync(ra_at(mount, 3.0), 10.0, now=NOW)
    assert mount.reported.side is EAST
    ra = arrive(mount, -3.0, 40.0)
    assert arcseconds(mount.reported.ra - ra) == pytest.approx(0, abs=0.01)


def test_syncs_can_be_forgotten():
    mount = tracking()
    mount.sync(mount.reported.ra + 0.05, 21.0, now=mount.now)
    assert mount.sync_offset != REST
    mount.forget_syncs(now=mount.now)
    assert mount.sync_offset == REST
    assert mount.reported.ra == pytest.approx(mount.truth.ra)


# Abort


def test_an_abort_brakes_and_tracks_on_if_the_mount_tracked_before():
    mount = tracking()
    mount.goto(ra_at(mount, -3.0), 60.0, now=mount.now)
    mount.advance(mount.now + 5)
    mount.abort(now=mount.now)
    assert mount.state is MountState.TRACKING
    mount.advance(mount.now + 2)
    assert drift(mount, 100) == (pytest.approx(0, abs=0.01), pytest.approx(0, abs=1e-6))


@pytest.mark.parametrize("command", ["goto", "park", "go_home"])
def test_an_abort_ends_each_slew_and_leaves_a_mount_at_rest(command):
    mount = new_mount(park=Axes(50.0, 20.0))
    arrive(mount, 2.0, 10.0, track=False)
    arguments = (5.0, 10.0) if command == "goto" else ()
    getattr(mount, command)(*arguments, now=mount.now)
    mount.advance(mount.now + 2)
    mount.abort(now=mount.now)
    assert mount.state is MountState.IDLE
    mount.advance(mount.now + 2)
    before = mount.encoders
    assert mount.advance(mount.now + 100) == ()
    assert mount.encoders == before


def test_an_abort_ends_motion_by_hand_and_guide_pulses():
    mount = tracking()
    mount.move(Direction.NORTH, SlewRate.MAX, now=mount.now)
    mount.guide(Direction.WEST, 10.0, now=mount.now)
    mount.abort(now=mount.now)
    assert [event.kind for event in mount.advance(mount.now)] == [EventKind.GUIDED]
    assert mount.guide_remaining(Direction.WEST) == 0
    mount.advance(mount.now + 2)
    assert drift(mount, 10) == (pytest.approx(0, abs=0.01), pytest.approx(0, abs=1e-6))


# Tracking


@pytest.mark.parametrize(
    ("mode", "arcseconds_an_hour"), [(TrackMode.SIDEREAL, 0.0), (TrackMode.SOLAR, 147.85), (TrackMode.LUNAR, 1976.5)]
)
def test_the_sun_and_the_moon_are_followed_eastward_among_the_stars(mode, arcseconds_an_hour):
    mount = tracking()
    mount.set_track_mode(mode, now=mount.now)
    assert mount.track_mode is mode
    mount.advance(mount.now + 1)
    assert drift(mount, 3600)[0] == pytest.approx(arcseconds_an_hour, abs=0.1)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("hour_angle", [-2.0, 2.0])
def test_a_custom_rate_is_followed_on_either_side_of_the_pier(site, hour_angle):
    mount = tracking(site=site, hour_angle=hour_angle)
    mount.set_custom_rate(TrackRate(14.0, 0.25), now=mount.now)
    assert drift(mount, 100) == (pytest.approx(0, abs=0.01), pytest.approx(0))
    mount.set_track_mode(TrackMode.CUSTOM, now=mount.now)
    assert mount.track_rate == TrackRate(14.0, 0.25)
    mount.advance(mount.now + 1)
    assert drift(mount, 100) == (pytest.approx(104.1067, abs=0.001), pytest.approx(25.0))


def test_the_custom_rate_is_sidereal_until_one_is_set():
    mount = new_mount()
    mount.set_track_mode(TrackMode.CUSTOM, now=NOW)
    assert mount.track_rate == TrackMode.SIDEREAL.value


def test_without_tracking_the_sky_passes():
    mount = tracking()
    mount.set_tracking(False, now=mount.now)
    mount.advance(mount.now + 1)
    assert not mount.is_tracking
    assert drift(mount, 100) == (pytest.approx(1504.107, abs=0.01), pytest.approx(0))


@pytest.mark.parametrize("on", [True, False])
def test_tracking_can_be_changed_for_after_the_goto(on):
    mount = new_mount()
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW, track=not on)
    mount.set_tracking(on, now=NOW + 1)
    assert mount.state is MountState.SLEWING
    finish(mount)
    assert mount.is_tracking is on
