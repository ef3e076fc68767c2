"""ASCOM's words for telescopes, and what they mean in INDI's. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, cast

from ..kinds.guider import Direction
from ..kinds.mount import PierSide, TrackMode
from .answers import as_number
from .errors import AnswerError

__all__ = [
    "AXES",
    "SIDEREAL",
    "SIDES",
    "TRACK_MODES",
    "Axis",
    "DriveRate",
    "EquatorialSystem",
    "Range",
    "Side",
    "arcseconds_of_offset",
    "nearest",
    "offset_of_arcseconds",
    "ranges",
    "separation",
    "speeds",
    "west_or_east",
]

SIDEREAL: Final = 15.041067
"""Arcseconds a second: 360° in a sidereal day of 86 164.0905 s."""
_MOST: Final = 10
_STEPS: Final = (0.5, 1, 2, 8, 16, 64, 128, 256, 512)
"""Speeds of motion by hand, in multiples of the sidereal rate, where a mount takes any of a range."""


class Axis(IntEnum):
    """TelescopeAxes."""

    PRIMARY = 0
    SECONDARY = 1


class DriveRate(IntEnum):
    """DriveRates; INDI knows no King rate."""

    SIDEREAL = 0
    LUNAR = 1
    SOLAR = 2
    KING = 3


class EquatorialSystem(IntEnum):
    """EquatorialCoordinateType."""

    OTHER = 0
    TOPOCENTRIC = 1
    J2000 = 2
    J2050 = 3
    B1950 = 4


class Side(IntEnum):
    """PierSide: pierEast is the mount on the east side of the pier, looking west (alpyca's PierSide says so)."""

    EAST = 0
    WEST = 1


TRACK_MODES: Final = {
    TrackMode.SIDEREAL: DriveRate.SIDEREAL,
    TrackMode.SOLAR: DriveRate.SOLAR,
    TrackMode.LUNAR: DriveRate.LUNAR,
}
SIDES: Final = {Side.EAST: PierSide.EAST, Side.WEST: PierSide.WEST}
AXES: Final = {
    Direction.NORTH: (Axis.SECONDARY, 1),
    Direction.SOUTH: (Axis.SECONDARY, -1),
    Direction.EAST: (Axis.PRIMARY, 1),
    Direction.WEST: (Axis.PRIMARY, -1),
}
"""The axis and the sign of MoveAxis for a direction. ASCOM leaves the signs undefined
(https://ascom-standards.org/newdocs/moveaxis-faq.html); these are those of PulseGuide, north and east are more.
TELESCOPE_REVERSE_MOTION is there for mounts that think otherwise."""


@dataclass(frozen=True, slots=True)
class Range:
    """Rates at which an axis can be moved, in degrees a second."""

    minimum: float
    maximum: float


def ranges(value: object, *, asked: str) -> list[Range]:
    """Return what AxisRates says, without what is no rate.

    Raises:
        AnswerError: It is not that.
    """
    found: list[Range] = []
    ones = cast("list[object]", value) if isinstance(value, list) else [None]
    for one in ones:
        if not isinstance(one, dict):
            raise AnswerError(f"{asked} was answered by what is no list of rates")
        fields = cast("Mapping[str, Any]", one)
        low, high = (as_number(fields.get(name), asked=asked) for name in ("Minimum", "Maximum"))
        if high > 0:
            found.append(Range(max(0.0, min(low, high)), high))
    return found


def speeds(known: Sequence[Range]) -> list[float]:
    """Return rates to offer of those that an axis can, in degrees a second, slowest first."""
    found: set[float] = set()
    for one in known:
        if one.minimum > 0:
            found.add(one.minimum)
        steps = (step * SIDEREAL / 3600 for step in _STEPS)
        found.update(step for step in steps if one.minimum < step < one.maximum)
        found.add(one.maximum)
    rates = sorted(found)
    while len(rates) > _MOST:  # every other one, and the fastest
        rates = [*rates[:-1:2], rates[-1]]
    return rates


def west_or_east(longitude: float) -> float:
    """Return a longitude as ASCOM has it: degrees from -180 to below 180, east positive."""
    return (longitude + 180) % 360 - 180


def nearest(rate: float, known: Sequence[Range]) -> float:
    """Return the rate of those that an axis can that is nearest to another."""
    inside = [min(max(rate, one.minimum), one.maximum) for one in known]
    return min(inside, key=lambda one: abs(one - rate), default=rate)


def offset_of_arcseconds(rate: float) -> float:
    """Return RightAscensionRate for a rate of the hour angle in arcseconds a second.

    ASCOM's is in seconds of right ascension per sidereal second, from 0 at the sidereal rate: as 15″ in a sidereal
    second are the sidereal rate, it is the part of that by which the mount falls behind.
    """
    return 1 - rate / SIDEREAL


def arcseconds_of_offset(offset: float) -> float:
    """Return the rate of the hour angle for a RightAscensionRate: :func:`offset_of_arcseconds`, backwards."""
    return SIDEREAL * (1 - offset)


def separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Return the angle between two places in degrees, of right ascensions in hours and declinations in degrees."""
    one, other = math.radians(dec), math.radians(other_dec)
    between = math.radians((ra - other_ra) * 15)
    half = math.sin((one - other) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(between / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half))))
