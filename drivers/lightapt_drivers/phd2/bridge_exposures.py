"""Exposures of PHD2's guide camera, single frames, and the star: found, chosen by place, let go of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    HardwareError,
    LinkLostError,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    State,
    Switches,
    SwitchVector,
    Texts,
    TextVector,
    WhileBusy,
    on_new,
    operation,
    time_limit,
)

from . import events as ev
from .bridge_base import Phd2Base, asks, said, shown
from .bridge_vectors import CORNER, either, region_vector
from .errors import OrderError, Phd2RefusedError
from .rules import check_order
from .state import State as Phd2State
from .streams import EventStream
from .words import AppState, Position, Region

__all__ = ["CAMERA", "STAR", "ExposuresPart", "region_of"]

CAMERA: Final = "Camera"
STAR: Final = "Star"
_RESTING: Final = 120.0
"""Seconds in which exposures end: the longest is of 15 s, and one may wait for a mount."""

_READING_OUT: Final = 45.0
"""Seconds beyond its exposure in which a single frame is taken: cameras may be slow to read out."""

_AUTOMATIC: Final = "AUTOMATIC"
_WELL: Final = frozenset({1, 8})
"""PHD2's error codes of frames in which no star is missed: it is saturated, or none was selected."""


class ExposuresPart(Phd2Base):
    """Exposures, looping, single frames and the star."""

    exposure = SwitchVector("PHD2_EXPOSURE", label="Exposure", group=CAMERA)
    loop = either("PHD2_LOOP", label="Looping", group=CAMERA, first="ON On", second="OFF Off", on="OFF")
    frame = NumberVector(
        "PHD2_FRAME",
        DefNumber("FRAME", 0, label="Frame", format="%.0f"),
        DefNumber("STAR_MASS", 0, label="Star mass", format="%.0f"),
        DefNumber("SNR", 0, label="SNR", format="%.1f"),
        DefNumber("HFD", 0, label="HFD (pixels)", format="%.2f"),
        label="Last frame",
        group=CAMERA,
        perm=Permission.READ_ONLY,
    )
    camera_info = NumberVector(
        "PHD2_CAMERA_INFO",
        DefNumber("WIDTH", 0, label="Width (pixels)", format="%.0f"),
        DefNumber("HEIGHT", 0, label="Height (pixels)", format="%.0f"),
        DefNumber("BINNING", 1, label="Binning", format="%.0f"),
        DefNumber("PIXEL_SCALE", 0, label="Scale (arcsec/pixel)", format="%.3f"),
        DefNumber("SEARCH_REGION", 0, label="Search region (pixels)", format="%.0f"),
        DefNumber("SUBFRAMES", 0, label="Uses subframes", format="%.0f"),
        label="Camera",
        group=CAMERA,
        perm=Permission.READ_ONLY,
    )
    single_frame = NumberVector(
        "PHD2_SINGLE_FRAME",
        DefNumber("EXPOSURE", 1000, label="Exposure (ms)", format="%.0f", min=1, max=600_000, step=1),
        label="Single frame",
        group=CAMERA,
        timeout=660,
    )
    single_settings = NumberVector(
        "PHD2_SINGLE_FRAME_SETTINGS",
        DefNumber("BINNING", 0, label="Binning (0: as set)", format="%.0f", min=0, max=16, step=1),
        DefNumber("GAIN", -1, label="Gain (%, -1: as set)", format="%.0f", min=-1, max=100, step=1),
        label="Single frame's settings",
        group=CAMERA,
    )
    single_region = either(
        "PHD2_SINGLE_FRAME_REGION", label="Single frame of", group=CAMERA, first="ALL All", second="REGION The region"
    )
    single_save = either(
        "PHD2_SINGLE_FRAME_SAVE", label="Save single frame", group=CAMERA, first="OFF Off", second="ON By PHD2"
    )
    single_file = TextVector(
        "PHD2_SINGLE_FRAME_FILE",
        DefText("PATH", label="Path at PHD2's host"),
        DefText("SAVED", label="Saved last"),
        label="Single frame's file",
        group=CAMERA,
    )
    region = region_vector("PHD2_REGION", label="Region", group=STAR, saved=True)
    find_star = ButtonVector(
        "PHD2_FIND_STAR",
        DefSwitch("AUTOMATIC", label="In all the frame"),
        DefSwitch("REGION", label="In the region"),
        label="Find a star",
        group=STAR,
    )
    deselect_star = ButtonVector(
        "PHD2_DESELECT_STAR", DefSwitch("DESELECT", label="Select none"), label="Let go of the star", group=STAR
    )
    star = NumberVector(
        "PHD2_STAR",
        DefNumber("X", 0, label="X (pixels)", format="%.2f"),
        DefNumber("Y", 0, label="Y (pixels)", format="%.2f"),
        label="Star",
        group=STAR,
        perm=Permission.READ_ONLY,
    )
    lock_position = NumberVector(
        "PHD2_LOCK_POSITION",
        DefNumber("X", 0, label="X (pixels)", format="%.2f", min=0, max=100_000),
        DefNumber("Y", 0, label="Y (pixels)", format="%.2f", min=0, max=100_000),
        label="Lock position",
        group=STAR,
    )
    lock_exact = either(
        "PHD2_LOCK_EXACT",
        label="Lock position is",
        group=STAR,
        first="ON Just there",
        second="OFF At the star next to it",
        saved=True,
    )

    async def read(self) -> None:
        """Read the durations, and what the camera is like."""
        await super().read()
        durations = await self.known(self.phd2.get_exposure_durations())
        if durations is not None:
            self._show_durations(durations)
        size = await self.known(self.phd2.get_camera_frame_size())
        subframes = await self.known(self.phd2.get_use_subframes())
        shown(
            self.camera_info,
            WIDTH=size and size[0],
            HEIGHT=size and size[1],
            BINNING=await self.known(self.phd2.get_camera_binning()),
            PIXEL_SCALE=self.phd2.state.pixel_scale,
            SEARCH_REGION=await self.known(self.phd2.get_search_region()),
            SUBFRAMES=subframes,
        )

    def follow(self, state: Phd2State) -> None:
        """Show the exposures and the star."""
        super().follow(state)
        is_known = State.OK if state.app else State.IDLE
        if (chosen := self._exposure_of(state)) in self.exposure and not self.is_active(self.single_frame):
            said(self, self.exposure, {chosen: True}, state=is_known)
        said(self, self.loop, {"ON" if state.is_capturing else "OFF": True}, state=is_known)
        if not state.is_capturing:
            self.frame.change(state=State.IDLE)
        self.star.change(state=State.OK if state.has_star else State.IDLE)
        if state.star is not None:
            self.star.change(X=state.star.x, Y=state.star.y)
        place = state.lock_position
        now = {} if place is None else {"X": place.x, "Y": place.y}
        said(self, self.lock_position, now, state=State.OK if now else State.IDLE)

    def hear(self, event: ev.Event) -> None:
        """Show the frame."""
        super().hear(event)
        if isinstance(event, ev.LoopingExposures | ev.GuideStep | ev.StarLost):
            star = {"STAR_MASS": event.star_mass, "SNR": event.snr, "HFD": event.hfd}
            shown(self.frame, state=State.OK if _is_well(event) else State.ALERT, FRAME=event.frame, **star)

    # Exposures.

    def _show_durations(self, durations: list[int]) -> None:
        # The automatic one is not among those that PHD2 names, though it takes it (SetExposureDuration).
        labels = {_AUTOMATIC: "Automatic"} | {f"MS_{one}": f"{one / 1000:g} s" for one in durations if one > 0}
        if list(labels) == list(self.exposure):
            return
        self.exposure.redefine(*(DefSwitch(name, label=label) for name, label in labels.items()))
        if (chosen := self._exposure_of(self.phd2.state)) in self.exposure:
            self.exposure.set({chosen: True})
        self.show(self.exposure)

    def _exposure_of(self, state: Phd2State) -> str:
        """Return the member for the exposure: what is none of PHD2's durations, it has found out by itself."""
        chosen = f"MS_{state.exposure}"
        return _AUTOMATIC if state.is_exposure_automatic or (state.exposure and chosen not in self.exposure) else chosen

    @asks(exposure)
    async def _set_exposure(self, wanted: Switches) -> None:
        chosen = wanted.choice
        await self.phd2.set_exposure(-1 if chosen == _AUTOMATIC else int(chosen.removeprefix("MS_")))
        self.accept(self.exposure, wanted)

    @operation(loop)
    async def _loop(self, wanted: Switches) -> None:
        state, method = self.phd2.state, "loop" if wanted["ON"] else "stop_capture"
        if state.has_guiding or state.is_busy:
            reason = "PHD2 guides: PHD2_STOP ends that, and with GUIDING on it goes on looping"
            raise OrderError(reason, method=method)
        if state.app is AppState.PAUSED and (wanted["ON"] or state.before_pause is None):
            reason = "PHD2 is paused: PHD2_PAUSE.OFF resumes what it did before, PHD2_STOP ends it"
            raise OrderError(reason, method=method)
        if wanted["OFF"]:
            await self.rest()
        elif not state.is_capturing:
            await self.phd2.loop()
            await self._until(lambda state: state.is_capturing, what="exposures have not begun")

    async def _until(self, is_so: Callable[[Phd2State], bool], *, what: str) -> None:
        try:
            await self.phd2.until(is_so, timeout=_RESTING)
        except TimeoutError:
            raise HardwareError(f"{what} within {_RESTING:g} s") from None
        self.catch_up()

    async def rest(self) -> None:
        """End exposures, and all that needs them."""
        try:
            await self.phd2.stop(timeout=_RESTING)
        except TimeoutError:
            raise HardwareError(f"PHD2 has not stopped within {_RESTING:g} s") from None
        self.catch_up()

    @operation(single_frame, while_busy=WhileBusy.REFUSE)
    async def _take_single_frame(self, wanted: Numbers) -> None:
        binning, gain = int(self.single_settings["BINNING"]), int(self.single_settings["GAIN"])
        path = self.single_file["PATH"].strip()
        with self.phd2.events() as events:
            await self.phd2.capture_single_frame(
                int(wanted.value),
                binning=binning or None,
                gain=None if gain < 0 else gain,
                subframe=region_of(self.region.values) if self.single_region["REGION"] else None,
                path=path if path and self.single_save["ON"] else None,
                save=True if self.single_save["ON"] else None,
            )
            self.single_frame.set(EXPOSURE=wanted.value)
            await self._single_frame_taken(events, wanted.value / 1000 + _READING_OUT)

    async def _single_frame_taken(self, events: EventStream, seconds: float) -> None:
        try:
            async with time_limit(seconds):
                async for event in events:
                    if isinstance(event, ev.LinkLost):
                        raise LinkLostError(event.reason)
                    if isinstance(event, ev.SingleFrameComplete):
                        self._took(event)
                        return
        except TimeoutError:
            raise HardwareError(f"PHD2 has not told of the frame's end within {seconds:g} s: try again") from None

    def _took(self, event: ev.SingleFrameComplete) -> None:
        if not event.success:
            raise HardwareError(event.error or "PHD2 has not taken the frame, and does not say why")
        if event.path:
            self.single_file.ok(SAVED=event.path)

    # The star.

    @operation(find_star)
    async def _find_star(self, wanted: Switches) -> None:
        try:
            place = await self.phd2.find_star(region_of(self.region.values) if wanted["REGION"] else None)
        except Phd2RefusedError as error:
            if self.phd2.state.is_capturing:
                raise
            raise RefusedError(f"{error.reason}. No exposures are made: begin them first (PHD2_LOOP.ON)") from error
        self.star.ok(X=place.x, Y=place.y)

    @asks(deselect_star)
    async def _deselect_star(self, _: Switches) -> None:
        await self.phd2.deselect_star()

    @asks(lock_position)
    async def _set_lock_position(self, wanted: Numbers) -> None:
        check_order(self.phd2.state, "set_lock_position", {})
        await self.phd2.set_lock_position(Position(wanted["X"], wanted["Y"]), exact=self.lock_exact["ON"])
        place = await self.phd2.get_lock_position() or Position(wanted["X"], wanted["Y"])
        self.lock_position.ok(X=place.x, Y=place.y)

    @on_new(single_file)
    async def _set_single_file(self, wanted: Texts) -> None:
        self.single_file.ok(PATH=wanted["PATH"])


def _is_well(seen: ev.LoopingExposures | ev.GuideStep | ev.StarLost) -> bool:
    """Whether no star is missed in a frame: one that was lost may have its light all the same, but another's."""
    if isinstance(seen, ev.StarLost):
        return False
    return seen.error_code in _WELL if seen.error_code else seen.star_mass != 0  # old versions tell neither


def region_of(values: Mapping[str, float]) -> Region:
    """Return the region that four numbers name.

    Raises:
        RefusedError: It has no width or no height.
    """
    region = Region(*(int(values[one]) for one in CORNER))
    if region.width < 1 or region.height < 1:
        raise RefusedError("the region has no width or height: set it first (X, Y, WIDTH, HEIGHT)")
    return region
