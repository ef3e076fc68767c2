"""Whether a motion is over, by what looks at a device show. No I/O."""

from __future__ import annotations

from typing import Final

__all__ = ["Arrival"]

_LOOKS: Final = 8
"""At a device that rests and is not where it should be: some take a moment to begin, and older ones do not tell."""


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
