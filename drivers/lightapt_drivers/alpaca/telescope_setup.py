"""How a bridged telescope is set up: its place, its time, its optics, and what else it tells of itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from lightapt_drivers import (
    GENERAL,
    OPTIONS,
    DefNumber,
    DefSwitch,
    DefText,
    Numbers,
    NumberVector,
    Permission,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    on_new,
)
from lightapt_protocol.timestamps import datetime_from_timestamp

from ..kinds.mount import Equinox, MountCan, MountSite
from .asking import has, told
from .errors import DeviceRefusedError
from .session import if_told, optional
from .telescope_base import TelescopeBase
from .telescope_words import EquatorialSystem, west_or_east

__all__ = ["TelescopeSetup"]

_SYSTEMS: Final[dict[float, str]] = {
    EquatorialSystem.OTHER: "Its own",
    EquatorialSystem.TOPOCENTRIC: "Of date",
    EquatorialSystem.J2000: "J2000",
    EquatorialSystem.J2050: "J2050",
    EquatorialSystem.B1950: "B1950",
}
_ALIGNMENTS: Final = {0.0: "Altitude and azimuth", 1.0: "Polar", 2.0: "German polar"}


class TelescopeSetup(TelescopeBase):
    """Knows place, time and optics."""

    telescope_info = TextVector(
        "TELESCOPE_MOUNT_INFO",
        DefText("ALIGNMENT", label="Mount"),
        DefText("EQUATORIAL_SYSTEM", label="Coordinates"),
        label="Mount",
        group=GENERAL,
        perm=Permission.READ_ONLY,
    )
    refraction = SwitchVector(
        "TELESCOPE_REFRACTION",
        DefSwitch("INDI_ENABLED", label="Corrected"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Ignored"),
        label="Refraction",
        group=OPTIONS,
    )
    settle_time = NumberVector(
        "TELESCOPE_SETTLE_TIME",
        DefNumber("SECONDS", 0, label="Seconds", format="%.0f", max=600),
        label="To settle after a slew",
        group=OPTIONS,
    )

    async def learn_setup(self) -> MountCan:
        """Return what it can of this, and tell what it says."""
        await self._learn_coordinates()
        await self._learn_optics()
        await self._learn_options()
        return await self._learn_site() | await self._learn_time()

    # Coordinates.

    async def _learn_coordinates(self) -> None:
        system = await told(self.session, lambda device: device.get("equatorialsystem"))
        alignment = await told(self.session, lambda device: device.get("alignmentmode"))
        self.mount_equinox = Equinox.J2000 if system == EquatorialSystem.J2000 else Equinox.DATE
        words = _SYSTEMS.get(-1.0 if system is None else system, "")
        if system in (EquatorialSystem.J2050, EquatorialSystem.B1950):
            self.log.warning("the mount's coordinates are of %s, and are taken for those of date", words)
        kind = _ALIGNMENTS.get(-1.0 if alignment is None else alignment, "")
        self.telescope_info.ok(ALIGNMENT=kind, EQUATORIAL_SYSTEM=words)
        self._tells_place = await has(self.session, lambda device: device.RightAscension)

    async def _learn_optics(self) -> None:
        """Tell the optics that it knows, which ASCOM has in metres."""
        aperture = await told(self.session, lambda device: device.ApertureDiameter) or 0.0
        focal_length = await told(self.session, lambda device: device.FocalLength) or 0.0
        if aperture > 0:
            self.mount_optics.ok(TELESCOPE_APERTURE=aperture * 1000)
        if focal_length > 0:
            self.mount_optics.ok(TELESCOPE_FOCAL_LENGTH=focal_length * 1000)

    async def _learn_options(self) -> None:
        refraction = await if_told(self.session.flag(lambda device: device.DoesRefraction))
        (self.hide if refraction is None else self.show)(self.refraction)
        self.refraction.change(INDI_ENABLED=bool(refraction), INDI_DISABLED=not refraction)
        settle = await told(self.session, lambda device: device.SlewSettleTime)
        (self.hide if settle is None else self.show)(self.settle_time)
        self.settle_time.change(SECONDS=settle or 0.0)
        sidereal = await told(self.session, lambda device: device.SiderealTime)
        (self.hide if sidereal is None else self.show)(self.sidereal_time)
        self.sidereal_time.change(LST=round(sidereal or 0.0, 4))

    @on_new(refraction)
    async def _correct_refraction(self, wanted: Switches) -> None:
        on = wanted["INDI_ENABLED"]
        await self.session.call(lambda device: setattr(device, "DoesRefraction", on))

    @on_new(settle_time)
    async def _set_settle_time(self, wanted: Numbers) -> None:
        seconds = round(wanted.value)
        await self.session.call(lambda device: setattr(device, "SlewSettleTime", seconds))

    # Place and time.

    async def _learn_site(self) -> MountCan:
        if not await has(self.session, lambda device: device.SiteLatitude):
            return MountCan(0)
        latitude = await told(self.session, lambda device: device.SiteLatitude)
        longitude = await told(self.session, lambda device: device.SiteLongitude)
        elevation = await told(self.session, lambda device: device.SiteElevation)
        if latitude is not None and longitude is not None:
            self.mount_stands_at(MountSite(latitude, longitude, elevation or 0.0))
        return MountCan.SITE

    async def set_site(self, site: MountSite) -> None:
        """See :class:`Mount`. Some mounts do not care for the elevation."""
        longitude = west_or_east(site.longitude)
        await self.session.call(lambda device: setattr(device, "SiteLatitude", site.latitude))
        await self.session.call(lambda device: setattr(device, "SiteLongitude", longitude))
        await optional(self.session.call(lambda device: setattr(device, "SiteElevation", site.elevation)))

    async def _learn_time(self) -> MountCan:
        if not await has(self.session, lambda device: device.get("utcdate")):
            return MountCan(0)
        try:
            utc = datetime_from_timestamp(await self.session.text(lambda device: device.get("utcdate")))
        except DeviceRefusedError:
            utc = None
        if utc is not None:
            self.mount_time_is(utc)
        return MountCan.TIME

    async def set_time(self, utc: datetime, offset: float) -> None:
        """See :class:`Mount`. ASCOM wants the Z, or takes it for local time."""
        text = f"{utc.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        await self.session.call(lambda device: setattr(device, "UTCDate", text))
