"""A rotator turns at its speed, whatever its angle is called."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.rotator_model import RotatorMechanism

NOW = 1_800_000_000.0
LATER = itertools.count(NOW, 1000)

angles = st.floats(-360, 360)


def rotator():
    return RotatorMechanism(speed=10.0, now=NOW)


def turned(one, way):
    one.turn(way, now=next(LATER))
    one.advance(next(LATER))
    return one.called


def test_it_turns_at_its_speed_and_stops_where_it_should():
    one = rotator()
    one.turn(30, now=NOW)
    assert (one.is_turning, one.remaining) == (True, 3.0)
    one.advance(NOW + 1)
    assert (one.called, one.mechanical) == (10, 10)
    one.advance(NOW + 3)
    assert (one.called, one.is_turning) == (30, False)


def test_angles_are_below_a_full_turn():
    one = rotator()
    assert turned(one, -30) == 330
    assert turned(one, 40) == 10


def test_it_stops_where_it_is():
    one = rotator()
    one.turn(30, now=NOW)
    one.stop(now=NOW + 2)
    one.advance(NOW + 10)
    assert (one.called, one.is_turning) == (20, False)


def test_a_sync_turns_nothing():
    one = rotator()
    turned(one, 30)
    one.sync(100)
    assert (one.called, one.mechanical, one.zero) == (100, 30, 70)
    assert turned(one, 5) == 105
    assert one.mechanical == 35


def test_reversed_it_turns_the_other_way_for_larger_angles():
    one = rotator()
    turned(one, 30)
    one.reverse(reverse=True)
    assert (one.called, one.mechanical) == (30, 30)
    assert turned(one, 10) == 40
    assert one.mechanical == 20


@given(angles, angles, st.booleans())
def test_what_is_put_somewhere_is_there(mechanical, called, reverse):
    one = rotator()
    one.reverse(reverse=reverse)
    one.place(mechanical=mechanical, called=called)
    assert one.called == pytest.approx(called % 360, abs=1e-9) or abs(one.called - called % 360) > 359
    assert one.mechanical == mechanical % 360


def test_a_clock_that_is_set_back_holds_nothing_up():
    one = rotator()
    one.turn(10, now=NOW)
    one.advance(NOW - 60)
    assert one.called == 0
    one.advance(NOW - 59)
    assert (one.called, one.is_turning) == (10, False)
