"""What one measures of a picture: its levels, and how sharp its stars are. Needs numpy; loaded when pictures come.

The sharpness is the half-flux radius (HFR): the radius of the circle around a star's centre in which half of its light
lies (as L. Weber and S. Brady define it, "Fast auto-focus method and software for CCD-based telescopes", 2001, for the
diameter). For a Gaussian star it is 1.1774 standard deviations, half of its full width at half maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levels", "Sharpness", "levels", "luminance", "sharpness"]

_Plane: TypeAlias = NDArray[np.float32]

_TILE: Final = 64
"""Pixels of a side of the tiles in which the background is measured."""
_SIGNIFICANT: Final = 7.0
"""Standard deviations of the smoothed noise by which the peak of a star stands out."""
_MOST: Final = 150
"""Stars that are measured: the brightest."""
_FEWEST: Final = 3
"""Stars below which a picture tells nothing."""
_RADII: Final = (12, 24, 40)
"""Pixels around a star in which its light is looked for; the next where the star is too large for one."""
_FILLED: Final = 0.4
"""Of such a radius: a half-flux radius beyond it says that there is light outside."""
_SHARP: Final = 0.92
"""Part of the light of its middle 3 by 3 pixels that a hot pixel has alone; the sharpest star has less."""
_SAMPLES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Levels:
    """How bright a picture is, in its own units."""

    min: float
    median: float
    max: float


@dataclass(frozen=True, slots=True)
class Sharpness:
    """How sharp a picture is.

    Attributes:
        hfr: Median half-flux radius of its stars, in pixels.
        stars: How many were measured.
    """

    hfr: float
    stars: int


def levels(pixels: NDArray[Any]) -> Levels:
    """Measure how bright a picture is; the median is that of a million of its pixels at most.

    Pixels that are no number do not count.
    """
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        pixels = pixels[np.isfinite(pixels)]
    if not pixels.size:
        return Levels(0.0, 0.0, 0.0)
    some = pixels.ravel()[:: max(1, pixels.size // _SAMPLES)]
    return Levels(float(pixels.min()), float(np.median(some)), float(pixels.max()))


def luminance(pixels: NDArray[Any], *, is_mosaic: bool) -> tuple[_Plane, int]:
    """Return one plane of a picture, and how many pixels across one of its pixels is.

    Args:
        pixels: Rows and columns, with colour planes in front or not.
        is_mosaic: Whether its pixels lie under filters of different colours: four then become one.
    """
    plane: _Plane = pixels.astype(np.float32) if pixels.ndim == 2 else pixels.mean(axis=0, dtype=np.float32)
    if not is_mosaic:
        return plane, 1
    rows, columns = (size // 2 * 2 for size in plane.shape)
    plane = plane[:rows, :columns]
    four: _Plane = (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) / np.float32(4)
    return four, 2


def sharpness(plane: _Plane, *, saturation: float = float("inf")) -> Sharpness | None:
    """Measure how sharp the stars of a picture are; None where it shows too few.

    Left out are stars at the edges, saturated ones, those with a neighbour as bright in reach, and hot pixels.

    Args:
        plane: Rows and columns.
        saturation: The level from which on a pixel does not tell how bright it is.
    """
    if min(plane.shape) < 2 * _TILE:
        return None
    plane = np.nan_to_num(plane, copy=False, posinf=0, neginf=0)
    light = plane - _background(plane)
    places = _peaks(light, plane < saturation)
    found = [one for place in places if (one := _half_flux_radius(light, place)) is not None]
    return Sharpness(float(np.median(found)), len(found)) if len(found) >= _FEWEST else None


def _background(plane: _Plane) -> _Plane:
    """Return the level of the sky: medians of tiles, of which those with much light give way to their neighbours."""
    shape: tuple[int, ...] = plane.shape
    rows, columns = (size // _TILE for size in shape)
    tiles = plane[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    medians = np.median(tiles[:, ::2, :, ::2], axis=(1, 3))
    padded = np.pad(medians, 1, mode="edge")
    around = [padded[r : r + rows, c : c + columns] for r in range(3) for c in range(3)]
    smooth: _Plane = np.median(np.stack(around), axis=0).astype(np.float32)
    down = np.minimum(np.arange(shape[0]) // _TILE, rows - 1)
    across = np.minimum(np.arange(shape[1]) // _TILE, columns - 1)
    background: _Plane = smooth[down][:, across]
    return background


def _peaks(light: _Plane, is_true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where stars are, brightest first."""
    smooth = _smoothed(light)
    some = smooth.ravel()[:: max(1, smooth.size // _SAMPLES)]
    noise = 1.4826 * float(np.median(np.abs(some - np.median(some))))
    margin = _RADII[0] + 2
    smooth[:margin], smooth[-margin:], smooth[:, :margin], smooth[:, -margin:] = 0, 0, 0, 0
    rows, columns = np.nonzero(smooth > _SIGNIFICANT * max(noise, 1e-6))
    is_top = np.ones(len(rows), dtype=bool)
    for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        is_top &= smooth[rows, columns] >= smooth[rows + down, columns + across]
    rows, columns = rows[is_top], columns[is_top]
    order = np.argsort(smooth[rows, columns])[::-1]
    is_free = np.ones(light.shape, dtype=bool)
    places: list[tuple[int, int]] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if len(places) == _MOST:
            break
        if not is_free[row, column]:
            continue
        near = np.s_[row - 1 : row + 2, column - 1 : column + 2]
        reach = _reach(smooth, row, column)
        is_alone = bool(is_free[_box(row, column, reach)].all())
        is_free[_box(row, column, reach)] = False
        if is_alone and is_true[near].all() and light[near].max() < _SHARP * np.clip(light[near], 0, None).sum():
            places.append((row, column))
    return places


def _reach(smooth: _Plane, row: int, column: int) -> int:
    """Return how far around a peak there is light of it: a large star has many peaks."""
    for radius in _RADII[:-1]:
        ring = smooth[_box(row, column, radius)]
        rim = np.concatenate([ring[0], ring[-1], ring[:, 0], ring[:, -1]])
        if float(np.median(rim)) < 0.02 * smooth[row, column]:
            return radius
    return _RADII[-1]


def _box(row: int, column: int, radius: int) -> tuple[slice, slice]:
    return np.s_[max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius + 1]


def _smoothed(light: _Plane) -> _Plane:
    """Return the means of 3 by 3 pixels; those at the edges are 0."""
    smooth = np.zeros_like(light)
    down = light[:-2] + light[1:-1] + light[2:]
    smooth[1:-1, 1:-1] = (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / 9
    return smooth


def _half_flux_radius(light: _Plane, place: tuple[int, int]) -> float | None:
    """Return the half-flux radius of a star; None where it lies at an edge, or is none."""
    for radius in _RADII:
        found = _within(light, place, radius)
        if found is None or found < _FILLED * radius:
            return found
    return None


def _within(light: _Plane, place: tuple[int, int], radius: int) -> float | None:
    row, column = place
    half = radius + 4
    if min(row, column, light.shape[0] - 1 - row, light.shape[1] - 1 - column) < half:
        return None
    piece = light[row - half : row + half + 1, column - half : column + half + 1].astype(np.float64)
    down, across = np.mgrid[-half : half + 1, -half : half + 1]
    away = np.hypot(down, across)
    piece = piece - np.median(piece[away > radius])
    core = np.where((away <= radius) & (piece > 0.1 * piece[half, half]), piece, 0)
    total = core.sum()
    if total <= 0:
        return None
    away = np.hypot(down - (core * down).sum() / total, across - (core * across).sum() / total)
    inside = away < radius
    order = np.argsort(away[inside])
    grown = np.cumsum(piece[inside][order])
    if grown[-1] <= 0:
        return None
    at = int(np.argmax(grown >= grown[-1] / 2))
    return float(_radius_of(away[inside][order], grown, at))


def _radius_of(away: NDArray[np.float64], grown: NDArray[np.float64], at: int) -> float:
    """Return the radius at which half of the light is reached, between two pixels."""
    below = (0.0, 0.0) if at == 0 else (float(away[at - 1]), float(grown[at - 1]))
    step = float(grown[at]) - below[1]
    part = (float(grown[-1]) / 2 - below[1]) / step if step > 0 else 1.0
    return below[0] + part * (float(away[at]) - below[0])
