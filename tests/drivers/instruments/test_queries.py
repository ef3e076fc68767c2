"""Where answers end, and what they say."""

import pytest

from lightapt_drivers.instruments.errors import AnswerError
from lightapt_drivers.instruments.queries import NOTHING, Exactly, Manner, Optional, Query, Until, tell


@pytest.mark.parametrize(
    ("framing", "data", "end"),
    [
        (Until(), b"", None),
        (Until(), b"12:34", None),
        (Until(), b"12:34#", 6),
        (Until(), b"12:34#5#", 6),
        (Until(b"\r\n"), b"OK\r", None),
        (Until(b"\r\n"), b"OK\r\n", 4),
        (Exactly(2), b"1", None),
        (Exactly(2), b"12", 2),
        (Exactly(2), b"123", 2),
        (NOTHING, b"", 0),
        (Optional(Exactly(1)), b"", None),
        (Optional(Exactly(1)), b"1", 1),
    ],
)
def test_an_answer_ends_where_its_framing_says(framing, data, end):
    assert framing.end(data) == end


@pytest.mark.parametrize("framing", [Until(), Exactly(2)])
def test_an_answer_that_must_come_is_waited_for(framing):
    assert framing.patience(b"") is None
    assert framing.patience(b"1") is None


def test_an_answer_that_may_be_left_out_is_waited_for_in_silence_only():
    assert Optional(Exactly(1), silence=0.2).patience(b"") == 0.2


def test_what_must_come_of_an_answer_is_waited_for():
    framing = Optional(Exactly(3), least=2, silence=0.2)
    assert [framing.patience(data) for data in (b"", b"1", b"10")] == [None, None, 0.2]


def test_an_answer_is_read():
    assert Query(b"?", Until(), int).read(b"42") == 42


def test_what_cannot_be_read_is_shown():
    with pytest.raises(AnswerError) as raised:
        Query(b":GP#", Until(), int).read(b"4x2")
    assert (raised.value.command, raised.value.answer) == (b":GP#", b"4x2")


def test_a_mere_command_has_no_answer():
    query = tell(b":FG#")
    assert query.command == b":FG#"
    assert query.framing.end(b"") == 0
    assert query.read(b"") is None


def test_a_probe_is_put_once_and_soon_given_up():
    query = Query(b":GVP#", Until(), bytes, timeout=5.0, manner=Manner.AGAIN).probe()
    assert (query.command, query.timeout, query.manner) == (b":GVP#", 1.0, Manner.PROBE)
