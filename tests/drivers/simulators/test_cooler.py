"""A sensor follows its cooler as a warm body does."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.cooler import Cooler


def after(cooler, seconds, *, begin=0.0, step=1.0):
    """Return temperature and power, once a step, from the beginning on."""
    history = []
    for tick in range(int(seconds / step) + 1):
        cooler.advance(begin + tick * step)
        history.append((cooler.temperature, cooler.power))
    return history


def cooled(target, seconds=300.0, **settings):
    cooler = Cooler(**settings)
    cooler.aim(target)
    return after(cooler, seconds)


def test_left_alone_it_stays_as_warm_as_what_is_around():
    assert set(after(Cooler(), 100)) == {(15.0, 0.0)}


def test_it_becomes_as_cold_as_asked_and_stays_so():
    temperatures = [temperature for temperature, _ in cooled(-10.0)]
    assert min(temperatures) > -10.2
    assert all(abs(temperature + 10) < 0.05 for temperature in temperatures[150:])


def test_it_gets_no_warmer_on_the_way():
    temperatures = [temperature for temperature, _ in cooled(-10.0, 60)]
    assert temperatures == sorted(temperatures, reverse=True)


def test_the_power_that_holds_it_is_that_part_of_the_coolers_reach():
    _, power = cooled(-10.0)[-1]
    assert power == pytest.approx(25 / 40, abs=0.01)


def test_at_full_power_it_follows_newtons_law():
    cooler = Cooler()
    cooler.aim(-100.0)
    (begin, _), *_, (end, power) = after(cooler, 25)
    assert (begin, power) == (15.0, 1.0)
    assert end == pytest.approx(-25 + 40 * math.exp(-1), abs=0.01)


def test_out_of_reach_it_gets_as_cold_as_it_can():
    temperature, power = cooled(-60.0)[-1]
    assert (temperature, power) == (pytest.approx(-25, abs=0.01), 1.0)


def test_a_warmer_night_costs_power():
    powers = [cooled(-10.0, ambient=ambient, temperature=ambient)[-1][1] for ambient in (0.0, 10.0, 20.0)]
    assert powers == sorted(powers)


def test_a_slope_is_kept():
    history = cooled(-5.0, 600, slope=6.0)
    falls = [before - now for (before, _), (now, _) in pairwise(history)]
    assert max(falls) < 0.11  # 6 °C a minute are 0.1 a second
    assert history[100][0] == pytest.approx(15 - 10, abs=0.5)
    assert history[-1][0] == pytest.approx(-5, abs=0.05)


def test_a_slope_is_kept_from_target_to_target():
    cooler = Cooler(slope=6.0)
    cooler.aim(-5.0)
    after(cooler, 600)
    cooler.aim(5.0)
    temperature, _ = after(cooler, 50, begin=600)[-1]
    assert temperature == pytest.approx(0, abs=0.5)


def test_switched_off_it_warms_up_again_without_power():
    cooler = Cooler()
    cooler.aim(-10.0)
    after(cooler, 300)
    cooler.aim(None)
    history = after(cooler, 25, begin=300)
    assert not cooler.is_on
    assert history[1][1] == 0
    assert history[-1][0] == pytest.approx(15 - 25 * math.exp(-1), abs=0.3)


def test_a_target_above_what_is_around_is_waited_for_in_vain():
    temperature, power = cooled(30.0)[-1]
    assert (temperature, power) == (15.0, 0.0)


def test_it_is_on_while_it_has_a_target():
    cooler = Cooler()
    assert not cooler.is_on
    cooler.aim(0.0)
    assert cooler.is_on


def test_a_clock_that_goes_back_changes_nothing():
    cooler = Cooler(temperature=0.0)
    cooler.advance(100.0)
    cooler.advance(50.0)
    assert cooler.temperature == 0.0


def test_a_long_time_takes_no_longer_to_reckon_than_it_takes_to_settle():
    cooler = Cooler(temperature=-10.0)
    cooler.advance(0.0)
    cooler.advance(1e12)
    assert cooler.temperature == pytest.approx(15.0)


@given(st.floats(-60, 50), st.lists(st.floats(0.01, 100), max_size=20))
def test_it_never_leaves_what_can_be(target, steps):
    cooler, now = Cooler(), 0.0
    cooler.aim(target)
    for step in steps:
        now += step
        cooler.advance(now)
        assert -25.001 <= cooler.temperature <= 15.001
        assert 0 <= cooler.power <= 1
