"""An Alpaca rotator as an INDI device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    Numbers,
    NumberVector,
    Permission,
    on_connect,
    on_new,
)

from ..kinds.rotator import Rotator, RotatorCan
from .asking import has, told
from .bridge import AlpacaDevice
from .errors import NotOfferedError
from .look import Look
from .session import if_told

__all__ = ["AlpacaRotator"]

_LONGEST: Final = 600.0
"""Seconds of one motion."""
_NEAR: Final = 2.0
"""Degrees by which a rotator may miss its target: ASCOM's conformance checker allows as much."""


class AlpacaRotator(Rotator, AlpacaDevice):
    """Alpaca rotator."""

    device_name: ClassVar[str] = "Alpaca Rotator"

    mechanical_angle = NumberVector(
        "ROTATOR_MECHANICAL_ANGLE",
        DefNumber("ANGLE", 0, label="Degrees", format="%.2f", max=360),
        label="Mechanical angle",
    )
    rotator_info = NumberVector(
        "ROTATOR_INFO",
        DefNumber("STEP_SIZE", 0, label="Step (degrees)", format="%g"),
        label="Rotator information",
        perm=Permission.READ_ONLY,
    )

    _moves: bool = False
    _angle: float | None = None
    _mechanical: float | None = None
    _middle: float = 0.0
    """The angle on the sky where the mechanical one is 0; as it was when both were last told."""

    async def read(self, look: Look) -> bool:
        """Read whether it turns, and its angles."""
        self._moves = await look.moves("IsMoving", shown_by=self.rotator_angle)
        self._angle = await look.number("Position", shown_by=self.rotator_angle)
        if self._angle is not None:
            self.rotator_at(round(self._angle, 4))
        if RotatorCan.SYNC in self._rotator_can:
            self._mechanical = await look.number("MechanicalPosition", shown_by=self.mechanical_angle)
            if self._mechanical is not None:
                self.mechanical_angle.change(ANGLE=round(self._mechanical, 4) % 360)
                if self._angle is not None:
                    self._middle = (self._angle - self._mechanical) % 360
        return self._moves

    @on_connect
    async def _greet(self) -> None:
        # The mechanical position, Sync and MoveMechanical came together, with the third version of the interface.
        is_third = await has(self.session, lambda device: device.MechanicalPosition)
        can = RotatorCan.STOP | (RotatorCan.SYNC if is_third else RotatorCan(0))
        if await self.offers(lambda device: device.CanReverse):
            can |= RotatorCan.REVERSE
            on = bool(await if_told(self.session.flag(lambda device: device.Reverse)))
            self.rotator_reverse.change(INDI_ENABLED=on, INDI_DISABLED=not on)
        self._middle = 0.0
        self.declare_rotator(can)
        (self.show if is_third else self.hide)(self.mechanical_angle)
        step = await told(self.session, lambda device: device.StepSize)
        (self.hide if step is None else self.show)(self.rotator_info)
        self.rotator_info.set(STEP_SIZE=step or 0.0)
        await self.look_now()

    # Motion.

    def middle_of_rotation(self) -> float:
        """See :class:`Rotator`. Cables hang free where the mechanical angle is 0."""
        return self._middle

    async def _turn_rotator(self, angle: float) -> None:
        await self.know("Position")
        await super()._turn_rotator(angle)

    async def turn_to(self, angle: float, *, way: float) -> None:
        """See :class:`Rotator`. Where there are limits it is told the way, else it finds that by itself."""
        if self.rotator_limits.value:
            await self.act(lambda device: device.Move(way))
        else:
            await self.act(lambda device: device.MoveAbsolute(angle))
        await self._until(lambda: _is_near(self._angle, angle), needs="Position")

    async def _until(self, is_there: Callable[[], bool], *, needs: str) -> None:
        await self.arrive(
            "the turn",
            moves=lambda: self._moves,
            there=is_there,
            elsewhere=lambda: f"the rotator stopped at {self._angle}°, short of its target",
            needs=(needs,),
            limit=_LONGEST,
        )

    @on_new(mechanical_angle)
    async def _turn_mechanically(self, wanted: Numbers) -> None:
        angle = wanted.value % 360
        self._rotator_way_to((self.middle_of_rotation() + angle) % 360)  # refused if it is out of the limits
        await self.begin(self.mechanical_angle, partial(self._turn_to_mechanical, angle), lane=self.rotator_angle)

    async def _turn_to_mechanical(self, angle: float) -> None:
        try:
            await self.act(lambda device: device.MoveMechanical(angle))
            await self._until(lambda: _is_near(self._mechanical, angle), needs="MechanicalPosition")
        except asyncio.CancelledError:
            await self.stop_rotator()
            raise

    async def stop_rotator(self) -> None:
        """See :class:`Rotator`. That a rotator cannot be stopped is known only once one tries."""
        try:
            await self.stop(lambda device: device.Halt())
        except NotOfferedError:
            self.declare_rotator(self._rotator_can & ~RotatorCan.STOP)
            raise

    # How its angle is called.

    async def sync_rotator(self, angle: float) -> None:
        """See :class:`Rotator`."""
        await self.session.call(lambda device: device.Sync(angle))
        await self.look_now()

    async def reverse_rotator(self, *, reverse: bool) -> None:
        """See :class:`Rotator`."""
        await self.session.call(lambda device: setattr(device, "Reverse", reverse))
        await self.look_now()


def _is_near(angle: float | None, target: float) -> bool:
    """Return whether an angle is close to another, or not known."""
    return angle is None or abs((angle - target + 180) % 360 - 180) <= _NEAR
