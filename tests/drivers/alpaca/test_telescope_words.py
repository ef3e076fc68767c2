"""ASCOM's words for telescopes, in INDI's: signs, units, rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.alpaca.errors import AnswerError
from lightapt_drivers.alpaca.telescope_words import (
    SIDEREAL,
    Range,
    arcseconds_of_offset,
    nearest,
    offset_of_arcseconds,
    ranges,
    separation,
    speeds,
    west_or_east,
)


@pytest.mark.parametrize(("indi", "ascom"), [(0, 0), (90, 90), (179, 179), (180, -180), (290, -70), (360, 0)])
def test_longitudes_are_west_or_east(indi, ascom):
    assert west_or_east(indi) == ascom


def test_the_sidereal_rate_is_no_offset_and_none_at_all_is_a_second_a_second():
    assert offset_of_arcseconds(SIDEREAL) == 0
    assert offset_of_arcseconds(0) == 1


@given(st.floats(-1000, 1000))
def test_a_rate_comes_back_from_its_offset(rate):
    assert arcseconds_of_offset(offset_of_arcseconds(rate)) == pytest.approx(rate, abs=1e-9)


def test_rates_of_an_axis_are_read_without_those_that_are_none():
    found = ranges([{"Minimum": 0, "Maximum": 0}, {"Minimum": 1.5, "Maximum": 3}], asked="AxisRates")
    assert found == [Range(1.5, 3)]


@pytest.mark.parametrize("value", [None, [3], [{"Minimum": 1}], [{"Minimum": "a", "Maximum": 2}]])
def test_what_is_no_list_of_rates_is_an_error(value):
    with pytest.raises(AnswerError):
        ranges(value, asked="AxisRates")


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.001, 10)), min_size=1, max_size=20))
def test_the_speeds_offered_are_few_in_order_and_within_the_axis_rates(pairs):
    known = [Range(min(pair), max(pair)) for pair in pairs]
    offered = speeds(known)
    assert offered == sorted(set(offered))
    assert 0 < len(offered) <= 10
    assert offered[-1] == max(one.maximum for one in known)
    assert all(any(one.minimum <= speed <= one.maximum for one in known) for speed in offered)


def test_the_nearest_rate_of_another_axis_is_taken():
    assert nearest(5.0, [Range(0.1, 0.1), Range(1, 4)]) == 4
    assert nearest(2.0, [Range(0.1, 0.1), Range(1, 4)]) == 2
    assert nearest(2.0, []) == 2


def test_separations_are_great_circles():
    assert separation(0, 0, 6, 0) == pytest.approx(90)
    assert separation(23.9, 89.9, 11.9, 89.9) == pytest.approx(0.2)
    assert separation(5, 20, 5, 20) == 0
