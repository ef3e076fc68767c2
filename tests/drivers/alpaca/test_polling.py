"""A device is looked at often while something moves, and seldom while nothing does."""

import pytest

from lightapt_drivers.alpaca.polling import Pace


def looked(pace, at, *, moves=False, took=0.0, requests=1, one_request=True, idle=1.0):
    pace.looked(at, at + took, moves=moves, requests=requests, one_request=one_request, idle=idle)
    return pace.due - at


def test_an_idle_device_that_tells_its_state_in_one_request_gets_one_a_second():
    pace = Pace()
    looks, now = 0, 0.0
    while now < 60:
        looked(pace, now)
        looks, now = looks + 1, pace.due
    assert looks <= 60


def test_what_takes_more_requests_is_done_less_often():
    assert looked(Pace(), 0, requests=3) == 3
    assert looked(Pace(), 0, requests=12, one_request=False) == 3
    assert looked(Pace(), 0, requests=3, one_request=False) == 1


def test_what_is_spent_besides_the_looks_is_waited_for_once():
    pace = Pace()
    pace.spent(2, idle=1.0)
    assert looked(pace, 0) == 3
    assert looked(pace, 3) == 1


def test_what_moves_is_looked_at_four_times_a_second():
    assert looked(Pace(), 10, moves=True) == pytest.approx(0.25)


def test_a_slow_server_has_half_of_the_time_for_itself():
    assert looked(Pace(), 10, moves=True, took=1.0) == pytest.approx(2.0)


def test_what_was_just_begun_is_looked_at_often_even_if_it_does_not_move_yet():
    pace = Pace()
    looked(pace, 0)
    pace.hurry(0.1)
    assert pace.due == 0.1
    assert looked(pace, 0.1) == pytest.approx(0.25)
    assert looked(pace, 3.2) == 1


def test_who_waits_for_looks_brings_them_often_and_none_at_once():
    pace = Pace()
    for now in range(10, 60):
        pace.attend(now)
        assert looked(pace, now) == pytest.approx(0.25)
        pace.attend(now + 0.1)
        assert pace.due == now + 0.25
    pace.failed(60, idle=1)
    pace.attend(60)
    assert pace.due == 61


def test_a_look_that_failed_ends_the_hurry():
    pace = Pace()
    pace.hurry(0)
    pace.failed(0.1, idle=1)
    assert pace.due == pytest.approx(1.1)
    assert looked(pace, 1.1) == 1


def test_a_shorter_period_than_the_fast_one_counts_while_something_moves_too():
    assert looked(Pace(), 0, moves=True, idle=0.02) == pytest.approx(0.02)


def test_a_look_of_which_nothing_more_is_heard_does_not_bring_the_next_at_once():
    pace = Pace()
    pace.begins(5, idle=1)
    assert pace.due == 6
