"""A filter wheel as time passes. It knows no clock, no device and no protocol."""

from __future__ import annotations

import math

__all__ = ["WheelMechanism"]


class WheelMechanism:
    """A wheel that turns the shortest way round; each method that takes time says what time it is, in seconds.

    Args:
        slots: How many there are.
        pace: Seconds from one slot to the next.
        now: The time.
    """

    def __init__(self, slots: int, *, pace: float, now: float) -> None:
        self._slots = slots
        self._pace = pace
        self._place = 0.0
        self._target = 0.0
        self._now = now

    @property
    def slot(self) -> int:
        """The slot that is in the beam, from 1 on, or is nearest to it."""
        return round(self._place) % self._slots + 1

    @property
    def is_turning(self) -> bool:
        """Whether it is between two slots, or on its way past one."""
        return self._place != self._target

    @property
    def remaining(self) -> float:
        """Seconds until it stops by itself."""
        return abs(self._target - self._place) * self._pace

    def go(self, slot: int, *, now: float) -> None:
        """Start to turn to a slot, from wherever it is."""
        self.advance(now)
        half = self._slots / 2
        self._target = self._place + (slot - 1 - self._place + half) % self._slots - half

    def advance(self, now: float) -> None:
        """Let time pass; when the clock is set back, none has passed."""
        elapsed, self._now = max(0.0, now - self._now), now
        way = self._target - self._place
        step = elapsed / self._pace
        if abs(way) <= step:
            self.place(round(self._target) % self._slots + 1)
        else:
            self._place += math.copysign(step, way)

    def place(self, slot: int) -> None:
        """Put a slot into the beam, as by hand."""
        self._place = self._target = slot - 1.0
