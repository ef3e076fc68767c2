"""A device's error numbers are errors of the kit, which knows what becomes of each."""

import pytest

from lightapt_drivers import HardwareError, LinkLostError, RefusedError
from lightapt_drivers.alpaca.errors import AnswerError, LostError, NotOfferedError, SilentError, device_error


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0x400, RefusedError),
        (0x401, RefusedError),
        (0x402, RefusedError),
        (0x407, LinkLostError),
        (0x408, RefusedError),
        (0x409, RefusedError),
        (0x40B, RefusedError),
        (0x40C, RefusedError),
        (0x40E, RefusedError),
        (0x410, HardwareError),
        (0x500, HardwareError),
        (0xFFF, HardwareError),
        (1, HardwareError),
    ],
)
def test_an_error_number_of_alpaca_s_is_an_error_of_the_kit_s(number, kind):
    error = device_error(number, "The device's words", asked="GET x")
    assert isinstance(error, kind)
    assert error.reason == "The device's words"
    assert getattr(error, "number", number) == number


def test_a_device_without_words_is_given_some():
    assert device_error(0x408, "  ", asked="PUT park of telescope 0").reason == (
        "PUT park of telescope 0: it is parked (error 0x408)"
    )


@pytest.mark.parametrize(
    ("status", "is_unknown"),
    [(200, False), (400, True), (404, True), (422, True), (403, False), (408, False), (429, False), (500, False)],
)
def test_some_4xx_mean_that_the_server_knows_no_such_thing_and_others_pass(status, is_unknown):
    assert AnswerError("x", status=status).is_unknown_path is is_unknown


def test_only_a_lost_server_ends_the_link():
    assert isinstance(LostError("x"), LinkLostError)
    for error in (AnswerError("x"), SilentError("x", seconds=1), NotOfferedError("x")):
        assert not isinstance(error, LinkLostError)


def test_a_devices_words_are_one_line():
    error = device_error(0x500, " The mount\r\n\tis \x07stuck\u2028 \0", asked="GET x")
    assert error.reason == "The mount is stuck"
    assert "it failed" in device_error(0x500, "\r\n", asked="GET x").reason


def test_a_devices_words_are_cut_where_nobody_reads_on():
    reason = device_error(0x500, "words " * 20_000, asked="GET position").reason
    assert (len(reason), reason[-1]) == (1001, "…")
