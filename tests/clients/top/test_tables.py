"""A table that is shown anew again and again."""

from contextlib import asynccontextmanager

from rich.text import Text
from textual.app import App

from lightapt_clients.top.tables import LiveTable

from ..puppet import scene


class Host(App):
    def __init__(self):
        super().__init__()
        self.table = LiveTable([(Text("name"), 8), (Text("rate"), 6)], "words", id="table")

    def compose(self):
        yield self.table


def row(name, rate, words):
    return (Text(name), Text(rate), Text(words))


FIRST = {"a": row("a", "1", "one"), "b": row("b", "2", "two")}


@asynccontextmanager
async def table(size=(40, 10)):
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.table.show(FIRST)
        yield app.table, pilot


def told(table, key):
    return [cell.plain for cell in table.get_row(key)]


@scene
async def test_a_cell_that_differs_is_drawn_and_no_other(monkeypatch):
    drawn = []
    async with table() as (shown, _):
        update = shown.update_cell
        monkeypatch.setattr(shown, "update_cell", lambda *cell: (drawn.append(cell[:2]), update(*cell)))
        shown.show({"a": row("a", "1", "one"), "b": row("b", "3", "two")})
        assert drawn == [("b", "1")]
        assert told(shown, "b") == ["b", "3", "two"]


@scene
async def test_a_change_of_colour_alone_is_drawn():
    async with table() as (shown, _):
        shown.show({"a": (Text("a", "red"), *FIRST["a"][1:]), "b": FIRST["b"]})
        assert shown.get_row("a")[0].style == "red"


@scene
async def test_the_chosen_row_stays_chosen_when_others_come_before_it():
    async with table() as (shown, _):
        shown.move_cursor(row=1)
        assert shown.chosen == "b"
        shown.show({"new": row("n", "0", ""), **FIRST})
        assert (shown.chosen, shown.row_count) == ("b", 3)


@scene
async def test_without_rows_nothing_is_chosen():
    async with table() as (shown, _):
        shown.show({})
        assert (shown.chosen, shown.row_count) == ("", 0)


@scene
async def test_the_last_column_has_what_is_left():
    async with table(size=(40, 10)) as (shown, pilot):
        assert shown.ordered_columns[-1].width == 40 - 8 - 6
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert shown.ordered_columns[-1].width == 60 - 8 - 6


@scene
async def test_nothing_is_shown_before_it_is_mounted():
    LiveTable([], "words", id="table").show(FIRST)
