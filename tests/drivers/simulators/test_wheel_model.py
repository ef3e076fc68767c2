"""A wheel turns the shortest way round, at its pace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.wheel_model import WheelMechanism

NOW = 1_800_000_000.0

slots = st.integers(1, 8)


def wheel(slot=1):
    one = WheelMechanism(8, pace=0.5, now=NOW)
    one.place(slot)
    return one


@pytest.mark.parametrize(
    ("slot", "target", "seconds"), [(1, 2, 0.5), (1, 8, 0.5), (7, 2, 1.5), (3, 6, 1.5), (2, 6, 2.0)]
)
def test_it_takes_the_shortest_way_round(slot, target, seconds):
    one = wheel(slot)
    one.go(target, now=NOW)
    assert (one.is_turning, one.remaining) == (True, seconds)
    one.advance(NOW + seconds)
    assert (one.is_turning, one.slot) == (False, target)


def test_on_its_way_it_passes_the_slots_between():
    one = wheel(7)
    one.go(2, now=NOW)
    passed = []
    for halves in range(4):
        one.advance(NOW + halves / 2)
        passed.append(one.slot)
    assert passed == [7, 8, 1, 2]


def test_a_new_slot_is_reached_from_where_it_is():
    one = wheel(1)
    one.go(4, now=NOW)
    one.go(8, now=NOW + 0.5)
    assert one.remaining == 1.0
    one.advance(NOW + 2)
    assert one.slot == 8


def test_where_it_is_it_need_not_go():
    one = wheel(5)
    one.go(5, now=NOW)
    assert not one.is_turning


@given(slots, st.lists(st.tuples(slots, st.floats(0, 3)), min_size=1, max_size=10))
def test_it_always_arrives_within_half_a_turn(slot, orders):
    one, now = wheel(slot), NOW
    for target, wait in orders:
        one.go(target, now=now)
        assert one.remaining <= 2.0 + 1e-9
        now += wait
    one.advance(now + 2.1)
    assert (one.is_turning, one.slot) == (False, orders[-1][0])


def test_a_clock_that_is_set_back_holds_nothing_up():
    one = wheel()
    one.go(3, now=NOW)
    one.advance(NOW - 60)
    assert one.slot == 1
    one.advance(NOW - 59)
    assert one.slot == 3
