"""The driver of MoonLite's focusers, and of all that speak their protocol."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import ClassVar, Final

from lightapt_drivers import (
    OPTIONS,
    DefNumber,
    DefSwitch,
    HardwareError,
    Numbers,
    NumberVector,
    State,
    Switches,
    SwitchState,
    SwitchVector,
    every,
    on_connect,
    on_new,
    run,
)

from ...kinds.focuser import Focuser, FocuserCan
from ..emulators.moonlite import MoonliteEmulator
from ..errors import InstrumentError
from ..serial_device import SerialDevice
from .codec import Speed
from .focuser import Features, MoonliteFocuser

__all__ = ["Moonlite", "main"]

_SPEEDS: Final = tuple(reversed(Speed))
"""Slowest first: a larger FOCUS_SPEED is faster."""
_LOOK: Final = 0.1
"""Seconds between two looks at a motion."""
_LOOKS: Final = 3
"""At a focuser that does not move and is not where it should be: some take a moment to begin."""
_TEMPERATURE: Final = "Temperature"


class Moonlite(Focuser, SerialDevice):
    """MoonLite focuser."""

    device_name: ClassVar[str] = "MoonLite"
    executable: ClassVar[str] = "lightapt-moonlite"
    focuser_can: ClassVar[FocuserCan] = FocuserCan.MOVE_TO | FocuserCan.STOP | FocuserCan.SYNC

    focus_speed = Focuser.focus_speed.but(
        DefNumber("FOCUS_SPEED_VALUE", len(_SPEEDS), label="1 (slowest) to 5", format="%.0f", min=1, max=5, step=1)
    )
    # 16 bits are what MoonLite's own hold. Others that speak the protocol go further: people may say how far.
    focus_max = Focuser.focus_max.but(
        DefNumber("FOCUS_MAX_VALUE", 0xFFFF, label="Steps", format="%.0f", min=1, max=1_000_000, step=1)
    )
    step_mode = SwitchVector(
        "FOCUS_STEP_MODE",
        DefSwitch("FOCUS_FULL_STEP", SwitchState.ON, label="Full steps"),
        DefSwitch("FOCUS_HALF_STEP", label="Half steps"),
        label="Steps",
        group=OPTIONS,
        saved=True,
    )
    compensation = SwitchVector(
        "FOCUS_TEMPERATURE_COMPENSATION",
        DefSwitch("INDI_ENABLED", label="Follow the temperature"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Stay"),
        label="Compensation",
        group=_TEMPERATURE,
        saved=True,
    )
    coefficient = NumberVector(
        "FOCUS_TEMPERATURE_COEFFICIENT",
        DefNumber("COEFFICIENT", 0, label="Steps per °C", format="%.0f", min=-128, max=127, step=1),
        label="Coefficient",
        group=_TEMPERATURE,
        saved=True,
    )
    offset = NumberVector(
        "FOCUS_TEMPERATURE_OFFSET",
        DefNumber("OFFSET", 0, label="Added to the measured (°C)", format="%.1f", min=-64, max=63.5, step=0.5),
        label="Calibration",
        group=_TEMPERATURE,
        saved=True,
    )

    _focuser: MoonliteFocuser
    _features = Features(0)
    _is_told = False
    """Whether the focuser has been told before how it is to be: it forgets that when its power goes."""
    _is_unread = False
    """Whether it could not be read the last time."""

    def make_emulator(self) -> MoonliteEmulator:
        """Return a focuser that is not there."""
        return MoonliteEmulator()

    async def move_focus_to(self, steps: float) -> None:
        """Go to a position."""
        target, looks = round(steps), _LOOKS
        await self._focuser.move_to(target)
        while (position := await self._follow()) != target:
            looks -= 1
            if not looks:
                raise HardwareError(
                    f"the focuser stopped at {position}, not at {target}: is it blocked, or at its end?"
                )
            await asyncio.sleep(_LOOK)

    async def stop_focus(self) -> None:
        """Stop where it is."""
        await self._focuser.halt()
        if self.is_connected:
            self.focus_at(await self._focuser.position())

    async def sync_focus(self, steps: float) -> None:
        """Call the position that it has so many steps."""
        await self._focuser.set_position(round(steps))
        position = await self._focuser.position()  # the command has no answer of its own
        if position != round(steps):
            self.focus_at(position)
            raise HardwareError(f"the focuser does not take {steps:.0f} for its position: it says {position}")

    async def set_focus_speed(self, speed: float) -> None:
        """Move at this speed from now on: 1 is 16 steps a second, and each more is twice as fast."""
        await self._focuser.set_speed(_SPEEDS[round(speed) - 1])

    async def set_focus_max(self, steps: float) -> None:
        """Leave it to the kind: these focusers know no limit of their own."""

    @on_connect
    async def _greet(self) -> None:
        self._focuser = MoonliteFocuser(self.link)
        self._features = features = await self._focuser.greet()
        self._declare(features)
        if self._is_told:
            await self._tell(features)
        else:
            self._adopt(features)
        await self._focuser.set_compensation(on=self.compensation["INDI_ENABLED"])  # nobody can ask whether it does
        self._is_told = True
        self.instrument.ok(MODEL="MoonLite", FIRMWARE=features.firmware or "")
        self.focus_at(features.position)
        if features.temperature is not None:
            self.focus_temperature.ok(TEMPERATURE=features.temperature)

    def _declare(self, features: Features) -> None:
        can, warmth = self.focuser_can, features.temperature is not None
        can |= FocuserCan.SPEED if features.speed is not None else FocuserCan(0)
        can |= FocuserCan.TEMPERATURE if warmth else FocuserCan(0)
        self.declare_focuser(can)
        (self.hide if features.is_half_stepping is None else self.show)(self.step_mode)
        (self.show if warmth else self.hide)(self.offset)
        (self.show if warmth and features.coefficient is not None else self.hide)(self.coefficient, self.compensation)

    def _adopt(self, features: Features) -> None:
        """Take note of how the focuser is set."""
        if features.speed is not None:
            self.focus_speed.ok(FOCUS_SPEED_VALUE=_SPEEDS.index(features.speed) + 1)
        if features.is_half_stepping is not None:
            self.step_mode.choose("FOCUS_HALF_STEP" if features.is_half_stepping else "FOCUS_FULL_STEP", state=State.OK)
        if features.coefficient is not None:
            self.coefficient.ok(COEFFICIENT=features.coefficient)

    async def _tell(self, features: Features) -> None:
        """Have the focuser set as it was when it was lost."""
        if features.speed is not None:
            await self.set_focus_speed(self.focus_speed.value)
        if features.is_half_stepping is not None:
            await self._focuser.set_half_stepping(on=self.step_mode["FOCUS_HALF_STEP"])
        if features.coefficient is not None:
            await self._focuser.set_coefficient(round(self.coefficient.value))
            await self._focuser.set_temperature_offset(self.offset.value)

    @every()
    async def _look_at_focuser(self) -> None:
        if self.is_active(self.focus_position):  # who moves it looks, too
            return
        try:
            await self._read()
        except InstrumentError:
            self._is_unread = True
            self.focus_position.change(state=State.ALERT)
            raise
        if self._is_unread:
            self._is_unread = False
            self.focus_position.ok()

    async def _follow(self) -> int:
        """Tell where the focuser is until it does not move, and return that."""
        while await self._focuser.is_moving():
            self.focus_at(await self._focuser.position())
            await asyncio.sleep(_LOOK)
        position = await self._focuser.position()
        self.focus_at(position)
        return position

    async def _read(self) -> None:
        position = await self._focuser.position()
        if not self.is_active(self.focus_position):
            self.focus_at(position)
        if self._features.temperature is not None:
            self.focus_temperature.change(TEMPERATURE=await self._focuser.temperature(), state=State.OK)

    @on_new(step_mode)
    async def _set_step_mode(self, wanted: Switches) -> None:
        await self._focuser.set_half_stepping(on=wanted["FOCUS_HALF_STEP"])

    @on_new(compensation)
    async def _compensate(self, wanted: Switches) -> None:
        await self._focuser.set_compensation(on=wanted["INDI_ENABLED"])

    @on_new(coefficient)
    async def _set_coefficient(self, wanted: Numbers) -> None:
        await self._focuser.set_coefficient(round(wanted.value))

    @on_new(offset)
    async def _set_offset(self, wanted: Numbers) -> None:
        await self._focuser.set_temperature_offset(wanted.value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(Moonlite, arguments)


if __name__ == "__main__":
    sys.exit(main())
