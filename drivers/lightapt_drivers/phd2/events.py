# ruff: noqa: RUF009 (``told`` is a dataclass's field)
"""What PHD2 tells of itself, as typed events. What one leaves out is None, and what nobody knows is kept as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from .event_base import Event, LinkLost, LinkMade, StarSeen, StateRead, UnknownEvent, told
from .values import as_flag, as_member, as_number, as_position, as_text, as_whole
from .words import AppState, Direction, Position

__all__ = [
    "Alert",
    "AppStateTold",
    "Calibrating",
    "CalibrationComplete",
    "CalibrationDataFlipped",
    "CalibrationFailed",
    "ConfigurationChange",
    "Event",
    "GuideParamChange",
    "GuideStep",
    "GuidingDithered",
    "GuidingStopped",
    "LinkLost",
    "LinkMade",
    "LockPositionLost",
    "LockPositionSet",
    "LockPositionShiftLimitReached",
    "LoopingExposures",
    "LoopingExposuresStopped",
    "Paused",
    "Resumed",
    "SettleBegin",
    "SettleDone",
    "Settling",
    "SingleFrameComplete",
    "StarLost",
    "StarSelected",
    "StartCalibration",
    "StartGuiding",
    "StateRead",
    "UnknownEvent",
    "Version",
    "parse_event",
]


def _as_is(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Event):
    """The first event of a connection."""

    name: ClassVar[str] = "Version"
    version: str | None = told("PHDVersion", as_text)
    subversion: str | None = told("PHDSubver", as_text)
    overlaps: bool | None = told("OverlapSupport", as_flag)
    message_version: int | None = told("MsgVersion", as_whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStateTold(Event):
    """What PHD2 does; only as a connection begins."""

    name: ClassVar[str] = "AppState"
    state: AppState | None = told("State", as_member(AppState))


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCalibration(Event):
    """A calibration begins: of the mount, or of the AO unit before it."""

    name: ClassVar[str] = "StartCalibration"
    mount: str | None = told("Mount", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrating(Event):
    """A step of a calibration.

    Attributes:
        mount: The mount's name.
        direction: PHD2's word: West, East, Backlash, North, South, NudgeSouth; of an AO unit Left, Up, …
        distance: How far the star has moved, in pixels; dx and dy likewise.
        position: Where the star is.
        step: The step's number; it counts down on the way back.
        text: What PHD2 shows.
    """

    name: ClassVar[str] = "Calibrating"
    mount: str | None = told("Mount", as_text)
    direction: str | None = told("dir", as_text)
    distance: float | None = told("dist", as_number)
    dx: float | None = told("dx", as_number)
    dy: float | None = told("dy", as_number)
    position: Position | None = told("pos", as_position)
    step: int | None = told("step", as_whole)
    text: str | None = told("State", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationComplete(Event):
    """A calibration is complete; also told as a connection begins, of each mount that is calibrated."""

    name: ClassVar[str] = "CalibrationComplete"
    mount: str | None = told("Mount", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFailed(Event):
    """A calibration has failed, or was stopped."""

    name: ClassVar[str] = "CalibrationFailed"
    mount: str | None = told("Mount", as_text)
    reason: str | None = told("Reason", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDataFlipped(Event):
    """The calibration has been flipped to the other side of the pier."""

    name: ClassVar[str] = "CalibrationDataFlipped"
    mount: str | None = told("Mount", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopingExposures(StarSeen):
    """A frame while looping."""

    name: ClassVar[str] = "LoopingExposures"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopingExposuresStopped(Event):
    """Exposures have ended."""

    name: ClassVar[str] = "LoopingExposuresStopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFrameComplete(Event):
    """A single frame has been taken, or has not.

    Attributes:
        success: Whether it has.
        error: Why not.
        path: Where it was saved, on PHD2's host.
    """

    name: ClassVar[str] = "SingleFrameComplete"
    success: bool = told("Success", as_flag, default=False)
    error: str | None = told("Error", as_text)
    path: str | None = told("Path", as_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartGuiding(Event):
    """Guiding begins."""

    name: ClassVar[str] = "StartGuiding"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep(StarSeen):
    """A frame while guiding, and the corrections made.

    Attributes:
        time: Seconds since guiding began.
        mount: Whose corrections: the AO unit's if there is one.
        dx: The star's distance from the lock position along the camera's x, in pixels; dy along y.
        ra_raw: The same along right ascension; dec_raw along declination.
        ra_corrected: What the guide algorithm made of it; dec_corrected likewise.
        ra_duration: Milliseconds of the correction (an AO unit's steps); dec_duration likewise.
        ra_direction: Where to, None for no correction; dec_direction likewise.
        ao_position: Where the AO unit is, in steps.
        average_distance: Of the star from the lock position, smoothed, in pixels.
        ra_limited: Whether the correction was cut to the longest that is allowed; dec_limited likewise.
    """

    name: ClassVar[str] = "GuideStep"
    time: float | None = told("Time", as_number)
    mount: str | None = told("Mount", as_text)
    dx: float | None = told("dx", as_number)
    dy: float | None = told("dy", as_number)
    ra_raw: float | None = told("RADistanceRaw", as_number)
    dec_raw: float | None = told("DECDistanceRaw", as_number)
    ra_corrected: float | None = told("RADistanceGuide", as_number)
    dec_corrected: float | None = told("DECDistanceGuide", as_number)
    ra_duration: float = told("RADuration", as_number, 0.0)
    ra_direction: Direction | None = told("RADirection", as_member(Direction))
    dec_duration: float = told("DECDuration", as_number, 0.0)
    dec_direction: Direction | None = told("DECDirection", as_member(Direction))
    ao_position: Position | None = told("Pos", as_position)
    average_distance: float | None = told("AvgDist", as_number)
    ra_limited: bool = told("RALimited", as_flag, default=False)
    dec_limited: bool = told("DecLimited", as_flag, default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarLost(StarSeen):
    """A frame in which the star was not found."""

    name: ClassVar[str] = "StarLost"
    time: float | None = told("Time", as_number)
    average_distance: float | None = told("AvgDist", as_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleBegin(Event):
    """Settling begins."""

    name: ClassVar[str] = "SettleBegin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling(Event):
    """A frame while settling.

    Attributes:
        distance: Of the star from the lock position, in pixels.
        time: Seconds that it has been near enough.
        settle_time: Seconds that it must be.
        star_locked: Whether there is a star.
    """

    name: ClassVar[str] = "Settling"
    distance: float | None = told("Distance", as_number)
    time: float | None = told("Time", as_number)
    settle_time: float | None = told("SettleTime", as_number)
    star_locked: bool | None = told("StarLocked", as_flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDone(Event):
    """What ``guide`` or ``dither`` began is over.

    Attributes:
        status: 0 if the guider has settled.
        error: Why it has not.
        total_frames: Frames while settling; an older count if it failed before that began.
        dropped_frames: Those of them without a star.
    """

    name: ClassVar[str] = "SettleDone"
    status: int = told("Status", as_whole, 1)
    error: str | None = told("Error", as_text)
    total_frames: int | None = told("TotalFrames", as_whole)
    dropped_frames: int | None = told("DroppedFrames", as_whole)

    @property
    def is_settled(self) -> bool:
        """Whether the guider has settled."""
        return self.status == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidingDithered(Event):
    """The lock position has been moved by so many pixels."""

    name: ClassVar[str] = "GuidingDithered"
    dx: float | None = told("dx", as_number)
    dy: float | None = told("dy", as_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPositionSet(Event):
    """Where the star shall be kept, in pixels."""

    name: ClassVar[str] = "LockPositionSet"
    x: float | None = told("X", as_number)
    y: float | None = told("Y", as_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPositionLost(Event):
    """There is no lock position any more."""

    name: ClassVar[str] = "LockPositionLost"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPositionShiftLimitReached(Event):
    """The lock shift has come to the edge of the frame, and rests."""

    name: ClassVar[str] = "LockPositionShiftLimitReached"


@dataclass(frozen=True, slots=True, kw_only=True)
class StarSelected(Event):
    """Where the star is that was selected, in pixels."""

    name: ClassVar[str] = "StarSelected"
    x: float | None = told("X", as_number)
    y: float | None = told("Y", as_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidingStopped(Event):
    """Guiding has ended; exposures may go on."""

    name: ClassVar[str] = "GuidingStopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """PHD2 rests; it does not tell which way."""

    name: ClassVar[str] = "Paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Event):
    """PHD2 goes on."""

    name: ClassVar[str] = "Resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideParamChange(Event):
    """A parameter of guiding has another value, of whatever type."""

    name: ClassVar[str] = "GuideParamChange"
    parameter: str | None = told("Name", as_text)
    value: object = told("Value", _as_is)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChange(Event):
    """Something of the configuration is different; what, PHD2 does not tell."""

    name: ClassVar[str] = "ConfigurationChange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Event):
    """Words for the person at the telescope.

    Attributes:
        message: The words.
        kind: ``info``, ``question``, ``warning`` or ``error``.
    """

    name: ClassVar[str] = "Alert"
    message: str | None = told("Msg", as_text)
    kind: str | None = told("Type", as_text)


_KINDS: Final[dict[str, type[Event]]] = {
    kind.name: kind for base in (Event, StarSeen) for kind in base.__subclasses__() if kind.name
}


def parse_event(members: Mapping[str, object]) -> Event:
    """Return the event that a message from PHD2 tells of; its members may be missing, or more than are known."""
    called = as_text(members.get("Event")) or ""
    if (kind := _KINDS.get(called)) is None:
        known = _values(Event, members)
        return UnknownEvent(called=called, members=members, **known)
    return kind(**_values(kind, members))


def _values(kind: type[Event], members: Mapping[str, object]) -> dict[str, Any]:
    """Return the values of those fields that are there and can be read."""
    values = {
        one.name: one.metadata["read"](members[one.metadata["name"]])
        for one in fields(kind)
        if one.metadata and one.metadata["name"] in members
    }
    return {name: value for name, value in values.items() if value is not None}
