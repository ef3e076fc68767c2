"""Motion by hand, guide pulses, parking and the way home do what they are told, or are refused with a reason."""

import math
from dataclasses import replace

import pytest

from lightapt_drivers.simulators.mount_config import NorthPulse
from lightapt_drivers.simulators.mount_frames import SIDEREAL_RATE
from lightapt_drivers.simulators.mount_geometry import Axes, PierSide
from lightapt_drivers.simulators.mount_pointing import Horizontal
from lightapt_drivers.simulators.mount_vocabulary import (
    Direction,
    EventKind,
    MountRefusedError,
    MountState,
    Refusal,
    SlewRate,
    TrackMode,
)
from tests.drivers.simulators.mounts import (
    FORK,
    GERMAN,
    NOW,
    SITES,
    arcseconds,
    arrive,
    finish,
    new_mount,
    ra_at,
    tracking,
    with_errors,
)

NORTH, SOUTH, WEST, EAST = Direction
SIGNS = {NORTH: (0, 1), SOUTH: (0, -1), EAST: (1, 0), WEST: (-1, 0)}
"""Which way right ascension and declination go."""
GUIDED = 0.5 * SIDEREAL_RATE * 3600
"""Arcseconds of a guide pulse of a second: 7.52."""

east_and_west = pytest.mark.parametrize("hour_angle", [-2.0, 2.0])


def moved(mount, seconds):
    """How far (arcseconds of right ascension, and of declination) the telescope truly goes in a time."""
    before = mount.truth
    mount.advance(mount.now + seconds)
    return arcseconds(mount.truth.ra - before.ra), (mount.truth.dec - before.dec) * 3600


def expected(direction, arcseconds, within=0.01):
    ra, dec = SIGNS[direction]
    return pytest.approx(ra * arcseconds, abs=within), pytest.approx(dec * arcseconds, abs=within)


def refusal(command, *arguments):
    with pytest.raises(MountRefusedError) as caught:
        command(*arguments, now=NOW + 5)
    return caught.value.reason


# Guide pulses


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("config", [GERMAN, FORK])
@east_and_west
def test_a_pulse_of_a_second_moves_the_telescope_by_half_of_what_the_sky_does(direction, site, config, hour_angle):
    mount = tracking(config, site, hour_angle=hour_angle)
    mount.guide(direction, 1.0, now=mount.now)
    assert pytest.approx(7.52, abs=0.001) == GUIDED
    assert moved(mount, 5.0) == expected(direction, GUIDED)


def test_a_pulse_acts_only_as_long_as_it_lasts():
    mount = tracking()
    mount.guide(EAST, 4.0, now=mount.now)
    assert moved(mount, 1.0) == expected(EAST, GUIDED)
    assert mount.guide_remaining(EAST) == pytest.approx(3.0)
    assert mount.truth.ra_rate == pytest.approx(GUIDED)
    assert moved(mount, 3.0) == expected(EAST, 3 * GUIDED)
    assert mount.guide_remaining(EAST) == 0
    assert moved(mount, 3.0) == expected(EAST, 0)


def test_guide_rates_are_fractions_of_the_sidereal_rate():
    mount = tracking(replace(GERMAN, guide_rate_ra=0.9, guide_rate_dec=0.25))
    mount.guide(WEST, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(WEST, 0.9 * SIDEREAL_RATE * 3600)
    mount.guide(SOUTH, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(SOUTH, 0.25 * SIDEREAL_RATE * 3600)


def test_pulses_on_both_axes_know_nothing_of_each_other():
    mount = tracking()
    mount.guide(NORTH, 2.0, now=mount.now)
    mount.guide(WEST, 1.0, now=mount.now)
    assert moved(mount, 5.0) == (
        pytest.approx(-GUIDED, abs=0.01),
        pytest.approx(2 * GUIDED, abs=0.01),
    )


def test_a_pulse_during_another_in_the_same_direction_lasts_to_its_own_end():
    mount = tracking()
    mount.guide(NORTH, 2.0, now=mount.now)
    mount.guide(NORTH, 2.0, now=mount.now + 1.0)
    assert moved(mount, 5.0) == expected(NORTH, 2 * GUIDED)
    mount.guide(NORTH, 2.0, now=mount.now)
    begin = mount.truth.dec
    mount.guide(NORTH, 0.5, now=mount.now + 1.0)
    mount.advance(mount.now + 5)
    assert (mount.truth.dec - begin) * 3600 == pytest.approx(2 * GUIDED, abs=0.01)


def test_opposite_pulses_take_away_from_each_other():
    mount = tracking()
    mount.guide(NORTH, 3.0, now=mount.now)
    mount.guide(SOUTH, 1.0, now=mount.now)
    assert moved(mount, 5.0) == expected(NORTH, 2 * GUIDED)


def test_after_a_flip_a_pulse_to_the_north_still_goes_north_on_the_sky():
    mount = tracking(hour_angle=2.0)
    assert mount.reported.side is PierSide.EAST
    mount.guide(NORTH, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(NORTH, GUIDED)


@pytest.mark.parametrize(("hour_angle", "goes"), [(-2.0, NORTH), (2.0, SOUTH)])
def test_a_mount_can_be_one_whose_pulses_to_the_north_go_south_after_a_flip(hour_angle, goes):
    mount = tracking(replace(GERMAN, north_pulse=NorthPulse.MECHANICAL), hour_angle=hour_angle)
    mount.guide(NORTH, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(goes, GUIDED)
    mount.guide(EAST, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(EAST, GUIDED)
    mount.move(NORTH, SlewRate.GUIDE, now=mount.now)
    assert moved(mount, 1.0)[1] > 0


def test_pulses_move_a_mount_that_does_not_track():
    mount = new_mount()
    arrive(mount, 1.0, 20.0, track=False)
    mount.advance(mount.now + 1)
    mount.guide(NORTH, 1.0, now=mount.now)
    assert moved(mount, 2.0)[1] == pytest.approx(GUIDED, abs=0.01)


def test_pulses_go_on_when_tracking_changes():
    mount = tracking()
    mount.set_track_mode(TrackMode.SOLAR, now=mount.now)
    mount.advance(mount.now + 1)
    mount.guide(NORTH, 2.0, now=mount.now)
    mount.advance(mount.now + 1)
    mount.set_track_mode(TrackMode.SIDEREAL, now=mount.now)
    assert moved(mount, 5.0)[1] == pytest.approx(GUIDED, abs=0.01)


def test_backlash_swallows_pulses_after_a_reversal():
    mount = tracking(with_errors(GERMAN, backlash=10.0))
    mount.guide(NORTH, 4.0, now=mount.now)
    mount.advance(mount.now + 5)
    mount.guide(SOUTH, 2.0, now=mount.now)
    assert moved(mount, 3.0) == expected(SOUTH, 2 * GUIDED - 10.0)
    mount.guide(SOUTH, 2.0, now=mount.now)
    assert moved(mount, 3.0) == expected(SOUTH, 2 * GUIDED)
    mount.guide(NORTH, 1.0, now=mount.now)
    assert moved(mount, 3.0) == expected(NORTH, 0)
    assert moved(mount, 3.0) == expected(EAST, 0)


def test_the_encoders_know_nothing_of_backlash():
    mount = tracking(with_errors(GERMAN, backlash=30.0))
    before = mount.reported.dec
    mount.guide(NORTH, 1.0, now=mount.now)
    assert moved(mount, 2.0) == expected(NORTH, 0)
    assert (mount.reported.dec - before) * 3600 == pytest.approx(GUIDED)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_a_pulse_that_takes_no_time_that_can_be_is_refused(seconds):
    mount = tracking()
    assert refusal(mount.guide, NORTH, seconds) is Refusal.VALUE


def test_a_pulse_of_no_time_ends_at_once():
    mount = tracking()
    mount.guide(NORTH, 0.0, now=mount.now)
    assert [event.kind for event in mount.advance(mount.now)] == [EventKind.GUIDED]
    assert moved(mount, 1.0) == expected(NORTH, 0)


def test_a_pulse_can_be_ended_before_its_time():
    mount = tracking(dec=0.0)
    mount.guide(WEST, 60.0, now=mount.now)
    way = moved(mount, 2.0)
    mount.end_pulse(WEST, now=mount.now)
    mount.end_pulse(EAST, now=mount.now)
    assert way == expected(WEST, 2 * GUIDED)
    assert moved(mount, 2.0) == expected(WEST, 0)
    assert mount.guide_remaining(WEST) == 0


def test_a_goto_ends_pulses_and_says_so():
    mount = tracking()
    mount.guide(NORTH, 10.0, now=mount.now)
    mount.goto(ra_at(mount, 3.0), 10.0, now=mount.now)
    assert [event.kind for event in finish(mount)] == [EventKind.GUIDED, EventKind.ARRIVED]
    assert moved(mount, 10.0) == expected(NORTH, 0)


# Motion by hand


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("site", SITES)
@east_and_west
def test_motion_by_hand_goes_the_right_way_on_top_of_tracking(direction, site, hour_angle):
    mount = tracking(site=site, hour_angle=hour_angle, dec=10.0)
    mount.move(direction, SlewRate.CENTERING, now=mount.now)
    mount.advance(mount.now + 1)
    speed = GERMAN.hand_rate(SlewRate.CENTERING) * 3600
    assert moved(mount, 10.0) == expected(direction, 10 * speed, within=0.1)
    mount.stop(direction, now=mount.now)
    mount.advance(mount.now + 1)
    assert moved(mount, 10.0) == expected(direction, 0)


@pytest.mark.parametrize("rate", SlewRate)
def test_each_slew_rate_moves_at_its_speed(rate):
    mount = tracking(dec=0.0)
    mount.move(SOUTH, rate, now=mount.now)
    mount.advance(mount.now + 2)
    assert moved(mount, 2.0) == expected(SOUTH, 2 * GERMAN.hand_rate(rate) * 3600, within=0.1)


def test_both_axes_move_at_once_and_stop_alone():
    mount = tracking(dec=0.0)
    speed = GERMAN.hand_rate(SlewRate.FIND) * 3600
    mount.move(NORTH, SlewRate.FIND, now=mount.now)
    mount.move(EAST, SlewRate.FIND, now=mount.now)
    mount.advance(mount.now + 1)
    assert moved(mount, 2.0) == (pytest.approx(2 * speed, abs=0.1), pytest.approx(2 * speed, abs=0.1))
    mount.stop(WEST, now=mount.now)
    mount.advance(mount.now + 1)
    assert moved(mount, 2.0) == expected(NORTH, 2 * speed)
    assert mount.state is MountState.MOVING


def test_the_opposite_direction_takes_over():
    mount = tracking(dec=0.0)
    mount.move(NORTH, SlewRate.FIND, now=mount.now)
    mount.advance(mount.now + 5)
    mount.move(SOUTH, SlewRate.CENTERING, now=mount.now)
    mount.advance(mount.now + 1)
    assert moved(mount, 2.0) == expected(SOUTH, 2 * GERMAN.hand_rate(SlewRate.CENTERING) * 3600, within=0.1)


def test_a_goto_ends_motion_by_hand():
    mount = tracking()
    mount.move(NORTH, SlewRate.MAX, now=mount.now)
    mount.advance(mount.now + 3)
    ra = arrive(mount, 3.0, 10.0)
    assert arcseconds(mount.truth.ra - ra) == pytest.approx(0, abs=0.01)
    assert moved(mount, 10.0) == expected(NORTH, 0)


def test_the_tube_of_a_german_mount_can_be_led_through_the_pole():
    mount = tracking(hour_angle=-2.0, dec=89.0)
    mount.move(NORTH, SlewRate.FIND, now=mount.now)
    mount.advance(mount.now + 4)
    mount.stop(NORTH, now=mount.now)
    mount.advance(mount.now + 1)
    assert mount.reported.dec == pytest.approx(89.0, abs=0.1)
    assert mount.reported.side is PierSide.EAST
    assert mount.reported.hour_angle == pytest.approx(10.0, abs=0.01)


# Parking and home


def test_parking_ends_tracking_at_the_park_position():
    mount = tracking()
    mount.park(now=mount.now)
    assert not mount.is_parked
    assert [event.kind for event in finish(mount)] == [EventKind.PARKED]
    assert mount.is_parked
    assert not mount.is_tracking
    before = mount.encoders
    mount.advance(mount.now + 1000)
    assert mount.encoders == before == Axes(pytest.approx(0, abs=1e-9), pytest.approx(90))


def test_a_parked_mount_refuses_to_move():
    mount = new_mount(is_parked=True)
    assert refusal(mount.goto, 5.0, 10.0) is Refusal.PARKED
    assert refusal(mount.goto_horizontal, Horizontal(50.0, 100.0)) is Refusal.PARKED
    assert refusal(mount.sync, 5.0, 10.0) is Refusal.PARKED
    assert refusal(mount.forget_syncs) is Refusal.PARKED
    assert refusal(mount.set_tracking, True) is Refusal.PARKED
    assert refusal(mount.move, NORTH, SlewRate.FIND) is Refusal.PARKED
    assert refusal(mount.guide, NORTH, 1.0) is Refusal.PARKED
    assert refusal(mount.go_home) is Refusal.PARKED


def test_a_parked_mount_lets_itself_be_parked_stopped_and_told_not_to_track():
    mount = new_mount(is_parked=True)
    mount.park(now=NOW)
    mount.abort(now=NOW)
    mount.set_tracking(False, now=NOW)
    mount.stop(NORTH, now=NOW)
    assert mount.advance(NOW + 100) == ()
    assert mount.state is MountState.PARKED


def test_an_unparked_mount_stays_until_told_to_move():
    mount = new_mount(is_parked=True)
    mount.unpark(now=NOW)
    assert mount.state is MountState.IDLE
    mount.goto(5.0, 80.0, now=NOW)
    assert [event.kind for event in finish(mount)] == [EventKind.ARRIVED]


def test_unparking_twice_does_no_harm():
    mount = tracking()
    mount.unpark(now=mount.now)
    assert mount.state is MountState.TRACKING


def test_unparking_stops_a_mount_that_parks():
    mount = tracking()
    mount.park(now=mount.now)
    mount.unpark(now=mount.now + 2)
    assert mount.state is MountState.IDLE
    mount.advance(mount.now + 100)
    assert not mount.is_parked


@pytest.mark.parametrize("command", ["park", "go_home"])
def test_a_mount_on_its_way_to_rest_refuses_all_but_an_abort(command):
    mount = tracking(hour_angle=-3.0)
    begin = mount.now
    getattr(mount, command)(now=begin)
    for refused, arguments in [
        (mount.goto, (5.0, 10.0)),
        (mount.goto_horizontal, (Horizontal(50.0, 100.0),)),
        (mount.sync, (5.0, 10.0)),
        (mount.forget_syncs, ()),
        (mount.set_tracking, (True,)),
        (mount.move, (NORTH, SlewRate.FIND)),
        (mount.guide, (NORTH, 1.0)),
        (mount.go_home if command == "park" else mount.park, ()),
    ]:
        assert refusal(refused, *arguments) is Refusal.SLEWING
    mount.abort(now=mount.now)
    assert mount.state is MountState.TRACKING


def test_a_slewing_mount_refuses_what_would_disturb_it():
    mount = new_mount()
    mount.goto(ra_at(mount, 3.0), 10.0, now=NOW + 1)
    assert refusal(mount.sync, 5.0, 10.0) is Refusal.SLEWING
    assert refusal(mount.move, NORTH, SlewRate.FIND) is Refusal.SLEWING
    assert refusal(mount.guide, NORTH, 1.0) is Refusal.SLEWING
    mount.stop(NORTH, now=mount.now)
    assert mount.state is MountState.SLEWING


@pytest.mark.parametrize("site", SITES)
def test_home_is_where_the_mount_was_put_up(site):
    mount = tracking(site=site)
    mount.sync(mount.reported.ra + 0.1, 10.0, now=mount.now)
    mount.go_home(now=mount.now)
    assert [event.kind for event in finish(mount)] == [EventKind.AT_HOME]
    assert mount.is_at_home
    assert mount.state is MountState.IDLE


def test_a_mount_that_goes_home_can_park_on_its_way_elsewhere_only_after_an_abort():
    mount = tracking()
    mount.go_home(now=mount.now)
    mount.abort(now=mount.now)
    mount.park(now=mount.now)
    assert [event.kind for event in finish(mount)] == [EventKind.PARKED]


def test_parking_takes_the_place_of_a_goto():
    mount = tracking()
    mount.goto(ra_at(mount, -3.0), 10.0, now=mount.now)
    mount.advance(mount.now + 1)
    mount.park(now=mount.now)
    assert [event.kind for event in finish(mount)] == [EventKind.PARKED]
