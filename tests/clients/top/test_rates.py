"""Rates in few characters."""

import pytest

from lightapt_clients.top.rates import History, counted, short_count, short_size, sparkline


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (3, "3"), (0.42, "0.4"), (12.4, "12"), (999, "999"), (999.6, "1.0k"), (3400, "3.4k"), (2.5e6, "2.5M")],
)
def test_counts_are_told_in_few_characters(count, text):
    assert short_count(count) == text


def test_sizes_have_units():
    assert [short_size(size) for size in (0, 950, 1200, 33e6)] == ["0 B", "950 B", "1.2 kB", "33 MB"]


def test_the_highest_bar_is_full_nothing_is_blank_and_little_is_not():
    assert sparkline([0, 0.01, 50, 100], 4) == " ▁▄█"


def test_a_line_has_its_width_with_the_newest_at_the_right():
    assert sparkline([1], 4) == "   █"
    assert sparkline([9, 9, 0, 9], 2) == " █"
    assert sparkline([], 3) == "   "


def test_a_history_keeps_so_many():
    history = History(2)
    assert history.last == 0
    for rate in (1, 2, 3):
        history.add(rate)
    assert (history.last, history.line(5)) == (3, "   ▅█")


def test_one_thing_is_not_several():
    assert [counted(count, "device") for count in (0, 1, 2)] == ["0 devices", "1 device", "2 devices"]
