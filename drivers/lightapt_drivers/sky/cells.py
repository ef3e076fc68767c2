"""The sky in 73 008 cells of equal area: HEALPix of 78 cells along a base cell's side, ring order.

The grid is that of Górski et al. 2005, ApJ 622, 759; its plane, in which cells are squares on a corner, is that of
Calabretta & Roukema 2007, MNRAS 381, 865. The shipped catalogue holds the brightest stars of each of these cells, so
that what is drawn beyond them is drawn by the same cells. All angles are degrees.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np

from .arrays import Floats, Integers, Numbers

__all__ = ["CELLS", "CELL_AREA", "cell_centres", "cells_near", "points_in", "unit_vectors"]

_SIDE: Final = 78
_CAP: Final = 2 * _SIDE * (_SIDE - 1)
"""Cells of a polar cap."""

CELLS: Final = 12 * _SIDE**2
CELL_AREA: Final = 4 * math.pi * math.degrees(1) ** 2 / CELLS
"""Square degrees."""
_QUARTER: Final = math.pi / 4


def unit_vectors(ra: Numbers, dec: Numbers) -> Floats:
    """Return directions as vectors of length one, along the last axis."""
    a, d = np.radians(ra), np.radians(dec)
    vectors: Floats = np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)
    return vectors


def cells_near(ra: float, dec: float, radius: float) -> Integers:
    """Return, in order, all cells that a cone may touch; a few beside it too."""
    along = np.dot(_centre_vectors(), unit_vectors(ra, dec))
    return np.flatnonzero(along >= math.cos(math.radians(min(radius + _reach(), 180.0))))


@cache
def cell_centres() -> tuple[Floats, Floats]:
    """Return right ascension and declination of all cells' centres."""
    across, up = _planar_centres()
    return _from_plane(across, up, _facet(across))


def points_in(cell: int, across: Floats, up: Floats) -> tuple[Floats, Floats]:
    """Return right ascension and declination of places in a cell.

    Args:
        cell: The cell.
        across: From 0 to 1 along one side; what is even in it and in `up` is even on the sky.
        up: From 0 to 1 along the other.
    """
    half = _QUARTER / _SIDE
    x, y = (centres[cell] for centres in _planar_centres())
    return _from_plane(x + (across - up) * half, y + (across + up - 1) * half, _facet(x))


@cache
def _centre_vectors() -> Floats:
    return unit_vectors(*cell_centres())


@cache
def _reach() -> float:
    """Degrees from a cell's centre to the farthest corner of any: where the caps begin."""
    centre = math.asin(2 / 3), math.pi / (4 * _SIDE)
    corner = math.asin(1 - (1 - 1 / _SIDE) ** 2 / 3), 0.0
    cosine = math.sin(centre[0]) * math.sin(corner[0])
    cosine += math.cos(centre[0]) * math.cos(corner[0]) * math.cos(centre[1] - corner[1])
    return math.degrees(math.acos(cosine))


@cache
def _planar_centres() -> tuple[Floats, Floats]:
    """Return where the cells' centres lie in the plane, in radians; the belt's across is the right ascension."""
    rings = np.arange(1, _SIDE)
    belt = np.arange(CELLS - 2 * _CAP)
    ring, place = belt // (4 * _SIDE) + _SIDE, belt % (4 * _SIDE)
    across = np.pi / (2 * _SIDE) * (place + 0.5 - (ring - _SIDE) % 2 / 2)
    north, south = _cap_centres(rings), _cap_centres(rings[::-1])
    return (
        np.concatenate([north[0], across, south[0]]),
        np.concatenate([north[1], _QUARTER * (2 - ring / _SIDE), -south[1]]),
    )


def _cap_centres(rings: Integers) -> tuple[Floats, Floats]:
    """Return the centres in a cap's rings, which are numbered from the pole, as if it were the northern."""
    ring = np.repeat(rings, 4 * rings)
    place = np.arange(_CAP) - np.repeat(np.cumsum(4 * rings) - 4 * rings, 4 * rings)
    longitude = (place + 0.5) * np.pi / (2 * ring)
    middle = _facet(longitude)
    return middle + (longitude - middle) * ring / _SIDE, _QUARTER * (2 - ring / _SIDE)


def _facet(across: Floats) -> Floats:
    """Return the middle of the quarter of the sky that a place in the plane belongs to."""
    return (np.floor(across / (np.pi / 2)) + 0.5) * np.pi / 2


def _from_plane(across: Floats, up: Floats, middle: Floats) -> tuple[Floats, Floats]:
    narrowing = np.minimum(2 - np.abs(up) / _QUARTER, 1.0)
    in_belt = narrowing >= 1.0
    sine = np.where(in_belt, up * 2 / (3 * _QUARTER), np.sign(up) * (1 - narrowing**2 / 3))
    longitude = middle + (across - middle) / np.maximum(narrowing, 1e-12)
    return np.degrees(np.where(in_belt, across, longitude)) % 360.0, np.degrees(np.arcsin(sine))
