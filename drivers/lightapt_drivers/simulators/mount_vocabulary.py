"""The words of a simulated mount: rates, directions, states, what happens to it and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .mount_frames import SIDEREAL_RATE

__all__ = [
    "Direction",
    "EventKind",
    "MountEvent",
    "MountRefusedError",
    "MountState",
    "Refusal",
    "SlewRate",
    "TrackMode",
    "TrackRate",
]

_SIDEREAL: Final = SIDEREAL_RATE * 3600
_SUN: Final = 36000.76983 / 36525 * 3600 / 86400
_MOON: Final = 481267.88123421 / 36525 * 3600 / 86400
"""Mean motions in longitude, in arcseconds a second (Meeus, Astronomical Algorithms, chapters 25 and 47)."""


@dataclass(frozen=True, slots=True)
class TrackRate:
    """How fast the mount follows, in arcseconds a second: the hour angle, and the declination northward."""

    ra: float
    dec: float = 0.0


class TrackMode(Enum):
    """What the mount follows; the Sun and the Moon at their mean motion in right ascension."""

    SIDEREAL = TrackRate(_SIDEREAL)
    SOLAR = TrackRate(_SIDEREAL - _SUN)
    LUNAR = TrackRate(_SIDEREAL - _MOON)
    CUSTOM = None
    """Whatever rate was set."""


class Direction(Enum):
    """Where the telescope is moved on the sky: north raises the declination, east the right ascension."""

    NORTH = "north"
    SOUTH = "south"
    WEST = "west"
    EAST = "east"

    @property
    def is_declination(self) -> bool:
        """Whether it is the declination axis that moves."""
        return self in (Direction.NORTH, Direction.SOUTH)

    @property
    def sign(self) -> int:
        """1 where declination or hour angle grow, -1 where they shrink."""
        return 1 if self in (Direction.NORTH, Direction.WEST) else -1


class SlewRate(Enum):
    """How fast motion by hand is; the value counts from the slowest."""

    GUIDE = 0
    CENTERING = 1
    FIND = 2
    MAX = 3


class MountState(Enum):
    """What the mount is doing; the first of these that fits, read from below."""

    IDLE = "idle"
    TRACKING = "tracking"
    MOVING = "moving by hand"
    SLEWING = "slewing"
    PARKING = "parking"
    HOMING = "going home"
    PARKED = "parked"


class EventKind(Enum):
    """What can happen to a mount as time passes."""

    ARRIVED = "the goto has ended"
    PARKED = "the mount has parked"
    AT_HOME = "the mount is at home"
    GUIDED = "a guide pulse has ended"
    HORIZON_LIMIT = "stopped at the horizon limit"
    MERIDIAN_LIMIT = "stopped at the meridian limit"
    DECLINATION_LIMIT = "stopped at the end of the declination axis"
    MERIDIAN_WARNING = "past the meridian limit, and still moving"


@dataclass(frozen=True, slots=True)
class MountEvent:
    """Something that happened: when (Unix time in seconds), what, and which way the guide pulse was."""

    time: float
    kind: EventKind
    direction: Direction | None = None


class Refusal(Enum):
    """Why a mount does not do what it is told."""

    PARKED = "parked"
    SLEWING = "slewing"
    HORIZON_LIMIT = "horizon limit"
    MERIDIAN_LIMIT = "meridian limit"
    DECLINATION_LIMIT = "declination limit"
    VALUE = "value"


class MountRefusedError(Exception):
    """The mount refuses a command; nothing has changed.

    Attributes:
        reason: Why, for programs; the text says it for people.
    """

    def __init__(self, reason: Refusal, text: str) -> None:
        super().__init__(text)
        self.reason = reason
