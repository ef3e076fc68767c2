"""What PHD2 measures while it guides, at the rate at which it tells it; and its alerts, as messages."""

from __future__ import annotations

import logging
from typing import Final

from lightapt_drivers import DefLight, DefNumber, DefText, LightVector, NumberVector, Permission, State, TextVector

from . import events as ev
from .bridge_base import Phd2Base, numbers, shown
from .state import State as Phd2State
from .words import AppState, Direction

__all__ = ["NOW", "NumbersPart"]

NOW: Final = "Now"
_LEVELS: Final = {"error": logging.ERROR, "warning": logging.WARNING, "question": logging.WARNING}
_SHOWN_AS: Final = {
    AppState.STOPPED: State.IDLE,
    AppState.LOOPING: State.OK,
    AppState.SELECTED: State.OK,
    AppState.CALIBRATING: State.BUSY,
    AppState.GUIDING: State.OK,
    AppState.LOST_LOCK: State.ALERT,
    AppState.PAUSED: State.BUSY,
}

_GUIDES: Final = frozenset({AppState.GUIDING.value, AppState.LOST_LOCK.value})
_NEGATIVE: Final = frozenset({Direction.EAST, Direction.SOUTH, Direction.LEFT, Direction.DOWN})


def _numbers(name: str, *members: DefNumber, label: str) -> NumberVector:
    return NumberVector(name, *members, label=label, group=NOW, perm=Permission.READ_ONLY)


class NumbersPart(Phd2Base):
    """Live numbers, lights and words."""

    app_state = TextVector(
        "PHD2_STATE", DefText("STATE", label="PHD2 is"), label="State", group=NOW, perm=Permission.READ_ONLY
    )
    lights = LightVector(
        "PHD2_LIGHTS",
        DefLight("EQUIPMENT", label="Equipment connected"),
        DefLight("STAR", label="Star"),
        DefLight("CALIBRATED", label="Calibrated"),
        DefLight("GUIDING", label="Guiding"),
        DefLight("SETTLED", label="Settled"),
        label="At a glance",
        group=NOW,
    )
    step = _numbers(
        "PHD2_GUIDE_STEP",
        DefNumber("FRAME", 0, label="Frame", format="%.0f"),
        DefNumber("TIME", 0, label="Since guiding began (s)", format="%.1f"),
        DefNumber("DX", 0, label="Off along x (pixels)", format="%.3f"),
        DefNumber("DY", 0, label="Off along y (pixels)", format="%.3f"),
        DefNumber("RA_RAW", 0, label="Off in RA (pixels)", format="%.3f"),
        DefNumber("DEC_RAW", 0, label="Off in dec (pixels)", format="%.3f"),
        DefNumber("RA_CORRECTED", 0, label="Corrected in RA (pixels)", format="%.3f"),
        DefNumber("DEC_CORRECTED", 0, label="Corrected in dec (pixels)", format="%.3f"),
        DefNumber("RA_DURATION", 0, label="Pulse in RA (ms, + is west; AO: steps, + is right)", format="%.0f"),
        DefNumber("DEC_DURATION", 0, label="Pulse in dec (ms, + is north; AO: steps, + is up)", format="%.0f"),
        DefNumber("RA_LIMITED", 0, label="Pulse in RA is the longest allowed", format="%.0f"),
        DefNumber("DEC_LIMITED", 0, label="Pulse in dec is the longest allowed", format="%.0f"),
        DefNumber("AO_X", 0, label="AO unit's x (steps)", format="%.0f"),
        DefNumber("AO_Y", 0, label="AO unit's y (steps)", format="%.0f"),
        DefNumber("SNR", 0, label="SNR", format="%.1f"),
        DefNumber("STAR_MASS", 0, label="Star mass", format="%.0f"),
        DefNumber("HFD", 0, label="HFD (pixels)", format="%.2f"),
        DefNumber("AVERAGE", 0, label="Average distance (pixels)", format="%.3f"),
        DefNumber("ERROR_CODE", 0, label="Error code (1: saturated)", format="%.0f"),
        label="Guide step",
    )
    step_words = TextVector(
        "PHD2_GUIDE_STEP_WORDS",
        DefText("MOUNT", label="Corrected by"),
        DefText("STATUS", label="What is wrong"),
        label="Guide step in words",
        group=NOW,
        perm=Permission.READ_ONLY,
    )
    rms = _numbers(
        "PHD2_RMS",
        DefNumber("RA", 0, label="RA (pixels)", format="%.3f"),
        DefNumber("DEC", 0, label="Dec (pixels)", format="%.3f"),
        DefNumber("TOTAL", 0, label="Total (pixels)", format="%.3f"),
        DefNumber("RA_ARCSEC", 0, label="RA (arcsec)", format="%.3f"),
        DefNumber("DEC_ARCSEC", 0, label="Dec (arcsec)", format="%.3f"),
        DefNumber("TOTAL_ARCSEC", 0, label="Total (arcsec)", format="%.3f"),
        DefNumber("STEPS", 0, label="Of so many steps", format="%.0f"),
        label="RMS",
    )
    settling = _numbers(
        "PHD2_SETTLING",
        DefNumber("DISTANCE", 0, label="Distance (pixels)", format="%.2f"),
        DefNumber("TIME", 0, label="Near enough for (s)", format="%.1f"),
        DefNumber("SETTLE_TIME", 0, label="Must be for (s)", format="%.1f"),
        DefNumber("TOTAL_FRAMES", 0, label="Frames", format="%.0f"),
        DefNumber("DROPPED_FRAMES", 0, label="Frames without the star", format="%.0f"),
        label="Settling",
    )
    star_lost = _numbers(
        "PHD2_STAR_LOST",
        DefNumber("COUNT", 0, label="Since guiding began", format="%.0f"),
        DefNumber("IN_A_ROW", 0, label="In a row", format="%.0f"),
        label="Star lost",
    )
    dithered = _numbers(
        "PHD2_DITHERED",
        DefNumber("DX", 0, label="Along x (pixels)", format="%.2f"),
        DefNumber("DY", 0, label="Along y (pixels)", format="%.2f"),
        label="Last dither",
    )

    def follow(self, state: Phd2State) -> None:
        """Show the state, and the numbers that change with it."""
        super().follow(state)
        app = state.app
        self.app_state.change(STATE=app.value if app else "", state=_SHOWN_AS[app] if app else State.ALERT)
        self.lights.change(_lights(state), state=State.OK if app else State.ALERT)
        self.star_lost.change(
            COUNT=float(state.stars_lost_in_all),
            IN_A_ROW=float(state.stars_lost),
            state=State.ALERT if state.stars_lost else State.OK,
        )
        if not state.is_guiding:
            self.step.change(state=State.IDLE)  # until there is another
            self.step_words.change(state=State.IDLE)
        self._follow_settling_numbers(state)
        rms = state.rms
        ra, dec, total = rms.arcsec or (0.0, 0.0, 0.0)
        self.rms.change(
            RA=rms.ra,
            DEC=rms.dec,
            TOTAL=rms.total,
            RA_ARCSEC=ra,
            DEC_ARCSEC=dec,
            TOTAL_ARCSEC=total,
            STEPS=float(rms.steps),
            state=_rms_state(state),
        )

    def _follow_settling_numbers(self, state: Phd2State) -> None:
        now, done = state.settling, state.settled
        if now is not None:
            shown(self.settling, DISTANCE=now.distance, TIME=now.time, SETTLE_TIME=now.settle_time)
        if done is not None:
            shown(self.settling, TOTAL_FRAMES=done.total_frames, DROPPED_FRAMES=done.dropped_frames)
        if state.busy is not None:
            self.settling.change(state=State.BUSY)
        elif done is not None:
            self.settling.change(state=State.OK if done.is_settled else State.ALERT)
        else:
            self.settling.change(state=State.IDLE)

    def hear(self, event: ev.Event) -> None:
        """Show steps and dithers, and pass on alerts."""
        super().hear(event)
        match event:
            case ev.GuideStep():
                self._show_step(event)
            case ev.StarLost() if self.app_state["STATE"] in _GUIDES:
                self._show_lost(event)
            case ev.GuidingDithered():
                shown(self.dithered, DX=event.dx, DY=event.dy)
            case ev.Alert():
                self.log.log(_LEVELS.get(event.kind or "", logging.INFO), "PHD2: %s", event.message or "(no words)")
            case ev.CalibrationFailed():
                self.log.warning("PHD2: calibration failed: %s", event.reason or "it does not say why")
            case _:
                pass

    def _show_step(self, step: ev.GuideStep) -> None:
        values = numbers(
            DX=step.dx,
            DY=step.dy,
            RA_RAW=step.ra_raw,
            DEC_RAW=step.dec_raw,
            RA_CORRECTED=step.ra_corrected,
            DEC_CORRECTED=step.dec_corrected,
            RA_DURATION=-step.ra_duration if step.ra_direction in _NEGATIVE else step.ra_duration,
            DEC_DURATION=-step.dec_duration if step.dec_direction in _NEGATIVE else step.dec_duration,
            RA_LIMITED=step.ra_limited,
            DEC_LIMITED=step.dec_limited,
            AO_X=step.ao_position.x if step.ao_position else 0,
            AO_Y=step.ao_position.y if step.ao_position else 0,
        )
        self.step_words.change(MOUNT=step.mount or "", STATUS=step.status or "", state=State.OK)
        self.step.ok({**values, **_star_numbers(step)})  # told even if nothing differs: each is a step

    def _show_lost(self, lost: ev.StarLost) -> None:
        """Show a step without the star: nothing was measured, and nothing corrected."""
        self.step_words.change(STATUS=lost.status or "", state=State.ALERT)
        self.step.set({**dict.fromkeys(self.step, 0.0), **_star_numbers(lost)}, state=State.ALERT)


def _star_numbers(seen: ev.GuideStep | ev.StarLost) -> dict[str, float]:
    """Return what each frame has while PHD2 guides, with the star or without."""
    return numbers(
        FRAME=seen.frame,
        TIME=seen.time,
        SNR=seen.snr,
        STAR_MASS=seen.star_mass,
        HFD=seen.hfd,
        AVERAGE=seen.average_distance,
        ERROR_CODE=seen.error_code,
    )


def _rms_state(state: Phd2State) -> State:
    if not (state.is_guiding and state.rms.steps):
        return State.IDLE
    return State.ALERT if state.app is AppState.LOST_LOCK else State.OK


def _lights(state: Phd2State) -> dict[str, State]:
    lights = {
        "EQUIPMENT": State.OK if state.is_connected else State.IDLE,
        "STAR": State.OK if state.has_star else State.IDLE,
        "CALIBRATED": State.OK if state.is_calibrated else State.IDLE,
        "GUIDING": State.OK if state.is_guiding else State.IDLE,
        "SETTLED": State.IDLE if state.settled is None else State.OK if state.settled.is_settled else State.ALERT,
    }
    if state.stars_lost or state.app is AppState.LOST_LOCK:
        lights |= {"STAR": State.ALERT}
    if state.app is AppState.CALIBRATING:
        lights |= {"CALIBRATED": State.BUSY}
    if state.app is AppState.PAUSED:
        lights |= {"GUIDING": State.BUSY}
    if state.busy is not None:
        lights |= {"SETTLED": State.BUSY}
    return lights
