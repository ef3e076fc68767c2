"""Where a mount stands, what time it is there, and what it carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from lightapt_drivers import (
    OPTIONS,
    SITE,
    DefNumber,
    DefText,
    Device,
    Numbers,
    NumberVector,
    RefusedError,
    Standard,
    Texts,
    TextVector,
    on_new,
)
from lightapt_protocol.timestamps import datetime_from_timestamp

from .mount_words import MountSite

__all__ = ["MountSetup", "optics", "site"]

_FURTHEST: Final = 15.0
"""Hours by which no clock on Earth differs from UTC."""


def site(latitude: float, longitude: float, elevation: float, *, always: bool = False) -> NumberVector:
    """Return GEOGRAPHIC_COORD: degrees, degrees east of Greenwich from 0 to 360, metres."""
    return NumberVector(
        Standard.GEOGRAPHIC_COORD,
        DefNumber("LAT", latitude, label="Lat (dd:mm:ss.s)", format="%012.8m", min=-90, max=90),
        DefNumber("LONG", longitude, label="Lon (dd:mm:ss.s)", format="%012.8m", max=360),
        DefNumber("ELEV", elevation, label="Elevation (m)", format="%g", min=-200, max=10_000),
        label="Site",
        group=SITE,
        always=always,
        saved=True,
    )


def optics(aperture: float, focal_length: float, guider_aperture: float, guider_focal_length: float) -> NumberVector:
    """Return TELESCOPE_INFO, in millimetres."""
    return NumberVector(
        Standard.TELESCOPE_INFO,
        DefNumber("TELESCOPE_APERTURE", aperture, label="Aperture (mm)", min=10, max=5000),
        DefNumber("TELESCOPE_FOCAL_LENGTH", focal_length, label="Focal length (mm)", min=10, max=10_000),
        DefNumber("GUIDER_APERTURE", guider_aperture, label="Guider aperture (mm)", min=10, max=5000),
        DefNumber("GUIDER_FOCAL_LENGTH", guider_focal_length, label="Guider focal length (mm)", min=10, max=10_000),
        label="Optics",
        group=OPTIONS,
        always=True,
        saved=True,
    )


class MountSetup(Device):
    """Knows place, time and optics. What a client says of the place is remembered."""

    mount_optics = optics(100, 500, 50, 200)
    mount_time = TextVector(Standard.TIME_UTC, DefText("UTC"), DefText("OFFSET"), label="UTC", group=SITE)
    mount_site = site(0, 0, 0)

    # For a driver to fill in.

    async def set_site(self, site: MountSite) -> None:
        """Learn where the mount stands."""
        raise NotImplementedError

    async def set_time(self, utc: datetime, offset: float) -> None:
        """Learn the time, an aware one, and by how many hours local time is ahead of it."""
        raise NotImplementedError

    # For a driver to use.

    def mount_stands_at(self, site: MountSite) -> None:
        """Take note of where the mount stands, and tell the clients."""
        self.mount_site.ok(LAT=site.latitude, LONG=site.longitude % 360, ELEV=site.elevation)

    def mount_time_is(self, utc: datetime, offset: float = 0.0) -> None:
        """Take note of the mount's time, an aware one, and tell the clients."""
        self.mount_time.ok(UTC=f"{utc.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", OFFSET=f"{offset:.2f}")

    # What every mount does.

    @on_new(mount_site)
    async def _set_site(self, wanted: Numbers) -> None:
        await self.set_site(MountSite(wanted["LAT"], wanted["LONG"], wanted["ELEV"]))
        self.mount_site.ok(wanted)
        self.remember(self.mount_site)

    @on_new(mount_time)
    async def _set_time(self, wanted: Texts) -> None:
        utc = datetime_from_timestamp(wanted["UTC"])
        if utc is None:
            raise RefusedError(f"UTC must be like 2026-03-01T22:00:00, not {wanted['UTC']!r}")
        await self.set_time(utc, _hours(wanted["OFFSET"]))


def _hours(text: str) -> float:
    try:
        hours = float(text or 0)
    except ValueError:
        hours = float("nan")
    if not abs(hours) <= _FURTHEST:
        raise RefusedError(f"OFFSET must be hours from -{_FURTHEST:g} to {_FURTHEST:g}, not {text!r}")
    return hours
