"""Whether a motion is over, by what looks at a device show; and how long to wait for looks that do not. No I/O."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["Arrival", "Patience"]

_LOOKS: Final = 8
"""At a device that rests and is not where it should be: some take a moment to begin, and older ones do not tell."""
_BLIND: Final = 3
"""Looks in a row that do not show what somebody waits for, and..."""
_PATIENCE: Final = 5.0
"""...seconds that they took at least, before that is an error."""


class Arrival:
    """Watches one motion, look by look.

    Attributes:
        has_moved: Whether the device was seen to move.
    """

    def __init__(self) -> None:
        self.has_moved = False
        self._resting = 0

    def is_over(self, *, moves: bool, there: bool) -> bool:
        """Return whether the motion is over: the device rests where it should, or has rested elsewhere for a while.

        Args:
            moves: Whether the device says that it moves.
            there: Whether it is where it should be.
        """
        self.has_moved = self.has_moved or moves
        self._resting = 0 if moves else self._resting + 1
        return not moves and (there or self._resting >= _LOOKS)


class Patience:
    """How long who waits for something bears with looks that do not show it: some devices fail to tell as they move."""

    def __init__(self) -> None:
        self._looks = 0
        self._began = -math.inf

    def is_over(self, now: float) -> bool:
        """Take note of one more such look, and return whether it was one too many."""
        self._looks += 1
        if self._looks == 1:
            self._began = now
        return self._looks >= _BLIND and now >= self._began + _PATIENCE

    def shown(self) -> None:
        """Take note of a look that shows it."""
        self._looks = 0
