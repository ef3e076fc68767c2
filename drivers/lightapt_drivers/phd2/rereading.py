"""Reading PHD2's state anew, by asking: as a connection begins, and when its events leave it in doubt. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from .errors import AnswerError
from .events import SettleDone
from .results import read_equipment, read_profile
from .state import State, StateFollower
from .values import as_flag, as_member, as_number, as_position, as_whole
from .words import AppState, DecGuideMode

__all__ = ["GLANCE", "READINGS", "Reading"]


_CHANGES: Final[Mapping[str, Callable[[State, object], State]]] = {
    "get_connected": lambda state, answer: replace(state, is_connected=as_flag(answer)),
    "get_current_equipment": lambda state, answer: replace(state, equipment=read_equipment(answer)),
    "get_profile": lambda state, answer: replace(state, profile=read_profile(answer)),
    "get_pixel_scale": lambda state, answer: replace(state, pixel_scale=as_number(answer)),
    "get_exposure": lambda state, answer: replace(state, exposure=as_whole(answer)),
    "get_dec_guide_mode": lambda state, answer: replace(state, dec_mode=as_member(DecGuideMode)(answer)),
    "get_guide_output_enabled": lambda state, answer: replace(state, is_output_enabled=as_flag(answer)),
    "get_calibrated": lambda state, answer: replace(state, is_calibrated=as_flag(answer)),
    "get_lock_position": lambda state, answer: replace(state, lock_position=as_position(answer)),
}
"""What is read, and the state after it."""

READINGS: Final = (*_CHANGES, "get_settling", "get_paused", "get_app_state")
"""What to ask, in this order."""
GLANCE: Final = ("get_connected", "get_current_equipment", "get_calibrated", "get_settling", "get_app_state")
"""What to ask often: PHD2 does not tell when it differs, or the word for it may be lost."""
_TELLING: Final = frozenset({"get_connected", "get_current_equipment", "get_calibrated"})
"""If these differ, so may all else."""


class Reading:
    """One reading; what PHD2 refuses to tell stays as it was.

    Args:
        follower: Whose state it is for.
        methods: What is asked.
    """

    def __init__(self, follower: StateFollower, methods: Sequence[str] = READINGS) -> None:
        self._follower = follower
        self._last = methods[-1]
        self._is_whole = len(methods) == len(READINGS)
        self._turns = follower.turns
        self._answers: dict[str, object] = {}

    def take(self, method: str, answer: object) -> SettleDone | None:
        """Take an answer, in the order of the methods.

        Returns:
            The end of what had been begun, if the event that should have told of it was lost.
        """
        if (change := _CHANGES.get(method)) is not None:
            try:
                self._become(change(self._follower.state, answer), method)
            except AnswerError:
                return None
        self._answers[method] = answer
        if method != self._last:
            return None
        is_settling = as_flag(self._answers.get("get_settling"))
        app = as_member(AppState)(answer)
        is_paused = as_flag(self._answers.get("get_paused"))
        if not self._is_whole and app is not None:
            is_paused = app is AppState.PAUSED
        return self._follower.reread(
            app, is_settling=is_settling if self._turns == self._follower.turns else None, is_paused=is_paused
        )

    def _become(self, state: State, method: str) -> None:
        if not self._is_whole and method in _TELLING and state != self._follower.state:
            self._follower.is_doubtful = True
        self._follower.become(state)
