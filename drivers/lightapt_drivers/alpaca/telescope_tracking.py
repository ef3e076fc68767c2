"""How a bridged telescope follows the sky, and takes guide pulses."""

from __future__ import annotations

from typing import Final

from lightapt_drivers import DriverInterface, Permission, RefusedError, State

from ..kinds.mount import MountCan, TrackMode
from .asking import told, wholes
from .errors import NotOfferedError
from .session import if_told
from .telescope_base import TelescopeBase
from .telescope_words import (
    SIDEREAL,
    TRACK_MODES,
    DriveRate,
    arcseconds_of_offset,
    offset_of_arcseconds,
)

__all__ = ["TelescopeTracking"]

_SECOND: Final = 1 / 3600


class TelescopeTracking(TelescopeBase):
    """Follows the sky, or what a client wants it to follow; and says whether it can be guided."""

    _rates: frozenset[int] = frozenset()
    """What of DriveRate it knows."""
    _sets_ra_rate: bool = False
    _sets_dec_rate: bool = False
    _modes: tuple[TrackMode, ...] = ()

    async def learn_tracking(self) -> MountCan:
        """Return what it can of this."""
        offers = self.offers
        can = MountCan.TRACK if await offers(lambda device: device.CanSetTracking) else MountCan(0)
        self._rates = await self._known_rates()
        self._sets_ra_rate = await offers(lambda device: device.CanSetRightAscensionRate)
        self._sets_dec_rate = await offers(lambda device: device.CanSetDeclinationRate)
        modes = [mode for mode, rate in TRACK_MODES.items() if rate in self._rates]
        if self._sets_ra_rate or self._sets_dec_rate:
            can |= MountCan.TRACK_RATE
            modes.append(TrackMode.CUSTOM)
        self._modes = tuple(modes)
        can |= MountCan.TRACK_MODE if len(modes) > 1 else MountCan(0)
        await self._learn_pulses()
        return can | await self._learn_guide_rate()

    async def _known_rates(self) -> frozenset[int]:
        known = await if_told(self.session.question(lambda device: wholes(device.TrackingRates, asked=device.asked)))
        return frozenset(known or [DriveRate.SIDEREAL])

    @property
    def modes(self) -> tuple[TrackMode, ...]:
        """What it can follow, once it has been asked."""
        return self._modes

    async def tell_tracking(self) -> None:
        """Tell what it follows; for when it is declared."""
        session = self.session
        ra = await told(session, lambda device: device.RightAscensionRate) if self._sets_ra_rate else 0.0
        dec = await told(session, lambda device: device.DeclinationRate) if self._sets_dec_rate else 0.0
        rate = await told(session, lambda device: device.get("trackingrate"))
        mode = next((mode for mode, known in TRACK_MODES.items() if known == rate), TrackMode.SIDEREAL)
        if ra or dec:
            mode = TrackMode.CUSTOM
            hour_angle = arcseconds_of_offset(ra or 0.0)
            self.track_rate.change(TRACK_RATE_RA=hour_angle, TRACK_RATE_DE=dec or 0.0, state=State.OK)
        if mode in self._modes and len(self._modes) > 1:
            self.track_mode.choose(mode.value, state=State.OK)

    async def set_tracking(self, *, on: bool) -> None:
        """See :class:`Mount`."""
        await self.session.call(lambda device: setattr(device, "Tracking", on))
        await self.look_now()

    async def set_track_mode(self, mode: TrackMode) -> None:
        """See :class:`Mount`. The offsets of a custom rate hold only at the sidereal rate."""
        if mode is TrackMode.CUSTOM:
            await self._set_rate(DriveRate.SIDEREAL)
            await self._set_offsets(self.track_rate["TRACK_RATE_RA"], self.track_rate["TRACK_RATE_DE"])
            return
        if self.track_mode.choice == TrackMode.CUSTOM.value:
            await self._set_offsets(SIDEREAL, 0.0)
        await self._set_rate(TRACK_MODES[mode])

    async def set_track_rate(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        self._check_offsets(ra, dec)
        if self.track_mode.choice == TrackMode.CUSTOM.value:
            await self._set_offsets(ra, dec)

    async def _set_rate(self, rate: DriveRate) -> None:
        try:
            await self.session.call(lambda device: setattr(device, "TrackingRate", rate))
        except NotOfferedError:
            if rate is not DriveRate.SIDEREAL:  # the only one of many mounts need not be chosen
                raise

    def _check_offsets(self, ra: float, dec: float) -> None:
        if not self._sets_ra_rate and abs(ra - SIDEREAL) > _SECOND:
            raise RefusedError(f"this mount tracks in right ascension at {SIDEREAL} arcsec/s only")
        if not self._sets_dec_rate and dec:
            raise RefusedError("this mount does not track in declination: its rate must be 0")

    async def _set_offsets(self, ra: float, dec: float) -> None:
        self._check_offsets(ra, dec)
        if self._sets_ra_rate:
            offset = offset_of_arcseconds(ra)
            await self.session.call(lambda device: setattr(device, "RightAscensionRate", offset))
        if self._sets_dec_rate:
            await self.session.call(lambda device: setattr(device, "DeclinationRate", dec))

    # Guiding.

    async def _learn_pulses(self) -> None:
        guides = await self.offers(lambda device: device.CanPulseGuide)
        (self.show if guides else self.hide)(self.pulses_ns, self.pulses_we)
        self.is_also(DriverInterface.GUIDER, on=guides)

    async def _learn_guide_rate(self) -> MountCan:
        west_east = await told(self.session, lambda device: device.GuideRateRightAscension)
        north_south = await told(self.session, lambda device: device.GuideRateDeclination)
        if west_east is None or north_south is None:
            return MountCan(0)
        sets = await self.offers(lambda device: device.CanSetGuideRates)
        self.guide_rate.redefine(perm=Permission.READ_WRITE if sets else Permission.READ_ONLY)
        self._tell_guide_rate(west_east, north_south)
        return MountCan.GUIDE_RATE

    def _tell_guide_rate(self, west_east: float, north_south: float) -> None:
        """Tell rates, in ASCOM's degrees a second, as parts of the sidereal one."""
        we, ns = (round(rate * 3600 / SIDEREAL, 4) for rate in (west_east, north_south))
        self.guide_rate.ok(GUIDE_RATE_WE=we, GUIDE_RATE_NS=ns)

    async def set_guide_rate(self, west_east: float, north_south: float) -> None:
        """See :class:`Mount`. Mounts with one rate for both axes have what was set last."""
        we, ns = (rate * SIDEREAL / 3600 for rate in (west_east, north_south))
        await self.session.call(lambda device: setattr(device, "GuideRateRightAscension", we))
        await self.session.call(lambda device: setattr(device, "GuideRateDeclination", ns))
        now_we = await self.session.number(lambda device: device.GuideRateRightAscension)
        now_ns = await self.session.number(lambda device: device.GuideRateDeclination)
        self._tell_guide_rate(now_we, now_ns)
