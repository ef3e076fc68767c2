"""A cover opens and closes as time passes."""

import pytest

from lightapt_drivers.simulators.cover_model import CoverMechanism


def test_it_takes_its_time():
    cover = CoverMechanism(travel=10, now=100)
    cover.go(1, now=100)
    assert cover.remaining == pytest.approx(10)
    cover.advance(104)
    assert cover.opening == pytest.approx(0.4)
    assert cover.is_moving
    cover.advance(111)
    assert cover.opening == 1
    assert not cover.is_moving


def test_it_turns_back_from_where_it_is():
    cover = CoverMechanism(travel=10, now=100)
    cover.go(1, now=100)
    cover.go(0, now=104)
    assert cover.remaining == pytest.approx(4)
    cover.advance(109)
    assert cover.opening == 0


def test_it_stops_where_it_is():
    cover = CoverMechanism(travel=10, now=100)
    cover.go(1, now=100)
    cover.stop(now=102)
    cover.advance(200)
    assert cover.opening == pytest.approx(0.2)
    assert not cover.is_moving


def test_it_is_put_somewhere_by_hand():
    cover = CoverMechanism(travel=10, now=100)
    cover.place(0.7)
    assert cover.opening == 0.7
    assert not cover.is_moving


def test_when_the_clock_is_set_back_it_goes_on_from_there():
    cover = CoverMechanism(travel=10, now=100)
    cover.go(1, now=100)
    cover.advance(104)
    cover.advance(50)
    assert cover.opening == pytest.approx(0.4)
    cover.advance(51)
    assert cover.opening == pytest.approx(0.5)
