"""A playback's clock can be stopped, set and made to run faster."""

from lightapt_drivers.replaying.playback import Playback


def test_a_position_moves_with_the_clock_times_the_speed():
    playback = Playback(speed=10.0, is_playing=True, now=100.0)
    assert playback.position(100.5) == 5.0
    assert playback.wait(20.0, 101.0) == 1.0
    assert playback.wait(1.0, 101.0) == 0.0


def test_a_pause_stops_it_and_play_goes_on_from_there():
    playback = Playback(speed=1.0, is_playing=True, now=0.0)
    playback.pause(2.0)
    assert playback.position(50.0) == 2.0
    assert playback.wait(3.0, 50.0) is None
    playback.play(60.0)
    assert playback.wait(3.0, 60.0) == 1.0


def test_another_speed_counts_from_then_on():
    playback = Playback(speed=1.0, is_playing=True, now=0.0)
    playback.change_speed(4.0, 2.0)
    assert playback.position(3.0) == 6.0


def test_as_fast_as_possible_nothing_is_waited_for_and_what_was_played_is_the_position():
    playback = Playback(speed=0.0, is_playing=True, now=0.0)
    assert playback.wait(3600.0, 0.0) == 0.0
    playback.reached(3600.0, 1.0)
    assert playback.position(9.0) == 3600.0


def test_where_the_clock_tells_the_position_entries_do_not():
    playback = Playback(speed=1.0, is_playing=True, now=0.0)
    playback.reached(1.0, 1.5)
    assert playback.position(1.5) == 1.5
