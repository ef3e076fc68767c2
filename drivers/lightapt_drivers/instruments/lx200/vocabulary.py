"""The vocabulary of the LX200 protocol: what commands and answers may say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Alignment", "Direction", "Flags", "PierSide", "Precision", "SlewAnswer", "SlewRate", "Status", "TrackRate"]


class Precision(Enum):
    """How finely a mount writes and reads angles."""

    LOW = "HH:MM.T sDD*MM"
    HIGH = "HH:MM:SS sDD*MM:SS"


class Alignment(Enum):
    """How a mount stands, by the letter of its answer to an alignment query."""

    ALT_AZ = "A"
    POLAR = "P"
    GERMAN = "G"
    LAND = "L"
    """Pointed at things on land: it does not track."""
    DOWNLOADER = "D"
    """No mount yet: it waits for its firmware."""


class Direction(Enum):
    """Where to move, by the letter of the command."""

    NORTH = "n"
    SOUTH = "s"
    EAST = "e"
    WEST = "w"


class SlewRate(Enum):
    """How fast to move, by the letter of the command; slowest first."""

    GUIDE = "G"
    CENTER = "C"
    FIND = "M"
    SLEW = "S"


class TrackRate(Enum):
    """What to follow, by the letter of the command."""

    SIDEREAL = "Q"
    SOLAR = "S"
    LUNAR = "L"


class PierSide(Enum):
    """The side of the pier on which the telescope is."""

    EAST = "E"
    WEST = "W"
    NONE = "N"
    """Neither: at the pole, or on a fork."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a mount stands and whether it tracks."""

    alignment: Alignment
    is_tracking: bool


@dataclass(frozen=True, slots=True)
class Flags:
    """What a mount of the OnStep family says of itself at once."""

    is_tracking: bool
    is_slewing: bool
    is_parked: bool
    side: PierSide


@dataclass(frozen=True, slots=True)
class SlewAnswer:
    """What a mount says to a slew.

    Attributes:
        code: 0 for yes, else the reason why not, or -1 for one without a number.
        text: The reason in the mount's words; may be empty.
    """

    code: int
    text: str = ""
