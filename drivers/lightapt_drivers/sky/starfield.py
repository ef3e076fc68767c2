"""Stars put on pixels: looked up in tables of stamps, many at a time."""

from __future__ import annotations

from typing import Final

import numpy as np

from .arrays import Floats, Integers, Light
from .psf import FINEST, LARGEST, Psf, Stamps, stamps

__all__ = ["draw"]

_RADII: Final = (2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 90, LARGEST)
"""The stamps' sizes: a star takes the smallest that holds it."""
_AT_ONCE: Final = 1 << 19
"""Pixels of stamps that are added in one go: they should stay in the processor's cache."""


def draw(shape: tuple[int, int], x: Floats, y: Floats, *, light: Floats, psf: Psf, faintest: float) -> Light:
    """Return a picture of stars.

    Args:
        shape: Rows and columns.
        x: Columns where the stars stand; 0 is the middle of the first.
        y: Rows.
        light: What each brings in all.
        psf: What each looks like.
        faintest: The light on a pixel that is too little to be drawn.
    """
    sizes = np.searchsorted(_RADII, np.minimum(psf.radius(light, faintest), LARGEST))
    margin = 2 * _RADII[int(sizes.max())] + 1 if len(sizes) else 0
    height, width = shape
    # No star needs to be cut: the margin holds all of one that stands where its light just reaches the edge.
    canvas: Light = np.zeros((height + 2 * margin, width + 2 * margin), dtype=np.float32)
    present: list[int] = np.unique(sizes).tolist()
    for size in present:
        radius = _RADII[size]
        near = (x > -radius) & (x < width - 1 + radius) & (y > -radius) & (y < height - 1 + radius)
        which = np.flatnonzero((sizes == size) & near)
        _add(canvas, x[which] + margin, y[which] + margin, light[which], stamps(psf, radius))
    return canvas[margin : margin + height, margin : margin + width]


def _add(canvas: Light, x: Floats, y: Floats, light: Floats, table: Stamps) -> None:
    fine, side = table.shape[0], table.shape[-1]
    # In the order of the rows, that memory is gone through from one end to the other.
    order = np.argsort(y)
    count = max(1, _AT_ONCE // side**2)
    for start in range(0, len(order), count):
        some = order[start : start + count]
        for weight, column, row in _places(x[some], y[some], fine):
            _add_stamps(canvas, column, row, light[some] * weight, table)


def _places(x: Floats, y: Floats, fine: int) -> list[tuple[Floats | float, Integers, Integers]]:
    """Return where, in parts of a pixel, stamps go, and with which weights: the finest grid needs no interpolation."""
    across, down = (x + 0.5) * fine, (y + 0.5) * fine
    if fine == FINEST:
        return [(1.0, np.rint(across).astype(np.int64), np.rint(down).astype(np.int64))]
    left, above = np.floor(across).astype(np.int64), np.floor(down).astype(np.int64)
    right, below = across - left, down - above
    return [
        ((1 - right) * (1 - below), left, above),
        (right * (1 - below), left + 1, above),
        ((1 - right) * below, left, above + 1),
        (right * below, left + 1, above + 1),
    ]


def _add_stamps(canvas: Light, column: Integers, row: Integers, light: Floats, table: Stamps) -> None:
    fine, side = table.shape[0], table.shape[-1]
    width = canvas.shape[1]
    values = table[row % fine, column % fine] * light.astype(np.float32)[:, None, None]
    first = (row // fine - side // 2) * width + column // fine - side // 2
    steps = np.arange(side, dtype=np.int64)
    within = (steps * width)[:, None] + steps
    np.add.at(canvas.reshape(-1), (first[:, None, None] + within).reshape(-1), values.reshape(-1))
