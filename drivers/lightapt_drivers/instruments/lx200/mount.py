"""A mount that speaks LX200, at the other end of a link."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from ..errors import AnswerError, LinkTimeoutError, RefusedError
from ..link import Link
from ..queries import Query
from . import answers, queries
from .dialects import GENERIC, Dialect, dialect_of
from .vocabulary import Alignment, Direction, PierSide, Precision, SlewRate, Status, TrackRate

__all__ = ["BusyError", "Clock", "Identity", "Lx200Mount", "MountState", "Place", "Pointing"]

_T = TypeVar("_T")
_ATTEMPTS: Final = 4
"""How often a mount that says it is busy is asked."""
_PAUSE: Final = 0.25
"""Seconds between."""
_REASONS: Final = {
    1: "the target is below the horizon",
    2: "the target is above the highest altitude",
    3: "the controller is in standby",
    4: "the mount is parked",
    5: "it is slewing already",
    6: "the target is outside of the limits",
    7: "the hardware has a fault",
    8: "it is in motion already",
}
"""What a number means where no text comes with it: 1 and 2 are Meade's, the others the OnStep family's."""
_FAILURE: Final = re.compile(r"[eE](\d+)")
"""What the OnStep family says to a sync that it does not make, with the number of a reason."""


class BusyError(RefusedError):
    """The mount is too busy to answer, and stays so."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a mount is.

    Attributes:
        product: The name that it gives itself; empty where it gives none.
        dialect: How it speaks.
        precision: How finely it reads and writes angles.
        alignment: How it stands, where that is known and of use.
        tells_slewing: Whether it tells a slew from its end.
        tells_tracking: Whether it tells that it tracks.
        firmware: Its version, where it tells that.
    """

    product: str = ""
    dialect: Dialect = GENERIC
    precision: Precision = Precision.HIGH
    alignment: Alignment | None = None
    tells_slewing: bool = False
    tells_tracking: bool = False
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where a mount points, by its own equinox: right ascension in hours, declination in degrees."""

    ra: float
    dec: float


@dataclass(frozen=True, slots=True)
class MountState:
    """How a mount is at the moment; None stands for what it does not tell."""

    pointing: Pointing
    is_slewing: bool | None = None
    is_tracking: bool | None = None
    is_parked: bool | None = None
    side: PierSide | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A mount's time, in UTC, and by how many hours local time is ahead of that."""

    utc: datetime
    offset: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mount stands: degrees north, and degrees east from 0 to 360."""

    latitude: float
    longitude: float


class Lx200Mount:
    """Asks a mount, and tells it what to do.

    Each method raises a LinkError where the line fails, an AnswerError where the answer makes no sense and a
    RefusedError where the mount says no. :meth:`greet` comes first.

    Attributes:
        identity: What the mount is, once it has been greeted.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self.identity = Identity()

    async def greet(self) -> Identity:
        """Learn who answers and how, and have it write angles finely if it can."""
        await self._ask(queries.CLEAR)
        precision = await self._ask(queries.PRECISION)
        if precision is Precision.LOW:
            await self._ask(queries.TOGGLE_PRECISION)
            precision = await self._ask(queries.PRECISION)
        product = await self._probe(queries.PRODUCT) or ""
        dialect = dialect_of(product)
        status = await self._probe(queries.STATUS) if dialect.track is None and dialect.rest else None
        self.identity = Identity(
            product,
            dialect,
            precision,
            await self._alignment(status, dialect),
            tells_slewing=await self._has_bars(dialect),
            tells_tracking=status is not None or dialect.has_flags,
            firmware=await self._probe(queries.FIRMWARE) or "" if product else "",
        )
        return self.identity

    @property
    def can_track(self) -> bool:
        """Whether it can be told whether to follow the sky."""
        return bool(self._track_command() and self.identity.dialect.rest)

    async def state(self) -> MountState:
        """Return how the mount is."""
        pointing = await self.pointing()
        if self.identity.dialect.has_flags:
            flags = await self._ask(queries.FLAGS)
            return MountState(pointing, flags.is_slewing, flags.is_tracking, flags.is_parked, flags.side)
        status = await self._ask(queries.STATUS) if self.identity.tells_tracking else None
        is_tracking = status.is_tracking if status else None
        return MountState(pointing, await self.is_slewing(), is_tracking, side=await self.pier_side())

    async def is_awake(self) -> bool:
        """Return whether it answers at all: some do not while they are parked."""
        return await self._probe(queries.RIGHT_ASCENSION) is not None

    async def pointing(self) -> Pointing:
        """Return where the mount points."""
        return Pointing(await self._ask(queries.RIGHT_ASCENSION), await self._ask(queries.DECLINATION))

    async def slew(self, target: Pointing) -> None:
        """Start to slew to a target, and follow it from then on."""
        await self._aim(target)
        answer = await self._ask(queries.SLEW)
        if answer.code != 0:
            reason = answer.text or _REASONS.get(answer.code, f"reason {answer.code}")
            raise RefusedError(f"the mount does not slew: {reason}")

    async def sync(self, target: Pointing) -> str:
        """Tell the mount that it points at a target; return what it says that it is."""
        await self._aim(target)
        answer = await self._ask(queries.SYNC)
        if found := _FAILURE.fullmatch(answer):
            raise RefusedError(f"the mount does not sync: {_REASONS.get(int(found[1]), answer)}")
        return answer

    async def is_slewing(self) -> bool | None:
        """Return whether a slew is under way, or None where the mount does not tell."""
        return await self._ask(queries.IS_SLEWING) if self.identity.tells_slewing else None

    async def halt(self, direction: Direction | None = None) -> None:
        """Stop the motion in a direction, or all of it. Tracking goes on."""
        await self._ask(queries.HALT if direction is None else queries.halt(direction))

    async def move(self, direction: Direction) -> None:
        """Move at the slew rate until halted."""
        await self._ask(queries.move(direction))

    async def pulse(self, direction: Direction, milliseconds: int) -> None:
        """Move at the guide rate for a time; return at once.

        Raises:
            ValueError: The time is negative, or has more than four digits.
        """
        await self._ask(queries.pulse(direction, milliseconds))

    async def set_slew_rate(self, rate: SlewRate) -> None:
        """Set how fast :meth:`move` is."""
        await self._ask(queries.set_slew_rate(rate))

    async def set_track_rate(self, rate: TrackRate) -> None:
        """Set what the mount follows."""
        await self._ask(queries.set_track_rate(rate))

    async def set_tracking(self, *, on: bool) -> None:
        """Follow the sky, or rest."""
        if not self.can_track:
            raise RefusedError("this mount cannot be told whether to track")
        command = self._track_command() if on else self.identity.dialect.rest
        await self._do(command, "start to track" if on else "stop tracking")

    async def park(self) -> None:
        """Start to slew to the park position, to rest there. Some mounts answer nothing from then on."""
        await self._do("hP", "park")

    async def unpark(self) -> None:
        """Bring a parked mount back to work."""
        if not self.identity.dialect.unpark:
            raise RefusedError("this mount cannot be told to leave its park position: switch it off and on")
        await self._do(self.identity.dialect.unpark, "leave its park position")

    async def pier_side(self) -> PierSide | None:
        """Return the side of the pier on which the telescope is, or None where the mount does not tell."""
        command = self.identity.dialect.pier_side
        return await self._ask(queries.pier_side(command)) if command else None

    async def place(self) -> Place:
        """Return where the mount believes to stand."""
        return Place(await self._ask(queries.LATITUDE), await self._ask(queries.LONGITUDE))

    async def set_place(self, place: Place) -> None:
        """Tell the mount where it stands, to a minute of arc."""
        await self._set(queries.set_latitude(place.latitude), f"a latitude of {place.latitude:g}")
        await self._set(queries.set_longitude(place.longitude), f"a longitude of {place.longitude:g} east")

    async def knows_place(self) -> bool:
        """Return whether it knows where it stands."""
        return await self._probe(queries.LATITUDE) is not None

    async def knows_time(self) -> bool:
        """Return whether it knows the time."""
        return await self._probe(queries.LOCAL_TIME) is not None

    async def time(self) -> datetime:
        """Return the mount's time, to a second, in UTC."""
        return (await self.clock()).utc

    async def clock(self) -> Clock:
        """Return the mount's time, to a second, and how it counts it."""
        day, clock = await self._ask(queries.DATE), await self._ask(queries.LOCAL_TIME)
        to_utc = await self._ask(queries.UTC_OFFSET)
        return Clock(datetime.combine(day, clock, UTC) + timedelta(hours=to_utc), 0.0 - to_utc)

    async def set_time(self, moment: datetime, offset: float) -> None:
        """Tell the mount the time.

        Args:
            moment: An aware moment.
            offset: Hours by which local time is ahead of UTC, to a tenth.
        """
        # First the offset: a mount whose clock is UTC needs it for what follows.
        await self._set(queries.set_utc_offset(-offset), f"an offset of {offset:g} h")
        local = moment.astimezone(UTC) + timedelta(hours=round(offset, 1))
        await self._set(queries.set_local_time(local.time()), f"a local time of {local:%H:%M:%S}")
        await self._set(queries.set_date(local.date()), f"a date of {local:%Y-%m-%d}")

    async def _has_bars(self, dialect: Dialect) -> bool:
        if dialect is GENERIC:
            return await self._probe(queries.IS_SLEWING) is not None
        return dialect.has_bars

    async def _alignment(self, status: Status | None, dialect: Dialect) -> Alignment | None:
        # The status tells how a mount stands even while it does not track, when the alignment is said to be "land".
        if dialect.track is not None or not dialect.rest:
            return None
        return status.alignment if status else await self._probe(queries.ALIGNMENT)

    async def _probe(self, query: Query[_T]) -> _T | None:
        """Ask what the mount may not know; return None where it does not."""
        try:
            return await self._ask(query.probe())
        except (LinkTimeoutError, AnswerError):
            return None

    def _track_command(self) -> str:
        if self.identity.dialect.track is not None:
            return self.identity.dialect.track
        # The command sets the alignment too: another than the mount's own would leave it lost.
        match self.identity.alignment:
            case Alignment.POLAR | Alignment.GERMAN:
                return "AP"
            case Alignment.ALT_AZ:
                return "AA"
            case _:
                return ""

    async def _aim(self, target: Pointing) -> None:
        precision = self.identity.precision
        ra = queries.set_right_ascension(target.ra, precision)
        await self._set(ra, f"a right ascension of {target.ra:g} h")
        await self._set(queries.set_declination(target.dec, precision), f"a declination of {target.dec:g}")

    async def _do(self, command: str, what: str) -> None:
        if not await self._ask(queries.maybe_answered(command)):
            raise RefusedError(f"the mount does not {what}")

    async def _set(self, query: Query[bool], what: str) -> None:
        if not await self._ask(query):
            raise RefusedError(f"the mount does not take {what}")

    async def _ask(self, query: Query[_T]) -> _T:
        for _ in range(_ATTEMPTS):
            try:
                return await self._link.ask(query)
            except AnswerError as error:
                if error.answer != answers.NAK:
                    raise
            await asyncio.sleep(_PAUSE)
        raise BusyError(f"the mount has been too busy for {query.command!r} {_ATTEMPTS} times")
