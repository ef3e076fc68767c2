"""Where a telescope really pointed while the shutter was open: drift, guiding, jitter; and what it does to a star."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .arrays import Floats
from .projection import Tan

__all__ = ["Offset", "pixel_path"]

_STEP: Final = 0.5
"""Pixels between which a trail is a row of stars, not a line."""
_GRID: Final = 4
"""Offsets within the same part of a pixel, of so many along its side, become one."""


@dataclass(frozen=True, slots=True)
class Offset:
    """Where the picture's middle pointed in the middle of a part of the exposure.

    Attributes:
        weight: How long that part was, in any unit.
        east: Arcsec on the sky (not of right ascension) from where it should point.
        north: Arcsec.
    """

    weight: float
    east: float
    north: float


def pixel_path(path: Sequence[Offset], projection: Tan) -> tuple[Floats, Floats, Floats]:
    """Return where a star moved on the picture, right and down in pixels, and which part of its light fell there.

    The telescope is taken to have moved evenly between one offset and the next. No more points come back than are
    needed; their centre of gravity is that of the path.
    """
    weights: Floats = np.array([offset.weight for offset in path], dtype=np.float64)
    east, north = (np.array([getattr(offset, way) for offset in path]) / -3600 for way in ("east", "north"))
    points = np.stack(projection.shift(east, north), axis=1)
    points, weights = _merged(*_filled(points, weights / weights.sum()))
    return points[:, 0], points[:, 1], weights


def _filled(points: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return points close together, along lines to each point from halfway before it and from it to halfway behind."""
    middles = _middles(points)
    begins, ends = np.concatenate([middles[:-1], points]), np.concatenate([points, middles[1:]])
    halves = np.concatenate([weights, weights]) / 2
    pieces = np.maximum(np.ceil(np.hypot(*(ends - begins).T) / _STEP), 1).astype(np.int64)
    which = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    along = ((nth + 0.5) / pieces[which])[:, None]
    return begins[which] + along * (ends - begins)[which], (halves / pieces)[which]


def _middles(points: Floats) -> Floats:
    """Return the places halfway between points, and half a step before the first and behind the last."""
    steps = np.diff(points, axis=0)
    if not len(steps):
        return np.concatenate([points, points])
    # The shorter of two steps: a jump that was the first or the last is not carried on.
    lengths = np.hypot(*steps.T)
    first, last = steps[np.argmin(lengths[:2])], steps[len(steps) - len(lengths[-2:]) + np.argmin(lengths[-2:])]
    return np.concatenate([points[:1] - first / 2, (points[:-1] + points[1:]) / 2, points[-1:] + last / 2])


def _merged(points: Floats, weights: Floats) -> tuple[Floats, Floats]:
    _, which = np.unique(np.rint(points * _GRID), axis=0, return_inverse=True)
    which = which.ravel()  # numpy 2.0 gave it two axes
    whole: Floats = np.bincount(which, weights).astype(np.float64)
    kept = whole > 0
    sums = np.stack([np.bincount(which, weights * points[:, axis]) for axis in (0, 1)], axis=1)
    return sums[kept] / whole[kept, None], whole[kept]
