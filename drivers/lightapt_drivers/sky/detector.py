"""Sensors: what they are, what they do to electrons, and what is asked of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.random import SFC64, Generator

from lightapt_drivers.kinds.exposures import Area, FrameType

from .arrays import Floats, Integers
from .photometry import Channel

__all__ = ["Area", "Bayer", "Depth", "Exposure", "FrameType", "Sensor", "hot_pixels", "illumination"]

_GAIN: Final = 200.0
"""Steps of gain in which the signal grows tenfold: a step is 0.1 dB, as in the cameras of ZWO and others."""
_REFERENCE: Final = 0.0
"""°C for which dark currents are given."""
_DEFECTS: Final = 0x407
"""Tells the random numbers of defects from those of noise and sky."""


class Depth(Enum):
    """Bits of a pixel of the picture."""

    EIGHT = 8
    SIXTEEN = 16


class Bayer(Enum):
    """The colours over the first two rows' first two pixels, row after row."""

    RGGB = (Channel.RED, Channel.GREEN, Channel.GREEN, Channel.BLUE)
    BGGR = (Channel.BLUE, Channel.GREEN, Channel.GREEN, Channel.RED)
    GRBG = (Channel.GREEN, Channel.RED, Channel.BLUE, Channel.GREEN)
    GBRG = (Channel.GREEN, Channel.BLUE, Channel.RED, Channel.GREEN)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor; the default is like Sony's IMX294 at the depth of 16 bits.

    Attributes:
        width: Pixels in a row.
        height: Rows.
        pixel: The side of a pixel, in µm.
        bayer: Its colours; None: mono.
        bits: Of its converter.
        full_well: Electrons that a pixel holds.
        adu_electrons: Electrons that make one unit at gain 0.
        read_noise: Electrons of noise that each reading adds before it is amplified.
        converter_noise: Units of noise that it adds after.
        dark_current: Electrons a second and pixel at 0 °C.
        doubling: °C in which that doubles.
        hot_fraction: The part of its pixels that are hot.
        vignetting: The part of light that a corner lacks.
        quantum_efficiency: Electrons for each photon, at best.
        has_shutter: Whether it can keep the light out by itself.
        serial: Tells sensors of a kind apart: defects and noise are each sensor's own.
    """

    width: int = 4144
    height: int = 2822
    pixel: float = 4.63
    bayer: Bayer | None = None
    bits: int = 16
    full_well: float = 64_000.0
    adu_electrons: float = 1.0
    read_noise: float = 1.4
    converter_noise: float = 7.0
    dark_current: float = 0.02
    doubling: float = 6.0
    hot_fraction: float = 2e-4
    vignetting: float = 0.2
    quantum_efficiency: float = 0.8
    has_shutter: bool = True
    serial: int = 0

    @property
    def whole(self) -> Area:
        """All of it."""
        return Area(0, 0, self.width, self.height)

    def channels(self, area: Area) -> tuple[tuple[Channel, ...], ...]:
        """Return the colours, which repeat, from an area's first pixel on."""
        if self.bayer is None:
            return ((Channel.MONO,),)
        colours = self.bayer.value
        return tuple(tuple(colours[(y + area.y) % 2 * 2 + (x + area.x) % 2] for x in (0, 1)) for y in (0, 1))

    def electrons_a_unit(self, gain: float) -> float:
        """Return how many electrons make one unit of the converter."""
        return self.adu_electrons * 10 ** (-gain / _GAIN)

    def noise(self, gain: float) -> float:
        """Return the noise of a reading, in electrons."""
        return math.hypot(self.read_noise, self.converter_noise * self.electrons_a_unit(gain))

    def warmth(self, temperature: float) -> float:
        """Return how much more than at 0 °C dark currents are."""
        return float(2 ** ((temperature - _REFERENCE) / self.doubling))


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is asked of a sensor.

    Attributes:
        seconds: How long; a bias frame takes none.
        number: Counts exposures: the same number has the same noise.
        type: What light it is of.
        gain: In steps of 0.1 dB.
        offset: Units that a pixel without an electron shows.
        temperature: The sensor's, in °C.
        area: What part of it; None: all.
        binning: (across, down): pixels that are read as one.
        depth: Of the picture.
    """

    seconds: float
    number: int = 0
    type: FrameType = FrameType.LIGHT
    gain: float = 0.0
    offset: float = 100.0
    temperature: float = 0.0
    area: Area | None = None
    binning: tuple[int, int] = (1, 1)
    depth: Depth = Depth.SIXTEEN


@lru_cache(maxsize=8)
def hot_pixels(sensor: Sensor, seed: int) -> tuple[Integers, Integers, Floats]:
    """Return rows, in order, columns, and electrons a second at 0 °C of the pixels whose dark current is large."""
    random = Generator(SFC64((seed, sensor.serial, _DEFECTS)))
    count = round(sensor.hot_fraction * sensor.width * sensor.height)
    places = np.sort(random.choice(sensor.width * sensor.height, count, replace=False))
    return places // sensor.width, places % sensor.width, random.lognormal(math.log(2.0), 1.5, count)


def illumination(sensor: Sensor, area: Area) -> tuple[Floats, Floats]:
    """Return vignetting of rows and of columns: a pixel's share of light is the sum of its row's and its column's."""
    middle_x, middle_y = (sensor.width - 1) / 2, (sensor.height - 1) / 2
    lost = sensor.vignetting / max(middle_x**2 + middle_y**2, 1.0)
    rows = np.arange(area.y, area.y + area.height, dtype=np.float64) - middle_y
    columns = np.arange(area.x, area.x + area.width, dtype=np.float64) - middle_x
    return 1 - lost * rows**2, -lost * columns**2
