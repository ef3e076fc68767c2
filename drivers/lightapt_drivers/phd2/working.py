"""Whether what was begun goes on, when PHD2's word for its end may have been lost. No I/O."""

from __future__ import annotations

from typing import Final

from .words import AppState

__all__ = ["Work"]

_SURE: Final = 2
"""Readings in a row, or frames, after which PHD2 counts as being at what was begun no more."""
_FINDING: Final = 20
"""Frames in which PHD2 has found a star to guide by, or has given up."""


class Work:
    """What was heard of that which ends with SettleDone, since it was begun.

    Attributes:
        has_settled: Whether it has come to settling.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, or end."""
        self.has_settled = self._has_worked = False
        self._quiet = self._ends = 0

    def heard(self, *, is_settling: bool = False) -> None:
        """Take note that PHD2 is at it."""
        self._has_worked = True
        self.has_settled = self.has_settled or is_settling
        self._quiet = 0

    def frame(self, app: AppState | None) -> bool:
        """Take note of a frame, and return whether so many came without a word that it may be over."""
        self._quiet += 1
        return self._quiet >= (_SURE if self._has_worked or _is_guiding(app) else _FINDING)

    @property
    def is_doubtful(self) -> bool:
        """Whether PHD2 should be asked again, to be sure that it is over."""
        return self._ends > 0

    def end(self, app: AppState | None, *, is_settling: bool | None) -> str | None:
        """Judge by what PHD2 says when asked, and return in words that it is over; None if it may go on.

        Args:
            app: What PHD2 does.
            is_settling: Whether it settles; see :meth:`~.state.StateFollower.reread`.
        """
        if is_settling is not False:
            self._ends = 0
            return None
        if app is AppState.STOPPED or (self.has_settled and _is_guiding(app)):
            return "PHD2 has ended it, and its word for how was lost"
        self._ends = self._ends + 1 if self._seems_over(app) else 0
        return "PHD2 is at it no more, and its end was not heard" if self._ends >= _SURE else None

    def _seems_over(self, app: AppState | None) -> bool:
        """Return whether PHD2, which says that it does not settle, is not on its way there either."""
        if app in (AppState.LOOPING, AppState.SELECTED):
            return self._has_worked or self._quiet >= _FINDING  # it may look for a star first
        return _is_guiding(app)


def _is_guiding(app: AppState | None) -> bool:
    return app in (AppState.GUIDING, AppState.LOST_LOCK)
