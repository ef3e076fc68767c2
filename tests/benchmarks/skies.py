"""The rows about simulated pictures: a whole frame with its stars, beside numpy drawing the noise of the same frame.

The reference is told how many electrons each pixel is expected to hold, and does nothing but draw them from Poisson's
distribution, add a reading noise and convert. All of it happens in this process, catalogue and stamps being loaded.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from lightapt_drivers.sky.detector import Depth, Exposure, Sensor
from lightapt_drivers.sky.render import expected_electrons, render
from lightapt_drivers.sky.view import View

from .figures import Figure, Goal, Measurement, Row
from .servers import Side
from .stage import Stage

_ORION = View(83.8, -5.4)
_FULL = Sensor()
_VIDEO = Sensor(width=1280, height=960, pixel=3.75)
_QUICK = Sensor(width=100, height=80)
_FRAME = Exposure(2.0, gain=120.0)
_SHORT = Exposure(0.05, gain=300.0, depth=Depth.EIGHT)
_REPEATS = 7


@cache
def _electrons(sensor: Sensor, exposure: Exposure) -> NDArray[np.float32]:
    return expected_electrons(_ORION, sensor, exposure)


def _by_us(sensor: Sensor, exposure: Exposure, number: int) -> None:
    render(_ORION, sensor, replace(exposure, number=number))


def _by_numpy(sensor: Sensor, exposure: Exposure, number: int) -> None:
    random = np.random.default_rng(number)
    electrons = _electrons(sensor, exposure)
    counted = random.poisson(electrons) + random.normal(0.0, sensor.noise(exposure.gain), electrons.shape)
    units = counted / sensor.electrons_a_unit(exposure.gain) + exposure.offset
    if exposure.depth is Depth.EIGHT:
        np.clip(np.rint(units / 256), 0, 255).astype(np.uint8)
    else:
        np.clip(np.rint(units), 0, 65535).astype(np.uint16)


_WAYS: dict[Side, Callable[[Sensor, Exposure, int], None]] = {Side.REFERENCE: _by_numpy, Side.OURS: _by_us}


def _time(stage: Stage, side: Side, *, sensor: Sensor, exposure: Exposure) -> Measurement:
    sensor, make = (_QUICK if stage.quick else sensor), _WAYS[side]
    make(sensor, exposure, 0)
    times: list[float] = []
    for number in range(stage.amount(_REPEATS, 1)):
        began = time.perf_counter()
        make(sensor, exposure, number + 1)
        times.append(time.perf_counter() - began)
    return {"time": statistics.median(times) * 1e3}


def _row(key: str, what: str, sensor: Sensor, exposure: Exposure, *, at_most: float) -> Row:
    goal = Goal(ratio_at_most=0.5, at_most=at_most)
    return Row(key, partial(_time, sensor=sensor, exposure=exposure), (Figure("time", what, "ms", goal),))


# Video needs 15 frames a second: a second of it should take no more than half a second.
ROWS = (
    _row(
        "sky",
        "A simulated frame of 4144 x 2822, 2 s (reference: its noise alone, by numpy)",
        _FULL,
        _FRAME,
        at_most=500,
    ),
    _row(
        "sky-video", "A simulated frame of 1280 x 960 x 8 bit, 0.05 s (reference: likewise)", _VIDEO, _SHORT, at_most=33
    ),
)
