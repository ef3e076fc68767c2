"""What the tools print, and where."""

import io
import json

import pytest

from lightapt_clients.commands.console import Colour, Console, OutputError, state_colour
from lightapt_protocol.vocabulary import State

from .tool import Terminal


def console(out, **options):
    return Console(out, io.StringIO(), **options)


def test_a_result_is_json_where_that_was_asked_for():
    out = io.StringIO()
    console(out, is_json=True).result({"name": "Größe"}, "text")
    assert json.loads(out.getvalue()) == {"name": "Größe"}


class Pipe(io.StringIO):
    """Where nobody looks; what was flushed is what has gone through."""

    shown = ""

    def flush(self):
        self.shown = self.getvalue()


@pytest.mark.parametrize("is_json", [False, True])
def test_news_go_through_a_pipe_at_once(is_json):
    out = Pipe()
    console(out, is_json=is_json).result({"text": "new"}, "new")
    assert "new" in out.shown


def test_what_is_no_news_waits_where_nobody_looks():
    out = Pipe()
    shown = console(out)
    shown.result({}, "old", is_live=False)
    assert out.shown == ""
    shown.flush()
    assert out.shown == "old\n"


def test_with_json_nothing_else_is_on_stdout():
    out = io.StringIO()
    shown = console(out, is_json=True)
    shown.say("text")
    shown.table(["a"], [["b"]])
    assert out.getvalue() == ""


def test_a_table_elsewhere_is_a_line_a_row():
    out = io.StringIO()
    console(out).table(["a", "b"], [["one", "x"], ["three", "y"]])
    assert out.getvalue() == "one    x\nthree  y\n"


def test_a_table_for_people_has_a_head():
    out = Terminal()
    console(out, has_colour=False).table(["a", "b"], [["one", "x"]])
    head, _, row = out.getvalue().splitlines()
    assert "b" in head
    assert row.split() == ["one", "x"]


def test_colours_are_for_people_who_want_them():
    assert console(Terminal()).paint("x", Colour.BAD) != "x"
    assert console(Terminal(), has_colour=False).paint("x", Colour.BAD) == "x"
    assert console(io.StringIO()).paint("x", Colour.BAD) == "x"


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_colour(state):
    assert isinstance(state_colour(state), Colour)


def test_no_bar_where_nobody_looks():
    err = io.StringIO()
    with Console(io.StringIO(), err).progress("work", total=2) as bar:
        bar.update(1)
    assert err.getvalue() == ""


STEERING = "a\x1b]0;pwned\x07\x9bb\x7f\r\n\tc"
SHOWN = "a\\x1b]0;pwned\\x07\\x9bb\\x7f\\x0d\n\tc"


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_nothing_that_a_server_sends_steers_the_terminal(stream):
    out, err = stream(), io.StringIO()
    shown = Console(out, err, has_colour=False)
    shown.result({}, STEERING)
    shown.say(STEERING)
    shown.note(STEERING)
    assert (out.getvalue(), err.getvalue()) == (f"{SHOWN}\n" * 2, f"{SHOWN}\n")


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_nothing_in_a_table_steers_the_terminal(stream):
    out = stream()
    console(out).table(["a"], [["x\x1b[2Jy"]])
    assert "x\\x1b[2Jy" in out.getvalue()


def test_own_colours_stay():
    out = Terminal()
    shown = console(out)
    shown.say(shown.paint("x\x07", Colour.BAD))
    assert out.getvalue() == f"{Colour.BAD.value}x\\x07\x1b[0m\n"


def test_json_has_no_controls():
    out = io.StringIO()
    console(out, is_json=True).result({"text": STEERING}, "")
    assert out.getvalue().removesuffix("\n").isprintable()
    assert json.loads(out.getvalue()) == {"text": STEERING}


def test_without_colours_a_table_has_no_bold_head_either():
    out = Terminal()
    console(out, has_colour=False).table(["a"], [["x"]])
    assert "\x1b" not in out.getvalue()


class Full(io.StringIO):
    """A disk without space."""

    def flush(self):
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told():
    with pytest.raises(OutputError, match="cannot be written: No space left"):
        console(Full()).say("x")
    with pytest.raises(OutputError):
        console(Full(), is_json=True).result({}, "")
