"""What a star looks like on the pixels: a Moffat profile, spread over the disc or ring of a telescope out of focus.

The profile is sampled finer than the pixels, summed over them, and kept for each place that a star can have within a
pixel: a stamp is then looked up, not computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats

__all__ = ["FINEST", "LARGEST", "Psf", "Stamps", "stamps"]

LARGEST: Final = 128
"""Pixels from the middle of a stamp to its edge, at most."""
_BETA: Final = 3.0
"""Moffat's exponent; observed are 2.5 to 4.8, the latter in undisturbed air (Trujillo et al. 2001, MNRAS 328, 977)."""
_GRID: Final = 640
"""Samples along the side of the fine grid, about; for a blurred star, which costs more and shows less, fewer."""
_BLURRED_GRID: Final = 400
FINEST: Final = 16
"""Places along a pixel's side for which there are stamps, at most."""
_MOST_BLUR: Final = 160.0
"""Pixels: with a larger disc the light of a star is nowhere to be seen."""
_STEP: Final = 0.01
"""To which part of itself a width is rounded, so that like pictures share their stamps."""

Stamps: TypeAlias = NDArray[np.float32]
"""[row within the pixel, column within the pixel, row, column]: the part of a star's light on each pixel."""


@dataclass(frozen=True, slots=True)
class Psf:
    """The shape of a star, in pixels.

    Attributes:
        fwhm: Full width at half maximum in focus.
        blur: The diameter of the disc that defocus makes of a point.
        hole: The part of that diameter that is dark, the telescope having a secondary mirror.
    """

    fwhm: float
    blur: float = 0.0
    hole: float = 0.0

    def rounded(self) -> Psf:
        """Return a shape that differs by less than anyone sees, and is one of few."""
        blur = min(self.blur, _MOST_BLUR)
        # A disc that is small against the pixel changes nothing; the smallest ones are told apart by its size alone.
        return Psf(_rounded(max(self.fwhm, 0.5)), round(blur / 0.05) * 0.05 if blur < 5 else _rounded(blur), self.hole)

    def peak(self) -> float:
        """Return roughly which part of the light falls on the brightest pixel."""
        return 1 / (1 + math.pi * (self.fwhm / 2) ** 2 + math.pi * (self.blur / 2) ** 2 * (1 - self.hole**2))

    def radius(self, light: Floats, faintest: float) -> Floats:
        """Return how far from the middle a star's light, in all, has sunk to `faintest` on a pixel."""
        alpha = _alpha(self.fwhm)
        height = np.maximum(light * (_BETA - 1) / (math.pi * alpha**2) / faintest, 1.0)
        return alpha * np.sqrt(height ** (1 / _BETA) - 1) + self.blur / 2


def _rounded(width: float) -> float:
    return math.exp(round(math.log(width) / _STEP) * _STEP)


def _alpha(fwhm: float) -> float:
    return fwhm / (2 * math.sqrt(2 ** (1 / _BETA) - 1))


@lru_cache(maxsize=16)
def stamps(psf: Psf, radius: int) -> Stamps:
    """Return the stamps of a shape out to `radius`; the light beyond is given to those within. Do not write to them.

    With n = ``stamps.shape[0]``, the star of ``stamps[i, j]`` stands i/n - 1/2 below and j/n - 1/2 right of the middle
    of the middle pixel.
    """
    side = 2 * radius + 1
    fine = max(1, min(FINEST, (_BLURRED_GRID if psf.blur else _GRID) // side))
    profile = _profile(psf, (side + 1) * fine, fine)
    # Round about the star, not the pixel: else the cut would move its centre.
    profile[_distances(len(profile)) > (radius - 0.5) * fine] = 0
    summed = _sums(profile, fine)
    # What stands further down within its pixel is seen by each pixel further up.
    samples = fine - np.arange(fine)[:, None] + fine * np.arange(side)
    whole = summed[samples[:, None, :, None], samples[None, :, None, :]]
    shares: Stamps = (whole / whole.sum(axis=(2, 3), keepdims=True)).astype(np.float32)
    return shares


def _profile(psf: Psf, size: int, fine: int) -> Floats:
    """Return the profile about the middle of a grid of samples, so many a pixel."""
    moffat: Floats = (1 + (_distances(size) / fine / _alpha(psf.fwhm)) ** 2) ** -_BETA
    if psf.blur * fine < 1:
        return moffat
    outer = psf.blur / 2 * fine
    ring = _disc(outer) - (_disc(outer, outer * psf.hole) if psf.hole else 0)
    return _convolved(moffat, ring)


def _distances(size: int) -> Floats:
    away = np.arange(size) - (size - 1) / 2
    distances: Floats = np.hypot(away[:, None], away)
    return distances


def _disc(grid: float, radius: float | None = None) -> Floats:
    """Return how much of each sample lies in a disc; the grid, of odd size, holds one of radius `grid`."""
    distances = _distances(2 * math.ceil(grid) + 3)
    inside: Floats = np.clip((grid if radius is None else radius) - distances + 0.5, 0, 1)
    return inside


def _convolved(profile: Floats, ring: Floats) -> Floats:
    size, reach = len(profile), len(ring) // 2
    padded = -(-(size + len(ring)) // 32) * 32
    spectrum = np.fft.rfft2(profile, (padded, padded)) * np.fft.rfft2(ring, (padded, padded))
    whole: Floats = np.fft.irfft2(spectrum, (padded, padded))
    return whole[reach : reach + size, reach : reach + size]


def _sums(profile: Floats, length: int) -> Floats:
    """Return the sums over squares of samples, at the place of their first."""
    total: Floats = np.pad(profile.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    upper, lower = total[:-length], total[length:]
    sums: Floats = lower[:, length:] - upper[:, length:] - lower[:, :-length] + upper[:, :-length]
    return sums
