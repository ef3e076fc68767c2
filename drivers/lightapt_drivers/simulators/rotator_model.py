"""A rotator as time passes. It knows no clock, no device and no protocol. Angles are in degrees."""

from __future__ import annotations

import math

__all__ = ["RotatorMechanism"]


class RotatorMechanism:
    """A rotator and what its angle is called; each method that takes time says what time it is, in seconds.

    The mechanical angle is the position angle of the camera's "up" against the telescope's: it grows from north to
    east. What it is called differs from that by what syncs say, and grows the other way when it is reversed.

    Args:
        speed: Degrees a second.
        now: The time.
    """

    def __init__(self, *, speed: float, now: float) -> None:
        self._speed = speed
        self._mechanical = 0.0
        self._zero = 0.0
        self._sense = 1
        self._way = 0.0
        self._now = now

    @property
    def mechanical(self) -> float:
        """The mechanical angle."""
        return self._mechanical % 360

    @property
    def called(self) -> float:
        """What the angle is called."""
        return (self._zero + self._sense * self._mechanical) % 360

    @property
    def zero(self) -> float:
        """What the mechanical angle 0 is called."""
        return self._zero % 360

    @property
    def is_turning(self) -> bool:
        """Whether it turns."""
        return self._way != 0

    @property
    def remaining(self) -> float:
        """Seconds until it stops by itself."""
        return abs(self._way) / self._speed

    def turn(self, way: float, *, now: float) -> None:
        """Start to turn by so much, to larger called angles if positive."""
        self.advance(now)
        self._way = way

    def advance(self, now: float) -> None:
        """Let time pass; when the clock is set back, none has passed."""
        elapsed, self._now = max(0.0, now - self._now), now
        step = math.copysign(min(abs(self._way), elapsed * self._speed), self._way)
        self._mechanical += self._sense * step
        self._way -= step

    def stop(self, *, now: float) -> None:
        """Stop where it is."""
        self.advance(now)
        self._way = 0.0

    def sync(self, called: float) -> None:
        """Call the angle so; nothing turns."""
        self._zero = called - self._sense * self._mechanical

    def reverse(self, *, reverse: bool) -> None:
        """Turn the other way for larger angles, or as it was; nothing turns, and the angle is called what it was."""
        called = self.called
        self._sense = -1 if reverse else 1
        self.sync(called)

    def place(self, *, mechanical: float, called: float) -> None:
        """Put it at an angle, as by hand."""
        self._mechanical, self._way = mechanical, 0.0
        self.sync(called)
