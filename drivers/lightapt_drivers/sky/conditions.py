"""How bright the sky is, and what else the air does: moonlight, twilight, airmass, seeing. Angles are degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .bodies import Body, moon, phase_angle, sun
from .frames import (
    Place,
    airmass,
    apparent_altitude,
    equinox_of_date,
    horizontal,
    hour_angle,
    separation,
    sidereal_time,
)

__all__ = ["Conditions", "Weather", "conditions_at", "moonlight", "nightglow", "twilight"]

_PATAT: Final = (11.84, 1.518, -0.057)
"""Twilight in V, mag/arcsec², for each degree of the Sun below -5° (Patat et al. 2006, A&A 455, 385)."""
_PATAT_NIGHT: Final = 21.6
"""The night sky that is part of these figures (Patat 2003, A&A 400, 1183)."""
_DAY: Final = 3.0
"""A clear day's sky in V, mag/arcsec²."""
_EARTH_RADIUS: Final = 4.2635e-5
"""Astronomical units."""
_NONE: Final = 99.0


@dataclass(frozen=True, slots=True)
class Weather:
    """What is the same over all the sky.

    Attributes:
        darkness: The zenith's brightness without Moon and Sun, V mag/arcsec².
        seeing: Full width at half maximum of a star's image at the zenith, in arcsec at 500 nm.
        extinction: Magnitudes lost in one airmass.
        clouds: Magnitudes lost besides.
    """

    darkness: float = 21.0
    seeing: float = 2.5
    extinction: float = 0.2
    clouds: float = 0.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the air is like where a telescope points.

    Attributes:
        altitude: Apparent altitude.
        brightness: The sky's, V mag/arcsec².
        weather: What is the same everywhere.
    """

    altitude: float = 90.0
    brightness: float = 21.0
    weather: Weather = Weather()

    @property
    def airmass(self) -> float:
        """Airmass, up to 38."""
        return float(airmass(self.altitude))

    @property
    def loss(self) -> float:
        """Magnitudes that starlight loses on its way."""
        return self.weather.extinction * self.airmass + self.weather.clouds

    def seeing(self, wavelength: float) -> float:
        """Return the width of a star's image, in arcsec, at a wavelength in nm (Fried 1966; Roddier 1981)."""
        return self.weather.seeing * math.pow(self.airmass, 0.6) * math.pow(wavelength / 500, -0.2)


def conditions_at(place: Place, when: float, ra: float, dec: float, weather: Weather = Weather()) -> Conditions:
    """Return what the air is like toward a J2000 place."""
    sidereal = sidereal_time(when, place.longitude)
    ra_now, dec_now = equinox_of_date(ra, dec, when)
    altitude = _altitude(ra_now, dec_now, place, sidereal)
    its_moon, its_sun = moon(when), sun(when)
    lights = (
        nightglow(altitude, weather),
        moonlight(
            altitude,
            _topocentric(_altitude(its_moon.ra, its_moon.dec, place, sidereal), its_moon),
            separation=separation(ra_now, dec_now, its_moon.ra, its_moon.dec),
            phase_angle=phase_angle(when),
            extinction=weather.extinction,
        ),
        twilight(_altitude(its_sun.ra, its_sun.dec, place, sidereal)),
    )
    brightness = -2.5 * math.log10(sum(10 ** (-0.4 * light) for light in lights))
    return Conditions(float(apparent_altitude(altitude)), brightness, weather)


def _altitude(ra: float, dec: float, place: Place, sidereal: float) -> float:
    return float(horizontal(hour_angle(ra, sidereal), dec, place.latitude)[0])


def _topocentric(altitude: float, body: Body) -> float:
    """Return how much lower a near body stands for somebody on the Earth's surface."""
    return altitude - math.degrees(math.asin(math.cos(math.radians(altitude)) * _EARTH_RADIUS / body.distance))


def nightglow(altitude: float, weather: Weather) -> float:
    """Return the sky's own brightness at an altitude, V mag/arcsec² (Krisciunas & Schaefer 1991, PASP 103, 1033)."""
    path = _path(altitude)
    return weather.darkness - 2.5 * math.log10(path) + weather.extinction * (path - 1)


def moonlight(
    altitude: float, moon_altitude: float, *, separation: float, phase_angle: float, extinction: float
) -> float:
    """Return the brightness that the Moon adds, V mag/arcsec²; 99 where it has not risen.

    Krisciunas & Schaefer 1991, PASP 103, 1033: equations 15 and 19 to 21.

    Args:
        altitude: Of the place of sky.
        moon_altitude: Of the Moon.
        separation: From the one to the other.
        phase_angle: 0 at full moon.
        extinction: Magnitudes in one airmass.
    """
    if moon_altitude <= 0:
        return _NONE
    illuminance = 10 ** (-0.4 * (3.84 + 0.026 * phase_angle + 4e-9 * phase_angle**4))
    lost = 10 ** (-0.4 * extinction * _path(moon_altitude))
    scattered = 1 - 10 ** (-0.4 * extinction * _path(altitude))
    nanolamberts = _scattering(separation) * illuminance * lost * scattered
    return (20.7233 - math.log(nanolamberts / 34.08)) / 0.92104


def _scattering(separation: float) -> float:
    if separation < 10:
        return 6.2e7 / max(separation, 0.25) ** 2
    rayleigh = 10**5.36 * (1.06 + math.cos(math.radians(separation)) ** 2)
    return rayleigh + 10 ** (6.15 - separation / 40)


def _path(altitude: float) -> float:
    """Return the length of a way through the air that glows and scatters; 5 on the horizon."""
    return float((1 - 0.96 * math.cos(math.radians(max(altitude, 0.0))) ** 2) ** -0.5)


def twilight(sun_altitude: float) -> float:
    """Return the brightness that the Sun adds all over the sky, V mag/arcsec²; 99 where it adds none.

    Patat et al. 2006, A&A 455, 385, from 5° to 16° below the horizon. Above, their slope goes on until it is day.
    """
    below = -5.0 - sun_altitude
    zero, slope, bend = _PATAT
    if below < 0:
        return max(_DAY, zero + slope * below)
    excess = 10 ** (-0.4 * (zero + slope * below + bend * below**2)) - 10 ** (-0.4 * _PATAT_NIGHT)
    # The parabola turns round soon after it has met the night.
    return -2.5 * math.log10(excess) if below < -slope / (2 * bend) and excess > 0 else _NONE
