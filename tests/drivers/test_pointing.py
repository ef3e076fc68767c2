"""A mount turns the short way, and no further than it can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.pointing import Position

positions = st.builds(Position, st.floats(0, 24, exclude_max=True), st.floats(-90, 90))


@given(positions, positions, st.floats(1e-3, 360))
def test_each_axis_turns_by_no_more_than_it_can(start, target, degrees):
    reached = start.toward(target, degrees)
    turned = abs((reached.ra - start.ra + 12) % 24 - 12) * 15
    assert turned <= degrees * (1 + 1e-9) + 1e-9
    assert abs(reached.dec - start.dec) <= degrees * (1 + 1e-9) + 1e-9


@given(positions, positions)
def test_half_a_turn_reaches_everything(start, target):
    assert start.toward(target, 180) == target


@given(positions, positions, st.floats(1, 360))
def test_enough_steps_arrive(start, target, degrees):
    for _ in range(181):
        start = start.toward(target, degrees)
    assert start == target


@pytest.mark.parametrize(("start", "target", "expected"), [(23.0, 1.0, 23.5), (1.0, 23.0, 0.5), (5.0, 6.0, 5.5)])
def test_right_ascension_turns_the_short_way_round(start, target, expected):
    assert Position(start, 0.0).toward(Position(target, 0.0), 7.5).ra == pytest.approx(expected)


def test_at_rest_a_sidereal_day_leads_back():
    assert Position(5.0, 10.0).after(86164.1).ra == pytest.approx(5.0, abs=1e-4)


def test_at_rest_an_hour_of_the_sky_passes_in_an_hour():
    assert Position(23.5, 10.0).after(3590.17) == Position(pytest.approx(0.5, abs=1e-5), 10.0)
