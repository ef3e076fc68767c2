"""A telescope's mount."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from enum import Enum
from typing import ClassVar, Final

from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from ..devices import Property
from ..errors import AlertError, MissingError
from .base import LONG
from .coordinates import Angle, Equatorial, angle, from_j2000, separation, to_j2000
from .goals import within
from .horizontal import Horizontal, from_horizontal, to_horizontal
from .mount_motion import MountMotion, TrackMode
from .sites import Sited

__all__ = ["Mount", "PierSide", "TrackMode"]

_NEAR: Final = 0.5
"""Degrees from where it was sent within which a mount has arrived, and was not stopped on its way."""


class PierSide(Enum):
    """The side of the pier on which the telescope is; the values are the names of INDI's switches."""

    WEST = "PIER_WEST"
    """It looks east, at what has yet to cross the meridian."""
    EAST = "PIER_EAST"


class Mount(MountMotion, Sited):
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
    def horizontal(self) -> Horizontal:
        """Where it points in the sky; reckoned from its location where the mount does not tell."""
        told = self.device[Standard.HORIZONTAL_COORD]
        if told.exists:
            return Horizontal(told.number("AZ"), told.number("ALT"))
        return to_horizontal(self.position, self.location, time.time())

    @property
    def pier_side(self) -> PierSide | None:
        """The side of the pier on which the telescope is; None where the mount does not know."""
        choice = self.device[Standard.TELESCOPE_PIER_SIDE].choice
        return PierSide(choice) if choice else None

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
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        target = self._told(Equatorial(angle(ra), angle(dec)), j2000=j2000)
        if self.is_parked:
            raise AlertError(self.name, Standard.TELESCOPE_PARK, "the mount is parked: unpark it first")
        async with self._meaning("TRACK" if track else "SLEW") as sent:
            await self._move(
                self._coordinates,
                timeout=timeout,
                abort=Standard.TELESCOPE_ABORT_MOTION,
                goal=within(lambda now: separation(_place(now), target), _NEAR),  # Ok may be where another has sent it
                sent=sent,
                RA=target.ra,
                DEC=target.dec,
            )

    async def goto_horizontal(
        self, azimuth: Angle, altitude: Angle, *, track: bool = False, timeout: float | None = LONG
    ) -> None:
        """Slew to a direction, where the mount stands, as :meth:`goto`; it stays there unless it is to track.

        Args:
            azimuth: Degrees from north by east.
            altitude: Degrees above the horizon.
            track: Whether to follow what is there now, from then on.
            timeout: Seconds that it may take.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._property(Standard.GEOGRAPHIC_COORD)
        place = from_horizontal(Horizontal(angle(azimuth), angle(altitude)), self.location, time.time())
        await self.goto(place.ra, place.dec, track=track, timeout=timeout)

    async def sync(self, ra: Angle, dec: Angle, *, j2000: bool = False) -> None:
        """Tell it that it points to a place, whatever it takes itself to."""
        target = self._told(Equatorial(angle(ra), angle(dec)), j2000=j2000)
        async with self.device.client.turn(self.name):
            before = self.device[Standard.ON_COORD_SET].choice
            await self._choose("SYNC")
            try:
                await self._set(self._coordinates, RA=target.ra, DEC=target.dec)
            finally:
                await self._choose(before or "TRACK")

    async def abort(self) -> None:
        """Stop all motion."""
        await self._press(Standard.TELESCOPE_ABORT_MOTION, "ABORT")

    # Parking and home.

    @property
    def is_parked(self) -> bool:
        """Whether it is parked, and refuses to move."""
        park = self.device[Standard.TELESCOPE_PARK]
        return park.exists and park.is_on("PARK") and park.state is not State.BUSY

    async def park(self, *, timeout: float | None = LONG) -> None:
        """Go to the park position, and stay there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(Standard.TELESCOPE_PARK, timeout=timeout, abort=Standard.TELESCOPE_ABORT_MOTION, PARK=True)

    async def unpark(self, *, timeout: float | None = 60.0) -> None:
        """Be ready to move again."""
        await self._move(Standard.TELESCOPE_PARK, timeout=timeout, UNPARK=True)

    async def set_park(self) -> None:
        """Take the place where it points now for its park position, and keep it."""
        await self._press(Standard.TELESCOPE_PARK_OPTION, "PARK_CURRENT")
        await self._press(Standard.TELESCOPE_PARK_OPTION, "PARK_WRITE_DATA")

    async def go_home(self, *, timeout: float | None = LONG) -> None:
        """Go to the home position, and wait until the mount is there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._home("GO", timeout=timeout)

    async def find_home(self, *, timeout: float | None = LONG) -> None:
        """Look for the home position with its sensors, and wait until it is found; as :meth:`go_home`."""
        await self._home("FIND", timeout=timeout)

    async def set_home(self) -> None:
        """Take the place where it points now for its home position."""
        await self._home("SET", timeout=60.0)

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

    async def _home(self, what: str, *, timeout: float | None) -> None:
        abort = Standard.TELESCOPE_ABORT_MOTION
        home = await self._property(Standard.TELESCOPE_HOME)
        if what not in home:
            raise MissingError(f"{self.name} cannot {what.lower()} its home position, but {', '.join(home).lower()}")
        await self._move(Standard.TELESCOPE_HOME, {what: True}, timeout=timeout, abort=abort)

    @asynccontextmanager
    async def _meaning(self, what: str) -> AsyncGenerator[Callable[[], None]]:
        """Have coordinates mean this until they are sent: what is yielded is called then, and others go on."""
        turn = self.device.client.turn(self.name)
        await turn.acquire()
        with ExitStack() as held:
            held.callback(turn.release)
            await self._choose(what)
            yield held.close

    async def _choose(self, what: str) -> None:
        """Choose what the next coordinates mean."""
        choice: Property = await self._property(Standard.ON_COORD_SET)
        if what not in choice:
            raise MissingError(f"{self.name} cannot {what.lower()}, but {', '.join(choice).lower()}")
        if choice.choice != what:
            await choice.set({what: True})


def _place(now: Snapshot) -> Equatorial:
    return Equatorial(now.number("RA"), now.number("DEC"))
