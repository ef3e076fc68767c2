"""A server that is silent is asked whether it is there."""

import asyncio

import pytest

from lightapt_clients import DisconnectedError, Timing
from lightapt_clients.pulse import Pulse
from lightapt_protocol.messages import PingReply, PingRequest
from lightapt_protocol.writer import write

TIMING = Timing(silence=7.0, answer=3.0)
PING = write(PingRequest("lightapt"))
SILENCE = None


class Line:
    """A connection by which this comes."""

    def __init__(self, *coming):
        self.said = []
        self.patience = []
        self._coming = list(coming)

    async def receive(self, *, patience):
        self.patience.append(patience)
        return self._coming.pop(0)

    def send_soon(self, data):
        self.said.append(data)


def received(pulse, line):
    return asyncio.run(pulse.receive(line))


def begun(*coming, answers=False):
    """A pulse of a server that has answered, or not."""
    pulse, line = Pulse(TIMING), Line(b"something", *coming)
    pulse.begin(line)
    received(pulse, line)
    if answers:
        pulse.take(line, PingReply("lightapt"))
    line.said.clear()
    line.patience.clear()
    return pulse, line


def test_a_server_is_asked_at_first_and_when_it_has_been_silent():
    pulse, line = Pulse(TIMING), Line(b"one", SILENCE, b"two")
    pulse.begin(line)
    assert [received(pulse, line), received(pulse, line)] == [b"one", b"two"]
    assert line.said == [PING, PING]
    assert line.patience == [3.0, 7.0, 3.0]


def test_one_that_answers_is_lost_also_behind_a_connection_that_ended_at_once():
    pulse, _ = begun(answers=True)
    ended = Line(b"")
    pulse.begin(ended)
    assert received(pulse, ended) == b""
    frozen = Line(SILENCE)
    pulse.begin(frozen)
    with pytest.raises(DisconnectedError, match="has not answered for 3 s"):
        received(pulse, frozen)


def test_one_that_answers_is_lost_when_it_does_not():
    pulse, line = begun(SILENCE, SILENCE, answers=True)
    with pytest.raises(DisconnectedError, match="has not answered for 3 s"):
        received(pulse, line)
    assert line.said == [PING]


def test_one_that_never_answered_is_kept():
    pulse, line = begun(SILENCE, SILENCE, SILENCE, b"there")
    assert received(pulse, line) == b"there"


def test_anything_is_an_answer():
    pulse, line = begun(SILENCE, b"there", SILENCE, b"still", answers=True)
    assert [received(pulse, line), received(pulse, line)] == [b"there", b"still"]


def test_one_that_answered_is_lost_by_its_next_connection_before_anything_came_by_that():
    pulse, _ = begun(answers=True)
    silent = Line(SILENCE)
    pulse.begin(silent)
    with pytest.raises(DisconnectedError):
        received(pulse, silent)
    another = Line(b"I do not know pings", SILENCE, SILENCE, b"there")
    pulse.begin(another)
    assert [received(pulse, another), received(pulse, another)] == [b"I do not know pings", b"there"]


def test_the_end_of_the_stream_is_told():
    pulse, line = begun(b"", answers=True)
    assert received(pulse, line) == b""


def test_questions_are_answered_and_answers_to_others_are_none():
    pulse, line = begun(SILENCE, SILENCE, b"there")
    pulse.take(line, PingRequest("7"))
    pulse.take(line, PingReply("8"))
    assert line.said == [write(PingReply("7"))]
    assert received(pulse, line) == b"there"
