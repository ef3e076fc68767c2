"""Guiding through PHD2: begun, stopped, paused, dithered; calibration; and single pulses, as any guide port takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    HardwareError,
    LiveNumber,
    LiveSwitch,
    Numbers,
    NumberVector,
    RefusedError,
    State,
    Switches,
    SwitchState,
    SwitchVector,
    WhileBusy,
    on_new,
    operation,
)

from ..kinds import guider
from .bridge_base import asks, said
from .bridge_exposures import ExposuresPart, region_of
from .errors import OrderError
from .rules import check_order
from .state import Busy
from .state import State as Phd2State
from .words import AppState, Device, Direction, PauseKind, Settle

__all__ = ["GUIDING", "GuidingPart"]

GUIDING: Final = "Guiding"
_DIRECTIONS: Final = {
    guider.Direction.NORTH: Direction.NORTH,
    guider.Direction.SOUTH: Direction.SOUTH,
    guider.Direction.WEST: Direction.WEST,
    guider.Direction.EAST: Direction.EAST,
}
_PAUSES: Final = {"OFF": PauseKind.NONE, "GUIDING": PauseKind.GUIDING, "FULL": PauseKind.FULL}
_LAST_WORD: Final = 10.0
"""Seconds in which PHD2 tells that what was stopped is over."""


class GuidingPart(ExposuresPart, guider.Guider):
    """Guiding, dithering and pulses. What settles is Busy until it has, whoever began it."""

    settle = NumberVector(
        "PHD2_SETTLE",
        DefNumber("PIXELS", 1.5, label="Within (pixels)", format="%.2f", min=0.01, max=100),
        DefNumber("TIME", 10, label="For (s)", format="%.0f", min=0, max=3600),
        DefNumber("TIMEOUT", 60, label="At the latest after (s)", format="%.0f", min=1, max=86_400),
        label="Settled is",
        group=GUIDING,
        saved=True,
    )
    guide = ButtonVector(
        "PHD2_GUIDE",
        DefSwitch("GUIDE", label="Guide"),
        DefSwitch("RECALIBRATE", label="Calibrate anew, and guide"),
        label="Guide",
        group=GUIDING,
        timeout=900,
    )
    guide_star = SwitchVector(
        "PHD2_GUIDE_STAR",
        DefSwitch("ALL", SwitchState.ON, label="All the frame"),
        DefSwitch("REGION", label="The region"),
        label="Choose the star of",
        group=GUIDING,
        saved=True,
    )
    stop = ButtonVector(
        "PHD2_STOP",
        DefSwitch("STOP", label="Stop"),
        DefSwitch("GUIDING", label="Stop guiding, go on looping"),
        label="Stop",
        group=GUIDING,
    )
    pause = SwitchVector(
        "PHD2_PAUSE",
        DefSwitch("OFF", SwitchState.ON, label="Off"),
        DefSwitch("GUIDING", label="Guiding"),
        DefSwitch("FULL", label="Looping as well"),
        label="Pause",
        group=GUIDING,
    )
    dither = NumberVector(
        "PHD2_DITHER",
        DefNumber("AMOUNT", 3, label="At most (pixels)", format="%.1f", min=0, max=1000),
        label="Dither",
        group=GUIDING,
        timeout=300,
    )
    dither_axes = SwitchVector(
        "PHD2_DITHER_AXES",
        DefSwitch("BOTH", SwitchState.ON, label="RA and dec"),
        DefSwitch("RA_ONLY", label="RA only"),
        label="Dither along",
        group=GUIDING,
        saved=True,
    )
    ao_steps = NumberVector(
        "PHD2_AO_STEPS",
        *(
            DefNumber(one.name, 0, label=one.value, format="%.0f", min=0, max=1000, step=1)
            for one in list(Direction)[4:]
        ),
        label="Move the AO unit (steps)",
        group=GUIDING,
    )

    ends_pulses: ClassVar[bool] = False
    was_stopped = False
    """Whether what goes on was ended here, and who waits for it was told: PHD2's word for that is no news."""
    _pulses_end = 0.0
    """When PHD2 will have done with all pulses, by the loop's clock."""

    def follow(self, state: Phd2State) -> None:
        """Show what goes on; also what another client has begun."""
        super().follow(state)
        self._follow_settling(self.guide, state, is_so=state.busy in (Busy.GUIDE, Busy.SETTLING))
        self._follow_settling(self.dither, state, is_so=state.busy is Busy.DITHER)
        if not state.is_busy:
            self.was_stopped = False
        choice = next(name for name, kind in _PAUSES.items() if kind is state.paused)
        said(self, self.pause, {choice: True}, state=State.OK if state.app else State.IDLE)
        has_ao = state.equipment is not None and state.equipment.ao is not None
        (self.show if has_ao else self.hide)(self.ao_steps)

    def _follow_settling(self, live: LiveSwitch | LiveNumber, state: Phd2State, *, is_so: bool) -> None:
        if self.is_active(live) or self.was_stopped:
            return
        if is_so:
            live.change(state=State.BUSY)
        elif live.is_busy:
            done = state.settled
            if done is not None and not done.is_settled:
                live.alert(done.error or "PHD2 has not settled, and does not say why")
            else:
                live.set(state=State.OK if done and done.is_settled else State.IDLE)

    # Guiding.

    @on_new(guide)
    async def _begin_guiding(self, wanted: Switches) -> None:
        self.check_guiding(self.guide)
        start = partial(self.start_guiding, recalibrate=wanted["RECALIBRATE"])
        await self.ask_soon(self.guide, start, then=self._settled)

    def check_guiding(self, live: LiveSwitch) -> None:
        """See that what is to guide in the end is not under way already.

        Raises:
            RefusedError: It is; the reason says what to do.
        """
        if self.is_active(live):
            check_order(self.phd2.state, "guide", {})
            raise RefusedError(f"what {live.name} was asked for before is under way: wait until it is done")

    async def start_guiding(self, *, recalibrate: bool) -> None:
        """Ask PHD2 to guide, with the settings that the properties show."""
        roi = region_of(self.region.values) if self.guide_star["REGION"] else None
        self.was_stopped = False
        await self.phd2.guide(self._settling(), recalibrate=recalibrate, roi=roi)

    def _settling(self) -> Settle:
        return Settle(self.settle["PIXELS"], self.settle["TIME"], self.settle["TIMEOUT"])

    @on_new(settle)
    async def _set_settle(self, wanted: Numbers) -> None:
        if wanted["TIMEOUT"] <= wanted["TIME"]:
            raise RefusedError("TIMEOUT must be more than TIME, or the guider can never settle")

    async def _settled(self) -> None:
        await self.phd2.settled()
        self.catch_up()

    @on_new(dither)
    async def _dither(self, wanted: Numbers) -> None:
        async def begin() -> None:
            self.was_stopped = False
            await self.phd2.dither(wanted.value, self._settling(), ra_only=self.dither_axes["RA_ONLY"])
            self.dither.set(AMOUNT=wanted.value)

        if self.is_active(self.dither):
            check_order(self.phd2.state, "dither", {})
        await self.ask_soon(self.dither, begin, then=self._settled)

    @operation(stop, while_busy=WhileBusy.JOIN)
    async def _stop_guiding(self, wanted: Switches) -> None:
        if wanted["STOP"]:
            await self.stop_all()
        else:
            await self._stop_guiding_alone()

    def long_operations(self) -> dict[LiveSwitch | LiveNumber, str]:
        """Return the properties that are Busy while PHD2 works towards guiding, with the word for what is stopped."""
        return {
            self.guide: "guiding was stopped before it had settled",
            self.dither: "guiding was stopped before the dither had settled",
        }

    async def stop_all(self) -> None:
        """End exposures, and all that needs them."""
        operations = self.long_operations()
        operations[self.single_frame] = "the frame was stopped before it was taken"
        if self.loop["ON"]:
            operations[self.loop] = "looping was stopped before it had begun"
        await self.cut_short(operations)
        await self.rest()

    async def cut_short(self, operations: Mapping[LiveSwitch | LiveNumber, str]) -> None:
        """End operations, which have failed then: so who waits for one of them is told, whoever stops it."""
        self.catch_up()
        self.was_stopped = True
        for live, words in operations.items():
            if live.is_busy and isinstance(live, LiveSwitch):
                live.alert(words, live.initial)
            elif live.is_busy:
                live.alert(words)
        await self.cancel(*operations)

    async def _stop_guiding_alone(self) -> None:
        """End guiding and calibration, and nothing else."""
        state = self.phd2.state
        is_unknown = state.app is AppState.PAUSED and state.before_pause is None
        if not (state.has_guiding or state.is_busy or is_unknown):
            raise OrderError("PHD2 does not guide: there is nothing to stop", method="loop")
        await self.cut_short(self.long_operations())
        await self.go_on_looping()

    async def go_on_looping(self) -> None:
        """Have PHD2 loop instead of what it does."""
        if self.phd2.state.app is AppState.PAUSED:
            await self.phd2.set_paused(PauseKind.NONE)
        await self.phd2.loop()
        await self.come_to_rest()

    async def come_to_rest(self) -> None:
        """Wait until PHD2 guides no more; by whomever it was told so."""
        try:
            await self.phd2.until(lambda state: not (state.is_guiding or state.is_busy), timeout=_LAST_WORD)
        except TimeoutError:
            raise HardwareError(f"PHD2 still guides after {_LAST_WORD:g} s") from None
        self.catch_up()

    @asks(pause)
    async def _pause(self, wanted: Switches) -> None:
        await self.phd2.set_paused(_PAUSES[wanted.choice])
        self.catch_up()
        self.pause.ok(wanted)

    # Pulses.

    async def pulse(self, direction: guider.Direction, milliseconds: float) -> None:
        """See :class:`~lightapt_drivers.kinds.guider.Guider`.

        PHD2 can end none before its time, and has one thread for the pulses of both axes: one waits for the other.
        """
        await self.phd2.guide_pulse(max(1, round(milliseconds)), _DIRECTIONS[direction])
        now = asyncio.get_running_loop().time()
        self._pulses_end = max(self._pulses_end, now) + milliseconds / 1000
        await asyncio.sleep(self._pulses_end - now)

    def check_pulse(self) -> None:
        """See :class:`~lightapt_drivers.kinds.guider.Guider`."""
        check_order(self.phd2.state, "guide_pulse", {})

    @asks(ao_steps)
    async def _step_ao(self, wanted: Numbers) -> None:
        asked = [(Direction[name], int(wanted[name])) for name in wanted.given if wanted[name] > 0]
        if len(asked) != 1:
            raise RefusedError("name one direction, and more than no steps")
        ((direction, steps),) = asked
        await self.phd2.guide_pulse(steps, direction, which=Device.AO)
        self.ao_steps.ok(dict.fromkeys(self.ao_steps, 0.0))
