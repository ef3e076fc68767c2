"""A driver is asked when it leaves messages unanswered, and hangs when it does not answer that."""

from __future__ import annotations

from lightapt_server.watchdog import Verdict, Watchdog


def test_silence_is_fine_as_long_as_nothing_is_unanswered() -> None:
    watchdog = Watchdog(10.0)
    assert {watchdog.look(now=float(now), heard=1.0, unanswered=0) for now in range(100)} == {Verdict.FINE}


def test_it_is_asked_once_at_half_time_and_hangs_once_at_the_end() -> None:
    watchdog = Watchdog(10.0)
    verdicts = [watchdog.look(now=float(now), heard=1.0, unanswered=3) for now in range(2, 22)]
    assert verdicts == [*[Verdict.FINE] * 5, Verdict.ASK, *[Verdict.FINE] * 4, Verdict.HUNG, *[Verdict.FINE] * 9]


def test_a_sign_of_life_begins_anew() -> None:
    watchdog = Watchdog(10.0)
    assert watchdog.look(now=2.0, heard=1.0, unanswered=1) is Verdict.FINE
    assert watchdog.look(now=7.0, heard=1.0, unanswered=1) is Verdict.ASK
    assert watchdog.look(now=11.0, heard=10.5, unanswered=1) is Verdict.FINE
    assert watchdog.look(now=12.0, heard=10.5, unanswered=1) is Verdict.FINE
    assert watchdog.look(now=16.0, heard=10.5, unanswered=1) is Verdict.ASK
    assert watchdog.look(now=21.0, heard=10.5, unanswered=1) is Verdict.HUNG


def test_one_that_could_not_be_asked_does_not_hang() -> None:
    watchdog = Watchdog(10.0)
    for now in range(100):
        if watchdog.look(now=float(now), heard=1.0, unanswered=1) is Verdict.ASK:
            watchdog.excuse()
        else:
            assert not watchdog._reported


def test_a_timeout_of_0_is_never() -> None:
    watchdog = Watchdog(0.0)
    assert {watchdog.look(now=float(now), heard=1.0, unanswered=1) for now in range(100)} == {Verdict.FINE}
