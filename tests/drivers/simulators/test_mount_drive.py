"""The motors do what they are told, and the telescope hangs on them by a play."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_drive import Drive
from lightapt_drivers.simulators.mount_geometry import Axes

START = 1_800_000_000.0
REST = Axes(0.0, 0.0)


def drive(position=REST, play=0.0):
    made = Drive(START, position)
    made.set_play(play)
    return made


def test_a_drive_that_is_told_nothing_rests():
    resting = drive(Axes(3.0, 4.0))
    resting.advance(START + 1e6)
    assert (resting.position, resting.velocity, resting.top_speed) == (Axes(3.0, 4.0), REST, REST)


def test_time_does_not_go_back():
    moving = drive()
    moving.ramp(Axes(1.0, 0.0), acceleration=1e9)
    moving.advance(START + 10)
    moving.advance(START + 5)
    assert moving.now == START + 10
    assert moving.position.primary == pytest.approx(10)


def test_each_axis_slews_on_its_own():
    slewing = drive()
    slewing.slew(Axes(10.0, -40.0), drift=REST, speed=4.0, acceleration=4.0)
    assert slewing.arrival == pytest.approx(START + 11)
    slewing.advance(START + 5)
    assert slewing.position.primary == pytest.approx(10)
    assert slewing.position.secondary == pytest.approx(-18)
    assert slewing.top_speed == Axes(0.0, pytest.approx(4))
    slewing.advance(START + 11)
    assert slewing.position.secondary == pytest.approx(-40)


def test_a_nudge_acts_at_once_and_on_top():
    nudged = drive()
    nudged.ramp(Axes(1.0, 0.0), acceleration=1.0)
    nudged.nudge(Axes(0.5, 0.25))
    nudged.advance(START + 2)
    assert nudged.velocity == Axes(1.5, 0.25)
    assert nudged.position == Axes(2.5, 0.5)


def test_after_a_reversal_the_telescope_waits_until_the_play_is_over():
    hanging = drive(play=2.0)
    hanging.ramp(Axes(0.0, 1.0), acceleration=1e9)
    hanging.advance(START + 5)
    assert hanging.load.secondary == pytest.approx(4)
    assert hanging.load_velocity.secondary == 1
    hanging.ramp(Axes(0.0, -1.0), acceleration=1e9)
    hanging.advance(START + 6)
    assert hanging.position.secondary == pytest.approx(4)
    assert hanging.load.secondary == pytest.approx(4)
    assert hanging.load_velocity.secondary == 0
    hanging.advance(START + 9)
    assert hanging.load.secondary == pytest.approx(2)
    assert hanging.load_velocity.secondary == -1


def test_a_turn_between_two_looks_pushes_the_telescope_too():
    hanging = drive(play=2.0)
    hanging.ramp(Axes(0.0, 4.0), acceleration=1e12)
    hanging.ramp(Axes(0.0, -4.0), acceleration=2.0)
    hanging.advance(START + 2.5)
    assert hanging.position.secondary == pytest.approx(3.75)
    # The motor has turned back at 4, and not yet through the play.
    assert hanging.load.secondary == pytest.approx(3)


def test_the_hour_angle_axis_has_no_play():
    hanging = drive(play=2.0)
    hanging.ramp(Axes(1.0, 0.0), acceleration=1e9)
    hanging.advance(START + 5)
    assert hanging.load.primary == hanging.position.primary
    assert hanging.load_velocity.primary == 1


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(-4, 4)), max_size=6), st.lists(st.floats(0, 30), max_size=8))
def test_it_makes_no_difference_how_often_one_looks(orders, looks):
    once, often = drive(play=1.0), drive(play=1.0)
    time = START
    for seconds, velocity in orders:
        for each in (once, often):
            each.ramp(Axes(-velocity, velocity), acceleration=3.0)
        for look in sorted(looks):
            if look < seconds:
                often.advance(time + look)
        time += seconds
        once.advance(time)
        often.advance(time)
    assert often.position.secondary == pytest.approx(once.position.secondary, abs=1e-6)
    assert often.load.secondary == pytest.approx(once.load.secondary, abs=1e-6)


def test_what_is_placed_rests_in_the_middle_of_the_play():
    placed = drive(play=2.0)
    placed.ramp(Axes(1.0, 1.0), acceleration=1.0)
    placed.advance(START + 5)
    placed.place(Axes(7.0, 8.0))
    assert placed.load == placed.position == Axes(7.0, 8.0)
    assert placed.velocity == REST


def test_less_play_pulls_the_telescope_along():
    hanging = drive(play=2.0)
    hanging.ramp(Axes(0.0, 1.0), acceleration=1e9)
    hanging.advance(START + 5)
    hanging.set_play(0.0)
    assert hanging.load.secondary == hanging.position.secondary
