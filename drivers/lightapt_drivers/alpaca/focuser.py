"""An Alpaca focuser as an INDI device."""

from __future__ import annotations

import math
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    Numbers,
    NumberVector,
    Permission,
    Switches,
    SwitchState,
    SwitchVector,
    on_connect,
    on_new,
)

from ..kinds.focuser import Focuser, FocuserCan
from .arrivals import Arrival
from .asking import has, told
from .bridge import AlpacaDevice
from .errors import NotOfferedError
from .look import Look
from .session import Ask, if_told

__all__ = ["AlpacaFocuser"]

_LONGEST: Final = 600.0
"""Seconds of one motion."""
_SLACK: Final = 25
"""Steps by which a focuser may miss its target, or a tenth of the way if that is more."""


class AlpacaFocuser(Focuser, AlpacaDevice):
    """Alpaca focuser."""

    device_name: ClassVar[str] = "Alpaca Focuser"

    compensation = SwitchVector(
        "FOCUS_TEMPERATURE_COMPENSATION",
        DefSwitch("INDI_ENABLED", label="Compensated"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Ignored"),
        label="Temperature's effect",
    )
    focus_info = NumberVector(
        "FOCUSER_INFO",
        DefNumber("STEP_SIZE", 0, label="Step (µm)", format="%g"),
        DefNumber("MAX_INCREMENT", 0, label="Longest motion (steps)", format="%.0f"),
        label="Focuser information",
        perm=Permission.READ_ONLY,
    )

    _moves: bool = False
    _position: int | None = None
    _stride: float = math.inf
    """Steps of the longest motion at a time."""

    async def read(self, look: Look) -> bool:
        """Read whether it moves, where it is and how warm it is."""
        counts = FocuserCan.MOVE_TO in self._focus_can
        self._moves = await look.moves("IsMoving", shown_by=self.focus_position if counts else self.focus_relative)
        if counts:
            self._position = await look.whole("Position", shown_by=self.focus_position)
            if self._position is not None:
                self.focus_at(self._position)
        if FocuserCan.TEMPERATURE in self._focus_can:
            temperature = await look.number("Temperature", shown_by=self.focus_temperature)
            if temperature is not None:
                self.focus_temperature.change(TEMPERATURE=round(temperature, 2))
        return self._moves

    @on_connect
    async def _greet(self) -> None:
        session = self.session
        can = FocuserCan.STOP
        can |= FocuserCan.MOVE_TO if await session.flag(lambda device: device.Absolute) else FocuserCan.MOVE_BY
        can |= FocuserCan.TEMPERATURE if await has(session, lambda device: device.Temperature) else FocuserCan(0)
        self.declare_focuser(can)
        await self._learn_range()
        await self._learn_compensation()
        await self.look_now()

    async def _learn_range(self) -> None:
        session = self.session
        furthest = await told(session, lambda device: device.MaxStep) or 0
        increment = await told(session, lambda device: device.MaxIncrement) or 0
        size = await told(session, lambda device: device.StepSize) or 0.0
        self._stride = increment if increment >= 1 else math.inf
        self.focus_info.set(STEP_SIZE=size, MAX_INCREMENT=increment)
        if furthest >= 1:
            self.limit_focus(furthest)

    async def _learn_compensation(self) -> None:
        available = await self.offers(lambda device: device.TempCompAvailable)
        (self.show if available else self.hide)(self.compensation)
        if available:
            on = bool(await if_told(self.session.flag(lambda device: device.TempComp)))
            self.compensation.change(INDI_ENABLED=on, INDI_DISABLED=not on)

    # Motion.

    async def _move_focus_by(self, wanted: Numbers) -> None:
        await self.know(*self._counted)
        await super()._move_focus_by(wanted)

    async def _travel_focus_to(self, target: float) -> None:
        await self.know(*self._counted)
        await super()._travel_focus_to(target)

    @property
    def _counted(self) -> tuple[str, ...]:
        """The member that a way begins with."""
        return ("Position",) if FocuserCan.MOVE_TO in self._focus_can else ()

    async def move_focus_to(self, steps: float) -> None:
        """See :class:`Focuser`. What is further than one motion may go is gone in several."""
        target = round(steps)
        while True:
            here = self.focus_position.value
            way = target - here
            leg = round(here + math.copysign(min(abs(way), self._stride), way))
            await self.act(_moving(leg))
            await self._until_there(leg, slack=max(_SLACK, abs(leg - here) / 10))
            if leg == target:
                return

    async def _until_there(self, target: int, *, slack: float) -> None:
        await self.arrive(
            "the motion",
            moves=lambda: self._moves,
            there=lambda: self._position == target,
            needs=self._counted,
            near=lambda: self._position is None or abs(self._position - target) <= slack,
            elsewhere=lambda: f"the focuser stopped at {self._position}, short of {target}",
            limit=_LONGEST,
        )

    async def move_focus_by(self, steps: float) -> None:
        """See :class:`Focuser`."""
        left = round(steps)
        while left:
            leg = round(math.copysign(min(abs(left), self._stride), left))
            await self.act(_moving(leg))
            await self._until_at_rest()
            left -= leg

    async def _until_at_rest(self) -> None:
        """Wait until it has moved and rests; where it is cannot be seen."""
        arrival = Arrival()
        await self.follow(
            lambda: arrival.is_over(moves=self._moves, there=arrival.has_moved), limit=_LONGEST, what="the motion"
        )

    async def stop_focus(self) -> None:
        """See :class:`Focuser`. That a focuser cannot be stopped is known only once one tries."""
        try:
            await self.stop(lambda device: device.Halt())
        except NotOfferedError:
            self.declare_focuser(self._focus_can & ~FocuserCan.STOP)
            raise

    @on_new(compensation)
    async def _compensate(self, wanted: Switches) -> None:
        on = wanted["INDI_ENABLED"]
        await self.session.call(lambda device: setattr(device, "TempComp", on))


def _moving(steps: int) -> Ask[object]:
    return lambda device: device.Move(steps)
