"""Places in the sky: from the mean equator and equinox of J2000 to those of a day, as mounts count, and back.

Sources: J. Meeus, Astronomical Algorithms, 2nd edition: chapter 21 (precession, rigorous method), 22 (nutation, the
four largest terms), 23 (annual aberration, in rectangular form from the Sun's longitude), 25 (the Sun). Together they
are good to 1.5″ until 2050, which is finer than any mount points; not beside the Sun, whose mass bends light.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from lightapt_protocol.numbers import parse_number

from ..errors import RequestError

__all__ = ["Angle", "Equatorial", "angle", "from_j2000", "separation", "to_j2000"]

Angle: TypeAlias = float | str
"""A number, or one as text, sexagesimal if need be: ``"-5:23:28"``."""

_J2000: Final = 946_728_000.0
"""Unix time of 2000-01-01 12:00 UTC."""
_CENTURY: Final = 36_525 * 86_400.0
_ABERRATION: Final = math.radians(20.49552 / 3600)
_ARCSEC: Final = math.radians(1 / 3600)

_Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Equatorial:
    """A place in the sky.

    Attributes:
        ra: Right ascension in hours, from 0 to below 24.
        dec: Declination in degrees.
    """

    ra: float
    dec: float


def angle(value: Angle) -> float:
    """Return the number that an angle is.

    Raises:
        RequestError: It is none.
    """
    if not isinstance(value, str):
        return value
    try:
        return parse_number(value)
    except ValueError as error:
        raise RequestError(f"{value!r} is no angle: write 5.59 or 5:35:17") from error


def separation(one: Equatorial, other: Equatorial) -> float:
    """Return how far two places are apart, in degrees."""
    a, b = _vector(one), _vector(other)
    return math.degrees(2 * math.asin(min(1.0, math.dist(a, b) / 2)))


def from_j2000(place: Equatorial, now: float) -> Equatorial:
    """Return the apparent place, by the equator and equinox of the day, of a mean place of J2000.

    Args:
        place: By the equator and equinox of J2000.
        now: Unix time in seconds.
    """
    centuries = (now - _J2000) / _CENTURY
    precess = _precession(centuries)
    vector = _aberrated(precess(_vector(place)), centuries, sign=1.0)
    return _place(_nutated(vector, centuries, sign=1.0))


def to_j2000(place: Equatorial, now: float) -> Equatorial:
    """Return the mean place of J2000 that appears at a place of the day; the inverse of :func:`from_j2000`."""
    centuries = (now - _J2000) / _CENTURY
    vector = _aberrated(_nutated(_vector(place), centuries, sign=-1.0), centuries, sign=-1.0)
    return _place(_precession(centuries, is_back=True)(vector))


def _vector(place: Equatorial) -> _Vector:
    ra, dec = math.radians(place.ra * 15), math.radians(place.dec)
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def _place(vector: _Vector) -> Equatorial:
    x, y, z = vector
    return Equatorial(math.degrees(math.atan2(y, x)) / 15 % 24, math.degrees(math.atan2(z, math.hypot(x, y))))


def _precession(centuries: float, *, is_back: bool = False) -> Callable[[_Vector], _Vector]:
    """Return the rotation from J2000 to the mean equator of the day, or back (Meeus, 21.3 with T = 0, and 21.4)."""
    t = centuries
    zeta = (2306.2181 * t + 0.30188 * t**2 + 0.017998 * t**3) * _ARCSEC
    z = (2306.2181 * t + 1.09468 * t**2 + 0.018203 * t**3) * _ARCSEC
    theta = (2004.3109 * t - 0.42665 * t**2 - 0.041833 * t**3) * _ARCSEC
    if is_back:
        return lambda vector: _about_z(_about_y(_about_z(vector, -z), theta), -zeta)
    return lambda vector: _about_z(_about_y(_about_z(vector, zeta), -theta), z)


def _nutated(vector: _Vector, centuries: float, *, sign: float) -> _Vector:
    """Return a vector by the true equator for the mean one, or the other way round."""
    node = math.radians(125.04452 - 1934.136261 * centuries)
    sun = math.radians(280.4665 + 36000.7698 * centuries)
    moon = math.radians(218.3165 + 481267.8813 * centuries)
    longitude = (
        -17.20 * math.sin(node) - 1.32 * math.sin(2 * sun) - 0.23 * math.sin(2 * moon) + 0.21 * math.sin(2 * node)
    ) * _ARCSEC
    obliquity = (
        9.20 * math.cos(node) + 0.57 * math.cos(2 * sun) + 0.10 * math.cos(2 * moon) - 0.09 * math.cos(2 * node)
    ) * _ARCSEC
    mean = _obliquity(centuries)
    before, after = (mean, mean + obliquity) if sign > 0 else (mean + obliquity, mean)
    return _about_x(_about_z(_about_x(vector, -before), sign * longitude), after)


def _aberrated(vector: _Vector, centuries: float, *, sign: float) -> _Vector:
    """Return the direction from which light comes to the moving Earth, or the other way round."""
    t = centuries
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    eccentricity = 0.016708634 - 0.000042037 * t
    perihelion = math.radians(102.93735 + 1.71946 * t)
    centre = 1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    sun = math.radians(280.46646 + 36000.76983 * t + centre)
    along = math.sin(sun) - eccentricity * math.sin(perihelion)
    across = -(math.cos(sun) - eccentricity * math.cos(perihelion))
    tilt = _obliquity(t)
    velocity = (along, across * math.cos(tilt), across * math.sin(tilt))
    x, y, z = (part + sign * _ABERRATION * speed for part, speed in zip(vector, velocity, strict=True))
    length = math.hypot(x, y, z)
    return x / length, y / length, z / length


def _obliquity(centuries: float) -> float:
    return math.radians(23.4392911 - 0.0130042 * centuries)


def _about_x(vector: _Vector, turn: float) -> _Vector:
    x, y, z = vector
    return x, y * math.cos(turn) - z * math.sin(turn), y * math.sin(turn) + z * math.cos(turn)


def _about_y(vector: _Vector, turn: float) -> _Vector:
    x, y, z = vector
    return x * math.cos(turn) + z * math.sin(turn), y, z * math.cos(turn) - x * math.sin(turn)


def _about_z(vector: _Vector, turn: float) -> _Vector:
    x, y, z = vector
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn), z
