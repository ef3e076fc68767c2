"""A focuser."""

from __future__ import annotations

from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import LONG, Kind

__all__ = ["Focuser"]


class Focuser(Kind):
    """A focuser. Positions are in steps."""

    interface: ClassVar[DriverInterface] = DriverInterface.FOCUSER
    essential: ClassVar[Standard] = Standard.FOCUS_MOTION

    @property
    def position(self) -> float:
        """Where it is."""
        return self.device[Standard.ABS_FOCUS_POSITION].number("FOCUS_ABSOLUTE_POSITION")

    @property
    def max_position(self) -> float:
        """The highest position allowed."""
        limit = self.device[Standard.FOCUS_MAX]
        if limit.exists:
            return limit.number("FOCUS_MAX_VALUE")
        return self.device[Standard.ABS_FOCUS_POSITION].maximum("FOCUS_ABSOLUTE_POSITION")

    @property
    def is_moving(self) -> bool:
        """Whether it is on its way."""
        ways = (self.device[name] for name in (Standard.ABS_FOCUS_POSITION, Standard.REL_FOCUS_POSITION))
        return any(way.exists and way.state is State.BUSY for way in ways)

    @property
    def temperature(self) -> float:
        """Temperature at the focuser, in °C."""
        return self.device[Standard.FOCUS_TEMPERATURE].number("TEMPERATURE")

    async def move_to(self, position: float, *, timeout: float | None = LONG) -> None:
        """Move to a position, and wait until it is there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way.
        """
        await self._move(
            Standard.ABS_FOCUS_POSITION,
            timeout=timeout,
            abort=Standard.FOCUS_ABORT_MOTION,
            FOCUS_ABSOLUTE_POSITION=position,
        )

    async def move_by(self, steps: float, *, timeout: float | None = LONG) -> None:
        """Move outward by so many steps, inward if they are negative. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way.
        """
        await self._property(Standard.FOCUS_MOTION)
        if self._has(Standard.ABS_FOCUS_POSITION):
            await self.move_to(self.position + steps, timeout=timeout)
            return
        await self._set(Standard.FOCUS_MOTION, **{"FOCUS_INWARD" if steps < 0 else "FOCUS_OUTWARD": True})
        await self._move(
            Standard.REL_FOCUS_POSITION,
            timeout=timeout,
            abort=Standard.FOCUS_ABORT_MOTION,
            has_arrived=lambda _: True,
            FOCUS_RELATIVE_POSITION=abs(steps),
        )

    async def abort(self) -> None:
        """Stop it."""
        await self._press(Standard.FOCUS_ABORT_MOTION, "ABORT")

    async def sync(self, position: float) -> None:
        """Call the position that it has so."""
        await self._set(Standard.FOCUS_SYNC, FOCUS_SYNC_VALUE=position)
