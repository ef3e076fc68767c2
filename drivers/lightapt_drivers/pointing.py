"""Where a mount points, and how it gets elsewhere. No I/O, and time comes from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Position"]

_DEGREES_AN_HOUR: Final = 15.0
_SIDEREAL: Final = 1.002738 / 3600
"""Hours of right ascension that pass a mount at rest in a second."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mount points: right ascension in hours, declination in degrees, equinox of date."""

    ra: float
    dec: float

    def toward(self, target: Position, degrees: float) -> Position:
        """Return the position after each axis has turned by at most so many degrees, the short way round."""
        hours = degrees / _DEGREES_AN_HOUR
        way = (target.ra - self.ra + 12) % 24 - 12
        ra = target.ra if abs(way) <= hours else (self.ra + _limited(way, hours)) % 24
        rise = target.dec - self.dec
        dec = target.dec if abs(rise) <= degrees else self.dec + _limited(rise, degrees)
        return Position(ra, dec)

    def after(self, seconds: float) -> Position:
        """Return where a mount that does not track points after a time."""
        return Position((self.ra + seconds * _SIDEREAL) % 24, self.dec)


def _limited(way: float, most: float) -> float:
    return max(-most, min(most, way))
