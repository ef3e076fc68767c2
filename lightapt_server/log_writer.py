"""Writes log lines from a thread of its own: whoever does not read them must not stop the hub.

A terminal held by Ctrl-S, a pager, a pipe that nobody empties: a write to any of them may never return.
"""

from __future__ import annotations

import logging
from queue import Empty, Full, Queue
from threading import Thread
from typing import Final, TextIO

__all__ = ["LogWriter"]

_MOST_LINES: Final = 10_000
_LAST_WORDS: Final = (0.1,) * 10
"""Seconds for which the end of the program waits for lines that are still to be written.

Many short waits: a machine that stands still for a moment takes one of them, and the writer has the others.
"""


class LogWriter(logging.Handler):
    """A handler that never blocks; lines beyond what may wait are left out, and counted."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: Queue[str | None] = Queue(_MOST_LINES)
        self._left_out = 0
        self._thread = Thread(target=self._run, name="lightapt-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line."""
        try:
            self._lines.put_nowait(self.format(record))
        except Full:
            self._left_out += 1

    def finish(self) -> None:
        """Write what waits, as far as anybody reads it."""
        try:
            self._lines.put_nowait(None)
        except Full:
            return
        for patience in _LAST_WORDS:
            self._thread.join(patience)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            lines = [line]
            ended = self._take_more(lines)
            left_out, self._left_out = self._left_out, 0
            if left_out:
                lines.append(f"({left_out} lines left out: nobody read them)")
            try:
                self._stream.write("".join(f"{each}\n" for each in lines))
                self._stream.flush()
            except (OSError, ValueError):  # closed: there is nowhere left to tell it
                return
            if ended:
                return

    def _take_more(self, lines: list[str]) -> bool:
        """Add what else waits; return whether that was the last."""
        try:
            while (line := self._lines.get_nowait()) is not None:
                lines.append(line)
        except Empty:
            return False
        return True
