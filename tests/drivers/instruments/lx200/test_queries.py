"""What is sent to LX200 mounts."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.lx200 import answers, queries
from lightapt_drivers.instruments.lx200.vocabulary import Direction, Precision, SlewRate, TrackRate

LOW, HIGH = Precision.LOW, Precision.HIGH


@pytest.mark.parametrize(
    ("query", "command"),
    [
        (queries.CLEAR, b"#"),
        (queries.ALIGNMENT, b"\x06"),
        (queries.RIGHT_ASCENSION, b":GR#"),
        (queries.DECLINATION, b":GD#"),
        (queries.SLEW, b":MS#"),
        (queries.SYNC, b":CM#"),
        (queries.IS_SLEWING, b":D#"),
        (queries.HALT, b":Q#"),
        (queries.halt(Direction.EAST), b":Qe#"),
        (queries.move(Direction.SOUTH), b":Ms#"),
        (queries.pulse(Direction.NORTH, 250), b":Mgn0250#"),
        (queries.pulse(Direction.WEST, 9999), b":Mgw9999#"),
        (queries.set_slew_rate(SlewRate.FIND), b":RM#"),
        (queries.set_track_rate(TrackRate.LUNAR), b":TL#"),
        (queries.maybe_answered("hP"), b":hP#"),
        (queries.pier_side("Gm"), b":Gm#"),
        (queries.set_local_time(time(3, 4, 5)), b":SL03:04:05#"),
        (queries.set_date(date(2026, 1, 2)), b":SC01/02/26#"),
    ],
)
def test_commands_are_spelt_as_in_the_protocol(query, command):
    assert query.command == command


@pytest.mark.parametrize(
    ("hours", "precision", "command"),
    [
        (13.26, HIGH, b":Sr13:15:36#"),
        (13.26, LOW, b":Sr13:15.6#"),
        (0, HIGH, b":Sr00:00:00#"),
        (23.99999, HIGH, b":Sr00:00:00#"),
        (23.99999, LOW, b":Sr00:00.0#"),
        (12 - 1e-9, HIGH, b":Sr12:00:00#"),
        (24, HIGH, b":Sr00:00:00#"),
    ],
)
def test_right_ascensions_are_rounded_and_carry(hours, precision, command):
    assert queries.set_right_ascension(hours, precision).command == command


@pytest.mark.parametrize(
    ("degrees", "precision", "command"),
    [
        (-45.9958, HIGH, b":Sd-45*59:45#"),
        (-45.9958, LOW, b":Sd-46*00#"),
        (-0.5, LOW, b":Sd-00*30#"),
        (-0.01, HIGH, b":Sd-00*00:36#"),
        (5 - 1e-9, HIGH, b":Sd+05*00:00#"),
        (90, HIGH, b":Sd+90*00:00#"),
    ],
)
def test_declinations_are_rounded_and_carry(degrees, precision, command):
    assert queries.set_declination(degrees, precision).command == command


@pytest.mark.parametrize("degrees", [90.001, -91])
def test_there_is_nothing_beyond_the_poles(degrees):
    with pytest.raises(ValueError, match="beyond a pole"):
        queries.set_declination(degrees, HIGH)
    with pytest.raises(ValueError, match="beyond a pole"):
        queries.set_latitude(degrees)


@pytest.mark.parametrize(
    ("east", "command"),
    [
        (242, b":Sg118*00#"),
        (10.5, b":Sg349*30#"),
        (0, b":Sg000*00#"),
        (359.9999, b":Sg000*00#"),
        (0.0001, b":Sg000*00#"),
    ],
)
def test_longitudes_are_sent_westward(east, command):
    assert queries.set_longitude(east).command == command


@pytest.mark.parametrize(
    ("hours", "command"),
    [
        (-2, b":SG-02#"),
        (5, b":SG+05#"),
        (-5.5, b":SG-05.5#"),
        (0, b":SG+00#"),
        (-0.01, b":SG+00#"),
        (9.75, b":SG+09.8#"),
    ],
)
def test_offsets_are_whole_or_have_a_tenth(hours, command):
    assert queries.set_utc_offset(hours).command == command


@pytest.mark.parametrize("milliseconds", [-1, 10_000])
def test_a_pulse_has_four_digits(milliseconds):
    with pytest.raises(ValueError, match="pulse"):
        queries.pulse(Direction.EAST, milliseconds)


@given(st.floats(0, 24, exclude_max=True))
def test_a_right_ascension_is_sent_to_half_a_second(hours):
    sent = queries.set_right_ascension(hours, HIGH).command
    back = answers.hours(sent.removeprefix(b":Sr"))
    assert abs((back - hours + 12) % 24 - 12) <= 0.5001 / 3600


@given(st.floats(-90, 90))
def test_a_declination_is_sent_to_half_a_second(degrees):
    sent = queries.set_declination(degrees, HIGH).command
    assert answers.elevation(sent.removeprefix(b":Sd")) == pytest.approx(degrees, abs=0.5001 / 3600)


@given(st.floats(0, 360, exclude_max=True))
def test_a_longitude_is_sent_to_half_a_minute(east):
    sent = queries.set_longitude(east).command
    back = answers.longitude(sent.removeprefix(b":Sg"))
    assert abs((back - east + 180) % 360 - 180) <= 0.5001 / 60
