"""Guide pulses are relays: closed for a time, one to a direction."""

from lightapt_drivers.simulators.mount_geometry import Axes
from lightapt_drivers.simulators.mount_guiding import GuidePort
from lightapt_drivers.simulators.mount_vocabulary import Direction

NORTH, SOUTH, WEST, EAST = Direction
UP, DOWN, ALONG, REST = Axes(0.0, 1.0), Axes(0.0, -1.0), Axes(1.0, 0.0), Axes(0.0, 0.0)


def test_a_pulse_adds_its_velocity_until_it_ends():
    port = GuidePort()
    assert port.close(NORTH, UP, until=10.0) == UP
    assert port.velocity() == UP
    assert port.next_end() == (10.0, NORTH)
    assert port.open(NORTH) == DOWN
    assert port.velocity() == REST
    assert port.next_end() is None


def test_a_second_pulse_in_the_same_direction_lasts_to_the_later_end_and_goes_no_faster():
    port = GuidePort()
    port.close(NORTH, UP, until=10.0)
    assert port.close(NORTH, UP, until=12.0) == REST
    assert port.close(NORTH, UP, until=11.0) == REST
    assert port.next_end() == (12.0, NORTH)
    assert port.velocity() == UP


def test_opposite_pulses_cancel_while_both_last():
    port = GuidePort()
    port.close(NORTH, UP, until=10.0)
    assert port.close(SOUTH, DOWN, until=4.0) == DOWN
    assert port.velocity() == REST
    assert port.next_end() == (4.0, SOUTH)
    assert port.open(SOUTH) == UP
    assert port.velocity() == UP


def test_the_axes_know_nothing_of_each_other():
    port = GuidePort()
    port.close(NORTH, UP, until=10.0)
    port.close(WEST, ALONG, until=5.0)
    assert port.velocity() == Axes(1.0, 1.0)
    port.open(WEST)
    assert port.velocity() == UP


def test_what_remains_of_a_pulse_shrinks_to_nothing():
    port = GuidePort()
    port.close(EAST, ALONG, until=10.0)
    assert port.remaining(EAST, 7.5) == 2.5
    assert port.remaining(EAST, 11.0) == 0
    assert port.remaining(WEST, 7.5) == 0


def test_opening_what_is_open_changes_nothing():
    assert GuidePort().open(NORTH) == REST


def test_clearing_says_what_was_closed():
    port = GuidePort()
    port.close(NORTH, UP, until=10.0)
    port.close(EAST, ALONG, until=5.0)
    assert port.clear() == (NORTH, EAST)
    assert port.velocity() == REST
    assert port.clear() == ()
