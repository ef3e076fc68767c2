"""What was begun counts as over when PHD2 says so in effect, and not a reading earlier."""

import pytest

from lightapt_drivers.phd2.words import AppState
from lightapt_drivers.phd2.working import Work


def test_a_settle_that_was_heard_of_ends_with_the_first_reading_that_says_so():
    work = Work()
    work.heard(is_settling=True)
    assert work.end(AppState.GUIDING, is_settling=True) is None
    assert "was lost" in work.end(AppState.GUIDING, is_settling=False)


@pytest.mark.parametrize("between", [True, None])
def test_readings_count_only_in_a_row(between):
    work = Work()
    for is_settling in (False, between, False):
        assert work.end(AppState.GUIDING, is_settling=is_settling) is None
    assert work.is_doubtful
    assert "not heard" in work.end(AppState.GUIDING, is_settling=False)


@pytest.mark.parametrize("app", [AppState.CALIBRATING, AppState.PAUSED, None])
def test_what_may_go_on_unsettled_does_not_end(app):
    work = Work()
    work.heard()
    assert [work.end(app, is_settling=False) for _ in range(3)] == [None] * 3


def test_frames_without_a_word_tell_sooner_while_guiding():
    assert [Work().frame(AppState.GUIDING), Work().frame(AppState.LOOPING)] == [False, False]
    guiding, looping = Work(), Work()
    assert [guiding.frame(AppState.GUIDING) for _ in range(2)] == [False, True]
    assert not any(looping.frame(AppState.LOOPING) for _ in range(10))
