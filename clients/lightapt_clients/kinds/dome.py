"""A dome, or a roof."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import LONG, Kind
from .goals import near_to, on_circle

__all__ = ["Dome"]

_NEAR: Final = 1.0
"""Degrees from where it was sent within which a dome has arrived."""
_SLACK: Final = 5.0
"""Degrees by which one may miss that says that it has arrived."""


class Dome(Kind):
    """A dome. Azimuths are in degrees, from north by east."""

    interface: ClassVar[DriverInterface] = DriverInterface.DOME
    essential: ClassVar[Standard] = Standard.DOME_MOTION

    @property
    def azimuth(self) -> float:
        """Where its opening is."""
        return self.device[Standard.ABS_DOME_POSITION].number("DOME_ABSOLUTE_POSITION")

    @property
    def is_open(self) -> bool:
        """Whether the shutter is open, and not on its way."""
        shutter = self.device[Standard.DOME_SHUTTER]
        return shutter.is_on("SHUTTER_OPEN") and shutter.state is not State.BUSY

    @property
    def is_moving(self) -> bool:
        """Whether it turns, parks, or its shutter is on its way."""
        ways = (Standard.ABS_DOME_POSITION, Standard.DOME_MOTION, Standard.DOME_PARK, Standard.DOME_SHUTTER)
        return any(way.exists and way.state is State.BUSY for way in (self.device[name] for name in ways))

    @property
    def is_parked(self) -> bool:
        """Whether it is parked, and refuses to turn."""
        park = self.device[Standard.DOME_PARK]
        return park.exists and park.is_on("PARK") and park.state is not State.BUSY

    @property
    def is_slaved(self) -> bool:
        """Whether it follows the telescope."""
        slaving = self.device[Standard.DOME_AUTOSYNC]
        return slaving.exists and slaving.is_on("DOME_AUTOSYNC_ENABLE")

    async def turn_to(self, azimuth: float, *, timeout: float | None = LONG) -> None:
        """Turn to an azimuth, and wait until it is there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(
            Standard.ABS_DOME_POSITION,
            timeout=timeout,
            abort=Standard.DOME_ABORT_MOTION,
            goal=near_to(on_circle("DOME_ABSOLUTE_POSITION", azimuth), _NEAR, slack=_SLACK),
            DOME_ABSOLUTE_POSITION=azimuth % 360,
        )

    async def turn_by(self, degrees: float, *, timeout: float | None = LONG) -> None:
        """Turn by so many degrees, clockwise as seen from above. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._property(Standard.ABS_DOME_POSITION)
        await self.turn_to(self.azimuth + degrees, timeout=timeout)

    async def open(self, *, timeout: float | None = LONG) -> None:
        """Open the shutter, and wait until it is open. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(Standard.DOME_SHUTTER, timeout=timeout, abort=Standard.DOME_ABORT_MOTION, SHUTTER_OPEN=True)

    async def close(self, *, timeout: float | None = LONG) -> None:
        """Close the shutter, and wait until it is closed. It goes on closing if that is cancelled."""
        await self._move(Standard.DOME_SHUTTER, timeout=timeout, SHUTTER_CLOSE=True)

    async def park(self, *, timeout: float | None = LONG) -> None:
        """Go to the park position, and stay there. It goes on parking if that is cancelled."""
        await self._move(Standard.DOME_PARK, timeout=timeout, PARK=True)

    async def unpark(self, *, timeout: float | None = LONG) -> None:
        """Be ready to turn again."""
        await self._move(Standard.DOME_PARK, timeout=timeout, UNPARK=True)

    async def set_park(self) -> None:
        """Take the azimuth that it has for its park position, and keep it."""
        await self._press(Standard.DOME_PARK_OPTION, "PARK_CURRENT")
        await self._press(Standard.DOME_PARK_OPTION, "PARK_WRITE_DATA")

    async def slave(self, on: bool = True) -> None:
        """Follow the telescope from now on, or no longer."""
        choice = "DOME_AUTOSYNC_ENABLE" if on else "DOME_AUTOSYNC_DISABLE"
        await self._set(Standard.DOME_AUTOSYNC, **{choice: True})

    async def sync(self, azimuth: float) -> None:
        """Call the azimuth that it has so."""
        await self._set(Standard.DOME_SYNC, DOME_SYNC_VALUE=azimuth)

    async def abort(self) -> None:
        """Stop all motion."""
        await self._press(Standard.DOME_ABORT_MOTION, "ABORT")
