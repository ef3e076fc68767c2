"""What PHD2 would refuse, misunderstand or crash over is refused before it is sent, by its name."""

import pytest

from lightapt_drivers.phd2 import checks
from lightapt_drivers.phd2.errors import ParameterError
from lightapt_drivers.phd2.words import Axis, Position, Region, Settle

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("value", [NAN, INF, -INF, True, "1", None, [1], 5.1, -0.1])
def test_it_is_no_number_of_that_range(value):
    with pytest.raises(ParameterError, match="amount") as caught:
        checks.number(value, "amount", least=0, most=5)
    assert caught.value.parameter == "amount"


@pytest.mark.parametrize("value", [1.0, True, "1", None, 2**31, -(2**31) - 1])
def test_it_is_no_whole_number(value):
    with pytest.raises(ParameterError):
        checks.whole(value, "id")


def test_numbers_that_are_whole_are_sent_as_such():
    assert repr(checks.number(3.0, "time")) == "3"
    assert checks.number(3.5, "time") == 3.5


@pytest.mark.parametrize("value", [1, 0, "yes", None])
def test_only_truths_are_truths(value):
    with pytest.raises(ParameterError):
        checks.flag(value, "connected")


@pytest.mark.parametrize(
    "settle",
    [
        Settle(-1, 5, 60),
        Settle(0, 5, 60),
        Settle(NAN, 5, 60),
        Settle(1.5, -1, 60),
        Settle(1.5, 5, 0),
        Settle(1.5, 60, 60),
        Settle("1", 5, 60),
        Settle(1.5, 5, INF),
        {"pixels": 1},
        None,
    ],
)
def test_a_settle_that_can_never_come_true_is_refused(settle):
    with pytest.raises(ParameterError, match="settle"):
        checks.settle(settle)


@pytest.mark.parametrize("region", [Region(-1, 0, 9, 9), Region(0, 0, 0, 9), Region(0, 0, 9.5, 9), (0, 0, 9, 9)])
def test_a_region_is_of_whole_pixels_and_not_empty(region):
    with pytest.raises(ParameterError):
        checks.region(region, "roi")


@pytest.mark.parametrize("place", [Position(-1, 0), Position(NAN, 0), (1, 2)])
def test_a_position_is_on_the_frame(place):
    with pytest.raises(ParameterError):
        checks.position(place, "position")


@pytest.mark.parametrize("path", ["x.fit", "", None, "C:x.fit", "./x"])
def test_a_path_is_absolute(path):
    with pytest.raises(ParameterError):
        checks.path(path, "path")


@pytest.mark.parametrize("path", ["/x.fit", "C:\\x.fit", "d:/x.fit", "\\\\host\\x.fit"])
def test_absolute_paths_may_be_of_windows(path):
    assert checks.path(path, "path") == path


def test_a_word_that_is_no_choice_is_refused_with_the_choices():
    with pytest.raises(ParameterError, match=r"Axis\.RA, Axis\.DEC"):
        checks.choice("ra", Axis, "axis")
