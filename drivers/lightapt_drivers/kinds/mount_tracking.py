"""How a mount follows the sky, and how fast guide pulses are."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    Numbers,
    NumberVector,
    Standard,
    State,
    Switches,
    SwitchVector,
    on_new,
)

from .mount_base import MOTION, MountBase
from .mount_words import TrackMode

__all__ = ["MountTracking"]

_SIDEREAL: Final = 15.041067
"""Arcseconds a second: 360° in a sidereal day of 86 164.0905 s."""


class MountTracking(MountBase):
    """Follows the sky, or not, at some rate."""

    track_modes: ClassVar[tuple[TrackMode, ...]] = tuple(TrackMode)
    """What the hardware can follow, unless it says otherwise when it is connected."""

    track_mode = SwitchVector.standard(
        Standard.TELESCOPE_TRACK_MODE,
        "Sidereal",
        "Solar",
        "Lunar",
        "Custom",
        on="TRACK_SIDEREAL",
        label="Track mode",
        saved=True,
    )
    track_state = SwitchVector.standard(Standard.TELESCOPE_TRACK_STATE, "On", "Off", on="TRACK_OFF", label="Tracking")
    track_rate = NumberVector(
        Standard.TELESCOPE_TRACK_RATE,
        DefNumber("TRACK_RATE_RA", _SIDEREAL, label="RA (arcsec/s)", format="%.6f", min=-16384, max=16384),
        DefNumber("TRACK_RATE_DE", 0, label="DE (arcsec/s)", format="%.6f", min=-16384, max=16384),
        label="Track rates",
        saved=True,
    )
    guide_rate = NumberVector(
        Standard.GUIDE_RATE,
        DefNumber("GUIDE_RATE_WE", 0.5, label="W/E rate", format="%g", max=1),
        DefNumber("GUIDE_RATE_NS", 0.5, label="N/S rate", format="%g", max=1),
        label="Guiding rate",
        group=MOTION,
        saved=True,
    )

    # For a driver to fill in.

    async def set_tracking(self, *, on: bool) -> None:
        """Follow the sky, or rest."""
        raise NotImplementedError

    async def set_track_mode(self, mode: TrackMode) -> None:
        """Choose what to follow; the mount need not be tracking."""
        raise NotImplementedError

    async def set_track_rate(self, ra: float, dec: float) -> None:
        """Set the custom rate: of the hour angle and, northward, the declination, in arcseconds a second."""
        raise NotImplementedError

    async def set_guide_rate(self, west_east: float, north_south: float) -> None:
        """Set how fast guide pulses are, as fractions of the sidereal rate."""
        raise NotImplementedError

    # What every mount does.

    def tell_besides(self, *, slews: bool) -> None:
        """See :class:`MountBase`. As in libindi a mount that slews is said not to track."""
        super().tell_besides(slews=slews)
        tracks = self._mount_tracks and not slews
        state = State.BUSY if tracks else State.IDLE
        self.track_state.change(TRACK_ON=tracks, TRACK_OFF=not tracks, state=state)

    @on_new(track_state)
    async def _track_or_rest(self, wanted: Switches) -> None:
        on = wanted["TRACK_ON"]
        if on:
            self.check_unparked("track")
        await self.set_tracking(on=on)
        self._mount_tracks = on
        self.track_state.set(wanted, state=State.BUSY if on else State.IDLE)
        await self.refresh_mount()

    @on_new(track_mode)
    async def _set_track_mode(self, wanted: Switches) -> None:
        await self.set_track_mode(TrackMode(wanted.choice))

    @on_new(track_rate)
    async def _set_track_rate(self, wanted: Numbers) -> None:
        await self.set_track_rate(wanted["TRACK_RATE_RA"], wanted["TRACK_RATE_DE"])
        self.track_rate.ok(wanted)
        if self.track_mode.choice != TrackMode.CUSTOM.value:
            self.log.info("this rate counts once TELESCOPE_TRACK_MODE is TRACK_CUSTOM")

    @on_new(guide_rate)
    async def _set_guide_rate(self, wanted: Numbers) -> None:
        await self.set_guide_rate(wanted["GUIDE_RATE_WE"], wanted["GUIDE_RATE_NS"])
