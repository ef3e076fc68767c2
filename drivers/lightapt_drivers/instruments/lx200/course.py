"""Whether a mount slews, judged by where it points: for those that do not tell. No I/O; time comes from outside."""

from __future__ import annotations

import math
from typing import Final

from .mount import Pointing

__all__ = ["Course", "separation"]

_RESTS: Final = 2
"""So many times in a row it must be seen at rest: slews begin slowly, and turn round before they end."""


def separation(one: Pointing, other: Pointing) -> float:
    """Return the degrees on the sky between two directions (haversine formula)."""
    north, south = math.radians(one.dec), math.radians(other.dec)
    across = math.radians((one.ra - other.ra) * 15)
    half = math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half))))


class Course:
    """Watches a mount from the beginning of a slew.

    Args:
        grain: Degrees that the coordinates may differ though the mount does not slew: how finely they are written,
            and what the sky turns between two looks.
        pause: Seconds between two looks that count.
    """

    def __init__(self, *, grain: float, pause: float) -> None:
        self._grain = grain
        self._pause = pause
        self._last: tuple[Pointing, float] | None = None
        self._rests = 0

    def is_slewing(self, pointing: Pointing, now: float) -> bool:
        """Return whether the mount still slews, by where it points at a moment in seconds."""
        if self._last is None:
            self._last = pointing, now
        before, then = self._last
        if now - then >= self._pause:
            self._rests = self._rests + 1 if separation(before, pointing) <= self._grain else 0
            self._last = pointing, now
        return self._rests < _RESTS
