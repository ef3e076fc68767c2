"""What makes a mount point elsewhere than it believes: its worm, its polar alignment and its play.

All are off unless asked for. They act on where the telescope truly points, never on what the encoders say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .mount_frames import (
    SIDEREAL_RATE,
    Matrix,
    Site,
    horizontal_matrix,
    product,
    rotation_about_z,
    transposed,
)

__all__ = ["PointingErrors", "follow_with_play"]

_ARCSECOND = 1 / 3600
_ARCMINUTE = 1 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PointingErrors:
    """The errors of a mount.

    Attributes:
        periodic_amplitude: Half of what the periodic error swings from peak to peak, in arcseconds.
        periodic_period: Seconds that the worm takes for a turn at the sidereal rate.
        periodic_phase: Where in its turn the worm is at the hour-angle axis' zero, in degrees.
        polar_azimuth: How far the upper end of the polar axis lies too far east, in arcminutes of azimuth.
        polar_altitude: How far it lies too high, in arcminutes.
        backlash: Play of the declination axis, in arcseconds: so far its motor turns for nothing after a reversal.
    """

    periodic_amplitude: float = 0.0
    periodic_period: float = 480.0
    periodic_phase: float = 0.0
    polar_azimuth: float = 0.0
    polar_altitude: float = 0.0
    backlash: float = 0.0

    def periodic_error(self, primary: float) -> float:
        """Return by how many degrees the hour-angle axis is ahead of its encoder: a function of the worm's angle."""
        turn = primary / (self.periodic_period * SIDEREAL_RATE)
        angle = 2 * math.pi * turn + math.radians(self.periodic_phase)
        return self.periodic_amplitude * _ARCSECOND * math.sin(angle)

    def polar_rotation(self, site: Site) -> Matrix | None:
        """Return what takes vectors of the mount's equatorial frame to the true one; None if that is nothing."""
        if not (self.polar_azimuth or self.polar_altitude):
            return None
        sign = 1 if site.is_northern else -1
        axis = horizontal_matrix(site.latitude + sign * self.polar_altitude * _ARCMINUTE)
        turned = product(rotation_about_z(sign * self.polar_azimuth * _ARCMINUTE), axis)
        return product(transposed(horizontal_matrix(site.latitude)), turned)


def follow_with_play(motor: float, load: float, *, width: float) -> float:
    """Return where an axis comes to stand that a motor pushes through a play (the hysteresis of that name)."""
    return min(max(load, motor - width / 2), motor + width / 2)
