"""Where things stand: J2000, equinox of date, hour angle, horizon; and what the air does to it.

All angles are degrees; right ascension too. Time is Unix time, in seconds (UTC). Each function takes numbers or arrays.

The way from J2000 (ICRS; they differ by 0.02″) to the equinox of date is that of the IAU 2006/2000A models as ERFA has
them: aberration, the Sun's bending of light, precession and nutation, as seen from the Earth's centre. Stars have no
proper motion or parallax. Two simplifications: UT1 is taken to be UTC, which turns the sky by up to 0.9 s = 14″ against
the ground, and TT to be 69.184 s ahead of UTC, as it has been since 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import erfa
import numpy as np

from .arrays import Floats

__all__ = [
    "Place",
    "airmass",
    "apparent_altitude",
    "dynamical_time",
    "equatorial",
    "equinox_of_date",
    "galactic",
    "horizontal",
    "hour_angle",
    "j2000",
    "j2000_position_angle",
    "parallactic_angle",
    "separation",
    "sidereal_time",
    "true_altitude",
]

_ERFA: Final[Any] = erfa
_UNIX_EPOCH: Final = 2440587.5
_DAY: Final = 86400.0
_TT_FROM_UTC: Final = 69.184
_STEP: Final = 0.01
"""Degrees by which a direction is felt for."""
_LOWEST: Final = -1.0
"""Degrees of altitude below which the formulas of refraction mean nothing."""

_A = TypeVar("_A", float, Floats)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on Earth.

    Attributes:
        latitude: Degrees, north being positive.
        longitude: Degrees, east being positive.
        elevation: Metres above the sea.
    """

    latitude: float
    longitude: float
    elevation: float = 0.0


def dynamical_time(when: float) -> tuple[float, float]:
    """Return TT as a Julian date in two parts, which is how ERFA takes it."""
    return _UNIX_EPOCH, (when + _TT_FROM_UTC) / _DAY


def equinox_of_date(ra: _A, dec: _A, when: float) -> tuple[_A, _A]:
    """Return the apparent place, for the true equinox and equator of date, of what stands at a J2000 place."""
    astrometry, origin = _ERFA.apci13(*dynamical_time(when))
    ra_cirs, dec_cirs = _ERFA.atciqz(np.radians(ra), np.radians(dec), astrometry)
    return np.degrees(_ERFA.anp(ra_cirs - origin)), np.degrees(dec_cirs)


def j2000(ra: _A, dec: _A, when: float) -> tuple[_A, _A]:
    """Return the J2000 place of what is seen at an apparent place: :func:`equinox_of_date`, backwards."""
    astrometry, origin = _ERFA.apci13(*dynamical_time(when))
    ra_icrs, dec_icrs = _ERFA.aticq(np.radians(ra) + origin, np.radians(dec), astrometry)
    return np.degrees(ra_icrs), np.degrees(dec_icrs)


def j2000_position_angle(ra: float, dec: float, position_angle: float, when: float) -> float:
    """Return an angle from J2000's north of an angle from the north of date, both through east.

    Args:
        ra: The place where it is measured, J2000.
        dec: Its declination.
        position_angle: From the direction to the pole of date.
        when: The date.
    """
    ra_now, dec_now = equinox_of_date(ra, dec, when)
    # Felt for toward the equator: beyond the pole, north would be south.
    step = -math.copysign(_STEP, dec_now)
    felt_ra, felt_dec = j2000(ra_now, dec_now + step, when)
    angle = math.degrees(_ERFA.pas(*np.radians((ra, dec, felt_ra, felt_dec))))
    return (position_angle + angle + (180.0 if step < 0 else 0.0)) % 360.0


def galactic(ra: _A, dec: _A) -> tuple[_A, _A]:
    """Return galactic longitude and latitude of a J2000 place."""
    longitude, latitude = _ERFA.icrs2g(np.radians(ra), np.radians(dec))
    return np.degrees(longitude), np.degrees(latitude)


def sidereal_time(when: float, longitude: float) -> float:
    """Return the local apparent sidereal time, in degrees from 0 to 360: the right ascension on the meridian."""
    greenwich = _ERFA.gst06a(_UNIX_EPOCH, when / _DAY, *dynamical_time(when))
    return (math.degrees(greenwich) + longitude) % 360.0


def hour_angle(ra: _A, sidereal: float) -> _A:
    """Return how far west of the meridian, from -180 to 180, a right ascension of date is; and the other way round."""
    return (sidereal - ra + 180.0) % 360.0 - 180.0


def horizontal(hour_angle: _A, dec: _A, latitude: float) -> tuple[_A, _A]:
    """Return altitude, without refraction, and azimuth, from north through east."""
    azimuth, altitude = _ERFA.hd2ae(np.radians(hour_angle), np.radians(dec), math.radians(latitude))
    return np.degrees(altitude), np.degrees(azimuth)


def equatorial(altitude: _A, azimuth: _A, latitude: float) -> tuple[_A, _A]:
    """Return hour angle, from -180 to 180, and declination: :func:`horizontal`, backwards."""
    angle, dec = _ERFA.ae2hd(np.radians(azimuth), np.radians(altitude), math.radians(latitude))
    return np.degrees(angle), np.degrees(dec)


def parallactic_angle(hour_angle: _A, dec: _A, latitude: float) -> _A:
    """Return the position angle of the zenith, negative east of the meridian."""
    return np.degrees(_ERFA.hd2pa(np.radians(hour_angle), np.radians(dec), math.radians(latitude)))  # type: ignore[no-any-return]


def separation(ra: _A, dec: _A, other_ra: float, other_dec: float) -> _A:
    """Return the angle between two places; of any kind of coordinates, if of the same."""
    radians = (np.radians(angle) for angle in (ra, dec, other_ra, other_dec))
    return np.degrees(_ERFA.seps(*radians))  # type: ignore[no-any-return]


def apparent_altitude(altitude: _A, *, pressure: float = 1010.0, temperature: float = 10.0) -> _A:
    """Return how high something seems that is at an altitude (Sæmundsson 1986, Sky & Telescope 72, 70).

    Args:
        altitude: Without refraction.
        pressure: Of the air, in hPa.
        temperature: Of the air, in °C.
    """
    height: Any = np.maximum(altitude, _LOWEST)
    minutes: Any = 1.02 / np.tan(np.radians(height + 10.3 / (height + 5.11)))
    raised: _A = altitude + minutes / 60 * _density(pressure, temperature)
    return raised


def true_altitude(apparent: _A, *, pressure: float = 1010.0, temperature: float = 10.0) -> _A:
    """Return how high something is that seems at an altitude (Bennett 1982, Journal of Navigation 35, 255)."""
    height: Any = np.maximum(apparent, _LOWEST)
    minutes: Any = 1.0 / np.tan(np.radians(height + 7.31 / (height + 4.4)))
    lowered: _A = apparent - minutes / 60 * _density(pressure, temperature)
    return lowered


def _density(pressure: float, temperature: float) -> float:
    return pressure / 1010 * 283 / (273 + temperature)


def airmass(apparent: _A) -> _A:
    """Return the airmass at an apparent altitude, to 38 (Kasten & Young 1989, Applied Optics 28, 4735)."""
    height: Any = np.maximum(apparent, 0.0)
    mass: _A = 1 / (np.sin(np.radians(height)) + 0.50572 * (height + 6.07995) ** -1.6364)
    return mass
