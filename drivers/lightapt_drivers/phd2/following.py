"""What PHD2 does, followed from its events: it tells its state but once, as a connection begins. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import events as ev
from .running import RunningRms
from .snapshot import Busy, State
from .values import as_member
from .words import AppState, DecGuideMode, PauseKind, Position
from .working import Work

__all__ = ["EventFollower"]


class EventFollower:
    """Follows PHD2's state from its events.

    Attributes:
        state: What it is now.
        is_doubtful: Whether something came after which the state should be read anew.
        turns: How often something was begun that ends with SettleDone, came to settling, or ended.
        work: What was heard of it.

    Args:
        window: Steps of the running RMS.
    """

    def __init__(self, *, window: int = 50) -> None:
        self.state = State()
        self.is_doubtful = False
        self.turns: int = 0
        self._is_ours = False  # what goes on was asked for here
        self._has_dithered = False  # a dither is not told to have been asked for, only to have moved
        self._rms = RunningRms(window)
        self.work = Work()
        self._follow = self._table()

    def apply(self, event: ev.Event) -> None:
        """Follow an event."""
        if (follow := self._follow.get(type(event))) is not None:
            follow(event)

    def become(self, state: State) -> None:
        """Take note of what is known otherwise: it is the state from now on."""
        is_rescaled = state.pixel_scale != self.state.pixel_scale
        self.state = replace(state, rms=self._rms.value(state.pixel_scale)) if is_rescaled else state

    def go(self, app: AppState) -> None:
        """Take note of what it does now."""
        before = None
        if app is AppState.PAUSED:
            before = self.state.before_pause if self.state.app is AppState.PAUSED else self.state.app
        calibration = self.state.calibration if app in (AppState.CALIBRATING, AppState.PAUSED) else None
        self.become(replace(self.state, app=app, before_pause=before, calibration=calibration))
        if app is AppState.CALIBRATING and self.state.busy is None:
            self._others_begin()

    def _others_begin(self) -> None:
        """Take note that somebody else has it guide, and calibrate for that."""
        self.turns += 1
        self.work.forget()
        self.work.heard()
        self.become(replace(self.state, busy=Busy.GUIDE, settling=None, settled=None))

    # Each event.

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
            ev.SingleFrameComplete: self._doubt,  # while it was taken its exposure was PHD2's answer
            ev.StartGuiding: self._start_guiding,
            ev.GuideStep: self._guide_step,
            ev.StarLost: self._star_lost,
            ev.GuidingDithered: self._dithered,
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
            ev.ConfigurationChange: self._doubt,
        }

    def _count_frame(self) -> None:
        may_be_over = self.work.frame(self.state.app)
        self.is_doubtful = self.is_doubtful or (may_be_over and self.state.busy is not None)

    def _looping(self) -> AppState:
        return AppState.SELECTED if self.state.has_star else AppState.LOOPING

    def _version(self, event: ev.Version) -> None:
        words = (event.version or "", event.subversion or "")
        version = "".join(words) or None
        self.become(replace(self.state, version=version, instance=event.instance, is_exposure_automatic=False))

    def _told(self, event: ev.AppStateTold) -> None:
        if event.state is None:
            return
        self.go(event.state)
        if event.state is AppState.PAUSED and self.state.paused is PauseKind.NONE:
            self.become(replace(self.state, paused=PauseKind.GUIDING))
        elif event.state is not AppState.PAUSED:
            self.become(replace(self.state, paused=PauseKind.NONE))

    def _start_calibration(self, _: ev.StartCalibration) -> None:
        self.work.heard()
        self.go(AppState.CALIBRATING)
        self.become(
            replace(
                self.state,
                is_calibrated=False,
                calibration=None,
                calibration_error=None,
                settling=None,
                settled=None,
            )
        )

    def _calibrating(self, event: ev.Calibrating) -> None:
        self.work.heard()
        self.go(AppState.CALIBRATING)
        self.become(replace(self.state, calibration=event, star=event.position or self.state.star, stars_lost=0))

    def _calibration_complete(self, _: ev.CalibrationComplete) -> None:
        self.become(replace(self.state, is_calibrated=True, calibration=None))

    def _calibration_failed(self, event: ev.CalibrationFailed) -> None:
        self.become(
            replace(
                self.state,
                is_calibrated=False,
                calibration=None,
                calibration_error=event.reason or "PHD2 does not say why",
            )
        )
        self.go(self._looping())

    def _looping_exposures(self, event: ev.LoopingExposures) -> None:
        self._count_frame()
        self.go(self._looping())
        self.become(replace(self.state, frame=event, paused=PauseKind.NONE))

    def _looping_stopped(self, _: ev.LoopingExposuresStopped) -> None:
        self.go(AppState.STOPPED)
        self.become(replace(self.state, paused=PauseKind.NONE, stars_lost=0))
        self.is_doubtful = self.is_doubtful or self.state.busy is not None

    def _start_guiding(self, _: ev.StartGuiding) -> None:
        self.work.heard()
        self._rms.clear()
        self._has_dithered = False
        self.go(AppState.GUIDING)
        self.become(
            replace(
                self.state, stars_lost=0, stars_lost_in_all=0, rms=self._rms.value(self.state.pixel_scale), step=None
            )
        )

    def _guide_step(self, event: ev.GuideStep) -> None:
        self.go(AppState.GUIDING)
        self._has_dithered = self._has_dithered and self.state.busy is not None
        self._count_frame()
        if not self.state.busy and event.ra_raw is not None and event.dec_raw is not None:
            self._rms.add(event.ra_raw, event.dec_raw)
        rms = self._rms.value(self.state.pixel_scale)
        self.become(replace(self.state, step=event, stars_lost=0, paused=PauseKind.NONE, rms=rms, has_star=True))

    def _star_lost(self, _: ev.StarLost) -> None:
        if self.state.app is AppState.GUIDING:
            self.go(AppState.LOST_LOCK)
        in_all = self.state.stars_lost_in_all + self.state.is_guiding
        self.become(replace(self.state, stars_lost=self.state.stars_lost + 1, stars_lost_in_all=in_all))

    def _dithered(self, _: ev.GuidingDithered) -> None:
        self._has_dithered = True

    def _settle_begin(self, _: ev.SettleBegin) -> None:
        self.turns += 1
        self._settles(Busy.GUIDE)
        self.become(replace(self.state, settling=None, settled=None))

    def _settling(self, event: ev.Settling) -> None:
        self._settles(Busy.SETTLING)
        self.become(replace(self.state, settling=event))

    def _settles(self, what: Busy) -> None:
        """Take note that it settles: maybe after what another client has begun, which is this unless it is a dither."""
        self.work.heard(is_settling=True)
        others = Busy.DITHER if self._has_dithered else what
        self.become(replace(self.state, busy=self.state.busy or others))

    def _settled(self, event: ev.SettleDone) -> None:
        self.turns += 1
        self.work.forget()
        self._is_ours = self._has_dithered = False
        self.become(replace(self.state, busy=None, settling=None, settled=event))

    def _lock_set(self, event: ev.LockPositionSet) -> None:
        if event.x is not None and event.y is not None:
            self.become(replace(self.state, lock_position=Position(event.x, event.y)))

    def _lock_lost(self, _: ev.LockPositionLost) -> None:
        self.become(replace(self.state, lock_position=None, has_star=False, star=None))
        if self.state.app is AppState.SELECTED:
            self.go(AppState.LOOPING)

    def _star_selected(self, event: ev.StarSelected) -> None:
        place = None if event.x is None or event.y is None else Position(event.x, event.y)
        self.become(replace(self.state, has_star=True, star=place, stars_lost=0))
        if self.state.app is AppState.LOOPING:
            self.go(AppState.SELECTED)

    def _guiding_stopped(self, _: ev.GuidingStopped) -> None:
        self.go(self._looping())
        self.become(replace(self.state, paused=PauseKind.NONE, stars_lost=0))

    def _paused(self, _: ev.Paused) -> None:
        self.go(AppState.PAUSED)
        if self.state.paused is PauseKind.NONE:
            self.become(replace(self.state, paused=PauseKind.GUIDING))

    def _resumed(self, _: ev.Resumed) -> None:
        self.go(self.state.before_pause or self._looping())
        self.become(replace(self.state, paused=PauseKind.NONE))
        self.is_doubtful = True

    def _parameter(self, event: ev.GuideParamChange) -> None:
        if event.parameter == "Dec Guide Mode":
            self.become(replace(self.state, dec_mode=as_member(DecGuideMode)(event.value)))
        elif event.parameter == "MountGuidingEnabled" and isinstance(event.value, bool):
            self.become(replace(self.state, is_output_enabled=event.value))
        elif event.parameter == "Exposure":
            is_automatic = isinstance(event.value, str) and event.value.startswith("Auto")
            self.become(replace(self.state, is_exposure_automatic=is_automatic))
            self.is_doubtful = True

    def _doubt(self, _: ev.Event) -> None:
        self.is_doubtful = True
