"""The motor counts, the gear has play, and the drawtube follows; nights cool the same way."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.focuser_model import FocuserConfig, FocuserMechanism, Stand, temperature

NOW = 1_800_000_000.0
LATER = itertools.count(NOW, 1000)
BUILD = FocuserConfig(speed=1000.0, backlash=40.0)

targets = st.lists(st.integers(0, 100_000), min_size=1, max_size=10)


def mechanism(**changes):
    return FocuserMechanism(replace(BUILD, **changes), now=NOW)


def moved(focuser, *positions):
    """Let it go to positions one after the other, and return the drawtube's after the last."""
    for position in positions:
        focuser.start(position, now=next(LATER))
        focuser.advance(next(LATER))
    return focuser.stand.drawtube


def test_a_new_one_stands_in_the_middle():
    assert mechanism().stand == Stand(50_000, 50_000, 0)


def test_it_moves_at_its_speed_and_stops_where_it_should():
    focuser = mechanism()
    focuser.start(49_000, now=NOW)
    assert (focuser.is_moving, focuser.remaining) == (True, 1.0)
    focuser.advance(NOW + 0.25)
    assert focuser.stand.counted == 49_750
    focuser.advance(NOW + 5)
    assert (focuser.stand.counted, focuser.is_moving, focuser.remaining) == (49_000, False, 0)


@given(st.lists(st.floats(0, 60), max_size=10))
def test_how_often_one_looks_makes_no_difference(times):
    focuser, other = mechanism(), mechanism()
    for one in (focuser, other):
        one.start(30_000, now=NOW)
    for time in sorted(times):
        focuser.advance(NOW + time)
    for one in (focuser, other):
        one.advance(NOW + 10)
        one.advance(NOW + 60)
    assert focuser.stand == other.stand


def test_a_clock_that_is_set_back_holds_nothing_up():
    focuser = mechanism()
    focuser.start(49_000, now=NOW)
    focuser.advance(NOW + 0.5)
    focuser.advance(NOW - 100)
    assert focuser.stand.counted == 49_500
    focuser.advance(NOW - 99.5)
    assert not focuser.is_moving


def test_it_stops_on_a_whole_step():
    focuser = mechanism()
    focuser.start(49_000, now=NOW)
    focuser.stop(now=NOW + 0.0096)
    assert not focuser.is_moving
    assert focuser.stand.counted == focuser.stand.drawtube == 49_990


def test_a_new_speed_counts_from_now_on():
    focuser = mechanism()
    focuser.start(49_000, now=NOW)
    focuser.advance(NOW + 0.5)
    focuser.speed = 100.0
    assert focuser.remaining == 5.0


def test_a_reversal_eats_the_backlash():
    focuser = mechanism()
    assert moved(focuser, 49_000) == 49_000
    assert moved(focuser, 49_030) == 49_000
    assert moved(focuser, 49_040) == 49_000
    assert moved(focuser, 49_100) == 49_060
    assert moved(focuser, 49_070) == 49_060
    assert moved(focuser, 49_000) == 49_000


@given(targets)
def test_the_drawtube_lags_by_no_more_than_the_backlash(positions):
    drawtube = moved(mechanism(), *positions)
    assert positions[-1] - 40 <= drawtube <= positions[-1]


@given(targets, st.integers(0, 90_000))
def test_after_a_long_motion_inward_nothing_lags(positions, last):
    assert moved(mechanism(), *positions, last + 1000, last) == last


def test_without_backlash_the_drawtube_is_where_the_counter_says():
    assert moved(mechanism(backlash=0.0), 51_000, 50_000, 50_001) == 50_001


def test_backlash_that_gets_less_moves_nothing():
    focuser = mechanism()
    assert moved(focuser, 51_000) == 50_960
    focuser.set_backlash(10.0)
    assert focuser.stand.drawtube == 50_960
    assert moved(focuser, 50_990) == 50_960
    assert moved(focuser, 50_000) == 49_970


def test_a_sync_moves_nothing():
    focuser = mechanism()
    focuser.sync(100)
    assert focuser.stand == Stand(100, 50_000, 0)
    assert moved(focuser, 90) == 49_990


def test_reversed_it_counts_up_while_the_drawtube_goes_in():
    focuser = mechanism()
    focuser.reverse(reverse=True)
    assert focuser.stand == Stand(50_000, 50_000, 0)
    assert moved(focuser, 51_000) == 49_000
    focuser.reverse(reverse=False)
    assert moved(focuser, 50_900) == 48_900


@pytest.mark.parametrize(("target", "end"), [(-5000, 0), (105_000, 100_000)])
def test_the_drawtube_goes_no_further_than_its_ends(target, end):
    assert moved(mechanism(), target) == end


def test_it_can_be_moved_by_hand():
    focuser = mechanism()
    focuser.start(10, now=NOW)
    focuser.place(Stand(100, 2000, 30))
    assert (focuser.stand, focuser.is_moving) == (Stand(100, 2000, 30), False)


def at(hour, **options):
    midnight = NOW - NOW % 86_400
    return temperature(BUILD, now=midnight + hour * 3600, **options)


def test_a_night_gets_colder_until_early_morning():
    night = [at(hour) for hour in range(18, 28)]
    assert night == sorted(night, reverse=True)
    assert (at(15), at(3)) == pytest.approx((14, 6))


def test_every_night_is_the_same():
    assert at(22) == pytest.approx(at(22 + 24 * 30))


def test_it_is_night_where_the_site_is():
    assert at(3, longitude=180.0) == pytest.approx(at(15))
    assert at(21, longitude=90.0) == pytest.approx(at(3))
