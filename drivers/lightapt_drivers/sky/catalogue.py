"""The stars: those of Tycho-2 that are shipped, the brightest of Hipparcos that it lacks, and fainter ones drawn.

`data/ATTRIBUTION.md` says where the figures come from. Angles are degrees, J2000; magnitudes VT, or V where drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, Integers
from .cells import CELL_AREA, CELLS, cell_centres, cells_near, unit_vectors
from .faint import FAINTEST, Surroundings, draw_in_cell, number_brighter
from .frames import galactic

__all__ = ["Stars", "stars_near"]

_DATA: Final = Path(__file__).with_name("data")
_OF_A_CELL: Final = 10
"""So many of a cell's brightest stars are in the catalogue."""
_SHALLOWEST: Final = 12.0
_AROUND: Final = 3.0
"""Degrees over which the density of stars is averaged, so that no edge of a cell shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Stars:
    """Stars, the same place in each array being the same star.

    Attributes:
        ra: Right ascension in degrees, J2000.
        dec: Declination in degrees, J2000.
        mag: Magnitude in V, nearly.
    """

    ra: Floats
    dec: Floats
    mag: Floats

    def __len__(self) -> int:
        return len(self.mag)

    def __getitem__(self, which: NDArray[np.bool_] | Integers | slice) -> Stars:
        return Stars(self.ra[which], self.dec[which], self.mag[which])


@lru_cache(maxsize=8)
def stars_near(
    ra: float, dec: float, radius: float, limit_mag: float, *, most: int | None = None, seed: int = 0
) -> Stars:
    """Return all stars in a cone, from bright to faint; their arrays are shared: do not write to them.

    Args:
        ra: The cone's middle, in degrees, J2000.
        dec: Its declination.
        radius: In degrees.
        limit_mag: The faintest magnitude that is asked for; beyond 20 there is nothing.
        most: The limit is made brighter, by half magnitudes, until about so many are to be expected, or fewer.
        seed: Which of all skies that have the same real stars.
    """
    cells = cells_near(ra, dec, radius)
    limit_mag = min(limit_mag, FAINTEST if most is None else _limit_for(cells, radius, most))
    shallow: list[int] = cells[_richness().limits[cells] < limit_mag].tolist()
    found = _joined([_hipparcos(), _of_tycho(cells), *(_drawn(seed, cell, limit_mag) for cell in shallow)])
    along = np.dot(unit_vectors(found.ra, found.dec), unit_vectors(ra, dec))
    inside = found[(along >= np.cos(np.radians(min(radius, 180.0)))) & (found.mag <= limit_mag)]
    return inside[np.argsort(inside.mag, kind="stable")]


def _limit_for(cells: Integers, radius: float, most: int) -> float:
    """Return the magnitude to which a cone holds about so many stars; not brighter than Tycho-2's."""
    rich = _richness()
    some = cells[:: max(1, len(cells) // 64)]
    scales = np.array([_surroundings(cell).scale for cell in some.tolist()])
    area = 2 * np.pi * np.degrees(1) ** 2 * (1 - np.cos(np.radians(min(radius, 180.0))))
    limit = FAINTEST
    while limit > _SHALLOWEST:
        dense = number_brighter(limit, rich.longitude[some], rich.latitude[some]) * scales
        if dense.mean() * area <= most:
            break
        limit -= 0.5
    return limit


def _joined(parts: list[Stars]) -> Stars:
    return Stars(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("ra", "dec", "mag")))


def _drawn(seed: int, cell: int, limit_mag: float) -> Stars:
    surroundings = _surroundings(cell)
    # A whole magnitude: pictures of nearly the same depth share what was drawn.
    faintest = float(np.clip(np.ceil(limit_mag), surroundings.limit, FAINTEST))
    return Stars(*draw_in_cell(seed, cell, surroundings, faintest=faintest))


def _of_tycho(cells: Integers) -> Stars:
    first = _first_of_cells()
    ranges: list[list[int]] = np.stack([first[cells], first[cells + 1]], axis=1).tolist()
    rows = np.concatenate([np.arange(begin, end, dtype=np.int64) for begin, end in ranges])
    found = _tycho()[rows]
    return Stars(found["ra"].astype(np.float64), found["dec"].astype(np.float64), found["mag_centi"] / 100)


@cache
def _tycho() -> NDArray[Any]:
    return np.load(_DATA / "tycho2.npy", mmap_mode="r")  # type: ignore[no-any-return]


@cache
def _first_of_cells() -> Integers:
    return np.load(_DATA / "tycho2_cells.npy").astype(np.int64)  # type: ignore[no-any-return]


@cache
def _hipparcos() -> Stars:
    _, ra, dec, mag = np.loadtxt(_DATA / "hipparcos.csv", delimiter=",", unpack=True)
    return Stars(ra, dec, mag)


@dataclass(frozen=True, slots=True, eq=False)
class _Richness:
    """What is known of each cell.

    Attributes:
        limits: Magnitudes to which the catalogue is complete.
        counts: Stars down to there.
        model: Stars in a square degree that the model has down to there; 0 where there are no stars.
        longitude: Galactic.
        latitude: Galactic.
    """

    limits: Floats
    counts: Integers
    model: Floats
    longitude: Floats
    latitude: Floats


@cache
def _surroundings(cell: int) -> Surroundings:
    rich = _richness()
    centre_ra, centre_dec = cell_centres()
    around = cells_near(float(centre_ra[cell]), float(centre_dec[cell]), _AROUND)
    scale = rich.counts[around].sum() / (rich.model[around].sum() * CELL_AREA)
    return Surroundings(float(rich.limits[cell]), float(scale), float(rich.longitude[cell]), float(rich.latitude[cell]))


@cache
def _richness() -> _Richness:
    first = _first_of_cells()
    counts = np.minimum(np.diff(first), _OF_A_CELL)
    limits = np.full(CELLS, np.nan)
    limits[counts > 0] = _tycho()["mag_centi"][(first[:-1] + counts - 1)[counts > 0]] / 100
    limits[counts == 0] = np.nanmedian(limits)
    longitude, latitude = galactic(*cell_centres())
    model = np.where(counts > 0, number_brighter(limits, longitude, latitude), 0.0)
    return _Richness(limits, counts, model, longitude, latitude)
