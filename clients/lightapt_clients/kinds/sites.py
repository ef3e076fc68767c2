"""What knows where on Earth it is, and what time it is: mounts, GPS receivers."""

from __future__ import annotations

from datetime import UTC, datetime

from lightapt_protocol.standard import Standard
from lightapt_protocol.timestamps import datetime_from_timestamp

from ..errors import MissingError, RequestError
from .base import Kind
from .horizontal import Location

__all__ = ["Sited"]


class Sited(Kind):
    """A device with a place and a clock."""

    @property
    def location(self) -> Location:
        """Where it is."""
        place = self.device[Standard.GEOGRAPHIC_COORD].number
        return Location(place("LAT"), (place("LONG") + 180) % 360 - 180, place("ELEV"))

    async def set_location(self, location: Location) -> None:
        """Tell it where it is."""
        values = {"LAT": location.latitude, "LONG": location.longitude % 360, "ELEV": location.elevation}
        await self._set(Standard.GEOGRAPHIC_COORD, **values)

    @property
    def utc(self) -> datetime:
        """What time it was, by its clock, when it last told; an aware datetime in UTC."""
        time = self.device[Standard.TIME_UTC]
        found = datetime_from_timestamp(time.text("UTC"))
        if found is None:
            raise MissingError(f"{time} does not tell the time, but {time.text('UTC')!r}")
        return found

    async def set_time(self, when: datetime | None = None) -> None:
        """Set its clock.

        Args:
            when: An aware datetime; its zone is told as the local one. Now, in this computer's zone, if not given.
        """
        when = datetime.now(UTC).astimezone() if when is None else when
        offset = when.utcoffset()
        if offset is None:
            raise RequestError(f"{when} has no time zone: INDI counts by UTC")
        hours = offset.total_seconds() / 3600
        await self._set(Standard.TIME_UTC, UTC=f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", OFFSET=f"{hours:.2f}")
