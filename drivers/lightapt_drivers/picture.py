"""How a simulated exposure looks: a sky of stars on a chip with bias, dark current and noise; and the FITS file of it.

The same seed gives the same sky, and with the same number the same noise. This module brings numpy and astropy with it,
so a driver imports it when it has a picture to make.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from lightapt_protocol.timestamps import timestamp_from_datetime

from .exposure import CHIP, PIXEL_SIZE, WHOLE_CHIP, Area, Exposure, FrameType

__all__ = ["fits_file", "render"]

_NOT_OF_FITS: Final = re.compile("[^ -~]")
"""Headers hold printable ASCII (FITS 4.0, section 4.2.1)."""

_Light: TypeAlias = NDArray[np.float32]

_SEED: Final = 20
_STARS: Final = 60
_FAINTEST: Final = 1000.0
"""Counts a second of the faintest star; the others follow the law by which stars are more the fainter they are."""
_SIGMA: Final = 1.4
"""Width of a star, in pixels: 3.3 at half its height."""
_RADIUS: Final = 8
_SKY: Final = 20.0
_FLAT: Final = 2000.0
_DARK: Final = 0.2
_BIAS: Final = 1000.0
_READ_NOISE: Final = 8.0


def fits_file(exposure: Exposure, *, instrument: str, seed: int = _SEED) -> bytes:
    """Return the FITS file of an exposure."""
    header = fits.Header(list(_cards(exposure, instrument)))
    unit: Any = fits.PrimaryHDU(render(exposure, seed=seed), header)  # astropy says little of its types
    file = io.BytesIO()
    unit.writeto(file, output_verify="exception")
    return file.getvalue()


def _cards(exposure: Exposure, instrument: str) -> Iterator[tuple[str, object, str]]:
    across, down = exposure.binning
    yield "DATE-OBS", timestamp_from_datetime(exposure.began), "start of the exposure, UTC"
    yield "EXPTIME", exposure.seconds, "[s] length of the exposure"
    yield "IMAGETYP", exposure.type.value, "what the exposure is"
    yield "INSTRUME", _NOT_OF_FITS.sub("?", instrument), "what took it"
    yield "XBINNING", across, "chip pixels a pixel, across"
    yield "YBINNING", down, "chip pixels a pixel, down"
    yield "XPIXSZ", PIXEL_SIZE * across, "[um] width of a pixel"
    yield "YPIXSZ", PIXEL_SIZE * down, "[um] height of a pixel"


def render(exposure: Exposure, *, seed: int = _SEED) -> NDArray[np.uint16]:
    """Return the picture of an exposure, rows from the bottom."""
    noise = np.random.default_rng((seed, exposure.number))
    light = _binned(_crop(_light(exposure.type, seed), exposure.area), exposure.binning)
    light *= exposure.seconds
    # For numbers as large as these the noise of counting is as good as Gaussian.
    deviation = np.sqrt(light + _READ_NOISE**2)
    light += _BIAS + deviation * noise.standard_normal(light.shape, dtype=np.float32)
    return np.clip(np.rint(light), 0, 65535).astype(np.uint16)


def _light(type: FrameType, seed: int) -> _Light:
    """Return what each pixel of the chip gathers in a second."""
    match type:
        case FrameType.LIGHT:
            return _stars(seed) + np.float32(_SKY + _DARK)
        case FrameType.FLAT:
            return _even(_FLAT + _DARK)
        case FrameType.DARK:
            return _even(_DARK)
        case FrameType.BIAS:
            return _even(0.0)


def _even(level: float) -> _Light:
    return np.full(CHIP[::-1], level, dtype=np.float32)


def _stars(seed: int) -> _Light:
    sky = np.random.default_rng(seed)
    width, height = CHIP
    light = _even(0.0)
    places = sky.uniform((_RADIUS, _RADIUS), (width - _RADIUS - 1, height - _RADIUS - 1), size=(_STARS, 2))
    for (x, y), brightness in zip(places, _FAINTEST * (1 + sky.pareto(1.0, size=_STARS)), strict=True):
        left, bottom = round(x) - _RADIUS, round(y) - _RADIUS
        stamp = np.outer(_profile(y - bottom), _profile(x - left)) * brightness
        light[bottom : bottom + len(stamp), left : left + len(stamp)] += stamp.astype(np.float32)
    return light


def _profile(centre: float) -> NDArray[np.float64]:
    away = np.arange(2 * _RADIUS + 1) - centre
    bell = np.exp(-(away**2) / (2 * _SIGMA**2))
    profile: NDArray[np.float64] = bell / bell.sum()
    return profile


def _crop(light: _Light, area: Area) -> _Light:
    return light if area == WHOLE_CHIP else light[area.y : area.y + area.height, area.x : area.x + area.width]


def _binned(light: _Light, binning: tuple[int, int]) -> _Light:
    across, down = binning
    rows, columns = light.shape[0] // down, light.shape[1] // across
    whole = light[: rows * down, : columns * across]
    binned: _Light = whole.reshape(rows, down, columns, across).sum(axis=(1, 3))
    return binned
