"""The Sun and the Moon, as they stand for the Earth's centre. Angles are degrees, time is Unix time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import erfa
import numpy as np

from .arrays import Floats
from .frames import dynamical_time, equinox_of_date

__all__ = ["Body", "moon", "phase_angle", "sun"]

_ERFA: Final[Any] = erfa


@dataclass(frozen=True, slots=True)
class Body:
    """Where a body stands.

    Attributes:
        ra: Right ascension, equinox of date.
        dec: Declination, equinox of date.
        distance: Astronomical units from the Earth's centre.
    """

    ra: float
    dec: float
    distance: float


def sun(when: float) -> Body:
    """Return the Sun, to 1″ (ERFA's epv00)."""
    place = _sun(when)
    ra, dec = (math.degrees(angle) for angle in _ERFA.c2s(place))
    return Body(*equinox_of_date(ra % 360.0, dec, when), float(np.linalg.norm(place)))


def moon(when: float) -> Body:
    """Return the Moon, to 20″ (Meeus 1998, chapter 47: ERFA's moon98)."""
    place = _ERFA.pnm06a(*dynamical_time(when)) @ _moon(when)
    ra, dec = (math.degrees(angle) for angle in _ERFA.c2s(place))
    return Body(ra % 360.0, dec, float(np.linalg.norm(place)))


def phase_angle(when: float) -> float:
    """Return the angle at the Moon between Sun and Earth: 0 at full moon, 180 at new moon."""
    to_earth = -_moon(when)
    return math.degrees(_ERFA.sepp(_sun(when) + to_earth, to_earth))


def _sun(when: float) -> Floats:
    earth, _ = _ERFA.epv00(*dynamical_time(when))
    return -earth["p"]  # type: ignore[no-any-return]


def _moon(when: float) -> Floats:
    return _ERFA.moon98(*dynamical_time(when))["p"]  # type: ignore[no-any-return]
