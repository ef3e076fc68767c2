"""How a mount follows the sky, and moves by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from typing import Final

from lightapt_protocol.standard import Standard

from ..errors import MissingError
from .guider import Direction, Guider

__all__ = ["MountMotion", "TrackMode"]

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


class MountMotion(Guider):
    """A mount that follows the sky and moves by hand."""

    # Tracking.

    @property
    def is_tracking(self) -> bool:
        """Whether it follows the sky."""
        return self.device[Standard.TELESCOPE_TRACK_STATE].is_on("TRACK_ON")

    @property
    def track_mode(self) -> TrackMode:
        """What it follows while it tracks."""
        mode = self.device[Standard.TELESCOPE_TRACK_MODE]
        try:
            return TrackMode(mode.choice)
        except ValueError as error:
            raise MissingError(f"{mode}: {mode.choice or 'none chosen'} is no standard track mode") from error

    @property
    def track_rate(self) -> tuple[float, float]:
        """The custom rate, in right ascension and declination, in arcseconds a second."""
        rate = self.device[Standard.TELESCOPE_TRACK_RATE].number
        return rate("TRACK_RATE_RA"), rate("TRACK_RATE_DE")

    async def track(self, on: bool = True, *, mode: TrackMode | None = None) -> None:
        """Follow the sky from now on, or stay where it points.

        Args:
            on: Whether to follow.
            mode: What to follow; as before, if not given.
        """
        if mode is not None:
            await self._set(Standard.TELESCOPE_TRACK_MODE, **{mode.value: True})
        await self._start(Standard.TELESCOPE_TRACK_STATE, **{"TRACK_ON" if on else "TRACK_OFF": True})

    async def set_track_rate(self, ra: float, dec: float) -> None:
        """Set the custom rate, in arcseconds a second; it counts while the mode is CUSTOM."""
        await self._set(Standard.TELESCOPE_TRACK_RATE, TRACK_RATE_RA=ra, TRACK_RATE_DE=dec)

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
        try:
            await prop.start({member: True})
            yield
        finally:
            await prop.set({member: False}, timeout=10.0)

    async def move(self, direction: Direction, seconds: float) -> None:
        """Move by hand for so long."""
        async with self.moving(direction):
            await asyncio.sleep(seconds)
