"""How many electrons light makes: spectra, filters, the colours of a sensor, extinction. Lengths of waves are in nm.

Stars are Sun-like, all of them: B-V = 0.653, V-R = 0.356, V-I = 0.701 (Ramírez et al. 2012, ApJ 752, 5). The night
sky's colours are those of Paranal, B-V = 1.0, V-R = 0.7, V-I = 1.9 (Patat 2003, A&A 400, 1183). A star of magnitude 0
in all bands brings the photons of Bessell, Castelli & Plez 1998, A&A 333, 231 (table A2).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

import numpy as np

from .arrays import Floats

__all__ = ["Channel", "Filter", "Passband", "Spectrum", "dimming", "electrons"]

_WAVES: Final = np.arange(350.0, 1000.0, 0.5)
_BANDS: Final = (438.0, 545.0, 641.0, 798.0)
"""Effective wavelengths of B, V, R and I."""
_PHOTONS: Final = np.array([13940.0, 9960.0, 7030.0, 4520.0])
"""From a star of magnitude 0 in these bands: photons a second, a cm² and a nm."""
_SILICON: Final = (
    (350.0, 400.0, 450.0, 500.0, 550.0, 600.0, 650.0, 700.0, 750.0, 800.0, 850.0, 900.0, 950.0, 1000.0),
    (0.35, 0.65, 0.86, 0.98, 1.0, 0.95, 0.85, 0.72, 0.58, 0.45, 0.33, 0.22, 0.12, 0.05),
)
"""The response of back-illuminated silicon, of its peak; what makers of cameras publish is near to it."""
_STEEPNESS: Final = 12
"""The exponent of a filter's sides; 2 would make it a bell."""


@dataclass(frozen=True, slots=True)
class Passband:
    """What a filter lets through.

    Attributes:
        centre: Wavelength in nm.
        width: Between the wavelengths of half the peak, in nm.
        peak: The part of light that passes at the centre.
        leak: The part that passes everywhere.
    """

    centre: float
    width: float
    peak: float
    leak: float = 0.0

    def transmission(self, waves: Floats) -> Floats:
        """Return the part of light that passes at each wavelength."""
        away = np.abs(2 * (waves - self.centre) / self.width)
        passed: Floats = self.leak + (self.peak - self.leak) * 0.5 ** (away**_STEEPNESS)
        return passed


class Filter(Enum):
    """The filters of a wheel: as wide as imaging sets have them; the narrow ones have 7 nm."""

    CLEAR = Passband(675.0, 2000.0, 1.0)
    L = Passband(550.0, 300.0, 0.97)
    R = Passband(640.0, 100.0, 0.95)
    G = Passband(535.0, 95.0, 0.95)
    B = Passband(447.0, 105.0, 0.95)
    HA = Passband(656.3, 7.0, 0.9)
    OIII = Passband(500.7, 7.0, 0.9)
    SII = Passband(672.4, 7.0, 0.9)


class Channel(Enum):
    """What lies over a pixel: nothing, or a dye of a colour sensor."""

    MONO = Passband(675.0, 2000.0, 1.0)
    RED = Passband(620.0, 110.0, 0.9, leak=0.04)
    GREEN = Passband(530.0, 105.0, 0.95, leak=0.06)
    BLUE = Passband(455.0, 95.0, 0.85, leak=0.04)


class Spectrum(Enum):
    """How light is spread over B, V, R and I: magnitudes less those in V."""

    STAR = (0.653, 0.0, -0.356, -0.701)
    NIGHT = (1.0, 0.0, -0.7, -1.9)


@lru_cache(maxsize=256)
def electrons(spectrum: Spectrum, filter: Filter, channel: Channel) -> float:
    """Return what a source of V = 0 yields a second and a cm², on silicon whose response peaks at 1."""
    photons = np.exp(np.interp(_WAVES, _BANDS, np.log(_PHOTONS * 10 ** (-0.4 * np.array(spectrum.value)))))
    response = np.interp(_WAVES, *_SILICON)
    passed = filter.value.transmission(_WAVES) * channel.value.transmission(_WAVES)
    return float(np.sum(photons * response * passed) * (_WAVES[1] - _WAVES[0]))


def dimming(magnitudes: float) -> float:
    """Return the part of light that is left after a loss in magnitudes."""
    return float(10 ** (-0.4 * magnitudes))
