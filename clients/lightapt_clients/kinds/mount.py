"""A telescope's mount."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from typing import ClassVar, Final

from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from ..devices import Property
from ..errors import AlertError, MissingError
from .base import LONG
from .coordinates import Angle, Equatorial, angle, from_j2000, separation, to_j2000
from .guider import Direction, Guider

__all__ = ["Mount", "TrackMode"]

_NEAR: Final = 0.5
"""Degrees from where it was sent within which a mount that is Idle has arrived, and was not stopped on its way."""
_MOTIONS: Final[Mapping[Direction, tuple[Standard, str]]] = {
    Direction.NORTH: (Standard.TELESCOPE_MOTION_NS, "MOTION_NORTH"),
    Direction.SOUTH: (Standard.TELESCOPE_MOTION_NS, "MOTION_SOUTH"),
    Direction.EAST: (Standard.TELESCOPE_MOTION_WE, "MOTION_EAST"),
    Direction.WEST: (Standard.TELESCOPE_MOTION_WE, "MOTION_WEST"),
}


class TrackMode(Enum):
    """What is followed; the values are the names of INDI's switches."""

    SIDEREAL = "TRACK_SIDEREAL"
    SOLAR = "TRACK_SOLAR"
    LUNAR = "TRACK_LUNAR"
    CUSTOM = "TRACK_CUSTOM"


class Mount(Guider):
    """A mount. Right ascensions are in hours, declinations in degrees; texts may be sexagesimal.

    Places are by the equator and equinox of the day, as mounts count, unless J2000 is asked for; whatever the mount
    speaks is converted.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.TELESCOPE
    essential: ClassVar[Standard] = Standard.ON_COORD_SET

    # Where it is.

    @property
    def position(self) -> Equatorial:
        """Where it points, by the equator and equinox of the day."""
        return from_j2000(self._shown(), time.time()) if self._speaks_j2000 else self._shown()

    @property
    def position_j2000(self) -> Equatorial:
        """Where it points, by those of J2000."""
        return self._shown() if self._speaks_j2000 else to_j2000(self._shown(), time.time())

    @property
    def is_slewing(self) -> bool:
        """Whether it is on its way to a place."""
        return self.device[self._coordinates].state is State.BUSY

    # To a place.

    async def goto(
        self, ra: Angle, dec: Angle, *, j2000: bool = False, track: bool = True, timeout: float | None = LONG
    ) -> None:
        """Slew to a place, and wait until the mount is there. Who is cancelled meanwhile stops it.

        Args:
            ra: Right ascension in hours.
            dec: Declination in degrees.
            j2000: Whether the place is one of J2000.
            track: Whether to follow the place from then on.
            timeout: Seconds that it may take.

        Raises:
            AbortedError: It was stopped on its way.
        """
        target = self._told(Equatorial(angle(ra), angle(dec)), j2000=j2000)
        if self.is_parked:
            raise AlertError(self.name, Standard.TELESCOPE_PARK, "the mount is parked: unpark it first")
        await self._choose("TRACK" if track else "SLEW")

        def is_near(now: Snapshot) -> bool:
            return separation(_place(now), target) < _NEAR

        await self._move(
            self._coordinates,
            timeout=timeout,
            abort=Standard.TELESCOPE_ABORT_MOTION,
            has_arrived=is_near,
            RA=target.ra,
            DEC=target.dec,
        )

    async def sync(self, ra: Angle, dec: Angle, *, j2000: bool = False) -> None:
        """Tell it that it points to a place, whatever it takes itself to."""
        target = self._told(Equatorial(angle(ra), angle(dec)), j2000=j2000)
        before = self.device[Standard.ON_COORD_SET].choice
        await self._choose("SYNC")
        try:
            await self._set(self._coordinates, RA=target.ra, DEC=target.dec)
        finally:
            await self._choose(before or "TRACK")

    async def abort(self) -> None:
        """Stop all motion."""
        await self._press(Standard.TELESCOPE_ABORT_MOTION, "ABORT")

    # Tracking and parking.

    @property
    def is_tracking(self) -> bool:
        """Whether it follows the sky."""
        return self.device[Standard.TELESCOPE_TRACK_STATE].is_on("TRACK_ON")

    async def track(self, on: bool = True, *, mode: TrackMode | None = None) -> None:
        """Follow the sky from now on, or stay where it points.

        Args:
            on: Whether to follow.
            mode: What to follow; as before, if not given.
        """
        if mode is not None:
            await self._set(Standard.TELESCOPE_TRACK_MODE, **{mode.value: True})
        await self._start(Standard.TELESCOPE_TRACK_STATE, **{"TRACK_ON" if on else "TRACK_OFF": True})

    @property
    def is_parked(self) -> bool:
        """Whether it is parked, and refuses to move."""
        park = self.device[Standard.TELESCOPE_PARK]
        return park.exists and park.is_on("PARK") and park.state is not State.BUSY

    async def park(self, *, timeout: float | None = LONG) -> None:
        """Go to the park position, and stay there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way.
        """
        await self._move(Standard.TELESCOPE_PARK, timeout=timeout, abort=Standard.TELESCOPE_ABORT_MOTION, PARK=True)

    async def unpark(self, *, timeout: float | None = 60.0) -> None:
        """Be ready to move again."""
        await self._move(Standard.TELESCOPE_PARK, timeout=timeout, UNPARK=True)

    # By hand.

    @property
    def rates(self) -> Sequence[str]:
        """The names of the speeds of motion by hand, from the slowest to the fastest."""
        return tuple(self.device[Standard.TELESCOPE_SLEW_RATE])

    async def choose_rate(self, name: str) -> None:
        """Choose the speed of motion by hand."""
        await self._set(Standard.TELESCOPE_SLEW_RATE, **{name: True})

    @asynccontextmanager
    async def moving(self, direction: Direction) -> AsyncGenerator[None]:
        """Move by hand for as long as the block lasts, however it ends."""
        name, member = _MOTIONS[direction]
        prop = await self._property(name)
        await prop.start({member: True})
        try:
            yield
        finally:
            await prop.set({member: False}, timeout=10.0)

    async def move(self, direction: Direction, seconds: float) -> None:
        """Move by hand for so long."""
        async with self.moving(direction):
            await asyncio.sleep(seconds)

    # Of its own.

    @property
    def _coordinates(self) -> Standard:
        """The property by which the mount is sent: nearly always that of the day."""
        eod, j2000 = Standard.EQUATORIAL_EOD_COORD, Standard.EQUATORIAL_COORD
        return j2000 if self._has(j2000) and not self._has(eod) else eod

    @property
    def _speaks_j2000(self) -> bool:
        return self._coordinates is Standard.EQUATORIAL_COORD

    def _shown(self) -> Equatorial:
        return _place(self.device[self._coordinates].now)

    def _told(self, place: Equatorial, *, j2000: bool) -> Equatorial:
        if j2000 is self._speaks_j2000:
            return place
        return from_j2000(place, time.time()) if j2000 else to_j2000(place, time.time())

    async def _choose(self, what: str) -> None:
        """Choose what the next coordinates mean."""
        choice: Property = await self._property(Standard.ON_COORD_SET)
        if what not in choice:
            raise MissingError(f"{self.name} cannot {what.lower()}, but {', '.join(choice).lower()}")
        if choice.choice != what:
            await choice.set({what: True})


def _place(now: Snapshot) -> Equatorial:
    return Equatorial(now.number("RA"), now.number("DEC"))
