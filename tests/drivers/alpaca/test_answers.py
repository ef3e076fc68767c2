"""An answer is what it should be, or an error that shows what it was."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.alpaca.answers import as_flag, as_number, as_text, as_texts, as_whole, body_of, state_of
from lightapt_drivers.alpaca.errors import AlpacaError, AnswerError, DeviceFailedError

ASKED = "GET position of focuser 0"


def test_an_answer_without_an_error_number_is_good():
    assert body_of(200, b'{"Value": 7}', asked=ASKED)["Value"] == 7


def test_a_device_that_gives_no_message_is_told_of_by_the_question():
    with pytest.raises(DeviceFailedError, match=r"GET position of focuser 0: it failed \(error 0x500\)") as raised:
        body_of(200, b'{"ErrorNumber": 1280, "ErrorMessage": ""}', asked=ASKED)
    assert raised.value.number == 0x500


def test_a_long_answer_is_shown_in_part():
    with pytest.raises(AnswerError) as raised:
        body_of(500, b"<p>" + b"x " * 5000, asked=ASKED)
    assert len(raised.value.reason) < 300


def test_an_answer_is_shown_on_one_line():
    with pytest.raises(AnswerError) as raised:
        body_of(500, b"out of\r\n\x07memory", asked=ASKED)
    assert raised.value.reason.endswith(": out of memory")


@given(st.integers(0, 999), st.binary(max_size=200))
def test_whatever_is_answered_is_an_object_or_an_error(status, body):
    with suppress(AlpacaError):
        assert isinstance(body_of(status, body, asked=ASKED), dict)


@pytest.mark.parametrize(
    ("convert", "value", "result"),
    [
        (as_number, 5, 5.0),
        (as_whole, 5.0, 5),
        (as_flag, True, True),
        (as_text, None, ""),
        (as_text, "x", "x"),
        (as_text, "two\nlines  \0\ud800", "two lines    "),
        (as_texts, ["a", None], ["a", ""]),
        (state_of, [{"Name": "IsMoving", "Value": True}], {"ismoving": True}),
        (state_of, [], {}),
    ],
)
def test_a_value_is_taken_as_what_it_should_be(convert, value, result):
    assert convert(value, asked=ASKED) == result


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (as_number, True),
        (as_number, "5"),
        (as_number, float("inf")),
        (as_whole, 5.5),
        (as_flag, 1),
        (as_text, 5),
        (as_texts, "ab"),
        (state_of, None),
        (state_of, [{"Name": "IsMoving"}]),
        (state_of, [{"Name": 7, "Value": 7}]),
        (state_of, [7]),
    ],
)
def test_a_value_of_another_kind_is_an_error(convert, value):
    with pytest.raises(AnswerError, match=ASKED):
        convert(value, asked=ASKED)


def test_texts_are_only_so_long_and_so_many():
    assert len(as_text("x" * 100_000, asked="it")) == 1000
    found = as_texts(["x" * 100_000] * 2000, asked="it")
    assert (len(found), {len(one) for one in found}) == (1000, {200})
