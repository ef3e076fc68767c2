"""Places by azimuth and altitude, where a mount stands: to right ascension and declination of the day, and back.

Source: J. Meeus, Astronomical Algorithms, 2nd edition: chapter 12 (mean sidereal time, 12.4) and 13 (13.5, 13.6). What
is left out, nutation in right ascension, polar motion and UT1 - UTC, is below 30″; refraction is left to the mount.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .coordinates import Equatorial

__all__ = ["Horizontal", "Location", "from_horizontal", "sidereal_time", "to_horizontal"]

_J2000: Final = 946_728_000.0
"""Unix time of 2000-01-01 12:00 UTC."""
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Location:
    """A place on Earth.

    Attributes:
        latitude: Degrees, north being positive.
        longitude: Degrees, east being positive, from -180 to 180.
        elevation: Metres above the sea.
    """

    latitude: float
    longitude: float
    elevation: float = 0.0


@dataclass(frozen=True, slots=True)
class Horizontal:
    """A direction seen from a place on Earth.

    Attributes:
        azimuth: Degrees from north by east.
        altitude: Degrees above the horizon.
    """

    azimuth: float
    altitude: float


def sidereal_time(longitude: float, now: float) -> float:
    """Return the local mean sidereal time in hours: which right ascension crosses the meridian.

    Args:
        longitude: Degrees, east being positive.
        now: Unix time in seconds.
    """
    days = (now - _J2000) / _DAY
    centuries = days / 36_525
    greenwich = 280.46061837 + 360.98564736629 * days + 0.000387933 * centuries**2
    return (greenwich + longitude) / 15 % 24


def to_horizontal(place: Equatorial, location: Location, now: float) -> Horizontal:
    """Return where a place of the day stands in the sky."""
    hour_angle = math.radians((sidereal_time(location.longitude, now) - place.ra) * 15)
    azimuth, altitude = _turned(hour_angle, math.radians(place.dec), math.radians(location.latitude))
    return Horizontal(math.degrees(azimuth) % 360, math.degrees(altitude))


def from_horizontal(place: Horizontal, location: Location, now: float) -> Equatorial:
    """Return the place of the day that stands there in the sky; the inverse of :func:`to_horizontal`."""
    azimuth, altitude = math.radians(place.azimuth), math.radians(place.altitude)
    hour_angle, dec = _turned(azimuth, altitude, math.radians(location.latitude))
    return Equatorial((sidereal_time(location.longitude, now) - math.degrees(hour_angle) / 15) % 24, math.degrees(dec))


def _turned(along: float, up: float, latitude: float) -> tuple[float, float]:
    """Return hour angle and declination as azimuth and altitude, or the other way round: it is its own inverse."""
    x = math.cos(latitude) * math.sin(up) - math.sin(latitude) * math.cos(up) * math.cos(along)
    y = -math.cos(up) * math.sin(along)
    z = math.sin(latitude) * math.sin(up) + math.cos(latitude) * math.cos(up) * math.cos(along)
    return math.atan2(y, x), math.atan2(z, math.hypot(x, y))
