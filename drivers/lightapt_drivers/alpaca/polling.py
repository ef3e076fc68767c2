"""When to look at a device next. No I/O: times are passed in, in seconds."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["Pace"]

_FAST: Final = 0.25
"""Seconds between two looks while something moves."""
_EAGER: Final = 3.0
"""Seconds for which to look often after something was begun: some devices take a moment to say that they move."""
_OLD: Final = 4
"""Requests in an idle period to a device whose members are asked for one by one; to others it is one."""
_SHORTEST: Final = 1.0
"""Seconds of the shortest idle period for looks that are wanted, however long the usual one is."""


class Pace:
    """Looks often while something moves, and seldom while nothing does.

    Attributes:
        due: When to look next.
    """

    def __init__(self) -> None:
        self.due = 0.0
        self._eager_until = 0.0
        self._moves = False
        self._wanted_within = math.inf
        self._owed = 0
        self._rested = -math.inf  # when it has rested enough for a look that is wanted
        self._idle = _SHORTEST

    def is_quick(self, now: float) -> bool:
        """Whether something moved at the last look, or somebody waits for what looks show."""
        return self._moves or now < self._eager_until

    def hurry(self, now: float) -> None:
        """Look at once, and often for a while: something was begun."""
        self.attend(now)
        self.due = min(self.due, now)

    def attend(self, now: float) -> None:
        """Look often for a while: somebody waits for what looks show. The next look keeps its time."""
        self._eager_until = now + _EAGER

    def want(self, now: float, *, within: float) -> None:
        """Look once when the device has rested, if the next look from now on is not due within so many seconds."""
        self._wanted_within = min(self._wanted_within, within)
        self._serve(now)

    def begins(self, now: float, *, idle: float) -> None:
        """Take note that a look begins; whatever becomes of it, the next has its time."""
        self.due = now + idle
        self._idle = min(idle, _SHORTEST)
        self._wanted_within = math.inf

    def looked(self, began: float, now: float, *, moves: bool, requests: int, one_request: bool, idle: float) -> None:
        """Take note of a look.

        Args:
            began: When it began.
            now: When it was over.
            moves: Whether something moves.
            requests: How many requests it took.
            one_request: Whether the device tells its state in one request.
            idle: Seconds between two looks at an idle device; longer if they take more requests than is good.
        """
        self._moves = moves
        if self.is_quick(now):
            # A slow server is not to be asked again at once: half of the time is its own.
            self.due = self._rested = max(began + min(_FAST, idle), now + min(now - began, _EAGER))
            return
        since = max(began, self._rested + self._owed * min(idle, _SHORTEST))
        self._rest(began, since, _periods(requests, one_request=one_request), idle)
        self._serve(now)

    def spent(self, requests: int) -> None:
        """Take note of requests besides the looks: the one after the next has to wait for them.

        One that is wanted waits for them at once.
        """
        self._owed += requests

    def failed(self, now: float, *, idle: float, requests: int = 1, one_request: bool = True) -> None:
        """Take note of a look that failed, as in :meth:`looked`: there is no hurry any more."""
        self._eager_until, self._moves = 0.0, False
        periods = _periods(requests, one_request=one_request)
        self._rest(now, now + self._owed * min(idle, _SHORTEST), periods, idle)
        self._serve(now)

    def _rest(self, begins: float, begins_if_wanted: float, periods: float, idle: float) -> None:
        """Leave the device alone for so many periods, and for what is owed."""
        self._idle = min(idle, _SHORTEST)
        self.due = begins + (periods + self._owed) * idle
        self._rested = begins_if_wanted + periods * self._idle
        self._owed = 0

    def _serve(self, now: float) -> None:
        """Have the next look when it is wanted."""
        if self.due > now + self._wanted_within:
            self.due = min(self.due, max(now, self._rested + self._owed * self._idle))


def _periods(requests: int, *, one_request: bool) -> float:
    """Return for how many periods an idle device is left alone for so many requests."""
    return max(1.0, requests / (1 if one_request else _OLD))
