"""PHD2's words for its states, directions and choices, and the small types that its requests are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "AppState",
    "Axis",
    "Calibrations",
    "DecGuideMode",
    "Device",
    "Direction",
    "PauseKind",
    "Position",
    "Region",
    "Settle",
    "ShiftAxes",
    "ShiftUnits",
]


class AppState(Enum):
    """What PHD2 does."""

    STOPPED = "Stopped"
    LOOPING = "Looping"
    SELECTED = "Selected"
    """Looping, with a star selected."""
    CALIBRATING = "Calibrating"
    GUIDING = "Guiding"
    LOST_LOCK = "LostLock"
    """Guiding, and the star is lost."""
    PAUSED = "Paused"


class PauseKind(Enum):
    """What rests while PHD2 is paused."""

    NONE = "none"
    GUIDING = "guiding"
    """Exposures go on, corrections do not."""
    FULL = "full"
    """Neither goes on."""


class DecGuideMode(Enum):
    """Which way declination may be corrected."""

    OFF = "Off"
    AUTO = "Auto"
    NORTH = "North"
    SOUTH = "South"


class Direction(Enum):
    """Where a pulse moves: of a mount the sky's directions, of an AO unit the other four."""

    NORTH = "North"
    SOUTH = "South"
    EAST = "East"
    WEST = "West"
    UP = "Up"
    DOWN = "Down"
    LEFT = "Left"
    RIGHT = "Right"


class Device(Enum):
    """What corrects: of a system with an AO unit there are two."""

    MOUNT = "Mount"
    AO = "AO"


class Calibrations(Enum):
    """Whose calibration is cleared."""

    MOUNT = "mount"
    AO = "ao"
    BOTH = "both"


class Axis(Enum):
    """A guide algorithm's axis. With an AO unit all are its own, RA the same as X: PHD2 does not tell the mount's."""

    RA = "ra"
    DEC = "dec"
    X = "x"
    Y = "y"


class ShiftUnits(Enum):
    """The units of a lock shift's rate."""

    ARCSEC_PER_HOUR = "arcsec/hr"
    PIXELS_PER_HOUR = "pixels/hr"


class ShiftAxes(Enum):
    """The axes of a lock shift's rate."""

    RA_DEC = "RA/Dec"
    X_Y = "X/Y"


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the guide camera, in pixels."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the guide camera, in pixels: its corner next to the origin, and its size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Settle:
    """When the guider counts as settled.

    Attributes:
        pixels: The star is at most so far from the lock position,
        time: for as many seconds. PHD2 cuts it to whole ones.
        timeout: Seconds after which it has failed. PHD2 cuts it to whole ones.
    """

    pixels: float = 1.5
    time: float = 10.0
    timeout: float = 60.0
