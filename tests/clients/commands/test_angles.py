"""Angles as people write them."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_clients.commands.angles import allow_negative, declination, degrees, is_angle, right_ascension, shown
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.kinds import Equatorial

RA = 5 + 35 / 60 + 17.3 / 3600
DEC = -(5 + 23 / 60 + 28 / 3600)


@pytest.mark.parametrize(
    "text", ["5:35:17.3", "5h35m17.3s", "5h35m17.3", "5 35 17.3", "05h 35m 17.3s", f"{RA * 15}d", f"{RA * 15}°"]
)
def test_right_ascensions(text):
    assert right_ascension(text) == pytest.approx(RA)


@pytest.mark.parametrize(
    "text",
    ["-5:23:28", "-5d23m28s", "-5°23'28\"", "-5\u00b023\u203228\u2033", "\N{MINUS SIGN}5:23:28", "-5 23 28", f"{DEC}"],
)
def test_declinations(text):
    assert declination(text) == pytest.approx(DEC)


def test_a_sign_counts_before_a_nought():
    assert declination("-0:30") == declination("-0d30m") == -0.5


def test_24_hours_are_none():
    assert right_ascension("24") == 0


@pytest.mark.parametrize("text", ["25", "-1", "5h60m", "5:35:61x", "north", "", "nan", "5h35m17s!"])
def test_what_is_no_right_ascension_is_usage(text):
    with pytest.raises(CommandError, match="right ascension") as caught:
        right_ascension(text)
    assert caught.value.code is ExitCode.TROUBLE


def test_what_is_no_declination_is_refused():
    for text in ("90.1", "-91d", "5h", "x"):
        with pytest.raises(CommandError):
            declination(text)
    assert degrees("270") == 270


def test_names_are_no_angles():
    assert [is_angle(text) for text in ("5:35", "-5", "+.5", "\N{MINUS SIGN}3", "M42", "Vega", "-x")] == [True] * 4 + [
        False
    ] * 3


@given(st.floats(0, 23.99), st.floats(-89.9, 89.9))
def test_what_is_shown_can_be_read_again(ra, dec):
    first, second = shown(Equatorial(ra, dec)).split()
    assert right_ascension(first) == pytest.approx(ra, abs=0.06 / 3600)
    assert declination(second) == pytest.approx(dec, abs=0.6 / 3600)


def test_a_negative_angle_is_no_option():
    parser = argparse.ArgumentParser()
    allow_negative(parser)
    parser.add_argument("place", nargs="*")
    parser.add_argument("-p")
    parser.add_argument("--track")
    options = parser.parse_args(["5:35:17", "-5:23:28", "-p", "7", "--track", "on"])
    assert (options.place, options.p) == (["5:35:17", "-5:23:28"], "7")
    assert parser.parse_args(["--", "-5d", "-.5"]).place == ["-5d", "-.5"]
