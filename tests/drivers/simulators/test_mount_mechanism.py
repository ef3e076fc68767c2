"""What happens to a mount as time passes happens when it should, however often one looks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_frames import SIDEREAL_RATE
from lightapt_drivers.simulators.mount_geometry import Axes
from lightapt_drivers.simulators.mount_limits import MeridianAction
from lightapt_drivers.simulators.mount_vocabulary import (
    Direction,
    EventKind,
    MountRefusedError,
    MountState,
    SlewRate,
    TrackMode,
    TrackRate,
)
from tests.drivers.simulators.mounts import (
    FORK,
    GERMAN,
    NOW,
    SITES,
    SOUTH,
    arcseconds,
    arrive,
    finish,
    new_mount,
    ra_at,
    tracking,
    with_errors,
    with_limits,
)

HAND_LED = with_errors(
    with_limits(replace(GERMAN, flip_after=3.0), lowest_altitude=10.0, past_meridian=5.0),
    periodic_amplitude=12.0,
    polar_azimuth=5.0,
    polar_altitude=-3.0,
    backlash=8.0,
)

seconds = st.floats(0, 30)
directions = st.sampled_from(Direction)
orders = st.one_of(
    st.tuples(st.just("guide"), directions, st.floats(0, 20)),
    st.tuples(st.just("guide"), directions, st.floats(0, 20)),
    st.tuples(st.just("move"), directions, st.sampled_from(SlewRate)),
    st.tuples(st.just("stop"), directions),
    st.tuples(st.just("set_tracking"), st.booleans()),
    st.tuples(st.just("set_track_mode"), st.sampled_from(TrackMode)),
    st.tuples(st.just("set_custom_rate"), st.builds(TrackRate, st.floats(-60, 60), st.floats(-60, 60))),
    st.tuples(st.just("goto"), st.floats(0, 24), st.floats(-90, 90)),
    st.tuples(st.just("sync"), st.floats(0, 24), st.floats(-90, 90)),
    st.tuples(st.just("abort")),
    st.tuples(st.just("park")),
    st.tuples(st.just("unpark")),
    st.tuples(st.just("go_home")),
)
guiding = st.tuples(st.just("guide"), directions, st.floats(0, 20))


def order(mount, name, *arguments):
    try:
        getattr(mount, name)(*arguments, now=mount.now)
    except MountRefusedError as error:
        return [error.reason]
    return []


def live(mount, story, looks):
    """Lead a mount through a story of (seconds, order); look at it so often on the way; return all that happened."""
    happened = []
    for pause, what in story:
        begin = mount.now
        for look in sorted(looks):
            if look < pause:
                happened += mount.advance(begin + look)
        happened += mount.advance(begin + pause)
        happened += order(mount, *what)
    return happened


def kinds(events):
    return [event.kind for event in events]


def assert_same(one, other, within):
    for a, b in ((one.reported, other.reported), (one.truth, other.truth)):
        assert arcseconds(a.ra - b.ra) == pytest.approx(0, abs=within)
        assert (a.dec - b.dec) * 3600 == pytest.approx(0, abs=within)


@given(st.lists(st.tuples(seconds, guiding), max_size=12), st.lists(seconds, max_size=12))
def test_guiding_comes_to_the_same_however_often_one_looks(story, looks):
    once, often = tracking(HAND_LED), tracking(HAND_LED)
    assert kinds(live(once, story, [])) == kinds(live(often, story, looks))
    assert_same(once, often, within=0.001)


@given(st.floats(0, 36_000), st.lists(st.floats(0, 36_000), max_size=20))
def test_tracking_comes_to_the_same_however_often_one_looks(until, looks):
    once, often = tracking(HAND_LED), tracking(HAND_LED)
    rest = [(until, ("stop", Direction.NORTH))]
    assert kinds(live(once, rest, [])) == kinds(live(often, rest, looks))
    assert_same(once, often, within=0.001)


@settings(max_examples=150)
@given(st.sampled_from(SITES), st.lists(st.tuples(seconds, orders), max_size=10), st.lists(seconds, max_size=10))
def test_everything_comes_to_the_same_however_often_one_looks(site, story, looks):
    once, often = new_mount(HAND_LED, site), new_mount(HAND_LED, site)
    before, after = live(once, story, []), live(often, story, looks)
    assert [getattr(what, "kind", what) for what in before] == [getattr(what, "kind", what) for what in after]
    for a, b in zip(before, after, strict=True):
        assert getattr(a, "time", 0) == pytest.approx(getattr(b, "time", 0), abs=1e-5)
    # Unix time itself has steps of a quarter of a microsecond, in which a slewing axis turns by 0.005 arcseconds.
    for axis in ("primary", "secondary"):
        assert getattr(once.encoders, axis) == pytest.approx(getattr(often.encoders, axis), abs=0.02 / 3600)
    assert once.state is often.state


def test_time_that_is_past_is_taken_for_now():
    mount = tracking()
    before = mount.now
    mount.advance(before - 100)
    assert mount.now == before


def test_events_are_told_once():
    mount = new_mount()
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW)
    assert kinds(mount.advance(NOW + 100)) == [EventKind.ARRIVED]
    assert mount.advance(NOW + 200) == ()


def test_an_event_tells_when_it_happened():
    mount = tracking()
    begin = mount.now
    mount.guide(Direction.WEST, 1.5, now=begin)
    (event,) = mount.advance(begin + 60)
    assert (event.kind, event.direction) == (EventKind.GUIDED, Direction.WEST)
    assert event.time == pytest.approx(begin + 1.5, abs=1e-6)


def test_the_next_event_is_known_beforehand():
    mount = tracking()
    begin = mount.now
    assert mount.next_event is None
    mount.guide(Direction.WEST, 2.0, now=begin)
    mount.guide(Direction.NORTH, 1.0, now=begin)
    assert mount.next_event == begin + 1
    assert [event.direction for event in mount.advance(mount.next_event)] == [Direction.NORTH]
    assert mount.next_event == begin + 2
    mount.goto(ra_at(mount, -2.0), 20.0, now=mount.now)
    arrival = mount.next_event
    assert EventKind.ARRIVED not in kinds(mount.advance(arrival - 0.001))
    assert kinds(mount.advance(arrival)) == [EventKind.ARRIVED]


def test_it_is_known_when_the_axes_will_turn_evenly():
    mount = new_mount()
    mount.move(Direction.SOUTH, SlewRate.MAX, now=NOW)
    assert mount.steady_at == NOW + mount.config.hand_rate(SlewRate.MAX) / mount.config.acceleration
    mount.advance(mount.steady_at)
    assert mount.truth.dec_rate == pytest.approx(-3600 * mount.config.hand_rate(SlewRate.MAX))


def test_what_happened_before_a_command_is_told_after_it():
    mount = new_mount()
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW)
    mount.set_tracking(False, now=NOW + 100)
    assert mount.state is MountState.IDLE
    assert kinds(mount.advance(NOW + 100)) == [EventKind.ARRIVED]


@pytest.mark.parametrize("config", [GERMAN, FORK])
@pytest.mark.parametrize("site", SITES)
def test_sidereal_tracking_holds_the_true_place_for_an_hour(config, site):
    mount = tracking(config, site, hour_angle=-3.0)
    begin = mount.truth
    mount.advance(mount.now + 3600)
    assert arcseconds(mount.truth.ra - begin.ra) == pytest.approx(0, abs=0.05)
    assert (mount.truth.dec - begin.dec) * 3600 == pytest.approx(0, abs=0.05)


def test_the_periodic_error_swings_where_the_telescope_looks_and_not_in_what_it_reports():
    mount = tracking(with_errors(GERMAN, periodic_amplitude=15.0, periodic_period=400.0))
    begin = mount.reported.ra
    swing = []
    for _ in range(400):
        mount.advance(mount.now + 1)
        swing.append(arcseconds(mount.truth.ra - mount.reported.ra))
        assert arcseconds(mount.reported.ra - begin) == pytest.approx(0, abs=0.01)
    assert max(swing) == pytest.approx(15, abs=0.01)
    assert min(swing) == pytest.approx(-15, abs=0.01)


def test_a_tracking_mount_stops_at_the_horizon_limit():
    mount = tracking(with_limits(GERMAN, lowest_altitude=20.0), hour_angle=3.0)
    (event,) = mount.advance(NOW + 40_000)
    assert event.kind is EventKind.HORIZON_LIMIT
    assert mount.state is MountState.IDLE
    assert mount.reported.horizontal.altitude == pytest.approx(20.0, abs=2 * SIDEREAL_RATE)


def test_a_mount_that_rises_through_the_horizon_limit_tracks_on():
    mount = tracking(hour_angle=-6.5, dec=0.0)
    assert mount.reported.horizontal.altitude < -5
    mount.configure(with_limits(GERMAN, lowest_altitude=0.0), now=mount.now)
    assert mount.advance(mount.now + 7200) == ()
    assert mount.reported.horizontal.altitude > 10
    assert mount.state is MountState.TRACKING


@pytest.mark.parametrize(("config", "site"), [(GERMAN, SITES[0]), (GERMAN, SOUTH), (FORK, SOUTH)])
def test_a_tracking_mount_stops_at_the_meridian_limit(config, site):
    mount = tracking(with_limits(config, past_meridian=7.0), site, hour_angle=-0.1 if config is GERMAN else 11.9)
    mount.advance(mount.now + 1900)
    assert mount.state is MountState.TRACKING
    (event,) = mount.advance(mount.now + 1900)
    assert event.kind is EventKind.MERIDIAN_LIMIT
    assert mount.state is MountState.IDLE
    past = mount.reported.hour_angle * 15 if config is GERMAN else mount.reported.hour_angle * 15 + 180
    assert past == pytest.approx(7.0, abs=2 * SIDEREAL_RATE)


def test_a_mount_that_only_warns_tracks_on_past_the_meridian_limit():
    mount = tracking(with_limits(GERMAN, past_meridian=7.0, at_meridian=MeridianAction.WARN), hour_angle=-0.1)
    assert kinds(mount.advance(mount.now + 20_000)) == [EventKind.MERIDIAN_WARNING]
    assert mount.state is MountState.TRACKING
    assert mount.reported.hour_angle > 5


def test_a_mount_warns_again_after_the_next_goto():
    mount = tracking(with_limits(GERMAN, past_meridian=7.0, at_meridian=MeridianAction.WARN), hour_angle=-0.1)
    mount.advance(mount.now + 3600)
    arrive(mount, -0.1, 20.0)
    assert kinds(mount.advance(mount.now + 3600)) == [EventKind.MERIDIAN_WARNING]


def test_a_mount_without_a_meridian_limit_tracks_on():
    mount = tracking(with_limits(GERMAN, past_meridian=None), hour_angle=-0.1)
    assert mount.advance(mount.now + 40_000) == ()


@pytest.mark.parametrize("rate", SlewRate)
def test_motion_by_hand_brakes_at_the_horizon_limit(rate):
    mount = new_mount(with_limits(GERMAN, lowest_altitude=20.0))
    arrive(mount, 4.0, 20.0, track=False)
    before = mount.reported.horizontal.altitude
    assert before > 20
    mount.move(Direction.WEST, rate, now=mount.now)
    events = mount.advance(mount.now + 10_000)
    assert kinds(events) == [EventKind.HORIZON_LIMIT]
    assert mount.state is MountState.IDLE
    assert mount.reported.horizontal.altitude == pytest.approx(20.0, abs=GERMAN.hand_rate(rate) / 4 + 0.01)


@pytest.mark.parametrize(("config", "direction"), [(FORK, Direction.NORTH), (FORK, Direction.SOUTH)])
def test_motion_by_hand_ends_where_the_declination_axis_does(config, direction):
    mount = new_mount(config)
    arrive(mount, 1.0, 20.0)
    mount.move(direction, SlewRate.FIND, now=mount.now)
    assert kinds(mount.advance(mount.now + 1000)) == [EventKind.DECLINATION_LIMIT]
    assert abs(mount.encoders.secondary) == pytest.approx(90, abs=0.1)


def test_a_slew_is_not_stopped_by_what_lies_below_the_horizon_on_its_way():
    mount = new_mount(with_limits(replace(GERMAN, speed=2.0), lowest_altitude=25.0))
    arrive(mount, -3.0, 10.0)
    mount.goto(ra_at(mount, 3.0), 10.0, now=mount.now)
    heights = []
    while mount.state is MountState.SLEWING:
        mount.advance(mount.now + 1)
        heights.append(mount.reported.horizontal.altitude)
    assert min(heights) < 25
    assert mount.state is MountState.TRACKING


def test_the_state_follows_what_the_mount_does():
    mount = new_mount()
    assert mount.state is MountState.IDLE
    mount.set_tracking(True, now=NOW)
    assert mount.state is MountState.TRACKING
    mount.move(Direction.EAST, SlewRate.FIND, now=NOW)
    assert mount.state is MountState.MOVING
    mount.stop(Direction.EAST, now=NOW)
    mount.goto(ra_at(mount, 2.0), 0.0, now=NOW)
    assert mount.state is MountState.SLEWING
    finish(mount)
    mount.go_home(now=mount.now)
    assert mount.state is MountState.HOMING
    assert kinds(finish(mount)) == [EventKind.AT_HOME]
    mount.park(now=mount.now)
    assert mount.state is MountState.PARKING
    assert kinds(finish(mount)) == [EventKind.PARKED]
    assert mount.state is MountState.PARKED


def test_a_sync_that_puts_the_mount_beyond_a_limit_stops_it():
    mount = tracking(with_limits(GERMAN, lowest_altitude=20.0), hour_angle=3.0)
    mount.sync(ra_at(mount, 5.5), 0.0, now=mount.now)
    assert kinds(mount.advance(mount.now + 1)) == [EventKind.HORIZON_LIMIT]


def test_a_mount_at_rest_stays_for_a_day():
    mount = new_mount()
    mount.advance(NOW + 86_400)
    assert mount.encoders == Axes(0.0, 90.0)
