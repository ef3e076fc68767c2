"""What is asked of LX200 mounts: each command with where its answer ends, and what it says. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Final, TypeVar

from ..queries import Exactly, Manner, Optional, Query, tell
from . import answers
from .vocabulary import Direction, PierSide, Precision, SlewRate, TrackRate

__all__ = [
    "ALIGNMENT",
    "ALTITUDE",
    "AZIMUTH",
    "CLEAR",
    "DATE",
    "DECLINATION",
    "FIRMWARE",
    "FLAGS",
    "HALT",
    "IS_SLEWING",
    "LATITUDE",
    "LOCAL_TIME",
    "LONGITUDE",
    "PRECISION",
    "PRODUCT",
    "RIGHT_ASCENSION",
    "SIDEREAL_TIME",
    "SLEW",
    "STATUS",
    "SYNC",
    "TOGGLE_PRECISION",
    "TRACK_FREQUENCY",
    "UTC_OFFSET",
    "halt",
    "maybe_answered",
    "move",
    "pier_side",
    "pulse",
    "set_date",
    "set_declination",
    "set_latitude",
    "set_local_time",
    "set_longitude",
    "set_right_ascension",
    "set_slew_rate",
    "set_track_rate",
    "set_utc_offset",
]

_T = TypeVar("_T")
_LONGEST_PULSE: Final = 9999
"""Milliseconds: four digits are what every dialect reads."""


def _get(command: str, parse: Callable[[bytes], _T]) -> Query[_T]:
    return Query(f":{command}#".encode(), answers.Text(), parse, manner=Manner.AGAIN)


def _set(command: str, value: str) -> Query[bool]:
    return Query(f":{command}{value}#".encode(), Exactly(1), answers.yes)


CLEAR: Final = tell(b"#")
"""Ends a command of which the mount may have heard the beginning."""
ALIGNMENT: Final = Query(b"\x06", Exactly(1), answers.alignment, manner=Manner.AGAIN)
PRODUCT: Final = _get("GVP", answers.string)
FIRMWARE: Final = _get("GVN", answers.string)
STATUS: Final = _get("GW", answers.status)
FLAGS: Final = _get("GU", answers.flags)
PRECISION: Final = _get("GR", answers.precision)
"""Asks for the right ascension, to see how finely it is written."""
TOGGLE_PRECISION: Final = tell(b":U#")
RIGHT_ASCENSION: Final = _get("GR", answers.hours)
DECLINATION: Final = _get("GD", answers.elevation)
ALTITUDE: Final = _get("GA", answers.elevation)
AZIMUTH: Final = _get("GZ", answers.azimuth)
SIDEREAL_TIME: Final = _get("GS", answers.hours)
TRACK_FREQUENCY: Final = _get("GT", answers.frequency)
"""In hertz of a synchronous motor that turns the telescope once a day at 60.0; the stars need 60.164."""
LATITUDE: Final = _get("Gt", answers.elevation)
LONGITUDE: Final = _get("Gg", answers.longitude)
UTC_OFFSET: Final = _get("GG", answers.offset)
"""Hours to add to local time to get UTC: the other way round than time zones are told."""
LOCAL_TIME: Final = _get("GL", answers.clock)
DATE: Final = _get("GC", answers.calendar)
IS_SLEWING: Final = Query(b":D#", answers.Text(may_be_empty=True), answers.bars, manner=Manner.AGAIN)
SLEW: Final = Query(b":MS#", answers.Code(), answers.slew, timeout=5.0)
SYNC: Final = Query(b":CM#", answers.Text(), answers.string, timeout=5.0)
"""Returns what the mount says that it points at; some say the same of everything."""
HALT: Final = tell(b":Q#")


def maybe_answered(command: str) -> Query[bool]:
    """Return a command that some mounts answer with yes or no, and others not at all, which is taken for yes."""
    return Query(f":{command}#".encode(), Optional(Exactly(1)), answers.yes_unless_no)


def pier_side(command: str) -> Query[PierSide]:
    """Return the question for the side of the pier, for which mounts have more than one command."""
    return _get(command, answers.side)


def halt(direction: Direction) -> Query[None]:
    """Return the command that ends the motion in a direction."""
    return tell(f":Q{direction.value}#".encode())


def move(direction: Direction) -> Query[None]:
    """Return the command that moves the telescope until it is halted."""
    return tell(f":M{direction.value}#".encode())


def pulse(direction: Direction, milliseconds: int) -> Query[None]:
    """Return the command that moves the telescope at the guide rate for a time.

    Raises:
        ValueError: The time is negative, or has more than four digits.
    """
    if not 0 <= milliseconds <= _LONGEST_PULSE:
        raise ValueError(f"a pulse of {milliseconds} ms is not within 0 and {_LONGEST_PULSE}")
    return tell(f":Mg{direction.value}{milliseconds:04}#".encode())


def set_slew_rate(rate: SlewRate) -> Query[None]:
    """Return the command that sets how fast the telescope moves in a direction."""
    return tell(f":R{rate.value}#".encode())


def set_track_rate(rate: TrackRate) -> Query[None]:
    """Return the command that sets what the mount follows."""
    return tell(f":T{rate.value}#".encode())


def set_right_ascension(hours: float, precision: Precision) -> Query[bool]:
    """Return the command that sets the target's right ascension; its answer is whether the mount takes it."""
    if precision is Precision.LOW:
        minutes, tenths = divmod(round(hours * 600) % (24 * 600), 10)
        return _set("Sr", f"{minutes // 60:02}:{minutes % 60:02}.{tenths}")
    minutes, seconds = divmod(round(hours * 3600) % (24 * 3600), 60)
    return _set("Sr", f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}")


def set_declination(degrees: float, precision: Precision) -> Query[bool]:
    """Return the command that sets the target's declination; its answer is whether the mount takes it.

    Raises:
        ValueError: It is beyond a pole.
    """
    return _set("Sd", _elevation(degrees, precision))


def set_latitude(degrees: float) -> Query[bool]:
    """Return the command that sets the site's latitude, to a minute of arc.

    Raises:
        ValueError: It is beyond a pole.
    """
    return _set("St", _elevation(degrees, Precision.LOW))


def set_longitude(degrees_east: float) -> Query[bool]:
    """Return the command that sets the site's longitude, to a minute of arc."""
    minutes = round(-degrees_east * 60) % (360 * 60)
    return _set("Sg", f"{minutes // 60:03}*{minutes % 60:02}")


def set_utc_offset(hours: float) -> Query[bool]:
    """Return the command that sets the hours to add to local time to get UTC, to a tenth."""
    tenths = round(hours * 10)
    whole, tenth = divmod(abs(tenths), 10)
    return _set("SG", f"{'-' if tenths < 0 else '+'}{whole:02}" + (f".{tenth}" if tenth else ""))


def set_local_time(moment: time) -> Query[bool]:
    """Return the command that sets the mount's clock."""
    return _set("SL", f"{moment:%H:%M:%S}")


def set_date(day: date) -> Query[bool]:
    """Return the command that sets the mount's date, by local time; a mount takes its time over the answer."""
    return Query(f":SC{day:%m/%d/%y}#".encode(), answers.Dated(), answers.dated, timeout=20.0)


def _elevation(degrees: float, precision: Precision) -> str:
    if not -90 <= degrees <= 90:
        raise ValueError(f"{degrees:g} degrees are beyond a pole")
    sign = "-" if degrees < 0 else "+"
    if precision is Precision.LOW:
        minutes = round(abs(degrees) * 60)
        return f"{sign}{minutes // 60:02}*{minutes % 60:02}"
    minutes, seconds = divmod(round(abs(degrees) * 3600), 60)
    return f"{sign}{minutes // 60:02}*{minutes % 60:02}:{seconds:02}"
