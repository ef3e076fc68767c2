"""What PHD2 does, followed from its events: it tells its state but once, as a connection begins. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from . import events as ev
from .results import Equipment, Profile
from .running import Rms, RunningRms
from .words import AppState, DecGuideMode, PauseKind, Position
from .working import Work

__all__ = ["Busy", "State", "StateFollower"]


class Busy(Enum):
    """What goes on until SettleDone."""

    GUIDE = "guide"
    DITHER = "dither"


@dataclass(frozen=True, slots=True)
class State:
    """What is known of PHD2; None is what is not.

    Attributes:
        app: What it does.
        version: Its version, with the subversion.
        instance: Its number on its host.
        busy: What was begun, by whomever, and has not settled or failed yet.
        paused: What rests.
        before_pause: What it did before it was paused; None if it is not paused, or if that is not known.
        is_connected: Whether all equipment is.
        equipment: What the profile has.
        profile: The current profile.
        pixel_scale: Arc-seconds per pixel.
        exposure: In milliseconds; negative if automatic.
        dec_mode: Which way declination may be corrected.
        is_output_enabled: Whether corrections are sent to the mount.
        is_calibrated: Whether the mount (the AO unit, if there is one) is.
        calibration: The last step of the calibration that goes on.
        calibration_error: Why the last calibration has failed.
        lock_position: Where the star shall be kept.
        star: Where the star was selected.
        has_star: Whether one is selected.
        step: The last guide step.
        frame: The last frame while looping.
        stars_lost: Frames in a row without the star.
        stars_lost_in_all: Frames without it since guiding began.
        settling: The last word on settling, while it goes on.
        settled: How the last ended.
        rms: The running RMS, of steps that were not made while settling.
    """

    app: AppState | None = None
    version: str | None = None
    instance: int | None = None
    busy: Busy | None = None
    paused: PauseKind = PauseKind.NONE
    before_pause: AppState | None = None
    is_connected: bool | None = None
    equipment: Equipment | None = None
    profile: Profile | None = None
    pixel_scale: float | None = None
    exposure: int | None = None
    dec_mode: DecGuideMode | None = None
    is_output_enabled: bool | None = None
    is_calibrated: bool | None = None
    calibration: ev.Calibrating | None = None
    calibration_error: str | None = None
    lock_position: Position | None = None
    star: Position | None = None
    has_star: bool = False
    step: ev.GuideStep | None = None
    frame: ev.LoopingExposures | None = None
    stars_lost: int = 0
    stars_lost_in_all: int = 0
    settling: ev.Settling | None = None
    settled: ev.SettleDone | None = None
    rms: Rms = field(default_factory=Rms)

    @property
    def is_busy(self) -> bool:
        """Whether ``guide`` and ``dither`` are refused: one goes on, or a calibration."""
        return self.busy is not None or self.app is AppState.CALIBRATING

    @property
    def is_guiding(self) -> bool:
        """Whether it guides; also with the star lost, not while paused."""
        return self.app in (AppState.GUIDING, AppState.LOST_LOCK)

    @property
    def has_guiding(self) -> bool:
        """Whether it guides, or would if it were not paused; also while it calibrates for that."""
        app = self.before_pause if self.app is AppState.PAUSED else self.app
        return app in (AppState.CALIBRATING, AppState.GUIDING, AppState.LOST_LOCK)

    @property
    def is_capturing(self) -> bool:
        """Whether exposures go on, or would if it were not paused."""
        return self.app not in (None, AppState.STOPPED)


class StateFollower:
    """Follows PHD2's state.

    Attributes:
        state: What it is now.
        is_doubtful: Whether something came after which the state should be read anew.
        begun: How often something was begun that ends with SettleDone.

    Args:
        window: Steps of the running RMS.
    """

    def __init__(self, *, window: int = 50) -> None:
        self.state = State()
        self.is_doubtful = False
        self.begun = 0
        self._rms = RunningRms(window)
        self._work = Work()
        self._follow = self._table()

    def apply(self, event: ev.Event) -> None:
        """Follow an event."""
        if (follow := self._follow.get(type(event))) is not None:
            follow(event)

    def change(self, **changes: Any) -> None:  # noqa: ANN401 (as dataclasses.replace)
        """Take note of what is known otherwise, by :class:`State`'s names."""
        self.state = replace(self.state, **changes)
        if "pixel_scale" in changes:
            self.state = replace(self.state, rms=self._rms.value(self.state.pixel_scale))

    # What is asked of PHD2.

    def began(self, what: Busy) -> None:
        """Take note that this is asked: whatever its answer, SettleDone is to come."""
        self._work.forget()
        self.begun += 1
        self.change(busy=what, settled=None, settling=None, calibration_error=None)

    def did_not_begin(self) -> None:
        """Take note that PHD2 has refused what was asked last."""
        self.change(busy=None)

    def lost(self) -> None:
        """Take note that the connection has gone: nothing is known until it is there again."""
        self._work.forget()
        self.change(app=None, busy=None, settling=None, calibration=None, is_connected=None)

    def paused(self, kind: PauseKind) -> None:
        """Take note of how PHD2 was asked to pause, which its event does not tell."""
        if kind is not PauseKind.NONE or self.state.app is not AppState.PAUSED:
            self.change(paused=kind)

    def reread(self, app: AppState | None, *, is_settling: bool | None, is_paused: bool | None) -> ev.SettleDone | None:
        """Take note of what PHD2 says when asked.

        Args:
            app: What it does.
            is_settling: Whether it settles; it says no while it calibrates or looks for a star. None if it was asked
                before what goes on was begun.
            is_paused: Whether it is paused.

        Returns:
            The end of what had been begun, if the event that should have told of it was lost.
        """
        if app is not None:
            self._go(app)
        if app is AppState.LOOPING:
            self.change(has_star=False, star=None)
        elif app is AppState.SELECTED:
            self.change(has_star=True)
        if is_paused is not None and is_paused is not (self.state.paused is not PauseKind.NONE):
            self.change(paused=PauseKind.GUIDING if is_paused else PauseKind.NONE)
        if is_settling and self.state.busy is None:
            self._work.heard(is_settling=True)
            self.change(busy=Busy.GUIDE)
        if self.state.busy is None:
            return None
        words = self._work.end(self.state.app, is_settling=is_settling)
        self.is_doubtful = self.is_doubtful or self._work.is_doubtful
        if words is None:
            return None
        lost = ev.SettleDone(status=1, error=words)
        self.apply(lost)
        return lost

    # Events.

    def _table(self) -> dict[type[ev.Event], Callable[[Any], None]]:
        return {
            ev.Version: self._version,
            ev.AppStateTold: self._told,
            ev.StartCalibration: self._start_calibration,
            ev.Calibrating: self._calibrating,
            ev.CalibrationComplete: self._calibration_complete,
            ev.CalibrationFailed: self._calibration_failed,
            ev.LoopingExposures: self._looping_exposures,
            ev.LoopingExposuresStopped: self._looping_stopped,
            ev.StartGuiding: self._start_guiding,
            ev.GuideStep: self._guide_step,
            ev.StarLost: self._star_lost,
            ev.SettleBegin: self._settle_begin,
            ev.Settling: self._settling,
            ev.SettleDone: self._settled,
            ev.LockPositionSet: self._lock_set,
            ev.LockPositionLost: self._lock_lost,
            ev.StarSelected: self._star_selected,
            ev.GuidingStopped: self._guiding_stopped,
            ev.Paused: self._paused,
            ev.Resumed: self._resumed,
            ev.GuideParamChange: self._parameter,
            ev.ConfigurationChange: self._configuration,
        }

    def _go(self, app: AppState) -> None:
        before = None
        if app is AppState.PAUSED:
            before = self.state.before_pause if self.state.app is AppState.PAUSED else self.state.app
        calibration = self.state.calibration if app in (AppState.CALIBRATING, AppState.PAUSED) else None
        self.change(app=app, before_pause=before, calibration=calibration)

    def _count_frame(self) -> None:
        may_be_over = self._work.frame(self.state.app)
        self.is_doubtful = self.is_doubtful or (may_be_over and self.state.busy is not None)

    def _looping(self) -> AppState:
        return AppState.SELECTED if self.state.has_star else AppState.LOOPING

    def _version(self, event: ev.Version) -> None:
        words = (event.version or "", event.subversion or "")
        self.change(version="".join(words) or None, instance=event.instance)

    def _told(self, event: ev.AppStateTold) -> None:
        if event.state is None:
            return
        self._go(event.state)
        if event.state is AppState.PAUSED and self.state.paused is PauseKind.NONE:
            self.change(paused=PauseKind.GUIDING)
        elif event.state is not AppState.PAUSED:
            self.change(paused=PauseKind.NONE)

    def _start_calibration(self, _: ev.StartCalibration) -> None:
        self._work.heard()
        self._go(AppState.CALIBRATING)
        self.change(is_calibrated=False, calibration=None, calibration_error=None)

    def _calibrating(self, event: ev.Calibrating) -> None:
        self._work.heard()
        self._go(AppState.CALIBRATING)
        self.change(calibration=event, star=event.position or self.state.star, stars_lost=0)

    def _calibration_complete(self, _: ev.CalibrationComplete) -> None:
        self.change(is_calibrated=True, calibration=None)

    def _calibration_failed(self, event: ev.CalibrationFailed) -> None:
        self.change(is_calibrated=False, calibration=None, calibration_error=event.reason or "PHD2 does not say why")
        self._go(self._looping())

    def _looping_exposures(self, event: ev.LoopingExposures) -> None:
        self._count_frame()
        self._go(self._looping())
        self.change(frame=event, paused=PauseKind.NONE)

    def _looping_stopped(self, _: ev.LoopingExposuresStopped) -> None:
        self._go(AppState.STOPPED)
        self.change(paused=PauseKind.NONE)
        self.is_doubtful = self.is_doubtful or self.state.busy is not None

    def _start_guiding(self, _: ev.StartGuiding) -> None:
        self._work.heard()
        self._rms.clear()
        self._go(AppState.GUIDING)
        self.change(stars_lost=0, stars_lost_in_all=0, rms=self._rms.value(self.state.pixel_scale), step=None)

    def _guide_step(self, event: ev.GuideStep) -> None:
        self._go(AppState.GUIDING)
        self._count_frame()
        if not self.state.busy and event.ra_raw is not None and event.dec_raw is not None:
            self._rms.add(event.ra_raw, event.dec_raw)
        rms = self._rms.value(self.state.pixel_scale)
        self.change(step=event, stars_lost=0, paused=PauseKind.NONE, rms=rms, has_star=True)

    def _star_lost(self, _: ev.StarLost) -> None:
        if self.state.app is AppState.GUIDING:
            self._go(AppState.LOST_LOCK)
        self.change(stars_lost=self.state.stars_lost + 1, stars_lost_in_all=self.state.stars_lost_in_all + 1)

    def _settle_begin(self, _: ev.SettleBegin) -> None:
        self._work.heard(is_settling=True)
        self.change(busy=self.state.busy or Busy.GUIDE, settling=None, settled=None)

    def _settling(self, event: ev.Settling) -> None:
        self._work.heard(is_settling=True)
        self.change(busy=self.state.busy or Busy.GUIDE, settling=event)

    def _settled(self, event: ev.SettleDone) -> None:
        self._work.forget()
        self.change(busy=None, settling=None, settled=event)

    def _lock_set(self, event: ev.LockPositionSet) -> None:
        if event.x is not None and event.y is not None:
            self.change(lock_position=Position(event.x, event.y))

    def _lock_lost(self, _: ev.LockPositionLost) -> None:
        self.change(lock_position=None, has_star=False, star=None)
        if self.state.app is AppState.SELECTED:
            self._go(AppState.LOOPING)

    def _star_selected(self, event: ev.StarSelected) -> None:
        place = None if event.x is None or event.y is None else Position(event.x, event.y)
        self.change(has_star=True, star=place, stars_lost=0)
        if self.state.app is AppState.LOOPING:
            self._go(AppState.SELECTED)

    def _guiding_stopped(self, _: ev.GuidingStopped) -> None:
        self._go(self._looping())
        self.change(paused=PauseKind.NONE, stars_lost=0)

    def _paused(self, _: ev.Paused) -> None:
        self._go(AppState.PAUSED)
        if self.state.paused is PauseKind.NONE:
            self.change(paused=PauseKind.GUIDING)

    def _resumed(self, _: ev.Resumed) -> None:
        self._go(self.state.before_pause or self._looping())
        self.change(paused=PauseKind.NONE)
        self.is_doubtful = True

    def _parameter(self, event: ev.GuideParamChange) -> None:
        if event.parameter == "Dec Guide Mode":
            self.change(dec_mode=next((mode for mode in DecGuideMode if mode.value == event.value), None))
        elif event.parameter == "MountGuidingEnabled" and isinstance(event.value, bool):
            self.change(is_output_enabled=event.value)
        else:
            self.is_doubtful = self.is_doubtful or event.parameter == "Exposure"

    def _configuration(self, _: ev.ConfigurationChange) -> None:
        self.is_doubtful = True
