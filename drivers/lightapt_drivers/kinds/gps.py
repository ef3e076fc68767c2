"""A GPS receiver: where it is, and what time it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefText,
    Device,
    DriverInterface,
    Numbers,
    NumberVector,
    Permission,
    Standard,
    State,
    Switches,
    TextVector,
    every,
    on_connect,
    on_new,
    operation,
)

__all__ = ["Fix", "Gps"]

_LOOK: Final = 0.25
"""Seconds between two looks at whether it is time to ask."""
_RETRY: Final = 1.0
"""Seconds after which a receiver without a fix is asked again."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What a receiver knows.

    Attributes:
        latitude: Degrees, north being positive.
        longitude: Degrees, east being positive.
        elevation: Metres above the sea.
        time: When it was so, with its time zone.
        utc_offset: Hours by which local time is ahead of universal time.
    """

    latitude: float
    longitude: float
    elevation: float
    time: datetime
    utc_offset: float = 0.0


class Gps(Device):
    """A GPS receiver. A driver fills in :meth:`read_fix`.

    It is asked when it is connected, then as often as GPS_REFRESH_PERIOD says; without a fix, until there is one.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.GPS

    gps_location = NumberVector(
        Standard.GEOGRAPHIC_COORD,
        DefNumber("LAT", 0, label="Latitude (dd:mm:ss)", format="%010.6m", min=-90, max=90),
        DefNumber("LONG", 0, label="Longitude (dd:mm:ss)", format="%010.6m", max=360),
        DefNumber("ELEV", 0, label="Elevation (m)", format="%g", min=-200, max=10_000),
        label="Location",
        perm=Permission.READ_ONLY,
    )
    gps_time = TextVector(
        Standard.TIME_UTC,
        DefText("UTC", label="Universal time"),
        DefText("OFFSET", label="Local time ahead of it (h)"),
        label="Time",
        perm=Permission.READ_ONLY,
    )
    gps_refresh = ButtonVector.standard_buttons(Standard.GPS_REFRESH, "Ask", label="Now")
    gps_period = NumberVector(
        Standard.GPS_REFRESH_PERIOD,
        DefNumber("PERIOD", 0, label="Seconds (0: once)", format="%.0f", max=3600),
        label="Ask every",
        saved=True,
    )

    _gps_turn: asyncio.Lock
    """Held while the receiver is asked."""
    _gps_due: float = 0.0

    # For a driver to fill in.

    async def read_fix(self) -> Fix | None:
        """Return what the receiver knows; None while it looks for satellites."""
        raise NotImplementedError

    # What every receiver does.

    @on_connect
    async def _begin_as_gps(self) -> None:
        self._gps_turn = asyncio.Lock()
        self._gps_due = 0.0
        self._tell_fix_state(State.IDLE)

    @every(_LOOK)
    async def _ask_when_due(self) -> None:
        if asyncio.get_running_loop().time() >= self._gps_due:
            await self._ask_gps()

    @operation(gps_refresh)
    async def _refresh_gps(self, wanted: Switches) -> None:
        if wanted.choice:
            await self._ask_gps()

    @on_new(gps_period)
    async def _set_gps_period(self, wanted: Numbers) -> None:
        self.gps_period.ok(wanted)
        has_fix = self.gps_location.state is State.OK
        self._ask_after(wanted["PERIOD"] if has_fix else _RETRY)

    async def _ask_gps(self) -> None:
        async with self._gps_turn:
            self._ask_after(_RETRY)  # unless all is well
            fix, state = None, State.ALERT
            try:
                fix = await self.read_fix()
                state = State.BUSY if fix is None else State.OK
            finally:
                self._tell_fix_state(state)
            if fix is not None:
                self._tell_fix(fix)
                self._ask_after(self.gps_period.value)

    def _tell_fix(self, fix: Fix) -> None:
        universal = fix.time.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self.gps_location.ok(LAT=fix.latitude, LONG=fix.longitude % 360, ELEV=fix.elevation)
        self.gps_time.ok(UTC=universal.isoformat(), OFFSET=f"{fix.utc_offset:.2f}")

    def _tell_fix_state(self, state: State) -> None:
        """Tell how it is with the fix; one that is good is told with its values."""
        if state is State.BUSY and self.gps_location.state is not State.BUSY:
            self.log.info("the receiver looks for satellites")
        if state is not State.OK:
            self.gps_location.change(state=state)
            self.gps_time.change(state=state)

    def _ask_after(self, seconds: float) -> None:
        self._gps_due = asyncio.get_running_loop().time() + (seconds or float("inf"))
