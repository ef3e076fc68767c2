"""PHD2's calibration of the mount: made, ended, forgotten, flipped, and shown."""

from __future__ import annotations

from typing import Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    LiveNumber,
    LiveSwitch,
    LiveText,
    NumberVector,
    Permission,
    RefusedError,
    State,
    Switches,
    TextVector,
    on_new,
)

from . import events as ev
from .bridge_base import asks, shown
from .bridge_guiding import GuidingPart
from .errors import LostError, SettleError
from .results import Calibration
from .rules import check_order
from .state import State as Phd2State
from .streams import EventStream
from .words import AppState, Calibrations, Device

__all__ = ["CALIBRATION", "CalibrationPart"]

CALIBRATION: Final = "Calibration"
_UNKNOWN: Final = -99.0
"""The declination where none is known: 0 is one."""
_CLEARED: Final = {"MOUNT": Calibrations.MOUNT, "AO": Calibrations.AO, "BOTH": Calibrations.BOTH}


def _numbers(name: str, *, label: str) -> NumberVector:
    return NumberVector(
        name,
        DefNumber("X_ANGLE", 0, label="RA angle (°)", format="%.2f"),
        DefNumber("X_RATE", 0, label="RA rate (pixels/s)", format="%.4f"),
        DefNumber("Y_ANGLE", 0, label="Dec angle (°)", format="%.2f"),
        DefNumber("Y_RATE", 0, label="Dec rate (pixels/s)", format="%.4f"),
        DefNumber("DECLINATION", _UNKNOWN, label="At declination (°, -99: unknown)", format="%.2f"),
        label=label,
        group=CALIBRATION,
        perm=Permission.READ_ONLY,
    )


def _parity(name: str, *, label: str) -> TextVector:
    members = (DefText("X", label="RA"), DefText("Y", label="Dec"))
    return TextVector(name, *members, label=label, group=CALIBRATION, perm=Permission.READ_ONLY)


class CalibrationPart(GuidingPart):
    """Calibration. PHD2 calibrates as it begins to guide: here it ends guiding then, and goes on looping."""

    calibration = ButtonVector(
        "PHD2_CALIBRATION",
        DefSwitch("START", label="Calibrate"),
        DefSwitch("STOP", label="Stop"),
        DefSwitch("FLIP", label="Flip to the other side of the pier"),
        label="Calibration",
        group=CALIBRATION,
        timeout=900,
    )
    calibration_clear = ButtonVector(
        "PHD2_CALIBRATION_CLEAR",
        DefSwitch("MOUNT", label="Of the mount"),
        DefSwitch("AO", label="Of the AO unit"),
        DefSwitch("BOTH", label="Both"),
        label="Forget calibration",
        group=CALIBRATION,
    )
    calibration_data = _numbers("PHD2_CALIBRATION_DATA", label="Calibration of the mount")
    calibration_parity = _parity("PHD2_CALIBRATION_PARITY", label="Parity of the mount")
    ao_calibration = _numbers("PHD2_AO_CALIBRATION", label="Calibration of the AO unit")
    ao_parity = _parity("PHD2_AO_PARITY", label="Parity of the AO unit")
    calibration_step = TextVector(
        "PHD2_CALIBRATION_STEP",
        DefText("TEXT", label="Step"),
        DefText("DIRECTION", label="Direction"),
        label="Progress",
        group=CALIBRATION,
        perm=Permission.READ_ONLY,
    )
    calibration_move = NumberVector(
        "PHD2_CALIBRATION_MOVE",
        DefNumber("STEP", 0, label="Step", format="%.0f"),
        DefNumber("DISTANCE", 0, label="Moved (pixels)", format="%.2f"),
        DefNumber("DX", 0, label="Along x (pixels)", format="%.2f"),
        DefNumber("DY", 0, label="Along y (pixels)", format="%.2f"),
        label="Star has moved",
        group=CALIBRATION,
        perm=Permission.READ_ONLY,
    )

    async def read(self) -> None:
        """Read the calibrations."""
        await super().read()
        await self._read_calibration()

    def follow(self, state: Phd2State) -> None:
        """Show whether a calibration goes on, and how the last has ended."""
        super().follow(state)
        if state.app is None:
            for live in (self.calibration_data, self.calibration_parity, self.ao_calibration, self.ao_parity):
                live.change(state=State.IDLE)
        if state.calibration is not None:
            self._show_calibrating(state.calibration)
        elif state.app is not AppState.CALIBRATING:
            outcome = State.OK if state.is_calibrated else State.IDLE
            outcome = State.ALERT if state.calibration_error else outcome
            self.calibration_step.change(state=outcome)
            self.calibration_move.change(state=outcome)
        if not (self.is_active(self.calibration) or self.was_stopped):
            self._follow_others(state)

    def _follow_others(self, state: Phd2State) -> None:
        """Show a calibration that was not asked for by its own property."""
        if AppState.CALIBRATING in (state.app, state.before_pause):
            self.calibration.change(state=State.BUSY)
        elif self.calibration.is_busy:
            if state.calibration_error:
                self.calibration.alert(state.calibration_error)
            else:
                self.calibration.set(state=State.OK if state.is_calibrated else State.IDLE)

    def hear(self, event: ev.Event) -> None:
        """Show the steps of a calibration, and have it read when there is another."""
        super().hear(event)
        if isinstance(event, ev.Calibrating):
            self._show_calibrating(event)
        elif isinstance(event, ev.CalibrationComplete | ev.CalibrationDataFlipped | ev.CalibrationFailed):
            self.reread()

    def long_operations(self) -> dict[LiveSwitch | LiveNumber, str]:
        """See :meth:`~.bridge_guiding.GuidingPart.long_operations`."""
        return {**super().long_operations(), self.calibration: "the calibration was stopped before it was done"}

    @on_new(calibration)
    async def _calibrate(self, wanted: Switches) -> None:
        match wanted.choice:
            case "START":
                self._check_calibration()
                await self._begin_calibration()
            case "STOP":
                await self._stop_calibration()
            case _:
                check_order(self.phd2.state, "flip_calibration", {})
                await self.ask_soon(self.calibration, self._flip_calibration)

    def _check_calibration(self) -> None:
        self.check_guiding(self.calibration)
        state = self.phd2.state
        if state.has_guiding and state.app is not AppState.CALIBRATING:
            raise RefusedError("a calibration would end or spoil guiding: stop it first (PHD2_STOP)")

    async def _begin_calibration(self) -> None:
        events = self.phd2.events()  # before it is asked: the end may come with the answer

        async def begin() -> None:
            try:
                await self.start_guiding(recalibrate=True)
            except BaseException:
                events.close()
                raise

        await self.ask_soon(self.calibration, begin, then=lambda: self._go_through_calibration(events))

    async def _go_through_calibration(self, events: EventStream) -> None:
        with events:
            await self._calibrated(events)
        if self.phd2.state.is_guiding or self.phd2.state.app is AppState.PAUSED:
            self.was_stopped = True
            if self.guide.is_busy:
                self.guide.idle()  # PHD2 calibrates as it begins to guide, and nobody waits for that
            await self.go_on_looping()
        else:  # somebody has stopped it at once
            await self.come_to_rest()
        await self._read_calibration()

    async def _calibrated(self, events: EventStream) -> None:
        async for event in events:
            match event:
                case ev.StartGuiding():  # the AO unit's calibration has no end of its own, only the mount's
                    return
                case ev.LinkLost():
                    raise LostError(event.reason)
                case ev.SettleDone():
                    raise SettleError(self.phd2.state.calibration_error or event.error or "PHD2 does not say why")
                case _:
                    pass

    async def _flip_calibration(self) -> None:
        await self.phd2.flip_calibration()
        await self._read_calibration()

    async def _stop_calibration(self) -> None:
        if self.phd2.state.app is not AppState.CALIBRATING and not self.is_active(self.calibration):
            raise RefusedError("PHD2 does not calibrate: there is nothing to stop")
        if self.is_active(self.calibration):
            await self.cut_short(self.long_operations())
            await self.begin(self.stop, self.rest)
        else:  # it is a guide command's
            await self.cut_short(super().long_operations())
            await self.begin(self.calibration, self.rest)

    @asks(calibration_clear)
    async def _clear_calibration(self, wanted: Switches) -> None:
        await self.phd2.clear_calibration(_CLEARED[wanted.choice])
        await self._read_calibration()

    # What the calibration is.

    def _show_calibrating(self, step: ev.Calibrating) -> None:
        self.calibration_step.change(TEXT=step.text or "", DIRECTION=step.direction or "", state=State.BUSY)
        shown(self.calibration_move, STEP=step.step, DISTANCE=step.distance, DX=step.dx, DY=step.dy)
        self.calibration_move.change(state=State.BUSY)

    async def _read_calibration(self) -> None:
        await self._read_one(Device.MOUNT, self.calibration_data, self.calibration_parity)
        equipment = self.phd2.state.equipment
        if equipment is not None and equipment.ao is not None:
            await self._read_one(Device.AO, self.ao_calibration, self.ao_parity)
            self.show(self.ao_calibration, self.ao_parity)
        else:
            self.hide(self.ao_calibration, self.ao_parity)

    async def _read_one(self, which: Device, data: LiveNumber, parity: LiveText) -> None:
        found = await self.known(self.phd2.get_calibration_data(which)) or Calibration(is_calibrated=False)
        is_there = State.OK if found.is_calibrated else State.IDLE
        shown(
            data,
            X_ANGLE=found.x_angle,
            X_RATE=found.x_rate,
            Y_ANGLE=found.y_angle,
            Y_RATE=found.y_rate,
            DECLINATION=_UNKNOWN if found.declination is None else found.declination,
            state=is_there,
        )
        parity.change(X=found.x_parity or "", Y=found.y_parity or "", state=is_there)
