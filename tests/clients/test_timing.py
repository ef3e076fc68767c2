"""Pauses grow from attempt to attempt, and begin anew after a connection that held."""

from lightapt_clients.timing import Backoff, Timing

TIMING = Timing(pauses=(1.0, 2.0, 5.0), steady=10.0)


def test_pauses_grow_and_the_last_goes_on():
    backoff = Backoff(TIMING)
    assert [backoff.next_pause() for _ in range(5)] == [1.0, 2.0, 5.0, 5.0, 5.0]


def test_after_a_connection_that_held_they_begin_anew():
    backoff = Backoff(TIMING)
    backoff.next_pause()
    backoff.held(10.0)
    assert backoff.next_pause() == 1.0


def test_a_connection_that_is_lost_at_once_counts_as_a_failure():
    backoff = Backoff(TIMING)
    backoff.next_pause()
    backoff.held(9.9)
    assert backoff.next_pause() == 2.0
