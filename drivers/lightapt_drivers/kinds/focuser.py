"""A focuser: by position, by steps or by time, as its hardware can. Limits and backlash are seen to here."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from enum import Flag, auto
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    Device,
    DriverInterface,
    Live,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    Standard,
    State,
    Switches,
    SwitchVector,
    on_connect,
    on_new,
    operation,
)

__all__ = ["Focuser", "FocuserCan", "legs", "play_after"]

_MAXIMUM: Final = 100_000
_LARGEST: Final = 1_000_000


class FocuserCan(Flag):
    """What a focuser's hardware can do; clients see the properties that go with it."""

    MOVE_TO = auto()
    """Go to a position: it counts its steps."""
    MOVE_BY = auto()
    """Go so many steps, without knowing where it is."""
    RUN = auto()
    """Move for so long."""
    STOP = auto()
    SYNC = auto()
    """Call its position another number."""
    REVERSE = auto()
    """Exchange inward and outward."""
    SPEED = auto()
    COMPENSATE = auto()
    """Take up backlash by itself."""
    TEMPERATURE = auto()
    """Measure the temperature."""


_STEPPING: Final = FocuserCan.MOVE_TO | FocuserCan.MOVE_BY
_NEEDS: Final = {
    Standard.ABS_FOCUS_POSITION: FocuserCan.MOVE_TO,
    Standard.FOCUS_MAX: FocuserCan.MOVE_TO,
    Standard.REL_FOCUS_POSITION: _STEPPING,
    Standard.FOCUS_TIMER: FocuserCan.RUN,
    Standard.FOCUS_SPEED: FocuserCan.SPEED,
    Standard.FOCUS_SYNC: FocuserCan.SYNC,
    Standard.FOCUS_ABORT_MOTION: FocuserCan.STOP,
    Standard.FOCUS_REVERSE_MOTION: FocuserCan.REVERSE,
    Standard.FOCUS_BACKLASH_TOGGLE: _STEPPING | FocuserCan.COMPENSATE,
    Standard.FOCUS_BACKLASH_STEPS: _STEPPING | FocuserCan.COMPENSATE,
    Standard.FOCUS_TEMPERATURE: FocuserCan.TEMPERATURE,
}
"""Properties, and what of the hardware they need: any one of these."""


def _number(
    name: Standard,
    *,
    label: str,
    unit: str = "Steps",
    value: float = 0,
    min: float = 0,
    max: float = _MAXIMUM,
    saved: bool = False,
) -> NumberVector:
    member = DefNumber(name.members[0], value, label=unit, format="%.0f", min=min, max=max, step=1)
    return NumberVector(name, member, label=label, saved=saved)


class Focuser(Device):
    """Moves the focus. A driver says what its hardware can, and fills in the methods for that.

    Which one moves depends on what it can: :meth:`move_focus_to`, :meth:`move_focus_by` or :meth:`run_focus`. Each
    returns when the motion is over, and tells meanwhile where the focuser is by :meth:`focus_at`, if it knows.
    Cancelled, they just end: :meth:`stop_focus` is called then. Outward is away from the sky: to larger positions.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.FOCUSER
    focuser_can: ClassVar[FocuserCan] = FocuserCan.MOVE_TO | FocuserCan.STOP
    """What the hardware can, unless it says otherwise when it is connected."""

    focus_motion = SwitchVector.standard(Standard.FOCUS_MOTION, "In", "Out", on="FOCUS_INWARD", label="Direction")
    focus_speed = _number(Standard.FOCUS_SPEED, label="Speed", unit="Speed", value=1, min=1, max=255, saved=True)
    focus_timer = _number(Standard.FOCUS_TIMER, label="Move for", unit="Milliseconds", max=10_000)
    focus_relative = _number(Standard.REL_FOCUS_POSITION, label="Relative position")
    focus_position = _number(Standard.ABS_FOCUS_POSITION, label="Position")
    focus_max = _number(Standard.FOCUS_MAX, label="Maximum", value=_MAXIMUM, min=1, max=_LARGEST, saved=True)
    focus_abort = ButtonVector.standard_buttons(Standard.FOCUS_ABORT_MOTION, "Abort", label="Abort")
    focus_sync = _number(Standard.FOCUS_SYNC, label="Sync")
    focus_reverse = SwitchVector.standard(
        Standard.FOCUS_REVERSE_MOTION, "Reversed", "Normal", on="INDI_DISABLED", label="Reverse", saved=True
    )
    focus_backlash = SwitchVector.standard(
        Standard.FOCUS_BACKLASH_TOGGLE, "Take up", "Ignore", on="INDI_DISABLED", label="Backlash", saved=True
    )
    focus_backlash_steps = _number(Standard.FOCUS_BACKLASH_STEPS, label="Backlash", saved=True)
    focus_temperature = NumberVector(
        Standard.FOCUS_TEMPERATURE,
        DefNumber("TEMPERATURE", 0, label="°C", format="%6.2f", min=-50, max=70),
        label="Temperature",
        perm=Permission.READ_ONLY,
    )

    _focus_can: FocuserCan = FocuserCan(0)
    _focus_play: float = math.inf
    """Steps that an inward motion might still take up without moving the optics; what is not known is infinite."""

    # For a driver to fill in.

    async def move_focus_to(self, steps: float) -> None:
        """Go to a position from 0 to FOCUS_MAX."""
        raise NotImplementedError

    async def move_focus_by(self, steps: float) -> None:
        """Go so many steps, outward if positive."""
        raise NotImplementedError

    async def run_focus(self, seconds: float) -> None:
        """Move for so long, outward if positive."""
        raise NotImplementedError

    async def stop_focus(self) -> None:
        """Stop where it is."""
        raise NotImplementedError

    async def sync_focus(self, steps: float) -> None:
        """Call the position that it has so many steps."""
        raise NotImplementedError

    async def reverse_focus(self, *, reverse: bool) -> None:
        """Exchange inward and outward, or have them as they were; the position is called what it was."""
        raise NotImplementedError

    async def set_focus_speed(self, speed: float) -> None:
        """Move at this speed from now on, in the hardware's units."""
        raise NotImplementedError

    async def set_focus_backlash(self, steps: float) -> None:
        """Have the hardware take up so much backlash; 0 is none."""
        raise NotImplementedError

    async def set_focus_max(self, steps: float) -> None:
        """Have the hardware, too, go no further than this. Many have no such limit: then nothing is to be done."""

    # For a driver to use.

    def declare_focuser(self, can: FocuserCan) -> None:
        """Say what the hardware can, when it is connected."""
        self._focus_can = can
        for name, any_of in _NEEDS.items():
            (self.show if can & any_of else self.hide)(self.vectors[name])

    def limit_focus(self, steps: float) -> None:
        """Say how far out the hardware can go: FOCUS_MAX is that at most, and if no one has changed it just that."""
        is_changed = self.focus_max.value != self.focus_max.initial["FOCUS_MAX_VALUE"]
        self.focus_max.limit("FOCUS_MAX_VALUE", min=1, max=steps)
        self.focus_max.change(FOCUS_MAX_VALUE=min(self.focus_max.value, steps) if is_changed else steps)
        self._apply_focus_max(self.focus_max.value)

    def focus_at(self, steps: float) -> None:
        """Take note of where the focuser is, and tell the clients."""
        before, backlash = self.focus_position.value, self.focus_backlash_steps.value
        if self.is_active(self.focus_position):
            self._focus_play = play_after(self._focus_play, steps - before, backlash=backlash)
        elif steps != before:  # by hand, or while nobody looked
            self._focus_play = math.inf
        self.focus_position.change(FOCUS_ABSOLUTE_POSITION=steps)

    # What every focuser does.

    @on_connect
    async def _begin_as_focuser(self) -> None:
        self.declare_focuser(self.focuser_can)
        self._focus_play = math.inf
        self._apply_focus_max(self.focus_max.value)

    @operation(focus_position)
    async def _move_focus_to(self, wanted: Numbers) -> None:
        await self._travel_focus_to(wanted.value)

    @on_new(focus_relative)
    async def _move_focus_by(self, wanted: Numbers) -> None:
        steps = wanted.value * self._focus_direction
        if FocuserCan.MOVE_TO in self._focus_can:
            target = self.focus_position.value + steps
            _check_range(target, here=self.focus_position.value, maximum=self.focus_max.value)
            motion = partial(self._travel_focus_to, target)
        else:
            motion = partial(self._travel_focus_by, steps)
        await self._start_focusing(self.focus_relative, wanted, motion)

    @on_new(focus_timer)
    async def _move_focus_for(self, wanted: Numbers) -> None:
        seconds = wanted.value / 1000 * self._focus_direction
        motion = partial(self._stopping_focus_if_cancelled, self.run_focus, seconds)
        await self._start_focusing(self.focus_timer, wanted, motion)

    @on_new(focus_abort)
    async def _abort_focus(self, wanted: Switches) -> None:
        if wanted.choice and not await self.cancel(self.focus_position):
            await self.stop_focus()  # it may move by other hands

    @on_new(focus_sync)
    async def _sync_focus(self, wanted: Numbers) -> None:
        self._check_focuser_rests("sync it")
        await self.sync_focus(wanted.value)
        self.focus_position.ok(FOCUS_ABSOLUTE_POSITION=wanted.value)

    @on_new(focus_reverse)
    async def _reverse_focus(self, wanted: Switches) -> None:
        self._check_focuser_rests("reverse it")
        await self.reverse_focus(reverse=wanted["INDI_ENABLED"])
        self._focus_play = math.inf
        self.focus_reverse.ok(wanted)
        self.remember(self.focus_reverse)

    @on_new(focus_speed)
    async def _set_focus_speed(self, wanted: Numbers) -> None:
        await self.set_focus_speed(wanted.value)

    @on_new(focus_max)
    async def _set_focus_max(self, wanted: Numbers) -> None:
        self._check_focuser_rests("set FOCUS_MAX")
        if self.focus_position.value > wanted.value:
            here = self.focus_position.value
            raise RefusedError(
                f"the focuser is at {here:.0f}, which is beyond {wanted.value:.0f}: move it inward first"
            )
        await self.set_focus_max(wanted.value)
        self.focus_max.ok(wanted)
        self._apply_focus_max(wanted.value)
        self.remember(self.focus_max)

    @on_new(focus_backlash)
    async def _toggle_focus_backlash(self, wanted: Switches) -> None:
        if FocuserCan.COMPENSATE in self._focus_can:
            await self.set_focus_backlash(self.focus_backlash_steps.value if wanted["INDI_ENABLED"] else 0)
        self.focus_backlash.ok(wanted)
        self.remember(self.focus_backlash)

    @on_new(focus_backlash_steps)
    async def _set_focus_backlash(self, wanted: Numbers) -> None:
        if FocuserCan.COMPENSATE in self._focus_can and self.focus_backlash["INDI_ENABLED"]:
            await self.set_focus_backlash(wanted.value)
        self._focus_play = math.inf
        self.focus_backlash_steps.ok(wanted)
        self.remember(self.focus_backlash_steps)

    # Motion. All of it goes on in the lane of the position, and clients that watch the position see it Busy.

    @property
    def _focus_direction(self) -> int:
        return 1 if self.focus_motion["FOCUS_OUTWARD"] else -1

    @property
    def _focus_overshoot(self) -> float:
        """How far to go too far, so that backlash is taken up on the way back."""
        is_ours = self.focus_backlash["INDI_ENABLED"] and FocuserCan.COMPENSATE not in self._focus_can
        return self.focus_backlash_steps.value if is_ours else 0.0

    async def _start_focusing(self, asked: Live[float], wanted: Numbers, motion: Callable[[], Awaitable[None]]) -> None:
        """Start what was asked for by a property other than the position."""
        await self.cancel(self.focus_position)
        asked.busy(wanted)
        await self.begin(asked, partial(self._accompany_focus, asked, motion), lane=self.focus_position)

    async def _accompany_focus(self, asked: Live[float], motion: Callable[[], Awaitable[None]]) -> None:
        """Do such a motion, and let the position show how it goes."""
        state = State.ALERT
        self.focus_position.busy()
        try:
            await motion()
            state = State.OK
        except asyncio.CancelledError:
            state = State.IDLE
            raise
        finally:
            self.focus_position.set(state=state)
        asked.ok()  # even if another request was refused meanwhile

    async def _travel_focus_to(self, target: float) -> None:
        here = self.focus_position.value
        room = self.focus_max.value - here
        for leg in legs(target - here, overshoot=self._focus_overshoot, play=self._focus_play, room=room):
            here += leg
            await self._stopping_focus_if_cancelled(self.move_focus_to, here)

    async def _travel_focus_by(self, steps: float) -> None:
        for leg in legs(steps, overshoot=self._focus_overshoot, play=self._focus_play):
            play, self._focus_play = self._focus_play, math.inf  # should it be stopped on the way
            await self._stopping_focus_if_cancelled(self.move_focus_by, leg)
            self._focus_play = play_after(play, leg, backlash=self.focus_backlash_steps.value)

    async def _stopping_focus_if_cancelled(self, move: Callable[[float], Awaitable[None]], amount: float) -> None:
        try:
            await move(amount)
        except asyncio.CancelledError:
            if FocuserCan.STOP in self._focus_can:
                await self.stop_focus()
            raise

    def _check_focuser_rests(self, to_do: str) -> None:
        if self.is_active(self.focus_position):
            raise RefusedError(f"the focuser is moving: abort that or wait for its end, then {to_do}")

    def _apply_focus_max(self, steps: float) -> None:
        for live in (self.focus_position, self.focus_relative, self.focus_sync):
            live.limit(next(iter(live)), min=0, max=steps)


def legs(steps: float, *, overshoot: float, play: float, room: float = math.inf) -> list[float]:
    """Return the motions in turn that make a motion of so many steps and end inward, with the backlash taken up.

    Inward is the way to end because the focuser then lifts its load: the play stays taken up by the weight.

    Args:
        steps: The motion, outward if positive.
        overshoot: How far to go too far outward; 0 for one plain motion.
        play: Steps that an inward motion might still take up without moving the optics.
        room: Steps to the outer end, where there is one: with less room one overshoots by less.
    """
    overshoot = min(overshoot, room - steps)
    is_taken_up_anyway = steps <= 0 and -steps >= min(play, overshoot)
    if not steps:
        return []
    return [steps] if overshoot <= 0 or is_taken_up_anyway else [steps + overshoot, -overshoot]


def play_after(play: float, steps: float, *, backlash: float) -> float:
    """Return what of the backlash is to be taken up inward after a motion, outward if positive."""
    return min(max(min(play, backlash) + steps, 0.0), backlash)


def _check_range(target: float, *, here: float, maximum: float) -> None:
    if not 0 <= target <= maximum:
        end = f"beyond the maximum, {maximum:.0f} (FOCUS_MAX)" if target > maximum else "below 0"
        raise RefusedError(f"from {here:.0f} that would lead to {target:.0f}, which is {end}")
