"""Where a dome turns to for a telescope to look out of it: pure geometry, and the sidereal time that it needs.

The optical axis is a ray. It begins where the tube is, beside the crossing of the mount's axes, and leaves the dome
where it meets a sphere: there the opening must be. Vectors have their parts toward east, north and the zenith. The
measures and their signs are those of libindi's DOME_MEASUREMENTS; the direction of the declination axis follows from
its being at right angles to the polar axis and to the optical one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from lightapt_drivers import RefusedError

__all__ = ["Aim", "DomeGeometry", "OtaSide", "aim", "half_turns", "sidereal_time"]

Vector: TypeAlias = tuple[float, float, float]

_J2000: Final = 946_728_000.0
"""Unix time of 2000-01-01 12:00 UTC."""
_DAY: Final = 86_400.0
_OVERHEAD: Final = 1e-9
"""Distance from the dome's axis, in radii, within which a point has no azimuth."""


class OtaSide(Enum):
    """On which side of the polar axis the tube is; the value is the sign that its offset has toward the east."""

    EAST = 1
    WEST = -1
    CENTRE = 0


@dataclass(frozen=True, slots=True)
class DomeGeometry:
    """A dome and where the telescope is in it, in metres.

    Attributes:
        radius: Of the dome; 0 where nobody has measured it, and then the rest does not count.
        shutter_width: Of the opening; 0 where it is not known.
        north: From the centre of the sphere to the crossing of the mount's axes.
        east: Likewise.
        up: Likewise.
        ota_offset: From that crossing to the optical axis, along the declination axis.
    """

    radius: float = 0.0
    shutter_width: float = 0.0
    north: float = 0.0
    east: float = 0.0
    up: float = 0.0
    ota_offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the optical axis leaves the dome, in degrees.

    Attributes:
        azimuth: From north by east; None straight overhead, where every azimuth will do.
        altitude: As seen from the dome's centre.
        play: How far to either side the dome may be turned with the axis still in the opening; 180 near the top.
    """

    azimuth: float | None
    altitude: float
    play: float


def half_turns(degrees: float) -> float:
    """Return the same angle from -180 to below 180 degrees: which way is the shorter, and how far."""
    return (degrees + 180) % 360 - 180


def sidereal_time(now: float, longitude: float) -> float:
    """Return the local mean sidereal time in degrees, to 0.01° in this century (Meeus, equation 12.4).

    Args:
        now: Unix time in seconds.
        longitude: Degrees east of Greenwich.
    """
    days = (now - _J2000) / _DAY
    return (280.46061837 + 360.98564736629 * days + longitude) % 360


def aim(geometry: DomeGeometry, *, hour_angle: float, dec: float, latitude: float, side: OtaSide) -> Aim:
    """Return where the dome's opening must be.

    Args:
        geometry: The dome.
        hour_angle: Where the telescope points, in degrees, west being positive.
        dec: Declination of that, in degrees.
        latitude: Of the place, in degrees, north being positive.
        side: Where the tube is.

    Raises:
        RefusedError: By these measures the telescope is not in the dome.
    """
    axis = _direction(hour_angle, dec, latitude)
    if not geometry.radius:
        return _seen(axis, geometry)
    tube = _tube(geometry, hour_angle, latitude, side)
    return _seen(_exit(tube, axis, geometry.radius), geometry)


def _direction(hour_angle: float, dec: float, latitude: float) -> Vector:
    """Return the unit vector toward a place in the sky (Meeus, chapter 13)."""
    angle, up, tilt = (math.radians(degrees) for degrees in (hour_angle, dec, latitude))
    meridian = math.cos(up) * math.cos(angle)
    return (
        -math.cos(up) * math.sin(angle),
        math.sin(up) * math.cos(tilt) - meridian * math.sin(tilt),
        math.sin(up) * math.sin(tilt) + meridian * math.cos(tilt),
    )


def _tube(geometry: DomeGeometry, hour_angle: float, latitude: float, side: OtaSide) -> Vector:
    """Return where the tube meets the declination axis, which lies in the plane of the equator.

    Looking at the meridian it lies east and west; at hour angle six hours its eastern end is the upper one.
    """
    angle, tilt = math.radians(hour_angle), math.radians(latitude)
    offset = side.value * geometry.ota_offset
    raised = offset * math.sin(angle)
    return (
        geometry.east + offset * math.cos(angle),
        geometry.north - raised * math.sin(tilt),
        geometry.up + raised * math.cos(tilt),
    )


def _exit(tube: Vector, axis: Vector, radius: float) -> Vector:
    """Return where a ray from within a sphere meets it: tube + t axis, t the positive root of |tube + t axis| = r."""
    along = sum(a * b for a, b in zip(tube, axis, strict=True))
    distance = math.hypot(*tube)
    if distance >= radius:
        raise RefusedError(
            f"by DOME_MEASUREMENTS the telescope is {distance:.2f} m from the centre of a dome of {radius:.2f} m "
            "radius, which is outside: correct them"
        )
    t = math.sqrt(along * along + radius * radius - distance * distance) - along
    east, north, up = (begin + t * part for begin, part in zip(tube, axis, strict=True))
    return east, north, up


def _seen(point: Vector, geometry: DomeGeometry) -> Aim:
    """Return how a point is seen from the dome's centre."""
    east, north, up = point
    away = math.hypot(east, north)
    is_overhead = away <= _OVERHEAD * math.hypot(*point)
    azimuth = None if is_overhead else math.degrees(math.atan2(east, north)) % 360
    return Aim(azimuth, math.degrees(math.atan2(up, away)), _play(away, geometry))


def _play(away: float, geometry: DomeGeometry) -> float:
    """Return how far an opening reaches to either side of its middle, at a distance from the dome's vertical axis."""
    if not (geometry.radius and geometry.shutter_width):
        return 0.0
    half = geometry.shutter_width / 2
    return 180.0 if half >= away else math.degrees(math.asin(half / away))
