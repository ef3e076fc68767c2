"""A focuser."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import LONG, Kind
from .goals import OK_IS_ALL, near_to

__all__ = ["Focuser"]

_NEAR: Final = 1.0
"""Steps from where it was sent within which a focuser has arrived: it may round."""
_SLACK: Final = 25.0
"""Steps by which one may miss that says that it has arrived."""


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
    def backlash(self) -> float:
        """The steps of backlash that it takes up; 0 where it takes up none."""
        toggle = self.device[Standard.FOCUS_BACKLASH_TOGGLE]
        is_taken_up = not toggle.exists or toggle.is_on("INDI_ENABLED")
        return self.device[Standard.FOCUS_BACKLASH_STEPS].number("FOCUS_BACKLASH_VALUE") if is_taken_up else 0.0

    @property
    def speed(self) -> float:
        """Its speed, in its own units."""
        return self.device[Standard.FOCUS_SPEED].number("FOCUS_SPEED_VALUE")

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
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(
            Standard.ABS_FOCUS_POSITION,
            timeout=timeout,
            abort=Standard.FOCUS_ABORT_MOTION,
            goal=near_to(lambda now: abs(now.number("FOCUS_ABSOLUTE_POSITION") - position), _NEAR, slack=_SLACK),
            FOCUS_ABSOLUTE_POSITION=position,
        )

    async def move_by(self, steps: float, *, timeout: float | None = LONG) -> None:
        """Move outward by so many steps, inward if they are negative. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._property(Standard.FOCUS_MOTION)
        if self._has(Standard.ABS_FOCUS_POSITION):
            await self.move_to(self.position + steps, timeout=timeout)
            return
        await self._choose_way(steps)
        await self._move(
            Standard.REL_FOCUS_POSITION,
            timeout=timeout,
            abort=Standard.FOCUS_ABORT_MOTION,
            goal=OK_IS_ALL,
            FOCUS_RELATIVE_POSITION=abs(steps),
        )

    async def move_for(self, seconds: float) -> None:
        """Move outward for so long, to the millisecond, inward if that is negative; for those without positions.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._choose_way(seconds)
        await self._move(
            Standard.FOCUS_TIMER,
            timeout=abs(seconds) + 30.0,
            abort=Standard.FOCUS_ABORT_MOTION,
            goal=OK_IS_ALL,
            FOCUS_TIMER_VALUE=round(abs(seconds) * 1000),
        )

    async def abort(self) -> None:
        """Stop it."""
        await self._press(Standard.FOCUS_ABORT_MOTION, "ABORT")

    async def sync(self, position: float) -> None:
        """Call the position that it has so."""
        await self._set(Standard.FOCUS_SYNC, FOCUS_SYNC_VALUE=position)

    async def set_max_position(self, position: float) -> None:
        """Set the highest position allowed."""
        await self._set(Standard.FOCUS_MAX, FOCUS_MAX_VALUE=position)

    async def set_speed(self, value: float) -> None:
        """Set the speed, in its own units."""
        await self._set(Standard.FOCUS_SPEED, FOCUS_SPEED_VALUE=value)

    async def set_backlash(self, steps: float) -> None:
        """Take up so many steps of backlash from now on; 0 for none."""
        if steps:
            await self._set(Standard.FOCUS_BACKLASH_STEPS, FOCUS_BACKLASH_VALUE=steps)
        await self._set(Standard.FOCUS_BACKLASH_TOGGLE, **{"INDI_ENABLED" if steps else "INDI_DISABLED": True})

    async def reverse(self, on: bool = True) -> None:
        """Exchange inward and outward, or have them as they were."""
        await self._set(Standard.FOCUS_REVERSE_MOTION, **{"INDI_ENABLED" if on else "INDI_DISABLED": True})

    async def _choose_way(self, amount: float) -> None:
        await self._set(Standard.FOCUS_MOTION, **{"FOCUS_INWARD" if amount < 0 else "FOCUS_OUTWARD": True})
