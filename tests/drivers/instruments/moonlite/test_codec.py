"""What is sent to MoonLite focusers, and what they answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.errors import AnswerError
from lightapt_drivers.instruments.moonlite import codec
from lightapt_drivers.instruments.moonlite.codec import Speed


@pytest.mark.parametrize(
    ("query", "command"),
    [
        (codec.FIRMWARE, b":GV#"),
        (codec.POSITION, b":GP#"),
        (codec.GO, b":FG#"),
        (codec.HALT, b":FQ#"),
        (codec.CONVERT_TEMPERATURE, b":C#"),
        (codec.set_target(0), b":SN0000#"),
        (codec.set_target(0x537), b":SN0537#"),
        (codec.set_target(0x12345), b":SN12345#"),
        (codec.set_position(65535), b":SPFFFF#"),
        (codec.set_speed(Speed.STEPS_16), b":SD20#"),
        (codec.set_half_stepping(on=True), b":SH#"),
        (codec.set_half_stepping(on=False), b":SF#"),
        (codec.set_compensation(on=True), b":+#"),
        (codec.set_compensation(on=False), b":-#"),
        (codec.set_coefficient(-5), b":SCFB#"),
        (codec.set_temperature_offset(1), b":PO02#"),
        (codec.set_temperature_offset(-2.5), b":POFB#"),
    ],
)
def test_commands_are_spelt_as_in_the_manual(query, command):
    assert query.command == command


@pytest.mark.parametrize(
    ("query", "answer", "value"),
    [
        (codec.POSITION, b"0000#", 0),
        (codec.POSITION, b"FFFF#", 65535),
        (codec.POSITION, b"ffff#", 65535),
        (codec.POSITION, b"1869F#", 99999),
        (codec.TARGET, b"0537#", 0x537),
        (codec.IS_MOVING, b"01#", True),
        (codec.IS_MOVING, b"1#", True),
        (codec.IS_MOVING, b"00#", False),
        (codec.IS_HALF_STEPPING, b"FF#", True),
        (codec.IS_HALF_STEPPING, b"00#", False),
        (codec.SPEED, b"02#", Speed.STEPS_250),
        (codec.SPEED, b"20#", Speed.STEPS_16),
        (codec.TEMPERATURE, b"0028#", 20.0),
        (codec.TEMPERATURE, b"0029#", 20.5),
        (codec.TEMPERATURE, b"FFF5#", -5.5),
        (codec.TEMPERATURE, b"FFFFFFF5#", -5.5),
        (codec.COEFFICIENT, b"05#", 5),
        (codec.COEFFICIENT, b"FB#", -5),
        (codec.FIRMWARE, b"10#", "1.0"),
        (codec.FIRMWARE, b"27", "2.7"),
    ],
)
def test_answers_are_read(query, answer, value):
    assert query.read(answer) == value


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (codec.POSITION, b"#"),
        (codec.POSITION, b"123#"),
        (codec.POSITION, b"12G4#"),
        (codec.POSITION, b"1234"),
        (codec.POSITION, b"123456789#"),
        (codec.POSITION, b"-123#"),
        (codec.TEMPERATURE, b"28#"),
        (codec.IS_MOVING, b"02#"),
        (codec.SPEED, b"03#"),
        (codec.SPEED, b"0002#"),
        (codec.FIRMWARE, b"OK#"),
        (codec.FIRMWARE, b"1#"),
    ],
)
def test_what_is_no_answer_is_refused_and_shown(query, answer):
    with pytest.raises(AnswerError) as raised:
        query.read(answer)
    assert (raised.value.command, raised.value.answer) == (query.command, answer)


@pytest.mark.parametrize(("data", "end"), [(b"1", None), (b"10", None), (b"10#", 3)])
def test_the_version_may_have_an_end_or_not(data, end):
    assert codec.FIRMWARE.framing.end(data) == end
    assert (codec.FIRMWARE.framing.patience(data) is None) == (len(data) < 2)


@pytest.mark.parametrize("make", [codec.set_target, codec.set_position])
@pytest.mark.parametrize("steps", [-1, 1 << 32])
def test_positions_are_not_negative(make, steps):
    with pytest.raises(ValueError, match="no position"):
        make(steps)


@pytest.mark.parametrize(("make", "value"), [(codec.set_coefficient, 128), (codec.set_temperature_offset, -64.5)])
def test_bytes_have_an_end(make, value):
    with pytest.raises(ValueError, match="does not fit"):
        make(value)


def test_speeds_know_their_steps():
    assert [speed.steps_per_second for speed in Speed] == [250, 125, 63, 32, 16]


@given(st.integers(-128, 127))
def test_a_coefficient_comes_back_as_it_went(steps):
    sent = codec.set_coefficient(steps).command
    assert codec.COEFFICIENT.read(sent.removeprefix(b":SC")) == steps


@given(st.integers(0, 0xFFFFFFFF))
def test_a_position_comes_back_as_it_went(steps):
    sent = codec.set_target(steps).command
    assert codec.POSITION.read(sent.removeprefix(b":SN")) == steps
