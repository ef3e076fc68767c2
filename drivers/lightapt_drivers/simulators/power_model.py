"""What a power box draws and gives. It knows no clock, no device and no protocol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["Draw", "Supply", "dew_duty", "draw"]

_HEATER: Final = 12.0
"""Ohms of a heater: about 12 W."""
_CONVERTER: Final = 0.9
"""Efficiency with which a chosen voltage is made."""
_BOX: Final = 0.06
"""Amperes that the box itself draws."""
_USB: Final = 0.1
"""Amperes that a USB port in use draws."""
_SPREAD: Final = 6.0
"""°C above the dew point from which on a lens stays dry by itself: it gets that much colder than the air."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Where the current comes from.

    Attributes:
        volts: Without a load.
        resistance: Of the supply and its cable, in ohms.
    """

    volts: float = 13.2
    resistance: float = 0.08


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn, in amperes, and what is left of the voltage.

    Attributes:
        volts: At the box.
        power: By each outlet.
        dew: By each heater.
        total: From the supply.
    """

    volts: float
    power: tuple[float, ...]
    dew: tuple[float, ...]
    total: float


def draw(
    supply: Supply,
    *,
    power: tuple[float, ...],
    dew: tuple[float, ...],
    variable: tuple[tuple[float, float], ...] = (),
    usb: int = 0,
) -> Draw:
    """Return what is drawn.

    Args:
        supply: The supply.
        power: Amperes that each outlet takes; 0 for one that is off.
        dew: Per cent of the time for which each heater is on.
        variable: Volts and amperes of each outlet of a chosen voltage.
        usb: How many ports are on.
    """
    steady = sum(power) + usb * _USB + _BOX
    watts = sum(volts * amperes for volts, amperes in variable) / _CONVERTER
    conductance = sum(dew) / 100 / _HEATER
    volts = _volts(supply, steady=steady, watts=watts, conductance=conductance)
    total = steady + watts / max(volts, 1.0) + conductance * volts
    return Draw(volts, power, tuple(per_cent / 100 * volts / _HEATER for per_cent in dew), total)


def _volts(supply: Supply, *, steady: float, watts: float, conductance: float) -> float:
    """Return what is left of the voltage: the larger root of v = v0 - r (steady + watts / v + conductance v).

    Where there is none the supply breaks down, to about half.
    """
    a = 1 + supply.resistance * conductance
    b = max(supply.volts - supply.resistance * steady, 0.0)
    c = supply.resistance * watts
    return (b + math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)


def dew_duty(temperature: float, dew_point: float) -> float:
    """Return how strongly to heat, in per cent: the more the nearer the air is to its dew point, in °C."""
    return min(max(100 * (1 - (temperature - dew_point) / _SPREAD), 0.0), 100.0)
