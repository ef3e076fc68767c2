"""A rotator."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import LONG, Kind
from .goals import near_to, on_circle

__all__ = ["Rotator"]

_NEAR: Final = 0.1
"""Degrees from where it was sent within which a rotator has arrived."""
_SLACK: Final = 1.0
"""Degrees by which one may miss that says that it has arrived."""


class Rotator(Kind):
    """A rotator. Angles are in degrees."""

    interface: ClassVar[DriverInterface] = DriverInterface.ROTATOR
    essential: ClassVar[Standard] = Standard.ABS_ROTATOR_ANGLE

    @property
    def angle(self) -> float:
        """How it is turned."""
        return self.device[Standard.ABS_ROTATOR_ANGLE].number("ANGLE")

    @property
    def is_moving(self) -> bool:
        """Whether it is turning."""
        return self.device[Standard.ABS_ROTATOR_ANGLE].state is State.BUSY

    async def turn_to(self, angle: float, *, timeout: float | None = LONG) -> None:
        """Turn to an angle, and wait until it is there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(
            Standard.ABS_ROTATOR_ANGLE,
            timeout=timeout,
            abort=Standard.ROTATOR_ABORT_MOTION,
            goal=near_to(on_circle("ANGLE", angle), _NEAR, slack=_SLACK),
            ANGLE=angle % 360,
        )

    async def turn_by(self, degrees: float, *, timeout: float | None = LONG) -> None:
        """Turn by so many degrees. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._property(Standard.ABS_ROTATOR_ANGLE)
        await self.turn_to(self.angle + degrees, timeout=timeout)

    async def go_home(self, *, timeout: float | None = LONG) -> None:
        """Look for the home position, and wait until it is there. Who is cancelled meanwhile stops it.

        Raises:
            AbortedError: It was stopped on its way, or says Ok elsewhere.
        """
        await self._move(Standard.ROTATOR_HOME, timeout=timeout, abort=Standard.ROTATOR_ABORT_MOTION, HOME=True)

    async def sync(self, angle: float) -> None:
        """Call the angle that it has so."""
        await self._set(Standard.SYNC_ROTATOR_ANGLE, ANGLE=angle)

    async def reverse(self, on: bool = True) -> None:
        """Exchange the directions, or have them as they were."""
        await self._set(Standard.ROTATOR_REVERSE, **{"INDI_ENABLED" if on else "INDI_DISABLED": True})

    async def abort(self) -> None:
        """Stop it."""
        await self._press(Standard.ROTATOR_ABORT_MOTION, "ABORT")
