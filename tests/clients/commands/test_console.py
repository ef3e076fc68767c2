"""What the tools print, and where."""

import io
import json

import pytest

from lightapt_clients.commands.console import Colour, Console, state_colour
from lightapt_protocol.vocabulary import State

from .tool import Terminal


def console(out, **options):
    return Console(out, io.StringIO(), **options)


def test_a_result_is_json_where_that_was_asked_for():
    out = io.StringIO()
    console(out, is_json=True).result({"name": "Größe"}, "text")
    assert json.loads(out.getvalue()) == {"name": "Größe"}


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
