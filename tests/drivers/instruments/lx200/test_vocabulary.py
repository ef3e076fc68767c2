"""The vocabulary is what commands spell."""

from lightapt_drivers.instruments.lx200.vocabulary import Direction, SlewAnswer, SlewRate, TrackRate


def test_slew_rates_go_from_slow_to_fast():
    assert [rate.value for rate in SlewRate] == ["G", "C", "M", "S"]


def test_directions_and_track_rates_are_letters():
    assert {direction.value for direction in Direction} == set("nsew")
    assert {rate.value for rate in TrackRate} == set("QSL")


def test_a_slew_that_is_accepted_needs_no_words():
    assert SlewAnswer(0).text == ""
