"""What one measures of the stars in a picture."""

from __future__ import annotations

import numpy as np

__all__ = ["brightest", "half_flux_radius", "median_radius"]

_BOX = 12


def brightest(picture, count, *, below=55_000, apart=3 * _BOX):
    """Return columns and rows of the brightest stars that are not saturated and stand alone, brightest first."""
    light = picture.astype(np.float64) - np.median(picture)
    margin, found, places = 2 * _BOX, [], []
    light[:margin], light[-margin:], light[:, :margin], light[:, -margin:] = 0, 0, 0, 0
    for place in np.argsort(light, axis=None)[::-1][: 200 * count]:
        row, column = np.unravel_index(place, light.shape)
        if all(max(abs(row - r), abs(column - c)) > apart for r, c in places):
            places.append((row, column))
            if picture[row, column] < below:
                found.append(centre(light, column, row))
        if len(found) == count:
            return found
    raise AssertionError(f"only {len(found)} stars of {count}")


def centre(light, column, row):
    """Return the centre of gravity of a star's light near a pixel."""
    piece = np.clip(light[row - _BOX : row + _BOX + 1, column - _BOX : column + _BOX + 1], 0, None)
    piece = np.where(piece > 0.1 * piece.max(), piece, 0)
    rows, columns = np.mgrid[-_BOX : _BOX + 1, -_BOX : _BOX + 1]
    return column + (piece * columns).sum() / piece.sum(), row + (piece * rows).sum() / piece.sum()


def half_flux_radius(picture, x, y, *, radius=_BOX):
    """Return the radius, in pixels, within which half of a star's light lies."""
    light = picture.astype(np.float64) - np.median(picture)
    rows, columns = np.indices(light.shape)
    away = np.hypot(columns - x, rows - y)
    inside = away < radius
    order = np.argsort(away[inside])
    grown = np.cumsum(light[inside][order])
    return float(np.interp(grown[-1] / 2, grown, away[inside][order]))


def median_radius(picture, stars, *, radius=_BOX):
    """Return the median of the half-flux radii of stars at these places."""
    return float(
        np.median([half_flux_radius(cut(picture, x, y), *middle(picture, x, y), radius=radius) for x, y in stars])
    )


def cut(picture, x, y, half=3 * _BOX):
    """Return the piece of a picture around a star."""
    return picture[max(0, int(y) - half) : int(y) + half, max(0, int(x) - half) : int(x) + half]


def middle(picture, x, y, half=3 * _BOX):
    """Return where the star is in that piece."""
    return x - max(0, int(x) - half), y - max(0, int(y) - half)
