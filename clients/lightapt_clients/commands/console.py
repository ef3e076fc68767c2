"""What the tools print, and where: results on stdout, all else on stderr; for people, or as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from lightapt_protocol.vocabulary import State

from .exits import CommandError, ExitCode

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bar", "Colour", "Console", "OutputError", "state_colour", "visible"]

_RESET: Final = "\x1b[0m"
_CONTROLS: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
"""What steers a terminal, but for the ends of lines and tabs: C0, DEL and C1."""


class Colour(Enum):
    """What a colour is for; the values are the terminal's."""

    GOOD = "\x1b[32m"
    BUSY = "\x1b[33m"
    BAD = "\x1b[31m"
    FAINT = "\x1b[2m"
    NAME = "\x1b[36m"
    STRONG = "\x1b[1m"


_STATES: Final = {
    State.IDLE: Colour.FAINT,
    State.OK: Colour.GOOD,
    State.BUSY: Colour.BUSY,
    State.ALERT: Colour.BAD,
}


_CONTROL: Final = re.compile(f"[{_CONTROLS}]")
_UNPAINTED: Final = re.compile(f"({'|'.join(map(re.escape, (_RESET, *(one.value for one in Colour))))})|[{_CONTROLS}]")
_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_UNESCAPED: Final = re.compile(r"[\x7f-\x9f]")


class OutputError(CommandError):
    """Results cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the output cannot be written: {error.strerror or error}", ExitCode.TROUBLE)


def visible(text: str) -> str:
    """Return text with controls, which a server may have sent, in words: a backslash, x and two digits."""
    return text if text.isprintable() else _CONTROL.sub(_in_words, text)


def _painted(text: str) -> str:
    """Return text as :func:`visible`, but with the colours that it has."""
    return _UNPAINTED.sub(lambda found: found[1] or _in_words(found), text)


def _in_words(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def state_colour(state: State) -> Colour:
    """Return the colour of a state."""
    return _STATES[state]


class Bar(Protocol):
    """A progress bar."""

    def update(self, done: float, text: str | None = None, *, total: float | None = None) -> None:
        """Show how much is done of its total (of another from now on, if given), and what is going on."""
        ...


class Console:
    """Where a subcommand prints.

    Args:
        out: For results.
        err: For what people are told besides.
        is_json: Whether results are JSON.
        has_colour: Whether terminals get colours.

    Attributes:
        is_json: Whether results are JSON.
        is_terminal: Whether a person looks at the results.
    """

    def __init__(self, out: TextIO, err: TextIO, *, is_json: bool = False, has_colour: bool = True) -> None:
        self.is_json = is_json
        self.is_terminal = out.isatty()
        self._out = out
        self._err = err
        self._has_colour = has_colour

    # Results.

    def result(self, record: Mapping[str, object], text: str, *, is_live: bool = True) -> None:
        """Print a result: the record as a line of JSON where that was asked for, else the text.

        Args:
            record: For programs.
            text: For people.
            is_live: Whether it is news, that a pipe shows at once; what is not may wait for :meth:`flush`.
        """
        if self.is_json:
            line = _JSON.encode(record)
            if not line.isprintable():
                line = _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", line)  # JSON itself lets these pass
        else:
            line = self._plain(text)
        try:
            self._out.write(f"{line}\n")  # this is the door
            if is_live or self.is_terminal:
                self._out.flush()
        except BrokenPipeError:
            raise  # that nobody reads results is no fault
        except OSError as error:
            raise OutputError(error) from error

    def flush(self) -> None:
        """Have results that wait printed."""
        with _told():
            self._out.flush()

    def say(self, text: str) -> None:
        """Print a result that JSON has in another form."""
        if not self.is_json:
            with _told():
                print(self._plain(text), file=self._out, flush=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table for people: with colours on a terminal; elsewhere one plain line a row, for cut and awk."""
        if self.is_json:
            return
        listed = [list(row) for row in rows]
        if self.is_terminal:
            with _told():
                self._rich_table(columns, listed)
            return
        widths = [max(map(len, column)) for column in zip(*listed, strict=True)] if listed else []
        for row in listed:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def paint(self, text: str, colour: Colour) -> str:
        """Return text with a colour, where a person looks at the results."""
        return f"{colour.value}{text}{_RESET}" if self._paints else text

    @property
    def _paints(self) -> bool:
        return self.is_terminal and self._has_colour

    def _plain(self, text: str) -> str:
        return _painted(text) if self._paints else visible(text)

    # What is told besides.

    def note(self, text: str) -> None:
        """Tell a person something."""
        print(visible(text), file=self._err, flush=True)

    def beep(self) -> None:
        """Make a person look."""
        print("\a", end="", file=self._err, flush=True)

    @contextmanager
    def progress(self, text: str, *, total: float | None) -> Generator[Bar]:
        """Show a progress bar for the length of a block, if a person looks; it is gone afterwards.

        Args:
            text: What goes on.
            total: What it ends with; None where nobody knows.
        """
        if not self._err.isatty():
            yield _NoBar()
            return
        from rich.console import Console as Terminal  # loaded by those who see something
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        terminal = Terminal(file=self._err, color_system="auto" if self._has_colour else None)
        columns = [TextColumn("{task.description}", markup=False), BarColumn()]
        if total is not None:
            columns.append(TaskProgressColumn())
        with Progress(*columns, console=terminal, transient=True) as shown:
            yield _RichBar(shown, shown.add_task(visible(text), total=total))

    def _rich_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        from rich import box
        from rich.console import Console as Terminal
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text.from_ansi(self._plain(cell)) for cell in row))
        Terminal(file=self._out, color_system="auto" if self._has_colour else None, highlight=False).print(table)


@contextmanager
def _told() -> Generator[None]:
    """Have a person told where results cannot be written; that nobody reads them is no fault."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error) from error


class _NoBar:
    def update(self, done: float, text: str | None = None, *, total: float | None = None) -> None:
        pass


class _RichBar:
    def __init__(self, shown: Progress, task: TaskID) -> None:
        self._shown = shown
        self._task = task

    def update(self, done: float, text: str | None = None, *, total: float | None = None) -> None:
        self._shown.update(self._task, completed=done, description=text and visible(text), total=total)
