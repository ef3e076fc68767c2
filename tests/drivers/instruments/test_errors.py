"""Errors of instruments say what came, where, and what to do."""

import pytest

import lightapt_drivers as kit
from lightapt_drivers.instruments.errors import (
    AnswerError,
    InstrumentError,
    LinkError,
    LinkLostError,
    LinkSilentError,
    LinkTimeoutError,
    PortMissingError,
    RefusedError,
)


def timeout(received):
    return LinkTimeoutError(port="/dev/ttyUSB0", command=b":GR#", received=received, seconds=3.0)


def test_a_silence_names_command_port_and_time():
    assert str(timeout(b"")) == (
        "no answer came to b':GR#' within 3 s on /dev/ttyUSB0; is it switched on, and are port and speed right?"
    )


def test_half_an_answer_is_shown():
    assert str(timeout(b"12:3")) == "only b'12:3' came in answer to b':GR#' within 3 s on /dev/ttyUSB0"


def test_an_answer_is_shown_byte_for_byte():
    error = AnswerError("it is no time", command=b":GL#", answer=b"\xdf\x00#")
    assert str(error) == r"b':GL#' was answered by b'\xdf\x00#': it is no time"
    assert (error.fault, error.command, error.answer) == ("it is no time", b":GL#", b"\xdf\x00#")


def test_an_echo_is_called_one():
    assert "sends back what is sent" in str(AnswerError("it is no time", command=b":GL#", answer=b":GL#"))


def test_what_is_long_is_cut():
    assert str(AnswerError("no", command=b"?", answer=b"x" * 1000)).endswith("' and 940 bytes more: no")


def test_the_line_and_the_instrument_are_told_apart():
    assert isinstance(timeout(b""), LinkError)
    assert not issubclass(AnswerError, LinkError)
    assert issubclass(AnswerError, InstrumentError)


def test_a_silence_that_lasts_says_how_long():
    last = timeout(b"")
    error = LinkSilentError(last, times=3)
    assert str(error) == f"{last} (3 times in a row)"
    assert (error.port, error.times) == ("/dev/ttyUSB0", 3)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PortMissingError, kit.HardwareError),
        (LinkTimeoutError, kit.HardwareError),
        (LinkLostError, kit.LinkLostError),
        (LinkSilentError, kit.LinkLostError),
        (AnswerError, kit.HardwareError),
        (RefusedError, kit.RefusedError),
    ],
)
def test_the_kit_knows_them(error, kind):
    assert issubclass(error, kind)


def test_one_silence_is_no_lost_link():
    assert not issubclass(LinkTimeoutError, kit.LinkLostError)


def test_a_refusal_is_no_fault_of_the_hardware():
    assert not issubclass(RefusedError, kit.HardwareError)


@pytest.mark.parametrize(
    "error", [timeout(b"12"), AnswerError("no", command=b"?", answer=b"x"), RefusedError("the mount says no")]
)
def test_what_a_client_is_told_is_the_whole_of_it(error):
    assert error.reason == str(error)
