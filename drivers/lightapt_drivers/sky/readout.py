"""From light to numbers: dark current, counting noise, reading noise, binning, gain, offset, saturation.

A picture is made in strips that stay in the processor's cache, by as many threads as there are processors. Each strip
has random numbers of its own, so that the result does not depend on the threads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from .arrays import Floats, Integers, Light
from .detector import Depth

__all__ = ["Charge", "HotPixels", "Picture", "Readout", "expected", "read_out"]

Picture: TypeAlias = NDArray[np.uint16 | np.uint8]

_TYPES: Final[Mapping[Depth, type[np.uint8 | np.uint16]]] = {Depth.EIGHT: np.uint8, Depth.SIXTEEN: np.uint16}
_STRIP: Final = 1 << 17
"""Pixels of a strip, about."""
_SMOOTH: Final = 1.0
"""Electrons of reading noise from which on it hides that electrons are whole."""
_MANY: Final = 50.0
"""Electrons from which on their number is as good as continuous."""


@dataclass(frozen=True, slots=True, eq=False)
class HotPixels:
    """Pixels with a large dark current.

    Attributes:
        rows: Where they are, in order.
        columns: Where they are.
        electrons: What each gathers.
    """

    rows: Integers
    columns: Integers
    electrons: Light


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """What pixels are expected to hold at the end of an exposure, in electrons.

    Attributes:
        rows: The share of even light that comes to each row...
        columns: ...plus that of each column: see :func:`~lightapt_drivers.sky.detector.illumination`.
        even: Even light: [row % 2, column % 2] for a sensor with colours, [0, 0] for one without.
        stars: Light of stars on each pixel, or None.
        colours: What pixels of each colour make of that, indexed as `even`.
        dark: What each pixel gathers in the dark.
        hot: Those that gather more.
    """

    rows: Floats
    columns: Floats
    even: Floats
    stars: Light | None
    colours: Floats
    dark: float
    hot: HotPixels


@dataclass(frozen=True, slots=True)
class Readout:
    """How electrons become numbers.

    Attributes:
        binning: (across, down): pixels whose electrons are read as one.
        noise: Of a reading, in electrons.
        full_well: Electrons that a pixel holds.
        electrons_a_unit: Electrons for each unit.
        offset: Units without an electron.
        top: The largest number.
        depth: Bits of a pixel of the picture.
        drop: Bits that are cut off below to fit.
    """

    binning: tuple[int, int]
    noise: float
    full_well: float
    electrons_a_unit: float
    offset: float
    top: int
    depth: Depth
    drop: int


def expected(charge: Charge, binning: tuple[int, int] = (1, 1)) -> Light:
    """Return the electrons of each pixel, as they would be without noise and without an end to what pixels hold."""
    height, width = _shape(charge, binning)
    whole = np.empty((height, width), dtype=np.float32)
    for top, bottom in _strips(charge, binning):
        light = np.empty(((bottom - top) * binning[1], len(charge.columns)), dtype=np.float32)
        _fill(light, charge, top * binning[1])
        whole[top:bottom] = _binned(light, binning)
    return whole


def read_out(charge: Charge, readout: Readout, *, seed: Sequence[int], threads: int | None = None) -> Picture:
    """Return the picture; the same seed brings the same noise."""
    picture: Picture = np.empty(_shape(charge, readout.binning), dtype=_TYPES[readout.depth])
    strips = _strips(charge, readout.binning)
    threads = min(threads or os.cpu_count() or 1, len(strips))
    reader = _Reader(picture, charge, readout, tuple(seed))
    if threads < 2:
        reader.read(strips)
        return picture
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(reader.read, (strips[first::threads] for first in range(threads))))
    return picture


def _shape(charge: Charge, binning: tuple[int, int]) -> tuple[int, int]:
    return len(charge.rows) // binning[1], len(charge.columns) // binning[0]


def _strips(charge: Charge, binning: tuple[int, int]) -> list[tuple[int, int]]:
    height, width = _shape(charge, binning)
    # An even number of rows: the colours of a strip begin as those of the picture do.
    rows = max(2, _STRIP // max(width * binning[0] * binning[1], 1) // 2 * 2)
    return [(top, min(top + rows, height)) for top in range(0, height, rows)]


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    picture: Picture
    charge: Charge
    readout: Readout
    seed: tuple[int, ...]

    def read(self, strips: Sequence[tuple[int, int]]) -> None:
        """Read some strips, which have the same height but for the last."""
        down = self.readout.binning[1]
        height = max((bottom - top for top, bottom in strips), default=0)
        # Memory is used again: to be given fresh pages takes longer than the sums.
        light = np.empty((height * down, len(self.charge.columns)), dtype=np.float32)
        scratch = np.empty((3, height, self.picture.shape[1]), dtype=np.float32)
        for top, bottom in strips:
            whole = light[: (bottom - top) * down]
            _fill(whole, self.charge, top * down)
            random = Generator(SFC64((*self.seed, top)))
            binned = _binned(whole, self.readout.binning)
            units = _with_noise(binned, self.readout.noise, random, scratch[:, : bottom - top])
            self._convert(units, self.picture[top:bottom])

    def _convert(self, units: Light, target: Picture) -> None:
        readout = self.readout
        units *= 1 / readout.electrons_a_unit
        units += readout.offset + 0.5
        full = readout.full_well * readout.binning[0] * readout.binning[1] / readout.electrons_a_unit + readout.offset
        np.clip(units, 0, min(full, readout.top) + 0.25, out=units)
        if readout.drop:
            units *= 2.0**-readout.drop
        target[:] = units  # cut, not rounded: hence the half above


def _fill(light: Light, charge: Charge, top: int) -> None:
    """Set what the pixels of some rows are expected to hold."""
    bottom = top + len(light)
    np.add(charge.rows[top:bottom, None].astype(np.float32), charge.columns.astype(np.float32), out=light)
    period = len(charge.even)
    for row in range(period):
        for column in range(period):
            part = light[row::period, column::period]
            part *= charge.even[row, column]
            if charge.stars is not None:
                stars, colour = charge.stars[top:bottom][row::period, column::period], charge.colours[row, column]
                part += stars if colour == 1 else stars * np.float32(colour)
    light += charge.dark
    first, last = np.searchsorted(charge.hot.rows, (top, bottom))
    light[charge.hot.rows[first:last] - top, charge.hot.columns[first:last]] += charge.hot.electrons[first:last]


def _binned(light: Light, binning: tuple[int, int]) -> Light:
    """Return the sums over blocks; what fills none at the edges is left out."""
    across, down = binning
    if binning == (1, 1):
        return light
    height, width = light.shape[0] // down * down, light.shape[1] // across * across
    rows: Light = light[:height:down].copy()
    for step in range(1, down):
        rows += light[step:height:down]
    blocks: Light = rows[:, :width:across].copy()
    for step in range(1, across):
        blocks += rows[:, step:width:across]
    return blocks


def _with_noise(light: Light, noise: float, random: Generator, scratch: Light) -> Light:
    """Return electrons as they are counted and read, in memory of `light` or `scratch`.

    Where reading noise blurs the steps between whole electrons, one normal number stands for both noises, bent such
    that mean, variance and skewness are those of their sum (Cornish & Fisher 1937); for many electrons that is right
    without any reading noise. Else each pixel's electrons are drawn from Poisson's distribution.
    """
    deviation, bend = scratch[0], scratch[1]
    normal: Light = scratch[2]
    if noise < _SMOOTH and float(light.min()) < _MANY:
        random.standard_normal(out=normal, dtype=np.float32)
        normal *= noise
        normal += random.poisson(light)
        return normal
    # light + d z + b (z² - 1), where b = light / 6 (light + noise²), and whose variance is d² + 2 b²
    np.add(light, noise**2, out=deviation)
    np.divide(light, deviation, out=bend)
    bend *= 1 / 6
    np.multiply(bend, bend, out=normal)
    normal *= 2
    deviation -= normal
    np.sqrt(deviation, out=deviation)
    light -= bend
    random.standard_normal(out=normal, dtype=np.float32)
    bend *= normal
    deviation += bend
    deviation *= normal
    light += deviation
    return light
