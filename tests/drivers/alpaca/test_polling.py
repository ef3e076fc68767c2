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
    pace.spent(2)
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


def test_what_is_spent_besides_looks_that_fail_is_waited_for_once():
    pace = Pace()
    pace.spent(2)
    pace.failed(0, idle=2.0)
    assert pace.due == 6
    pace.failed(6, idle=2.0)
    assert pace.due == 8


def test_looks_that_are_wanted_again_and_again_cost_an_idle_device_one_request_a_second():
    pace, now, requests = Pace(), 0.0, 0
    while now < 60:
        pace.begins(now, idle=6000)
        looked(pace, now, idle=6000, took=0.1, requests=2)
        pace.spent(1)
        pace.want(now + 0.2, within=10)
        now, requests = pace.due, requests + 3
    assert (requests, now) == (60, 60)


def test_a_look_that_is_wanted_waits_no_longer_than_one_that_is_not():
    pace = Pace()
    looked(pace, 0, idle=0.5)
    pace.want(0.1, within=0)
    assert pace.due == 0.5


def test_a_slow_server_keeps_its_half_though_a_look_is_wanted():
    pace = Pace()
    looked(pace, 0, moves=True, took=2.0, idle=60)
    pace.want(2, within=1)
    assert pace.due == 4


def test_a_look_that_is_wanted_is_made_at_once_unless_it_is_due_soon():
    pace = Pace()
    looked(pace, 0, idle=60)
    pace.want(5, within=60)
    assert pace.due == 60
    pace.want(5, within=10)
    assert pace.due == 5


def test_a_look_that_is_wanted_during_another_comes_after_that_and_is_the_only_one():
    pace = Pace()
    pace.begins(0, idle=60)
    pace.want(0.1, within=10)
    assert looked(pace, 0, idle=60, took=0.5) == 1
    pace.begins(1, idle=60)
    assert looked(pace, 1, idle=60) == 60
    pace.begins(60.5, idle=60)
    pace.want(61, within=10)
    pace.failed(62, idle=60)
    assert pace.due == 63


def test_a_look_that_failed_after_more_requests_is_made_less_often_too():
    pace = Pace()
    pace.failed(10, idle=1.0, requests=2)
    assert pace.due == 12
    pace.failed(10, idle=1.0, requests=12, one_request=False)
    assert pace.due == 13


def test_it_is_quick_while_something_moves_or_somebody_waits():
    pace = Pace()
    assert not pace.is_quick(1)
    looked(pace, 1, moves=True)
    assert pace.is_quick(2)
    looked(pace, 2)
    assert not pace.is_quick(3)
    pace.attend(3)
    assert pace.is_quick(4)
    pace.failed(4, idle=1)
    assert not pace.is_quick(4)
