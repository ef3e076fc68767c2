"""What opens and closes as time passes: a shutter, a roof, a cap. It knows no clock, no device and no protocol."""

from __future__ import annotations

import math

__all__ = ["CoverMechanism"]


class CoverMechanism:
    """A cover between 0, closed, and 1, open; each method that takes time says what time it is, in seconds.

    Args:
        travel: Seconds from one end to the other.
        now: The time.
    """

    def __init__(self, *, travel: float, now: float) -> None:
        self._travel = travel
        self._opening = 0.0
        self._wanted = 0.0
        self._now = now

    @property
    def opening(self) -> float:
        """How far it is open."""
        return self._opening

    @property
    def is_moving(self) -> bool:
        """Whether it moves."""
        return self._opening != self._wanted

    @property
    def remaining(self) -> float:
        """Seconds until it stops by itself."""
        return abs(self._wanted - self._opening) * self._travel

    def go(self, opening: float, *, now: float) -> None:
        """Start to open or close so far."""
        self.advance(now)
        self._wanted = opening

    def stop(self, *, now: float) -> None:
        """Stop where it is."""
        self.advance(now)
        self._wanted = self._opening

    def advance(self, now: float) -> None:
        """Let time pass; when the clock is set back, none has passed."""
        elapsed, self._now = max(0.0, now - self._now), now
        way = self._wanted - self._opening
        if abs(way) <= elapsed / self._travel:
            self._opening = self._wanted
        else:
            self._opening += math.copysign(elapsed / self._travel, way)

    def place(self, opening: float) -> None:
        """Put it somewhere, as by hand."""
        self._opening = self._wanted = opening
