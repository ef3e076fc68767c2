"""PHD2's state, followed from its events and from what it is asked. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from . import events as ev
from .following import EventFollower
from .snapshot import Busy, State
from .values import as_flag, as_member, as_whole
from .words import AppState, DecGuideMode, PauseKind

__all__ = ["Busy", "State", "StateFollower"]

_AT_ITS_WINDOW: Final = "PHD2 guides, and does not tell of settling: it was begun at its window"


def _with_exposure(state: State, params: Mapping[str, object]) -> State:
    exposure = as_whole(params.get("exposure"))
    if exposure is not None and exposure < 0:
        return replace(state, is_exposure_automatic=True)
    return replace(state, exposure=exposure, is_exposure_automatic=False)


_TAKEN: Final[Mapping[str, Callable[[State, Mapping[str, object]], State]]] = {
    "set_exposure": _with_exposure,
    "set_dec_guide_mode": lambda state, params: replace(state, dec_mode=as_member(DecGuideMode)(params.get("mode"))),
    "set_guide_output_enabled": lambda state, params: replace(state, is_output_enabled=as_flag(params.get("enabled"))),
}
"""What PHD2 has taken, and the state after it."""


class StateFollower(EventFollower):
    """Follows PHD2's state, and what is asked of it."""

    def began(self, what: Busy) -> None:
        """Take note that this is asked: whatever its answer, SettleDone is to come."""
        self.work.forget()
        self.turns += 1
        self._is_ours = True
        self.become(replace(self.state, busy=what, settled=None, settling=None, calibration_error=None))

    def did_not_begin(self) -> None:
        """Take note that PHD2 has refused what was asked last."""
        self._is_ours = False
        goes_on = Busy.GUIDE if self.state.app is AppState.CALIBRATING else None
        self.become(replace(self.state, busy=goes_on))

    def took(self, method: str, params: Mapping[str, object]) -> None:
        """Take note of a setting that PHD2 has taken: it does not always tell of it, or tells nothing of its value."""
        if (change := _TAKEN.get(method)) is not None:
            self.become(change(self.state, params))

    def lost(self) -> None:
        """Take note that the connection has gone: nothing is known until it is there again."""
        self.work.forget()
        self._is_ours = False
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
            self.become(replace(self.state, busy=Busy.SETTLING))
        if self.state.busy is None:
            return None
        words = self.work.end(self.state.app, is_settling=is_settling)
        self.is_doubtful = self.is_doubtful or self.work.is_doubtful
        return None if words is None else self._end(words)

    def _end(self, words: str) -> ev.SettleDone:
        """End what had been begun, without PHD2's word for it."""
        never_settles = self.state.is_guiding and not self._is_ours and not self.work.has_settled
        end = ev.SettleDone(status=1, error=_AT_ITS_WINDOW if never_settles else self.state.calibration_error or words)
        self.apply(end)
        if never_settles:
            self.become(replace(self.state, settled=None))
        return end
