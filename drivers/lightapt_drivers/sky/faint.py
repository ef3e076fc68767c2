"""Stars fainter than the catalogue's: as many as there are, though not where they are.

Their number comes from the Galaxy model of Bahcall & Soneira 1980, ApJS 44, 73 (equation B1, whole numbers of stars in
V), scaled to the real density of stars around: the model finds half of the bright stars, and does not hold below 20° of
galactic latitude, where its counts of 20° are taken and the scale alone tells the Milky Way from its surroundings. They
are drawn per cell of the sky, from bright to faint, so that a star is the same in each field that holds it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.random import SFC64, Generator

from .arrays import Floats, Numbers
from .cells import CELL_AREA, points_in

__all__ = ["FAINTEST", "Surroundings", "draw_in_cell", "number_brighter"]

FAINTEST: Final = 20.0
"""No fainter star is drawn: of these there are some 20 000 in a square degree."""
_LAYER: Final = 0.5
_LOWEST: Final = 20.0


def number_brighter(mag: Numbers, longitude: Numbers, latitude: Numbers) -> Floats:
    """Return the model's stars in a square degree that are brighter than `mag`, where galactic coordinates say."""
    lat = np.radians(np.maximum(np.abs(latitude), _LOWEST))
    sine, toward_centre = np.sin(lat), np.cos(lat) * np.cos(np.radians(longitude))
    mu = np.clip(0.0075 * (mag - 12) + 0.03, 0.03, 0.09)
    gamma = np.clip(0.04 * (12 - mag) + 0.36, 0.04, 0.36)
    disc = 925 * 10 ** (0.035 * (mag - 15.75)) / (1 + 10 ** (-0.132 * (mag - 15.75))) ** 3
    disc = disc / (sine - mu * toward_centre) ** (3 - 5 * gamma)
    halo = 1050 * 10 ** (0.087 * (mag - 17.5)) / (1 + 10 ** (-0.18 * (mag - 17.5))) ** 2.5
    whole: Floats = disc + halo / (1 - toward_centre) ** (1.45 - 0.2 * toward_centre)
    return whole


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the number of faint stars in a cell depends on.

    Attributes:
        limit: Magnitude to which the catalogue is complete there.
        scale: Real stars for each of the model's.
        longitude: Galactic, in degrees.
        latitude: Galactic, in degrees.
    """

    limit: float
    scale: float
    longitude: float
    latitude: float


@lru_cache(maxsize=256)
def draw_in_cell(seed: int, cell: int, surroundings: Surroundings, *, faintest: float) -> tuple[Floats, Floats, Floats]:
    """Return right ascension, declination (degrees, J2000) and magnitude of a cell's drawn stars, in no order.

    Those down to a brighter `faintest` are the first of them. It is taken as a whole number of half magnitudes.
    """
    edges = _edges(surroundings.limit, faintest)
    brighter = number_brighter(edges, surroundings.longitude, surroundings.latitude)
    expected = np.diff(brighter) * CELL_AREA * surroundings.scale
    slopes = np.diff(np.log(brighter)) / np.diff(edges)
    random = Generator(SFC64((seed, cell)))
    layers = [_layer(random, *layer) for layer in zip(expected, edges[:-1], edges[1:], slopes, strict=True)]
    across, up, mag = np.concatenate([np.empty((3, 0)), *layers], axis=1)
    return *points_in(cell, across, up), mag


def _edges(limit: float, faintest: float) -> Floats:
    """Return the magnitudes between layers, whose grid is the same for all limits."""
    first = math.floor(limit / _LAYER) + 1
    last = math.floor(min(faintest, FAINTEST) / _LAYER)
    return np.array([limit, *(_LAYER * np.arange(first, last + 1))])


def _layer(random: Generator, expected: float, bright: float, faint: float, slope: float) -> Floats:
    """Draw a layer's places in the cell and magnitudes, whose number grows exponentially (`slope` a magnitude)."""
    across, up, part = random.random((3, random.poisson(expected)))
    return np.stack([across, up, bright + np.log1p(part * math.expm1(slope * (faint - bright))) / slope])
