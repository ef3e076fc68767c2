"""Live numbers: finite, and within ranges that may change."""

import math

import pytest

from lightapt_drivers.kit.live_numbers import LiveNumber
from lightapt_protocol.members import DefNumber, OneNumber
from tests.drivers.kit.test_live import axes


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("way", [LiveNumber.set, LiveNumber.change, LiveNumber.ok])
def test_a_number_that_is_not_finite_is_refused_and_the_old_one_stays(value, way):
    live, told = axes()
    with pytest.raises(ValueError, match=r"D\.P\.X must be a finite number, not (nan|inf)"):
        way(live, X=value)
    assert (live["X"], told.all()) == (1.0, [])


def test_a_number_that_is_not_finite_is_not_defined_either():
    live, told = axes()
    with pytest.raises(ValueError, match=r"D\.P\.X must be a finite number, not nan"):
        live.redefine(DefNumber("X", math.nan))
    assert (live["X"], told.all()) == (1.0, [])


def test_a_new_range_is_told_with_an_update_and_kept():
    live, told = axes()
    live.limit("X", min=-1, max=5, step=0.5)
    assert told.one().members == (
        OneNumber("X", 1.0, min=-1, max=5, step=0.5),
        OneNumber("Y", 2.0, min=0, max=10, step=0),
    )
    assert live.range("X") == (-1, 5)
    live.define()
    assert told.one().members[0] == DefNumber("X", 1.0, min=-1, max=5, step=0.5)


def test_a_value_outside_its_new_range_moves_to_the_edge():
    live, _ = axes()
    live.limit("X", min=4, max=5)
    live.limit("Y", min=0, max=1)
    assert live.values == {"X": 4, "Y": 1}


def test_where_min_is_max_there_is_no_range():
    live, _ = axes()
    live.limit("X", min=0, max=0)
    assert live["X"] == 1.0
