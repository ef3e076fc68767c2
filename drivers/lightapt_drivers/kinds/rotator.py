"""A rotator: turns the camera to an angle."""

from __future__ import annotations

import asyncio
from enum import Flag, auto
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    Device,
    DriverInterface,
    Numbers,
    NumberVector,
    RefusedError,
    Standard,
    Switches,
    SwitchState,
    SwitchVector,
    on_connect,
    on_new,
)

__all__ = ["Rotator", "RotatorCan", "way_to"]


class RotatorCan(Flag):
    """What a rotator's hardware can do besides turning; clients see the properties that go with it."""

    STOP = auto()
    SYNC = auto()
    """Call its angle another number."""
    REVERSE = auto()
    """Turn the other way for larger angles."""
    COMPENSATE = auto()
    """Take up backlash by itself."""


_BACKLASH_TOGGLE: Final = "ROTATOR_BACKLASH_TOGGLE"
_BACKLASH_STEPS: Final = "ROTATOR_BACKLASH_STEPS"
_NEEDS: Final = {
    Standard.ROTATOR_ABORT_MOTION: RotatorCan.STOP,
    Standard.SYNC_ROTATOR_ANGLE: RotatorCan.SYNC,
    Standard.ROTATOR_REVERSE: RotatorCan.REVERSE,
    _BACKLASH_TOGGLE: RotatorCan.COMPENSATE,
    _BACKLASH_STEPS: RotatorCan.COMPENSATE,
}


def _angle(name: Standard, *, label: str) -> NumberVector:
    return NumberVector(name, DefNumber("ANGLE", 0, label="Degrees", format="%.2f", max=360), label=label)


class Rotator(Device):
    """Turns the camera. A driver says what its hardware can, and fills in :meth:`turn_to` and what goes with that.

    Angles are in degrees, from 0 to below 360; after a sync they are what the client calls them.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.ROTATOR
    rotator_can: ClassVar[RotatorCan] = RotatorCan.STOP
    """What the hardware can, unless it says otherwise when it is connected."""

    rotator_angle = _angle(Standard.ABS_ROTATOR_ANGLE, label="Angle")
    rotator_abort = ButtonVector.standard_buttons(Standard.ROTATOR_ABORT_MOTION, "Abort", label="Abort")
    rotator_sync = _angle(Standard.SYNC_ROTATOR_ANGLE, label="Sync")
    rotator_reverse = SwitchVector.standard(
        Standard.ROTATOR_REVERSE, "Reversed", "Normal", on="INDI_DISABLED", label="Reverse", saved=True
    )
    rotator_backlash = SwitchVector(
        _BACKLASH_TOGGLE,
        DefSwitch("INDI_ENABLED", label="Compensated"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Ignored"),
        label="Backlash",
        saved=True,
    )
    rotator_backlash_steps = NumberVector(
        _BACKLASH_STEPS,
        DefNumber("ROTATOR_BACKLASH_VALUE", 0, label="Steps", format="%.0f", max=1_000_000, step=1),
        label="Backlash",
        saved=True,
    )
    rotator_limits = NumberVector(
        "ROTATOR_LIMITS",
        DefNumber("ROTATOR_LIMITS_VALUE", 0, label="Safe range (degrees; 0: no limits)", format="%.0f", max=360),
        label="Limits",
        saved=True,
    )

    _rotator_can: RotatorCan = RotatorCan(0)

    # For a driver to fill in.

    async def turn_to(self, angle: float, *, way: float) -> None:
        """Turn to an angle, and return when it is there; tell meanwhile where it is by :meth:`rotator_at`.

        Cancelled, just end: :meth:`stop_rotator` is called then.

        Args:
            angle: Where to.
            way: Which way and how far: degrees, to larger angles if positive. Hardware that finds the shortest way
                by itself need not care, unless there are limits.
        """
        raise NotImplementedError

    async def stop_rotator(self) -> None:
        """Stop where it is."""
        raise NotImplementedError

    async def sync_rotator(self, angle: float) -> None:
        """Call the angle that it has so."""
        raise NotImplementedError

    async def reverse_rotator(self, *, reverse: bool) -> None:
        """Turn the other way for larger angles, or as it was; the angle is called what it was."""
        raise NotImplementedError

    async def set_rotator_backlash(self, steps: float) -> None:
        """Have the hardware take up so much backlash; 0 is none."""
        raise NotImplementedError

    def middle_of_rotation(self) -> float:
        """Return the angle, as it is called now, about which ROTATOR_LIMITS lie: where cables hang free."""
        return 0.0

    # For a driver to use.

    def declare_rotator(self, can: RotatorCan) -> None:
        """Say what the hardware can, when it is connected."""
        self._rotator_can = can
        for name, needed in _NEEDS.items():
            (self.show if needed in can else self.hide)(self.vectors[name])

    def rotator_at(self, angle: float) -> None:
        """Take note of the angle, and tell the clients."""
        self.rotator_angle.change(ANGLE=angle % 360)

    # What every rotator does.

    @on_connect
    async def _begin_as_rotator(self) -> None:
        self.declare_rotator(self.rotator_can)

    @on_new(rotator_angle)
    async def _start_turning(self, wanted: Numbers) -> None:
        angle = wanted.value % 360
        self._rotator_way_to(angle)  # what is out of the limits is refused before anything else is stopped
        await self.begin(self.rotator_angle, partial(self._turn_rotator, angle))

    @on_new(rotator_abort)
    async def _abort_rotator(self, wanted: Switches) -> None:
        if wanted.choice and not await self.cancel(self.rotator_angle):
            await self.stop_rotator()  # it may turn by other hands

    @on_new(rotator_sync)
    async def _sync_rotator(self, wanted: Numbers) -> None:
        self._check_rotator_rests("sync it")
        await self.sync_rotator(wanted.value % 360)
        self.rotator_angle.ok(ANGLE=wanted.value % 360)

    @on_new(rotator_reverse)
    async def _reverse_rotator(self, wanted: Switches) -> None:
        self._check_rotator_rests("reverse it")
        await self.reverse_rotator(reverse=wanted["INDI_ENABLED"])
        self.rotator_reverse.ok(wanted)
        self.remember(self.rotator_reverse)

    @on_new(rotator_backlash)
    async def _toggle_rotator_backlash(self, wanted: Switches) -> None:
        await self.set_rotator_backlash(self.rotator_backlash_steps.value if wanted["INDI_ENABLED"] else 0)

    @on_new(rotator_backlash_steps)
    async def _set_rotator_backlash(self, wanted: Numbers) -> None:
        if self.rotator_backlash["INDI_ENABLED"]:
            await self.set_rotator_backlash(wanted.value)

    async def _turn_rotator(self, angle: float) -> None:
        if not (way := self._rotator_way_to(angle)):
            return
        try:
            await self.turn_to(angle, way=way)
        except asyncio.CancelledError:
            if RotatorCan.STOP in self._rotator_can:
                await self.stop_rotator()
            raise

    def _rotator_way_to(self, angle: float) -> float:
        limits, middle = self.rotator_limits.value, self.middle_of_rotation()
        return way_to(angle, here=self.rotator_angle.value, limits=limits, middle=middle)

    def _check_rotator_rests(self, to_do: str) -> None:
        if self.is_active(self.rotator_angle):
            raise RefusedError(f"the rotator is turning: abort that or wait for its end, then {to_do}")


def way_to(angle: float, *, here: float, limits: float, middle: float) -> float:
    """Return which way and how far to turn from `here`: the shortest way, or the one within the limits.

    Args:
        angle: Where to, in degrees.
        here: From where.
        limits: Degrees in which it may turn, half of them to either side of the middle; 0 for no limits.
        middle: The angle at which cables hang free.

    Raises:
        RefusedError: It is out of the limits.
    """
    if not limits:
        return _half_turns(angle - here)
    # The point opposite to the middle is never passed: so cables do not wind up, even from out of the limits.
    begin, end = _half_turns(here - middle), _half_turns(angle - middle)
    if abs(end) > limits / 2:
        first, last = (middle - limits / 2) % 360, (middle + limits / 2) % 360
        raise RefusedError(f"{angle:.2f}° is out of the limits, {first:.2f}° to {last:.2f}° (ROTATOR_LIMITS)")
    return end - begin


def _half_turns(degrees: float) -> float:
    """Return the same angle from -180 to below 180 degrees."""
    return (degrees + 180) % 360 - 180
