"""What all of a mount rests on: where it points, what it is doing, and motion that it makes by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from lightapt_drivers import (
    MAIN,
    DefNumber,
    DefSwitch,
    Device,
    DriverError,
    DriverInterface,
    NumberVector,
    Permission,
    RefusedError,
    Standard,
    State,
    SwitchRule,
    SwitchVector,
    every,
)

from .mount_words import Equinox, MountCan, MountReading

__all__ = ["MOTION", "MountBase", "all_of", "place"]

MOTION: Final = "Motion Control"
"""The page for motion; the name is libindi's."""
_PULSES: Final = (Standard.TELESCOPE_TIMED_GUIDE_NS, Standard.TELESCOPE_TIMED_GUIDE_WE)
_LOOK: Final = 0.5
"""Seconds between two looks at a mount that slews."""


def place(name: Standard, *, label: str, group: str, perm: Permission = Permission.READ_WRITE) -> NumberVector:
    """Return a property that holds a right ascension and a declination."""
    return NumberVector(
        name,
        DefNumber("RA", 0, label="RA (hh:mm:ss)", format="%010.6m", max=24),
        DefNumber("DEC", 0, label="DEC (dd:mm:ss)", format="%010.6m", min=-90, max=90),
        label=label,
        group=group,
        perm=perm,
    )


async def all_of(*doing: Callable[[], Awaitable[None]]) -> None:
    """Do one after another, though one of them fails; for what stops a mount.

    Raises:
        DriverError: One has failed: the first that did, when all are done. Also OSError.
    """
    first: DriverError | OSError | None = None
    for one in doing:
        try:
            await one()
        except (DriverError, OSError) as error:
            first = first or error
    if first is not None:
        raise first


class MountBase(Device):
    """Knows where the mount points and what it is doing. :class:`~.mount.Mount` is what drivers build on."""

    interface: ClassVar[DriverInterface] = DriverInterface.TELESCOPE
    mount_can: ClassVar[MountCan] = MountCan.GOTO | MountCan.SYNC | MountCan.STOP | MountCan.MOVE
    """What the hardware can, unless it says otherwise when it is connected."""
    mount_equinox: Equinox = Equinox.DATE
    """What the hardware's coordinates refer to; INDI's are of date, and are converted where they differ."""

    mount_position = place(Standard.EQUATORIAL_EOD_COORD, label="Eq. coordinates", group=MAIN)
    mount_horizontal = NumberVector(
        Standard.HORIZONTAL_COORD,
        DefNumber("AZ", 0, label="Az (dd:mm:ss)", format="%010.6m", max=360),
        DefNumber("ALT", 0, label="Alt (dd:mm:ss)", format="%010.6m", min=-90, max=90),
        label="Hor. coordinates",
        perm=Permission.READ_ONLY,  # or some clients send it beside the equatorial ones
    )
    pier_side = SwitchVector(
        Standard.TELESCOPE_PIER_SIDE,
        DefSwitch("PIER_WEST", label="West (pointing east)"),
        DefSwitch("PIER_EAST", label="East (pointing west)"),
        label="Pier side",
        perm=Permission.READ_ONLY,
        rule=SwitchRule.AT_MOST_ONE,
    )

    _mount_can: MountCan = MountCan(0)
    _mount_travels: bool = False
    _mount_departures: int = 0
    """Gotos that are just about to begin: from then on the mount is not told to rest."""
    _mount_tracks: bool = False
    _mount_parked: bool = False

    # For a driver to fill in.

    async def read_mount(self) -> MountReading:
        """Return how the mount is."""
        raise NotImplementedError

    async def stop_mount(self) -> None:
        """Stop all motion but tracking, which is again as it was."""
        raise NotImplementedError

    # For a driver to use.

    def mount_is(self, reading: MountReading) -> None:
        """Take note of how the mount is, and tell the clients."""
        if reading.is_tracking is not None:
            self._mount_tracks = reading.is_tracking
        if reading.is_parked is not None:
            self._mount_parked = reading.is_parked
        slews = reading.is_slewing or self._mount_travels or self._mount_departures > 0
        self._mount_tracks = self._mount_tracks and not self._mount_parked
        self.tell_besides(slews=slews)
        ra, dec = self.mount_to_date(reading.ra, reading.dec)
        state = self.mount_state(slews=slews)
        # Finer than any mount: clients are not to be told of the last bits of a sum.
        self.mount_position.change(RA=round(ra % 24, 7) % 24, DEC=round(dec, 6), state=state)
        if reading.side is not None and not self.pier_side.is_busy:  # else it shows where it is to be
            self.pier_side.report({reading.side.value: True}, state=State.OK)
        if reading.azimuth is not None and reading.altitude is not None:
            azimuth, altitude = round(reading.azimuth % 360, 5), round(reading.altitude, 5)
            self.mount_horizontal.change(AZ=azimuth % 360, ALT=altitude, state=state)

    def mount_state(self, *, slews: bool) -> State:
        """Return the state that a place is told with."""
        return State.BUSY if slews else State.OK if self._mount_tracks else State.IDLE

    def tell_besides(self, *, slews: bool) -> None:
        """Tell the clients what else follows from a reading: before the position, whose Ok ends a slew for them."""

    async def refresh_mount(self) -> None:
        """Ask the mount how it is, and tell the clients."""
        self.mount_is(await self.read_mount())

    async def until_mount_rests(self, *, look: float = _LOOK) -> None:
        """Wait until the mount slews no more, looking every so many seconds, and tell meanwhile where it is."""
        while (reading := await self.read_mount()).is_slewing:
            self.mount_is(reading)
            await asyncio.sleep(look)

    def check_pulse(self) -> None:
        """See that the mount can be guided; for mounts that are a :class:`~.guider.Guider`, too.

        Raises:
            RefusedError: It is parked or slews.
        """
        self.check_mount("guide")

    def check_mount(self, to_do: str) -> None:
        """See that the mount is free to do something.

        Raises:
            RefusedError: It is parked or slews.
        """
        self.check_unparked(to_do)
        if self.mount_position.is_busy or self._mount_travels:
            raise RefusedError(f"the mount is slewing: wait for its end or abort it, then {to_do}")

    def check_unparked(self, to_do: str) -> None:
        """See that the mount is not parked.

        Raises:
            RefusedError: It is.
        """
        if self._mount_parked:
            raise RefusedError(f"the mount is parked: unpark it first (TELESCOPE_PARK), then {to_do}")

    def mount_to_date(self, ra: float, dec: float) -> tuple[float, float]:
        """Return the place of date of what the hardware calls so; hours and degrees."""
        return (ra, dec) if self.mount_equinox is Equinox.DATE else _converted(ra, dec, to_date=True)

    def mount_from_date(self, ra: float, dec: float) -> tuple[float, float]:
        """Return what the hardware calls a place of date; hours and degrees."""
        return (ra, dec) if self.mount_equinox is Equinox.DATE else _converted(ra, dec, to_date=False)

    # For the other parts of a mount.

    async def clear_the_way(self) -> None:
        """End what the mount does at the hands of others, before it goes somewhere by itself."""
        await self.end_pulses()

    async def end_pulses(self) -> None:
        """End the guiding that goes on, if it takes pulses."""
        await self.cancel(*(self.vectors[name] for name in _PULSES if name in self.vectors))

    async def travel(self, way: Callable[[], Awaitable[None]]) -> None:
        """Have the mount go somewhere by itself; cancelled, stop it.

        A mount whose driver lets go of it is not stopped: it may be parking for the day.
        """
        self._mount_travels = True
        try:
            await self.clear_the_way()
            self.mount_position.change(state=State.BUSY)
            await way()
        except asyncio.CancelledError:
            if self.is_connected and MountCan.STOP in self._mount_can:
                await self.stop_mount()
            raise
        finally:
            self._mount_travels = False
        await self.refresh_mount()

    # What every mount does.

    @every()
    async def _look_at_mount(self) -> None:
        await self.refresh_mount()


def _converted(ra: float, dec: float, *, to_date: bool) -> tuple[float, float]:
    from ..sky import frames  # numpy and ERFA take their time to load: not before there is a mount that needs them

    convert = frames.equinox_of_date if to_date else frames.j2000
    degrees, dec = convert(ra * 15.0, dec, time.time())
    return float(degrees) / 15.0 % 24, float(dec)
