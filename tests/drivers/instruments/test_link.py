"""A link has one exchange at a time, each in its time, and always in step."""

import asyncio
import logging
import threading
from dataclasses import replace

import pytest

from lightapt_drivers.instruments.emulators.faults import Drip, Echo, Garbage, Half, Silence
from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.errors import (
    AnswerError,
    LinkLostError,
    LinkSilentError,
    LinkTimeoutError,
    PortMissingError,
)
from lightapt_drivers.instruments.link import Link, Patience, open_link
from lightapt_drivers.instruments.queries import NOTHING, Exactly, Manner, Optional, Query, Until, tell

PATIENCE = 20.0
SHORT = 0.05
NEVER = None
"""In a script: a read that does not end."""


class Script:
    """A wire whose reads are written down beforehand; what stands behind a command comes after it is sent."""

    port = "the port"
    is_open = True

    def __init__(self, *reads, stale=()):
        self.reads = list(reads)
        self.stale = list(stale)
        self.written = []

    def take(self):
        return self.stale.pop(0) if self.stale else b""

    async def read(self):
        data = self.reads.pop(0) if self.reads else NEVER
        if data is NEVER:
            await asyncio.Event().wait()
        return data

    async def write(self, data):
        self.written.append(data)

    def close(self):
        self.is_open = False


class Parrot:
    """An instrument that answers each command with its letter and a hash."""

    def __init__(self):
        self.heard = threading.Event()

    def answer(self, data, now):
        self.heard.set()
        return data.strip(b":#") + b"#"


def play(scene):
    async def main():
        async with asyncio.timeout(PATIENCE):
            return await scene()

    return asyncio.run(main())


def ask(wire, framing=None, *, command=b":A#", timeout=PATIENCE):
    return play(lambda: Link(wire).exchange(command, framing or Until(), timeout=timeout))


@pytest.mark.parametrize("pieces", [(b"12:34#",), (b"12", b":34", b"#"), (b"12:34#rest",)])
def test_an_answer_is_put_together(pieces):
    assert ask(Script(*pieces)) == b"12:34#"


def test_a_mere_command_does_not_wait():
    wire = Script(NEVER)
    assert ask(wire, NOTHING) == b""
    assert wire.written == [b":A#"]


def test_what_came_unasked_is_thrown_away():
    wire = Script(b"new#", stale=[b"old#", b"older#"])
    assert ask(wire) == b"new#"
    assert wire.stale == []


def test_a_flood_that_nobody_asked_for_does_not_hold_up_the_question():
    assert ask(Script(b"new#", stale=[b"x"] * 1000)) == b"new#"


def test_no_answer_is_a_timeout_that_names_the_command():
    with pytest.raises(LinkTimeoutError) as raised:
        ask(Script(NEVER), timeout=SHORT)
    assert (raised.value.command, raised.value.received, raised.value.port) == (b":A#", b"", "the port")


def test_half_an_answer_is_a_timeout_that_shows_it():
    with pytest.raises(LinkTimeoutError) as raised:
        ask(Script(b"12:", NEVER), timeout=SHORT)
    assert raised.value.received == b"12:"


def test_an_answer_that_may_be_left_out_is_not_waited_for_long():
    assert ask(Script(NEVER), Optional(Exactly(1), silence=SHORT)) == b""


def test_an_answer_that_may_be_cut_short_is_taken_as_it_came():
    assert ask(Script(b"10", NEVER), Optional(Exactly(3), least=2, silence=SHORT)) == b"10"


def test_an_answer_without_an_end_is_no_answer():
    with pytest.raises(AnswerError, match="no end is in sight"):
        ask(Script(*[b"$GPGGA" * 100] * 10))


@pytest.mark.parametrize("late", [(b"late#",), (b"la", b"te#"), ()])
def test_what_comes_late_is_not_taken_for_the_next_answer(late):
    async def scene():
        wire = Script(NEVER, *late, NEVER, b"right#")
        link = Link(wire)
        with pytest.raises(LinkTimeoutError):
            await link.exchange(b":A#", Until(), timeout=SHORT)
        assert await link.exchange(b":B#", Until(), timeout=PATIENCE) == b"right#"

    play(scene)


def test_an_exchange_that_was_cancelled_leaves_nothing_for_the_next():
    async def scene():
        wire = Script(NEVER, b"late#", NEVER, b"right#")
        link = Link(wire)
        asking = asyncio.ensure_future(link.exchange(b":A#", Until(), timeout=PATIENCE))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await link.exchange(b":B#", Until(), timeout=PATIENCE) == b"right#"

    play(scene)


def test_after_nonsense_the_rest_of_it_is_thrown_away():
    async def scene():
        link = Link(Script(b"NMEA#", b"more of it", NEVER, b"7#"))
        query = Query(b":A#", Until(), lambda answer: int(answer[:-1]))
        with pytest.raises(AnswerError):
            await link.ask(query)
        assert await link.ask(query) == 7

    play(scene)


def test_an_instrument_that_never_stops_talking_is_asked_all_the_same(monkeypatch):
    monkeypatch.setattr("lightapt_drivers.instruments.link._UNQUIET", SHORT)

    class Talker(Script):
        async def read(self):
            await asyncio.sleep(0.001)
            return b"#" if len(self.written) > 1 else b"blah"

    async def scene():
        link = Link(Talker())
        with pytest.raises(LinkTimeoutError):
            await link.exchange(b":A#", Until(), timeout=SHORT)
        assert await link.exchange(b":B#", Until(), timeout=PATIENCE) == b"#"

    play(scene)


def test_exchanges_take_turns():
    class Parroting(Script):
        readers = 0

        async def read(self):
            self.readers += 1
            assert self.readers == 1
            await asyncio.sleep(0)
            self.readers -= 1
            return self.written[-1]

    async def scene():
        link = Link(Parroting())
        commands = [b":A#", b":B#", b":C#"]
        answers = await asyncio.gather(*(link.exchange(c, Until(), timeout=PATIENCE) for c in commands))
        assert answers == commands

    play(scene)


def test_the_wire_is_logged(caplog):
    caplog.set_level(logging.DEBUG, logger="lightapt_drivers.instruments.link")
    ask(Script(b"12#"))
    assert caplog.messages == ["the port: b':A#' -> b'12#'"]


def test_a_link_is_closed_behind_its_block():
    wire = Script()
    with Link(wire) as link:
        assert link.is_open
    assert not link.is_open
    assert link.port == "the port"


@pytest.mark.parametrize("kind", [Line, Line.on_network])
class TestOnARealLine:
    """Over a pseudo-terminal, and over a socket."""

    def meet(self, kind, scene, parrot=None):
        async def main():
            with kind(parrot or Parrot()) as line, await open_link(line.address) as link:
                await scene(line, link)

        play(main)

    def test_questions_are_answered(self, kind):
        async def scene(_, link):
            for letter in (b"A", b"B"):
                assert await link.exchange(b":" + letter + b"#", Until(), timeout=PATIENCE) == letter + b"#"

        self.meet(kind, scene)

    @pytest.mark.parametrize("fault", [Silence(), Half()])
    def test_after_a_fault_the_next_question_is_answered(self, kind, fault, monkeypatch):
        monkeypatch.setattr("lightapt_drivers.instruments.link._QUIET", 0.5)
        parrot = Parrot()

        async def scene(line, link):
            line.spoil(fault)
            with pytest.raises(LinkTimeoutError):
                await link.exchange(b":A#", Until(), timeout=SHORT)
            assert await asyncio.to_thread(parrot.heard.wait, PATIENCE)  # or it may hear both questions at once
            assert await link.exchange(b":B#", Until(), timeout=PATIENCE) == b"B#"

        self.meet(kind, scene, parrot)

    @pytest.mark.parametrize(("fault", "answer"), [(Garbage(b"\xff#"), b"\xff#"), (Echo(), b":A#"), (Drip(0), b"A#")])
    def test_what_comes_is_what_is_returned(self, kind, fault, answer):
        async def scene(line, link):
            line.spoil(fault)
            assert await link.exchange(b":A#", Until(), timeout=PATIENCE) == answer

        self.meet(kind, scene)

    def test_an_instrument_that_is_unplugged_is_lost(self, kind):
        async def scene(line, link):
            line.spoil(Silence())
            asking = asyncio.ensure_future(link.exchange(b":A#", Until(), timeout=PATIENCE))
            await asyncio.sleep(0)
            line.unplug()
            with pytest.raises(LinkLostError):
                await asking
            assert not link.is_open

        self.meet(kind, scene)

    def test_closing_ends_an_exchange(self, kind):
        async def scene(line, link):
            line.spoil(Silence())
            asking = asyncio.ensure_future(link.exchange(b":A#", Until(), timeout=PATIENCE))
            await asyncio.sleep(0)
            link.close()
            with pytest.raises(LinkLostError, match="is closed"):
                await asking

        self.meet(kind, scene)


def test_a_missing_port_is_an_error():
    with pytest.raises(PortMissingError, match="/dev/ttyNone"):
        play(lambda: open_link("/dev/ttyNone"))


def test_a_port_that_takes_too_long_to_open_is_given_up_and_closed(monkeypatch):
    async def scene():
        may_open, closed = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        class Late(Script):
            def close(self):
                closed.set()

        def open_late(*_):
            asyncio.run_coroutine_threadsafe(may_open.wait(), loop).result(PATIENCE)
            return Late()

        monkeypatch.setattr("lightapt_drivers.instruments.link.open_serial", open_late)
        with pytest.raises(PortMissingError, match=r"within 0\.05 s"):
            await open_link("/dev/rfcomm0", timeout=SHORT)
        may_open.set()
        await closed.wait()

    play(scene)


# Patience.

QUESTION = Query(b":A#", Until(), lambda answer: int(answer[:-1]), timeout=SHORT, manner=Manner.AGAIN)


def put(wire, query, **patience):
    return play(lambda: Link(wire, Patience(**patience)).ask(query))


@pytest.mark.parametrize("reads", [(b"x#", NEVER), (b"1", NEVER, NEVER), (NEVER, NEVER)])
def test_a_question_is_repeated_after_a_bad_answer(reads):
    wire = Script(*reads, b"42#")
    assert put(wire, QUESTION, attempts=2) == 42
    assert wire.written == [b":A#"] * 2


def test_a_question_that_stays_unanswered_is_a_lost_link():
    wire = Script()
    with pytest.raises(LinkSilentError, match=r"no answer came to b':A#' .* \(3 times in a row\)") as raised:
        put(wire, QUESTION, attempts=3)
    assert wire.written == [b":A#"] * 3
    assert isinstance(raised.value, LinkLostError)


def test_nonsense_that_stays_is_no_lost_link():
    with pytest.raises(AnswerError):
        put(Script(b"x#", NEVER, b"y#"), QUESTION, attempts=2)


@pytest.mark.parametrize("manner", [Manner.ONCE, Manner.PROBE])
def test_a_command_and_a_probe_are_not_repeated(manner):
    wire = Script()
    with pytest.raises(LinkTimeoutError):
        put(wire, replace(QUESTION, manner=manner), attempts=3)
    assert wire.written == [b":A#"]


def outcomes(wire, *queries):
    """Return the kinds of errors that come of asking these in turn."""

    async def outcome(link, query):
        try:
            await link.ask(query)
        except (LinkTimeoutError, LinkSilentError) as error:
            return type(error)

    async def scene():
        link = Link(wire, Patience(attempts=3))
        return [await outcome(link, query) for query in queries]

    return play(scene)


COMMAND = replace(QUESTION, manner=Manner.ONCE)
PROBE = replace(QUESTION, manner=Manner.PROBE)


def test_commands_that_stay_unanswered_are_a_lost_link_too():
    timeout = LinkTimeoutError
    assert outcomes(Script(), *[COMMAND] * 4) == [timeout, timeout, LinkSilentError, timeout]


def test_probes_do_not_count():
    assert outcomes(Script(), *[PROBE] * 4, COMMAND) == [LinkTimeoutError] * 5


def test_an_answer_in_between_begins_the_count_anew():
    wire = Script(NEVER, *[NEVER, NEVER], *[NEVER, b"42#"])
    assert outcomes(wire, COMMAND, COMMAND, COMMAND, COMMAND) == [*[LinkTimeoutError] * 2, None, LinkTimeoutError]


def test_commands_that_are_never_answered_tell_nothing():
    assert outcomes(Script(), COMMAND, COMMAND, tell(b":Q#"), COMMAND)[-1] is LinkSilentError


def test_who_has_no_patience_does_not_ask_again():
    wire = Script()
    with pytest.raises(LinkTimeoutError):
        put(wire, QUESTION)
    assert wire.written == [b":A#"]


def test_a_slow_line_is_given_more_time():
    with pytest.raises(LinkTimeoutError, match=r"within 0\.1 s"):
        put(Script(), QUESTION, factor=2.0)


def test_a_slow_line_may_be_silent_for_longer():
    async def scene():
        link = Link(Script(), Patience(factor=0.1))
        async with asyncio.timeout(PATIENCE):
            await link.exchange(b":A#", Optional(Exactly(1), silence=50), timeout=PATIENCE)

    play(scene)
