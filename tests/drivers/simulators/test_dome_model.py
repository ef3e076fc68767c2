"""A dome turns as time passes."""

import pytest

from lightapt_drivers.simulators.dome_model import DomeMechanism


def dome(azimuth=0.0):
    mechanism = DomeMechanism(speed=1.0, now=100.0)
    mechanism.place(azimuth)
    return mechanism


def test_a_revolution_a_minute_is_six_degrees_a_second():
    mechanism = dome(350)
    mechanism.turn(20, way=30, now=100)
    assert mechanism.remaining == pytest.approx(5)
    mechanism.advance(102)
    assert mechanism.azimuth == pytest.approx(2)
    assert mechanism.is_turning
    mechanism.advance(110)
    assert mechanism.azimuth == 20
    assert not mechanism.is_turning


def test_it_turns_either_way():
    mechanism = dome(10)
    mechanism.turn(340, way=-30, now=100)
    mechanism.advance(103)
    assert mechanism.azimuth == pytest.approx(352)


def test_a_new_speed_holds_from_then_on():
    mechanism = dome()
    mechanism.turn(90, way=90, now=100)
    mechanism.advance(105)
    mechanism.speed = 2
    mechanism.advance(107)
    assert mechanism.azimuth == pytest.approx(54)


def test_it_stops_where_it_is():
    mechanism = dome()
    mechanism.turn(90, way=90, now=100)
    mechanism.stop(now=101)
    mechanism.advance(200)
    assert mechanism.azimuth == pytest.approx(6)
    assert not mechanism.is_turning


def test_time_at_rest_does_not_count():
    mechanism = dome()
    mechanism.advance(500)
    mechanism.turn(90, way=90, now=500)
    mechanism.advance(501)
    assert mechanism.azimuth == pytest.approx(6)


def test_when_the_clock_is_set_back_it_goes_on_from_there():
    mechanism = dome()
    mechanism.turn(90, way=90, now=100)
    mechanism.advance(105)
    mechanism.advance(50)
    assert mechanism.azimuth == pytest.approx(30)
    mechanism.advance(51)
    assert mechanism.azimuth == pytest.approx(36)
