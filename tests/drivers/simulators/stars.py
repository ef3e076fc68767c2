"""A bright star that stands alone in short exposures, and what can be measured of it."""

from datetime import UTC, datetime

import numpy as np

from lightapt_drivers.kinds.exposures import Exposure, FrameType, Sensor
from lightapt_drivers.simulators.pointing_log import Path
from lightapt_drivers.simulators.scene_settings import Shot

ALCYONE = (56.871152, 24.105136)
"""J2000, degrees (Hipparcos)."""
CHIP = Sensor(160, 120, 4.63, 4.63)
SHORT = 0.01
"""Seconds in which it does not fill a pixel."""
SCALE = 4.63e-3 / 350 * 206264.806
"""Arcsec that a pixel covers, in the default optics."""
STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def shot(seconds=SHORT, *, chip=CHIP, type=FrameType.LIGHT, area=None, binning=(1, 1), number=1, **facts):
    """Return an exposure and all that its picture depends on."""
    exposure = Exposure(seconds, type, area or chip.whole, binning, started=STARTED, number=number)
    return Shot(chip, exposure, **facts)


def at(place=ALCYONE, position_angle=0.0, *offsets):
    """Return the path of a telescope that points there, or away from it by offsets."""
    return Path(*place, position_angle, offsets or ((1.0, 0.0, 0.0),))


def light(pixels, reach=40):
    """Return column and row of the star, the mean distance of its light from there (HFR), and how much that is."""
    signal = pixels.astype(float) - np.median(pixels)
    rows, columns = np.indices(signal.shape)
    y, x = np.unravel_index(np.argmax(signal), signal.shape)
    for _ in range(3):
        near = signal * (np.hypot(columns - x, rows - y) < reach)
        x, y = (near * columns).sum() / near.sum(), (near * rows).sum() / near.sum()
    return x, y, (near * np.hypot(columns - x, rows - y)).sum() / near.sum(), near.sum()


def place(pixels, reach=5):
    """Return column and row of the star."""
    return np.array(light(pixels, reach)[:2])
