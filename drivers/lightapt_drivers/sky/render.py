"""Pictures of the sky: everything else of this package, put together.

The same view, sensor, exposure and seed give the same picture, whatever the number of processors.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import SFC64, Generator

from .arrays import Floats, Light
from .catalogue import Stars, stars_near
from .detector import Area, Exposure, FrameType, Sensor, hot_pixels, illumination
from .path import pixel_path
from .photometry import Channel, Spectrum, dimming
from .projection import Tan
from .psf import LARGEST
from .readout import Charge, HotPixels, Picture, Readout, expected, read_out
from .starfield import draw
from .view import View, projection

__all__ = ["PANEL", "expected_electrons", "render"]

PANEL: Final = 12.0
"""V mag/arcsec² of the panel that is held before the telescope for a flat frame where there is none."""
_VISIBLE: Final = 0.2
"""Of the noise: a star whose brightest pixel does not rise above it by as much is not drawn."""
_EDGE: Final = 0.05
"""Of the noise: where a star's wings have sunk to this, they end."""
_MOST: Final = 250_000
"""Stars of a picture, each counted as often as a trail has points."""
_LEAST: Final = 2_000
_LULL: Final = 0.1
"""Seconds after which the air deflects light another way."""
_ROUND: Final = 0.01
"""Degrees."""
_NOISE: Final = 0x5EE
_MOTION: Final = 0x5EF
"""Tell the random numbers of one exposure apart."""


def render(view: View, sensor: Sensor, exposure: Exposure, *, seed: int = 0) -> Picture:
    """Return the picture that a camera takes; its first row is the top.

    Args:
        view: What stands before it.
        sensor: The camera's sensor.
        exposure: What is asked of it.
        seed: Of this sky, and of this sensor's defects and noise; not negative.
    """
    charge = _charge(view, sensor, exposure, seed)
    return read_out(charge, _readout(sensor, exposure), seed=(seed, sensor.serial, exposure.number, _NOISE))


def expected_electrons(view: View, sensor: Sensor, exposure: Exposure, *, seed: int = 0) -> Light:
    """Return what :func:`render` adds noise to: the mean electrons of each pixel, binned, without saturation."""
    return expected(_charge(view, sensor, exposure, seed), exposure.binning)


def _readout(sensor: Sensor, exposure: Exposure) -> Readout:
    return Readout(
        exposure.binning,
        noise=sensor.noise(exposure.gain),
        full_well=sensor.full_well,
        electrons_a_unit=sensor.electrons_a_unit(exposure.gain),
        offset=exposure.offset,
        top=2**sensor.bits - 1,
        depth=exposure.depth,
        drop=max(0, sensor.bits - exposure.depth.value),
    )


def _charge(view: View, sensor: Sensor, exposure: Exposure, seed: int) -> Charge:
    area = exposure.area or sensor.whole
    warmth = 0.0 if exposure.type is FrameType.BIAS else sensor.warmth(exposure.temperature) * exposure.seconds
    dark = sensor.dark_current * warmth
    surface = _surface(view, sensor, exposure)
    colours = _channels(view, sensor, area, Spectrum.STAR) / _starlight(view, sensor)
    even, stars = np.zeros_like(colours), None
    if surface is not None:
        spectrum, brightness = surface
        cover = view.optics.scale(sensor.pixel) ** 2 * exposure.seconds
        even = _channels(view, sensor, area, spectrum) * dimming(brightness) * cover
        if spectrum is Spectrum.NIGHT and cover > 0:
            noise = math.sqrt(float(even.max()) + dark + sensor.noise(exposure.gain) ** 2)
            stars = _stars(view, sensor, exposure, noise=noise, seed=seed)
    return Charge(*illumination(sensor, area), even, stars, colours, dark, _hot(sensor, area, warmth, seed))


def _surface(view: View, sensor: Sensor, exposure: Exposure) -> tuple[Spectrum, float] | None:
    """Return what shines on the whole sensor, and how bright it is, V mag/arcsec²: the night, a panel or nothing."""
    if exposure.type is FrameType.BIAS or (exposure.type is FrameType.DARK and sensor.has_shutter):
        return None
    if view.panel is not None:
        return Spectrum.STAR, view.panel
    if view.covered:
        return None
    if exposure.type is FrameType.FLAT:
        return Spectrum.STAR, PANEL
    return Spectrum.NIGHT, view.conditions.brightness


def _channels(view: View, sensor: Sensor, area: Area, spectrum: Spectrum) -> Floats:
    """Return electrons a second from a source of V = 0, in pixels of each colour."""
    return np.array([[view.electrons(sensor, spectrum, channel) for channel in row] for row in sensor.channels(area)])


def _starlight(view: View, sensor: Sensor) -> float:
    """Return electrons a second from a star of V = 0 above the air, on pixels without dyes."""
    return view.electrons(sensor, Spectrum.STAR, Channel.MONO)


def _hot(sensor: Sensor, area: Area, warmth: float, seed: int) -> HotPixels:
    rows, columns, rates = hot_pixels(sensor, seed)
    rows, columns = rows - area.y, columns - area.x
    inside = (rows >= 0) & (rows < area.height) & (columns >= 0) & (columns < area.width)
    return HotPixels(rows[inside], columns[inside], (rates[inside] * warmth).astype(np.float32))


def _stars(view: View, sensor: Sensor, exposure: Exposure, *, noise: float, seed: int) -> Light:
    """Return the electrons that stars make, on pixels without dyes."""
    area = exposure.area or sensor.whole
    sky = projection(view, sensor, replace(exposure, binning=(1, 1)))
    psf = view.psf(sensor)
    right, down, parts = pixel_path(view.path, sky)
    dance = _dance(view, exposure, seed) / view.optics.scale(sensor.pixel)
    zero = _starlight(view, sensor) * exposure.seconds * dimming(view.conditions.loss)
    faintest = 2.5 * math.log10(max(zero * psf.peak() * float(parts.max()) / (_VISIBLE * noise), 1e-30))
    margin = LARGEST + float(np.hypot(right, down).max())
    seen = _seen(sky, area, faintest, margin=margin, most=max(_LEAST, _MOST // len(parts)), seed=seed)
    x, y = sky.pixels(seen.ra, seen.dec)
    light = zero * 10 ** (-0.4 * seen.mag) * _vignetting(sensor, area, x, y)
    return draw(
        (area.height, area.width),
        np.add.outer(x, right + dance[0]).ravel(),
        np.add.outer(y, down + dance[1]).ravel(),
        light=np.multiply.outer(light, parts).ravel(),
        psf=psf,
        faintest=_EDGE * noise,
    )


def _dance(view: View, exposure: Exposure, seed: int) -> Floats:
    """Return by how much, in arcsec along both axes, the air has moved all stars: the less the longer it took."""
    random = Generator(SFC64((seed, exposure.number, _MOTION)))
    return random.standard_normal(2) * view.motion() / math.sqrt(1 + exposure.seconds / _LULL)


def _seen(sky: Tan, area: Area, faintest: float, *, margin: float, most: int, seed: int) -> Stars:
    """Return the stars on an area and, where their light may come from, around it."""
    ra, dec = sky.places((area.width - 1) / 2, (area.height - 1) / 2)
    reach = math.hypot(area.width / 2 + margin, area.height / 2 + margin) * sky.scale[0]
    # Rounded, so that a field that hardly moves is looked up once.
    radius = math.degrees(math.atan(math.radians(reach))) + 2 * _ROUND
    dec_step = round(float(dec) / _ROUND) * _ROUND
    ra_step = _ROUND / max(math.cos(math.radians(dec_step)), _ROUND)
    return stars_near(
        round(float(ra) / ra_step) * ra_step, dec_step, radius, math.ceil(2 * faintest) / 2, most=most, seed=seed
    )


def _vignetting(sensor: Sensor, area: Area, x: Floats, y: Floats) -> Floats:
    rows, columns = illumination(sensor, area)
    row = np.clip(np.nan_to_num(y), 0, area.height - 1).astype(np.int64)
    column = np.clip(np.nan_to_num(x), 0, area.width - 1).astype(np.int64)
    return rows[row] + columns[column]
