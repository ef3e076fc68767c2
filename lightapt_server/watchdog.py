"""Tells a driver that hangs from one that has nothing to say. No clock of its own, no I/O."""

from __future__ import annotations

from enum import Enum, auto

__all__ = ["Verdict", "Watchdog"]


class Verdict(Enum):
    """What to do about a driver."""

    FINE = auto()
    ASK = auto()
    """Ask it for something that it has."""
    HUNG = auto()
    """It has left the question unanswered; said once."""


class Watchdog:
    """Watches one driver; `timeout` in s is how long it may be silent on what waits for it (0: for ever)."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._heard = 0.0
        self._since: float | None = None  # something has been waiting for an answer
        self._asked: float | None = None
        self._reported = False

    def excuse(self) -> None:
        """Take note that it could not be asked: it has nothing yet."""
        self._since = self._asked = None

    def look(self, *, now: float, heard: float, unanswered: int) -> Verdict:
        """Judge by when the driver was last heard, and how many messages it has been sent since."""
        if heard != self._heard:
            self._heard, self._since, self._asked, self._reported = heard, None, None, False
        if not self._timeout or not unanswered or self._reported:
            return Verdict.FINE
        if self._since is None:
            self._since = now
        if self._asked is None:
            # Much that a driver is sent asks for no answer: half of the time is for it to speak of itself.
            self._asked = now if now - self._since >= self._timeout / 2 else None
            return Verdict.ASK if self._asked is not None else Verdict.FINE
        self._reported = now - self._asked >= self._timeout / 2
        return Verdict.HUNG if self._reported else Verdict.FINE
