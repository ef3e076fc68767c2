"""What is known of PHD2 at one moment. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from . import events as ev
from .results import Equipment, Profile
from .running import Rms
from .words import AppState, DecGuideMode, PauseKind, Position

__all__ = ["Busy", "State"]


class Busy(Enum):
    """What goes on until SettleDone; SETTLING is a guide or a dither whose beginning was not heard."""

    GUIDE = "guide"
    DITHER = "dither"
    SETTLING = "settling"


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
        exposure: In milliseconds, as it is now; 0 if no camera is connected.
        is_exposure_automatic: Whether PHD2 was heard to choose it itself: when asked it does not tell.
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
    is_exposure_automatic: bool = False
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
        app = self.app if self.app is not AppState.PAUSED else self.before_pause or self.app
        return app not in (None, AppState.STOPPED)
