"""The words of a mount: what its hardware can, what it is asked, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final

from lightapt_drivers import Standard

__all__ = ["NEEDS", "Equinox", "MountCan", "MountReading", "MountSite", "PierSide", "TrackMode"]


class MountCan(Flag):
    """What a mount's hardware can do; clients see the properties that go with it."""

    GOTO = auto()
    """Slew to a place in the sky."""
    SYNC = auto()
    """Learn where it points."""
    STOP = auto()
    MOVE = auto()
    """Move by hand, in four directions, at some rates."""
    TRACK = auto()
    """Be told whether to follow the sky."""
    TRACK_MODE = auto()
    """Be told what to follow."""
    TRACK_RATE = auto()
    """Follow at any rate."""
    PARK = auto()
    PARK_HERE = auto()
    """Have its park position where it is."""
    PARK_AT = auto()
    """Have its park position at an hour angle and declination, and a default one."""
    FIND_HOME = auto()
    SET_HOME = auto()
    GO_HOME = auto()
    PIER_SIDE = auto()
    """Tell on which side of the pier the telescope is."""
    HORIZONTAL = auto()
    """Tell azimuth and altitude."""
    SITE = auto()
    """Know where it stands."""
    TIME = auto()
    """Know the time."""
    GUIDE_RATE = auto()
    """Be told how fast guide pulses are."""


_HOME: Final = MountCan.FIND_HOME | MountCan.SET_HOME | MountCan.GO_HOME
NEEDS: Final = {
    Standard.ON_COORD_SET: MountCan.GOTO | MountCan.SYNC,
    Standard.TARGET_EOD_COORD: MountCan.GOTO,
    Standard.TELESCOPE_ABORT_MOTION: MountCan.STOP,
    Standard.TELESCOPE_TRACK_STATE: MountCan.TRACK,
    Standard.TELESCOPE_TRACK_MODE: MountCan.TRACK_MODE,
    Standard.TELESCOPE_TRACK_RATE: MountCan.TRACK_RATE,
    Standard.TELESCOPE_MOTION_NS: MountCan.MOVE,
    Standard.TELESCOPE_MOTION_WE: MountCan.MOVE,
    Standard.TELESCOPE_SLEW_RATE: MountCan.MOVE,
    Standard.TELESCOPE_REVERSE_MOTION: MountCan.MOVE,
    Standard.TELESCOPE_PARK: MountCan.PARK,
    Standard.TELESCOPE_PARK_POSITION: MountCan.PARK_AT,
    Standard.TELESCOPE_PARK_OPTION: MountCan.PARK_HERE | MountCan.PARK_AT,
    Standard.TELESCOPE_HOME: _HOME,
    Standard.TELESCOPE_PIER_SIDE: MountCan.PIER_SIDE,
    Standard.HORIZONTAL_COORD: MountCan.HORIZONTAL,
    Standard.GEOGRAPHIC_COORD: MountCan.SITE,
    Standard.TIME_UTC: MountCan.TIME,
    Standard.GUIDE_RATE: MountCan.GUIDE_RATE,
}
"""Properties, and what of the hardware they need: any one of these."""


class TrackMode(Enum):
    """What a mount follows; the values are the members of TELESCOPE_TRACK_MODE."""

    SIDEREAL = "TRACK_SIDEREAL"
    SOLAR = "TRACK_SOLAR"
    LUNAR = "TRACK_LUNAR"
    CUSTOM = "TRACK_CUSTOM"
    """The rate of TELESCOPE_TRACK_RATE."""


class PierSide(Enum):
    """On which side of the pier the telescope is; the values are the members of TELESCOPE_PIER_SIDE."""

    WEST = "PIER_WEST"
    """It looks east, at what has yet to cross the meridian."""
    EAST = "PIER_EAST"


class Equinox(Enum):
    """What a mount's right ascension and declination refer to."""

    DATE = auto()
    J2000 = auto()


@dataclass(frozen=True, slots=True)
class MountSite:
    """Where a mount stands: latitude and longitude (east of Greenwich, 0 to 360) in degrees, elevation in metres."""

    latitude: float
    longitude: float
    elevation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MountReading:
    """How a mount is at the moment; None stands for what the hardware does not tell.

    Attributes:
        ra: Right ascension in hours, of the mount's equinox.
        dec: Declination in degrees.
        is_slewing: Whether it goes somewhere by itself; motion by hand is none of it.
        is_tracking: Whether it follows the sky, or will when it has arrived.
        is_parked: Whether it is parked.
        side: The side of the pier on which the telescope is.
        azimuth: From north by east, in degrees.
        altitude: In degrees.
    """

    ra: float
    dec: float
    is_slewing: bool = False
    is_tracking: bool | None = None
    is_parked: bool | None = None
    side: PierSide | None = None
    azimuth: float | None = None
    altitude: float | None = None
