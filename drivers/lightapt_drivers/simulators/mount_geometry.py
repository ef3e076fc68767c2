"""How the two axes of an equatorial mount stand to the sky: kinds of mount, sides of the pier, and the flip.

A German mount's hour-angle axis reads 0 where its counterweights hang lowest, a fork's where it looks at the
meridian; both grow as the mount follows the sky. The declination axis reads the declination as long as the telescope
is west of the pier; past the visible pole it reads on, and the telescope is east of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .mount_frames import wrap_degrees

__all__ = ["Axes", "MountKind", "PierSide", "axes_toward", "choose_side", "equatorial", "home", "reach"]

_QUARTER: Final = 90.0


class MountKind(Enum):
    """How an equatorial mount is built."""

    GERMAN = "German equatorial"
    FORK = "equatorial fork"


class PierSide(Enum):
    """Which side of the pier the telescope is on; from the west it looks at what has yet to cross the meridian."""

    WEST = "west"
    EAST = "east"

    @property
    def other(self) -> PierSide:
        """Where a flip leads."""
        return PierSide.EAST if self is PierSide.WEST else PierSide.WEST


@dataclass(frozen=True, slots=True)
class Axes:
    """A pair of values, one an axis: positions in degrees, or velocities in degrees a second."""

    primary: float
    secondary: float

    def __add__(self, other: Axes) -> Axes:
        return Axes(self.primary + other.primary, self.secondary + other.secondary)

    def __sub__(self, other: Axes) -> Axes:
        return Axes(self.primary - other.primary, self.secondary - other.secondary)

    def __mul__(self, factor: float) -> Axes:
        return Axes(self.primary * factor, self.secondary * factor)


def home(*, northern: bool) -> Axes:
    """Return where a mount is put up: at the visible pole, the counterweights down or the fork upright."""
    return Axes(0.0, _QUARTER if northern else -_QUARTER)


def reach(kind: MountKind) -> float:
    """Return how far the hour-angle axis turns to each side before the mount is past the meridian, in degrees.

    For a fork it is the lower meridian, for a German mount whichever comes: there its counterweights go up.
    """
    return _QUARTER if kind is MountKind.GERMAN else 2 * _QUARTER


def equatorial(axes: Axes, kind: MountKind) -> tuple[float, float, PierSide]:
    """Return hour angle (-180 to 180) and declination in degrees, and the side of the pier (for a fork, as if)."""
    zero = _QUARTER if kind is MountKind.GERMAN else 0.0
    secondary = wrap_degrees(axes.secondary)
    if abs(secondary) <= _QUARTER:
        return wrap_degrees(axes.primary - zero), secondary, PierSide.WEST
    return wrap_degrees(axes.primary - zero + 180), wrap_degrees(180 - secondary), PierSide.EAST


def axes_toward(hour_angle: float, dec: float, side: PierSide, *, kind: MountKind, northern: bool) -> Axes:
    """Return where the axes stand to look at an hour angle and declination (degrees) from one side of the pier.

    A fork has but one way, and the side means nothing to it.
    """
    if kind is MountKind.FORK:
        return Axes(wrap_degrees(hour_angle), dec)
    if side is PierSide.WEST:
        return Axes(wrap_degrees(hour_angle + _QUARTER), dec)
    through_pole = 180 - dec if northern else -180 - dec
    return Axes(wrap_degrees(hour_angle - _QUARTER), through_pole)


def choose_side(now: PierSide, hour_angle: float, flip_after: float) -> PierSide:
    """Return the side from which a German mount goes to an hour angle, in degrees.

    It stays on its side until the counterweights would be up by more than ``flip_after`` degrees, which is until the
    target is so far past the upper meridian, or the lower one.
    """
    stay = axes_toward(hour_angle, 0.0, now, kind=MountKind.GERMAN, northern=True)
    return now if abs(stay.primary) <= _QUARTER + flip_after else now.other
