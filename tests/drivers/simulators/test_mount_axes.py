"""An axis keeps to its speed and acceleration, and ends where it should."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_axes import Motion, Phase, at_rest, ramp, slew

START = 1_800_000_000.0
DRIFT = 0.00417807

positions = st.floats(-270, 270)
velocities = st.floats(-6, 6)
accelerations = st.floats(0.1, 20)


def test_an_axis_at_rest_stays():
    assert at_rest(START, 5.0).at(START + 1e6) == (5, 0)


def test_phases_follow_one_another_and_then_the_speed_stays():
    motion = Motion(START, 0.0, 0.0, (Phase(2.0, 1.0), Phase(3.0, 0.0), Phase(1.0, -2.0)))
    assert motion.at(START + 1) == (0.5, 1)
    assert motion.at(START + 2) == (2, 2)
    assert motion.at(START + 4) == (6, 2)
    assert motion.at(START + 6) == (9, 0)
    assert motion.at(START + 60) == (9, 0)
    assert motion.end == START + 6


@given(positions, velocities, st.floats(-6, 6), accelerations)
def test_a_ramp_comes_to_its_velocity_at_its_acceleration(position, begin, end, acceleration):
    motion = ramp(Motion(START, position, begin), end, acceleration=acceleration)
    assert motion.end - START == pytest.approx(abs(end - begin) / acceleration, abs=1e-6)
    assert motion.at(motion.end + 5)[1] == pytest.approx(end, abs=1e-9)


@given(positions, velocities, positions, accelerations, st.floats(0.5, 10))
def test_a_slew_ends_on_its_target_and_drifts_with_it(position, begin, target, acceleration, speed):
    motion = slew(Motion(START, position, begin), target, drift=DRIFT, speed=speed, acceleration=acceleration)
    for later in (0.0, 1.0, 1000.0):
        where, velocity = motion.at(motion.end + later)
        assert where == pytest.approx(target + DRIFT * (motion.end + later - START), abs=1e-8)
        assert velocity == pytest.approx(DRIFT, abs=1e-5)


@given(positions, positions, accelerations, st.floats(0.5, 10), st.floats(0, 1))
def test_a_slew_never_exceeds_its_speed(position, target, acceleration, speed, part):
    motion = slew(at_rest(START, position), target, drift=DRIFT, speed=speed, acceleration=acceleration)
    assert motion.top_speed() <= speed + 1e-9
    assert abs(motion.at(START + part * (motion.end - START))[1]) <= speed + 1e-9
    assert all(abs(phase.acceleration) <= acceleration for phase in motion.phases)


@pytest.mark.parametrize(("way", "seconds"), [(100.0, 22.0), (-100.0, 22.0), (2.5, 2.0), (-2.5, 2.0), (0.0, 0.0)])
def test_a_slew_takes_as_long_as_a_trapezoid_does(way, seconds):
    motion = slew(at_rest(START, 0.0), way, drift=0.0, speed=5.0, acceleration=2.5)
    assert motion.end - START == pytest.approx(seconds, abs=1e-6)


def test_a_slew_that_must_turn_back_first_brakes():
    motion = slew(Motion(START, 0.0, 4.0), -1.0, drift=0.0, speed=4.0, acceleration=2.0)
    assert motion.at(START + 2)[1] == pytest.approx(0)
    assert motion.at(motion.end) == (pytest.approx(-1), pytest.approx(0, abs=1e-6))


def test_a_slew_that_is_too_fast_slows_down():
    motion = slew(Motion(START, 0.0, 8.0), 100.0, drift=0.0, speed=4.0, acceleration=2.0)
    assert motion.at(START + 2)[1] == pytest.approx(4)
    assert motion.at(motion.end) == (pytest.approx(100), pytest.approx(0, abs=1e-6))


@given(positions, velocities, positions, st.floats(0, 1), st.floats(0, 1))
def test_the_rest_of_a_motion_is_that_motion(position, begin, target, cut, look):
    motion = slew(Motion(START, position, begin), target, drift=DRIFT, speed=6.0, acceleration=6.0)
    length = motion.end - START
    time = START + cut * length + look * 10
    rest = motion.since(START + cut * length)
    assert rest.at(time) == (pytest.approx(motion.at(time)[0], abs=1e-5), pytest.approx(motion.at(time)[1], abs=1e-5))


@given(st.floats(0, 60), st.floats(-0.01, 0.01), st.floats(0, 60))
def test_a_nudge_adds_to_whatever_the_axis_does(when, velocity, later):
    motion = slew(at_rest(START, 0.0), 100.0, drift=DRIFT, speed=6.0, acceleration=6.0)
    nudged = motion.nudged(START + when, velocity)
    time = START + when + later
    assert nudged.at(time)[0] - motion.at(time)[0] == pytest.approx(velocity * later, abs=1e-5)


@given(velocities, st.floats(-6, 6))
def test_a_ramp_through_zero_turns_once(begin, end):
    assume(abs(begin) > 1e-3)
    assume(abs(end) > 1e-3)
    motion = ramp(Motion(START, 0.0, begin), end, acceleration=2.0)
    turns = list(motion.turns(START, START + 100))
    assert len(turns) == (begin * end < 0)
    for turn in turns:
        assert motion.at(turn)[1] == pytest.approx(0, abs=1e-5)


def test_turns_outside_the_time_asked_for_are_left_out():
    motion = ramp(Motion(START, 0.0, 2.0), -2.0, acceleration=2.0)
    assert list(motion.turns(START, START + 0.9)) == []
    assert list(motion.turns(START + 1.1, START + 5)) == []
    assert list(motion.turns(START + 0.9, START + 1.1)) == [START + 1]
