"""Restarts come with growing pauses, and so many times within a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightapt_server.config import HubConfig
from lightapt_server.restart import RestartPolicy


def test_each_pause_is_twice_the_one_before_up_to_a_limit() -> None:
    policy = RestartPolicy(HubConfig(restarts=6, backoff_first=0.5, backoff_limit=5.0))
    assert [policy.next_pause(float(now)) for now in range(7)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, None]


def test_restarts_of_long_ago_are_forgotten_but_counted() -> None:
    policy = RestartPolicy(HubConfig(restarts=2, restart_window=100.0, backoff_first=0.5))
    assert [policy.next_pause(now) for now in (0.0, 60.0, 99.0)] == [0.5, 1.0, None]
    assert [policy.next_pause(now) for now in (100.0, 161.0, 162.0)] == [1.0, 1.0, None]
    assert policy.restarts == 4


def test_without_restarts_it_is_given_up_at_once() -> None:
    policy = RestartPolicy(HubConfig(restarts=0))
    assert policy.next_pause(0.0) is None
    assert policy.restarts == 0


@given(st.lists(st.floats(0.0, 50.0), max_size=200), st.integers(0, 10))
def test_no_window_holds_more_than_allowed(gaps: list[float], most: int) -> None:
    policy = RestartPolicy(HubConfig(restarts=most, restart_window=100.0))
    now, granted = 0.0, []
    for gap in gaps:
        now += gap
        if policy.next_pause(now) is not None:
            granted.append(now)
    assert all(sum(start <= other < start + 100.0 for other in granted) <= most for start in granted)
