"""Frames that a mount needs, in plain floats: sidereal time, hour angle and declination, altitude and azimuth.

Vectors of the equatorial frame have x toward the celestial equator on the upper meridian, y toward hour angle six
hours (west) and z toward the north celestial pole. There is no refraction here, and UT1 is taken for UTC.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = [
    "SIDEREAL_RATE",
    "Matrix",
    "Site",
    "Vector",
    "angles",
    "horizontal",
    "horizontal_matrix",
    "hour_angle_of",
    "product",
    "rotated",
    "rotation_about_z",
    "sidereal_time",
    "transposed",
    "vector",
    "wrap_degrees",
]

Vector: TypeAlias = tuple[float, float, float]
Matrix: TypeAlias = tuple[Vector, Vector, Vector]

SIDEREAL_RATE: Final = 1.00273781191135448 * 360 / 86400
"""How fast the Earth turns under the stars, in degrees a second (IERS Conventions 2010, equation 5.15)."""

_J2000: Final = 946_728_000.0
"""Unix time of 2000-01-01 12:00 UTC."""
_DAY: Final = 86_400.0
_CENTURY: Final = 36_525.0
_ARCSECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the mount stands: latitude and longitude (east of Greenwich) in degrees, elevation in metres."""

    latitude: float
    longitude: float
    elevation: float = 0.0

    @property
    def is_northern(self) -> bool:
        """Whether the north celestial pole is the one above the horizon; so on the equator too."""
        return self.latitude >= 0


def wrap_degrees(angle: float) -> float:
    """Return the same angle from -180 up to, but without, 180 degrees."""
    return angle if -180 <= angle < 180 else (angle + 180) % 360 - 180


def sidereal_time(utc: float, longitude: float) -> float:
    """Return the local apparent sidereal time, in degrees from 0 to 360, to about 0.3 arcseconds.

    Mean time after IAU 2006 (IERS Conventions 2010, equations 5.15 and 5.32); the equation of the equinoxes from the
    four largest terms of nutation (Meeus, Astronomical Algorithms, chapter 22).

    Args:
        utc: Unix time in seconds.
        longitude: Degrees east of Greenwich.
    """
    days = (utc - _J2000) / _DAY
    # UT1 stands for TT in the slow terms: a minute changes them by a ten-thousandth of an arcsecond.
    t = days / _CENTURY
    rotation = 360 * (0.7790572732640 + 0.00273781191135448 * days + days % 1.0)
    precession = 0.014506 + t * (4612.156534 + t * (1.3915817 - t * 0.00000044))
    return (rotation + (precession + _equation_of_equinoxes(t)) / _ARCSECONDS + longitude) % 360


def _equation_of_equinoxes(t: float) -> float:
    """Return it in arcseconds, for a time in Julian centuries since J2000."""
    node = math.radians(125.04452 - 1934.136261 * t)
    sun = math.radians(280.4665 + 36000.7698 * t)
    moon = math.radians(218.3165 + 481267.8813 * t)
    nutation = (
        -17.20 * math.sin(node) - 1.32 * math.sin(2 * sun) - 0.23 * math.sin(2 * moon) + 0.21 * math.sin(2 * node)
    )
    return nutation * math.cos(math.radians(23.4393 - 0.0130 * t)) + 0.00264 * math.sin(node)


def vector(longitude: float, latitude: float) -> Vector:
    """Return the unit vector at two spherical angles in degrees: hour angle and declination, for one."""
    around, up = math.radians(longitude), math.radians(latitude)
    return math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up)


def angles(direction: Vector) -> tuple[float, float]:
    """Return a vector's two spherical angles in degrees; the first is from -180 to 180."""
    x, y, z = direction
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def rotated(matrix: Matrix, direction: Vector) -> Vector:
    """Return a matrix times a vector."""
    a, b, c = matrix
    return _dot(a, direction), _dot(b, direction), _dot(c, direction)


def product(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices."""
    return transposed(tuple(rotated(left, column) for column in transposed(right)))


def transposed(matrix: Sequence[Vector]) -> Matrix:
    """Return rows as columns: of a rotation, the way back."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return (a, d, g), (b, e, h), (c, f, i)


def rotation_about_z(angle: float) -> Matrix:
    """Return the matrix that turns vectors about z by an angle in degrees, from x toward y."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return (cosine, -sine, 0.0), (sine, cosine, 0.0), (0.0, 0.0, 1.0)


def horizontal_matrix(latitude: float) -> Matrix:
    """Return what takes equatorial vectors to the horizon's: x toward north, y toward east, z toward the zenith."""
    sine, cosine = math.sin(math.radians(latitude)), math.cos(math.radians(latitude))
    return (-sine, 0.0, cosine), (0.0, -1.0, 0.0), (cosine, 0.0, sine)


def horizontal(hour_angle: float, dec: float, latitude: float) -> tuple[float, float]:
    """Return altitude and azimuth (from north by east, 0 to 360); everything in degrees."""
    azimuth, altitude = angles(rotated(horizontal_matrix(latitude), vector(hour_angle, dec)))
    return altitude, azimuth % 360


def hour_angle_of(altitude: float, azimuth: float, latitude: float) -> tuple[float, float]:
    """Return hour angle (-180 to 180) and declination; everything in degrees."""
    return angles(rotated(transposed(horizontal_matrix(latitude)), vector(azimuth, altitude)))


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
