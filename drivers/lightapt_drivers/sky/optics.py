"""A telescope: its scale, its light, and how sharp it shows a star."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["Optics"]

_ARCSEC: Final = math.degrees(1) * 3600


@dataclass(frozen=True, slots=True)
class Optics:
    """A telescope.

    Attributes:
        focal_length: In mm.
        aperture: Its diameter, in mm.
        obstruction: The part of the diameter that is in the shadow of a secondary mirror.
        transmission: The part of light that glass and mirrors let through.
        spot: Full width at half maximum of a star's image without air, diffraction and defocus, in µm.
        focuser_step: How far a step moves the focuser, in µm.
    """

    focal_length: float = 200.0
    aperture: float = 50.0
    obstruction: float = 0.0
    transmission: float = 0.9
    spot: float = 5.0
    focuser_step: float = 0.5

    @property
    def area(self) -> float:
        """What gathers light, in cm²."""
        return math.pi / 4 * (self.aperture / 10) ** 2 * (1 - self.obstruction**2)

    def scale(self, pixel: float) -> float:
        """Return how many arcsec a pixel of so many µm covers."""
        return pixel / (self.focal_length * 1e3) * _ARCSEC

    def width(self, seeing: float, wavelength: float) -> float:
        """Return the full width at half maximum of a star's image in focus, in arcsec.

        Args:
            seeing: The width that the air gives it, in arcsec.
            wavelength: In nm.
        """
        diffraction = 1.03 * wavelength * 1e-6 / self.aperture * _ARCSEC
        return math.hypot(seeing, diffraction, self.scale(self.spot))

    def blur(self, focus_offset: float) -> float:
        """Return the diameter, in µm, of the disc that a star becomes so many steps out of focus."""
        return abs(focus_offset) * self.focuser_step * self.aperture / self.focal_length
