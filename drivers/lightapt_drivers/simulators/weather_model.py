"""Weather as time passes: fine, and a little different each hour. It knows no clock, no device and no protocol.

The same place has the same weather at the same time, whoever asks: it is made of slow waves, whose phases come from
a seed.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final

from .focuser_model import FocuserConfig, temperature

__all__ = ["Climate", "Weather", "dew_point", "humidity", "pressure_at"]

_HOUR: Final = 3600.0
_HARMONICS: Final = (1.0, 2.3, 5.1)
"""Frequencies of the waves that a quantity is made of; their ratios are no whole numbers, so nothing repeats soon."""


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of a moment.

    Attributes:
        temperature: °C.
        humidity: Relative, in per cent.
        pressure: At the place, in hPa.
        wind: km/h.
        gust: The strongest wind of late, in km/h.
        direction: From where the wind blows: degrees from north by east.
        rain: mm in an hour.
        clouds: How much of the sky they cover, in per cent.
    """

    temperature: float
    humidity: float
    pressure: float
    wind: float
    gust: float
    direction: float
    rain: float = 0.0
    clouds: float = 0.0


class Climate:
    """Makes the weather. It is as warm as focusers find it.

    Args:
        seed: Of the phases.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed

    def weather(self, now: float, *, longitude: float = 0.0, elevation: float = 0.0) -> Weather:
        """Return the weather.

        Args:
            now: Unix time in seconds.
            longitude: Of the place, in degrees east.
            elevation: Of the place, in metres.
        """
        warmth = temperature(FocuserConfig(), now=now, longitude=longitude)
        wind = 8 + 6 * self._wave("wind", now, period=9 * _HOUR)
        return Weather(
            temperature=warmth,
            humidity=humidity(warmth, -1 + 2 * self._wave("dew point", now, period=40 * _HOUR)),
            pressure=pressure_at(elevation) + 8 * self._wave("pressure", now, period=100 * _HOUR),
            wind=wind,
            gust=wind * (1.4 + 0.3 * self._wave("gust", now, period=0.5 * _HOUR)),
            direction=(250 + 50 * self._wave("direction", now, period=20 * _HOUR)) % 360,
            clouds=8 + 8 * self._wave("clouds", now, period=14 * _HOUR),
        )

    def _wave(self, name: str, now: float, *, period: float) -> float:
        """Return a number from -1 to 1 that changes slowly."""
        phases = random.Random(f"{name} {self._seed}")
        turns = (harmonic * now / period + phases.random() for harmonic in _HARMONICS)
        return sum(math.sin(2 * math.pi * turn) for turn in turns) / len(_HARMONICS)


def humidity(warmth: float, dew: float) -> float:
    """Return the relative humidity in per cent of air of a temperature and a dew point, in °C."""
    return 100 * min(_vapour(dew) / _vapour(warmth), 1.0)


def dew_point(warmth: float, moisture: float) -> float:
    """Return the dew point in °C of air of a temperature and a relative humidity in per cent."""
    logarithm = math.log(max(moisture, 0.1) / 100 * _vapour(warmth) / 6.1094)
    return 243.04 * logarithm / (17.625 - logarithm)


def _vapour(warmth: float) -> float:
    """Return the pressure of saturated vapour in hPa (Alduchov & Eskridge 1996, J. Appl. Meteor. 35, 601: eq. 21)."""
    return 6.1094 * math.exp(17.625 * warmth / (243.04 + warmth))


def pressure_at(elevation: float) -> float:
    """Return the mean pressure in hPa at an elevation in metres (International Standard Atmosphere, ISO 2533)."""
    return 1013.25 * float((1 - 2.25577e-5 * elevation) ** 5.25588)
