"""PHD2's state, followed from its events and from what it is asked. No I/O."""

from __future__ import annotations

from dataclasses import replace

from . import events as ev
from .following import EventFollower
from .snapshot import Busy, State
from .words import AppState, PauseKind

__all__ = ["Busy", "State", "StateFollower"]


class StateFollower(EventFollower):
    """Follows PHD2's state, and what is asked of it."""

    def began(self, what: Busy) -> None:
        """Take note that this is asked: whatever its answer, SettleDone is to come."""
        self.work.forget()
        self.turns += 1
        self.become(replace(self.state, busy=what, settled=None, settling=None, calibration_error=None))

    def did_not_begin(self) -> None:
        """Take note that PHD2 has refused what was asked last."""
        self.become(replace(self.state, busy=None))

    def lost(self) -> None:
        """Take note that the connection has gone: nothing is known until it is there again."""
        self.work.forget()
        self.become(replace(self.state, app=None, busy=None, settling=None, calibration=None, is_connected=None))

    def paused(self, kind: PauseKind) -> None:
        """Take note of how PHD2 was asked to pause, which its event does not tell."""
        if kind is not PauseKind.NONE or self.state.app is not AppState.PAUSED:
            self.become(replace(self.state, paused=kind))

    def reread(self, app: AppState | None, *, is_settling: bool | None, is_paused: bool | None) -> ev.SettleDone | None:
        """Take note of what PHD2 says when asked.

        Args:
            app: What it does.
            is_settling: Whether it settles; it says no while it calibrates or looks for a star. None if that is no
                longer sure: what goes on was begun since, or has ended, or has come to settling.
            is_paused: Whether it is paused.

        Returns:
            The end of what had been begun, if the event that should have told of it was lost.
        """
        if app is not None:
            self.go(app)
        if app is AppState.LOOPING:
            self.become(replace(self.state, has_star=False, star=None))
        elif app is AppState.SELECTED:
            self.become(replace(self.state, has_star=True))
        if is_paused is not None and is_paused is not (self.state.paused is not PauseKind.NONE):
            self.become(replace(self.state, paused=PauseKind.GUIDING if is_paused else PauseKind.NONE))
        if is_settling and self.state.busy is None:
            self.work.heard(is_settling=True)
            self.become(replace(self.state, busy=Busy.GUIDE))
        if self.state.busy is None:
            return None
        words = self.work.end(self.state.app, is_settling=is_settling)
        self.is_doubtful = self.is_doubtful or self.work.is_doubtful
        if words is None:
            return None
        lost = ev.SettleDone(status=1, error=words)
        self.apply(lost)
        return lost
