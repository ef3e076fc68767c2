"""What stands before a sensor: telescope, filter, air, and the place in the sky. Angles are degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .conditions import Conditions
from .detector import Exposure, Sensor
from .optics import Optics
from .path import Offset
from .photometry import Channel, Filter, Spectrum, electrons
from .projection import Tan
from .psf import Psf

__all__ = ["View", "projection"]


@dataclass(frozen=True, slots=True)
class View:
    """What stands before a sensor.

    Attributes:
        ra: Right ascension (J2000) of what falls on the sensor's middle.
        dec: Its declination.
        position_angle: Of "up" in the picture, from J2000's north through east.
        optics: The telescope.
        filter: The filter in its light.
        conditions: What the air is like there.
        focus_offset: Steps of the focuser from where it is sharp.
        path: Where the telescope pointed during the exposure.
        covered: Whether the telescope is closed.
        panel: V mag/arcsec² of a shining panel before the telescope; None: there is none, or it is off.
    """

    ra: float
    dec: float
    position_angle: float = 0.0
    optics: Optics = field(default_factory=Optics)
    filter: Filter = Filter.CLEAR
    conditions: Conditions = field(default_factory=Conditions)
    focus_offset: float = 0.0
    path: tuple[Offset, ...] = (Offset(1.0, 0.0, 0.0),)
    covered: bool = False
    panel: float | None = None

    def psf(self, sensor: Sensor) -> Psf:
        """Return what a star looks like on a sensor."""
        wavelength = self.filter.value.centre
        fwhm = self.optics.width(self.conditions.seeing(wavelength), wavelength) / self.optics.scale(sensor.pixel)
        return Psf(fwhm, self.optics.blur(self.focus_offset) / sensor.pixel, self.optics.obstruction).rounded()

    def electrons(self, sensor: Sensor, spectrum: Spectrum, channel: Channel) -> float:
        """Return the electrons a second that a source of V = 0 would yield without air."""
        gathered = self.optics.area * self.optics.transmission * sensor.quantum_efficiency
        return gathered * electrons(spectrum, self.filter, channel)

    def motion(self) -> float:
        """Return by how much a star dances, in arcsec along one axis (Martin 1987, PASP 99, 1360)."""
        wavelength = self.filter.value.centre * 1e-9
        coherence = 0.98 * wavelength / math.radians(self.conditions.seeing(self.filter.value.centre) / 3600)
        aperture = self.optics.aperture / 1e3
        return math.degrees(math.sqrt(0.18 * aperture ** (-1 / 3) * coherence ** (-5 / 3)) * wavelength) * 3600


def projection(view: View, sensor: Sensor, exposure: Exposure) -> Tan:
    """Return where the sky falls on the picture of an exposure, the telescope pointing where it should."""
    scale = view.optics.scale(sensor.pixel) / 3600
    middle = (sensor.width - 1) / 2, (sensor.height - 1) / 2
    area = exposure.area or sensor.whole
    whole = Tan(view.ra, view.dec, *middle, (scale, scale), view.position_angle)
    return whole.cut(area.x, area.y, exposure.binning)
