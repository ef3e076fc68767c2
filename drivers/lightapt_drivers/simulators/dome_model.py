"""A dome that turns as time passes. It knows no clock, no device and no protocol. Azimuths are in degrees."""

from __future__ import annotations

import math

__all__ = ["DomeMechanism"]


class DomeMechanism:
    """What turns a dome; each method that takes time says what time it is, in seconds.

    Attributes:
        speed: Revolutions a minute, from now on.

    Args:
        speed: Revolutions a minute.
        now: The time.
    """

    def __init__(self, *, speed: float, now: float) -> None:
        self.speed = speed
        self._azimuth = 0.0
        self._target = 0.0
        self._way = 0.0
        self._now = now

    @property
    def azimuth(self) -> float:
        """The azimuth of the opening, from 0 to below 360."""
        return self._azimuth % 360

    @property
    def is_turning(self) -> bool:
        """Whether it turns."""
        return self._way != 0

    @property
    def remaining(self) -> float:
        """Seconds until it stops by itself."""
        return abs(self._way) / self._degrees_a_second

    @property
    def _degrees_a_second(self) -> float:
        return self.speed * 360 / 60

    def turn(self, azimuth: float, *, way: float, now: float) -> None:
        """Start to turn to an azimuth: so far, clockwise if positive."""
        self.advance(now)
        self._target, self._way = azimuth, way

    def stop(self, *, now: float) -> None:
        """Stop where it is."""
        self.advance(now)
        self._way = 0.0

    def advance(self, now: float) -> None:
        """Let time pass; when the clock is set back, none has passed."""
        elapsed, self._now = max(0.0, now - self._now), now
        step = elapsed * self._degrees_a_second
        if self._way and abs(self._way) <= step:
            self.place(self._target)
        elif self._way:
            self._azimuth += math.copysign(step, self._way)
            self._way -= math.copysign(step, self._way)

    def place(self, azimuth: float) -> None:
        """Put it at an azimuth, as by hand; or call the one that it has so."""
        self._azimuth, self._way = azimuth, 0.0
