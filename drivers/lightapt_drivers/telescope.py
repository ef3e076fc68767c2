"""A simulated mount: it slews, tracks, synchronises and parks. It has no horizon."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from lightapt_protocol.members import DefNumber, DefText
from lightapt_protocol.messages import AnyDefinition, DefNumberVector, DefTextVector
from lightapt_protocol.mirror import Property
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.timestamps import datetime_from_timestamp
from lightapt_protocol.vocabulary import State

from .definitions import MAIN, OPTIONS, Identity, switches
from .device import Device
from .pointing import Position
from .program import run
from .properties import now, one_on, values
from .requests import RefusedError
from .stdio import Port

__all__ = ["Telescope", "main"]

_SITE: Final = "Site"
_POLE: Final = Position(0.0, 90.0)
"""Where it starts, and parks: the one place that needs no time to be found."""


class _Purpose(Enum):
    """What follows when a slew has arrived."""

    TRACK = "TRACK"
    STAY = "SLEW"
    PARK = "PARK"


class Telescope(Device):
    """The simulated mount.

    Args:
        name: The device's name.
        port: Its server.
        rate: Degrees a second that an axis turns when slewing.
        period: Seconds between two looks at where it points.
    """

    identity = Identity(
        "Telescope Simulator", "LightAPT telescope simulator", "lightapt-telescope", DriverInterface.TELESCOPE
    )

    def __init__(self, name: str, port: Port, *, rate: float = 4.0, period: float = 0.5) -> None:
        super().__init__(name, port)
        self._rate = rate
        self._period = period
        self._position = _POLE
        self._target: Position | None = None
        self._purpose = _Purpose.TRACK
        self._is_parked = False
        self.on(Standard.EQUATORIAL_EOD_COORD, self._point)
        self.on(Standard.TELESCOPE_ABORT_MOTION, self._abort)
        self.on(Standard.TELESCOPE_TRACK_STATE, self._track)
        self.on(Standard.TELESCOPE_PARK, self._park)
        self.on(Standard.TIME_UTC, self._set_time)

    def definitions(self) -> Iterator[AnyDefinition]:
        """See :class:`~lightapt_drivers.device.Device`."""
        yield from _motion(self.name, self._position, is_parked=self._is_parked)
        yield from _surroundings(self.name)

    async def connected(self) -> None:
        """See :class:`~lightapt_drivers.device.Device`."""
        self._target = None
        self.start(self._live())

    async def advance(self, seconds: float) -> None:
        """Let time pass: the mount turns toward its target, or the sky turns past it."""
        if self._target is not None:
            self._position = self._position.toward(self._target, seconds * self._rate)
            if self._position == self._target:
                await self._arrive(self._purpose)
            else:
                await self._show(State.BUSY)
        elif not (self._is_parked or self._is_on(Standard.TELESCOPE_TRACK_STATE, "TRACK_ON")):
            self._position = self._position.after(seconds)
            await self._show()

    async def _live(self) -> None:
        clock = asyncio.get_running_loop().time
        then = clock()
        while True:
            await asyncio.sleep(self._period)
            elapsed, then = clock() - then, clock()
            await self.advance(elapsed)

    async def _arrive(self, purpose: _Purpose) -> None:
        self._target = None
        self._is_parked = purpose is _Purpose.PARK
        await self._switch(
            Standard.TELESCOPE_TRACK_STATE, "TRACK_ON" if purpose is _Purpose.TRACK else "TRACK_OFF", state=State.OK
        )
        if self._is_parked:
            await self._switch(Standard.TELESCOPE_PARK, "PARK", state=State.OK, message=f"{self.name} is parked")
        await self._show(State.OK)

    async def _point(self, asked: Property) -> None:
        self._refuse_if_parked()
        target = Position(asked.number("RA") % 24, asked.number("DEC"))
        how = self.properties[Standard.ON_COORD_SET]
        if how.is_on("SYNC"):
            await self._synchronise(target)
        else:
            await self._slew(target, _Purpose.TRACK if how.is_on("TRACK") else _Purpose.STAY)

    async def _synchronise(self, position: Position) -> None:
        if self._target is not None:
            raise RefusedError(f"{self.name} is slewing: wait or abort before synchronising it")
        self._position = position
        await self._show(State.OK)

    async def _slew(self, target: Position, purpose: _Purpose) -> None:
        self._target, self._purpose = target, purpose
        await self._show(State.BUSY)

    async def _abort(self, asked: Property) -> None:
        was_slewing, self._target = self._target is not None, None
        await self.set(asked.name, one_on(asked, ""), state=State.OK)
        if was_slewing:
            await self._show(State.IDLE)
        if self._is_on(Standard.TELESCOPE_PARK, "PARK") and not self._is_parked:
            await self._switch(
                Standard.TELESCOPE_PARK, "UNPARK", state=State.IDLE, message=f"{self.name}: parking was aborted"
            )

    async def _track(self, asked: Property) -> None:
        if asked.is_on("TRACK_ON"):
            self._refuse_if_parked()
        await self.set(asked.name, values(asked), state=State.OK)

    async def _park(self, asked: Property) -> None:
        if asked.is_on("UNPARK"):
            await self._unpark(asked)
        elif self._is_parked:
            await self.set(asked.name, values(asked), state=State.OK)
        else:
            await self.set(asked.name, values(asked), state=State.BUSY)
            # Any right ascension is that of the pole; the nearest costs no turn of that axis.
            await self._slew(Position(self._position.ra, _POLE.dec), _Purpose.PARK)

    async def _unpark(self, asked: Property) -> None:
        was_parking, self._is_parked = self._target is not None and self._purpose is _Purpose.PARK, False
        await self.set(asked.name, values(asked), state=State.OK)
        if was_parking:
            self._target = None
            await self._show(State.IDLE)

    async def _set_time(self, asked: Property) -> None:
        if datetime_from_timestamp(asked.text("UTC")) is None:
            raise RefusedError(f"{asked.text('UTC')!r} is no time in ISO 8601")
        await self.set(asked.name, values(asked), state=State.OK)

    def _refuse_if_parked(self) -> None:
        if self._is_parked:
            raise RefusedError(f"{self.name} is parked: unpark it first")
        if self._is_on(Standard.TELESCOPE_PARK, "PARK"):
            raise RefusedError(f"{self.name} is parking: abort that first")

    def _is_on(self, name: str, member: str) -> bool:
        return self.properties[name].is_on(member)

    async def _switch(self, name: str, member: str, *, state: State, message: str = "") -> None:
        await self.set(name, one_on(self.properties[name], member), state=state, message=message)

    async def _show(self, state: State | None = None) -> None:
        position = {"RA": self._position.ra, "DEC": self._position.dec}
        await self.set(Standard.EQUATORIAL_EOD_COORD, position, state=state)


def _motion(device: str, position: Position, *, is_parked: bool) -> Iterator[AnyDefinition]:
    yield DefNumberVector(
        device,
        Standard.EQUATORIAL_EOD_COORD,
        label="Equatorial coordinates, of date",
        group=MAIN,
        members=(
            DefNumber("RA", position.ra, label="RA (h)", format="%010.6m", max=24.0),
            DefNumber("DEC", position.dec, label="Dec (°)", format="%010.6m", min=-90.0, max=90.0),
        ),
    )
    yield switches(
        device, Standard.ON_COORD_SET, labels=("Track", "Slew", "Sync"), on="TRACK", label="When coordinates are set"
    )
    yield switches(device, Standard.TELESCOPE_ABORT_MOTION, labels=("Abort",), label="Abort motion")
    yield switches(device, Standard.TELESCOPE_TRACK_STATE, labels=("On", "Off"), on="TRACK_OFF", label="Tracking")
    now_so = "PARK" if is_parked else "UNPARK"
    yield switches(device, Standard.TELESCOPE_PARK, labels=("Park", "Unpark"), on=now_so, label="Parking")


def _surroundings(device: str) -> Iterator[AnyDefinition]:
    yield DefNumberVector(
        device,
        Standard.TELESCOPE_INFO,
        label="Optics",
        group=OPTIONS,
        members=(
            DefNumber("TELESCOPE_APERTURE", 120.0, label="Aperture (mm)", min=10.0, max=5000.0),
            DefNumber("TELESCOPE_FOCAL_LENGTH", 900.0, label="Focal length (mm)", min=10.0, max=10000.0),
            DefNumber("GUIDER_APERTURE", 50.0, label="Guider's aperture (mm)", min=10.0, max=5000.0),
            DefNumber("GUIDER_FOCAL_LENGTH", 200.0, label="Guider's focal length (mm)", min=10.0, max=10000.0),
        ),
    )
    yield DefNumberVector(
        device,
        Standard.GEOGRAPHIC_COORD,
        label="Place",
        group=_SITE,
        members=(
            DefNumber("LAT", 0.0, label="Latitude (°)", format="%010.6m", min=-90.0, max=90.0),
            DefNumber("LONG", 0.0, label="Longitude (° east)", format="%010.6m", max=360.0),
            DefNumber("ELEV", 0.0, label="Elevation (m)", min=-500.0, max=10000.0),
        ),
    )
    yield DefTextVector(
        device,
        Standard.TIME_UTC,
        label="Time",
        group=_SITE,
        members=(DefText("UTC", now(), label="UTC"), DefText("OFFSET", "0", label="Local time's offset (h)")),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``lightapt-telescope``; return its exit code."""
    return run(Telescope, arguments)


if __name__ == "__main__":
    sys.exit(main())
