"""The driver of mounts that speak LX200, in any of its dialects."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, Final

from lightapt_drivers import HardwareError, State, on_connect, run

from ...kinds.guider import Direction, Guider
from ...kinds.mount import Mount, MountCan, MountReading, MountSite, PierSide, TrackMode
from ..emulators.lx200 import ONSTEP, Lx200Emulator
from ..errors import InstrumentError, LinkSilentError
from ..serial_device import SerialDevice
from . import vocabulary as lx200
from .course import Course, separation
from .mount import Lx200Mount, MountState, Place, Pointing

__all__ = ["Lx200", "main"]

_ALWAYS: Final = MountCan.GOTO | MountCan.SYNC | MountCan.STOP | MountCan.MOVE | MountCan.TRACK_MODE
_MAYBE: Final = MountCan.TRACK | MountCan.PARK | MountCan.PIER_SIDE | MountCan.SITE | MountCan.TIME
_RATES: Final = tuple(lx200.SlewRate)
_TRACK_RATES: Final = {
    TrackMode.SIDEREAL: lx200.TrackRate.SIDEREAL,
    TrackMode.SOLAR: lx200.TrackRate.SOLAR,
    TrackMode.LUNAR: lx200.TrackRate.LUNAR,
}
_SIDES: Final = {lx200.PierSide.EAST: PierSide.EAST, lx200.PierSide.WEST: PierSide.WEST}
_GRAIN: Final = {lx200.Precision.HIGH: 30 / 3600, lx200.Precision.LOW: 180 / 3600}
"""Degrees by which coordinates may flicker between two looks: two units in which they are written."""
_NEAR: Final = 0.5
"""Degrees: a mount that ends further from its target was stopped. What it says may differ by refraction."""
_LOOKS: Final = 3
"""At a mount that does not move and is not where it should be: some take a moment to begin."""
_LONGEST_PULSE: Final = 9999
"""Milliseconds that one command can tell."""
_MINUTE: Final = 1 / 60
"""Degrees, to which mounts keep their place."""


class Lx200(Mount, Guider, SerialDevice):
    """LX200 mount."""

    device_name: ClassVar[str] = "LX200"
    executable: ClassVar[str] = "lightapt-lx200"
    mount_can: ClassVar[MountCan] = _ALWAYS | _MAYBE
    track_modes: ClassVar[tuple[TrackMode, ...]] = tuple(_TRACK_RATES)
    look: ClassVar[float] = 0.5
    """Seconds between two looks at a mount that slews."""

    _mount: Lx200Mount
    _course: Course | None = None
    """Watches a mount that does not tell whether it slews."""
    _state = MountState(Pointing(0.0, 0.0))
    """How the mount was when it was last asked."""
    _tracks: bool | None = None
    """Whether it tracks, by what it has been told; for a mount that does not tell."""
    _may_sleep = False
    """Whether it has been told to park: some then say nothing any more."""
    _sleeps = False

    def make_emulator(self) -> Lx200Emulator:
        """Return a mount that is not there."""
        return Lx200Emulator(ONSTEP)

    # How it is.

    async def read_mount(self) -> MountReading:
        """Ask the mount how it is."""
        try:
            if not self._sleeps or await self._mount.is_awake():
                self._sleeps = False
                self._state = await self._mount.state()
        except LinkSilentError:
            if not self._may_sleep:
                self.mount_position.change(state=State.ALERT)
                raise
            self._sleeps = True
        except InstrumentError:
            self.mount_position.change(state=State.ALERT)
            raise
        return self._reading(self._state)

    def _reading(self, state: MountState) -> MountReading:
        is_slewing = state.is_slewing
        if is_slewing is None and self._course is not None:
            is_slewing = self._course.is_slewing(state.pointing, asyncio.get_running_loop().time())
        return MountReading(
            ra=state.pointing.ra,
            dec=state.pointing.dec,
            is_slewing=bool(is_slewing) and not self._sleeps,
            is_tracking=self._tracks if state.is_tracking is None else state.is_tracking,
            is_parked=True if self._sleeps else state.is_parked,
            side=_SIDES.get(state.side) if state.side else None,
        )

    @on_connect
    async def _greet(self) -> None:
        self._mount = Lx200Mount(self.link)
        self._course, self._tracks, self._may_sleep, self._sleeps = None, None, False, False
        identity = await self._mount.greet()
        dialect = identity.dialect
        can = _ALWAYS
        can |= MountCan.TRACK if self._mount.can_track else MountCan(0)
        can |= MountCan.PARK if dialect.unpark else MountCan(0)
        can |= MountCan.PIER_SIDE if dialect.pier_side else MountCan(0)
        can |= await self._learn_place() | await self._learn_time()
        self.declare_mount(can)
        self.instrument.ok(MODEL=identity.product or f"{dialect.name} LX200", FIRMWARE=identity.firmware)
        await self.clear_the_way()  # it may still move by hand since the line was lost
        await self.refresh_mount()

    async def _learn_place(self) -> MountCan:
        if not await self._mount.knows_place():
            return MountCan(0)
        place = await self._mount.place()
        north, east = place.latitude - self.mount_site["LAT"], place.longitude - self.mount_site["LONG"]
        # What differs by less than a mount can tell stays as clients know it: more exactly.
        if max(abs(north), abs((east + 180) % 360 - 180)) > _MINUTE:
            self.mount_stands_at(MountSite(place.latitude, place.longitude, self.mount_site["ELEV"]))
        return MountCan.SITE

    async def _learn_time(self) -> MountCan:
        if not await self._mount.knows_time():
            return MountCan(0)
        clock = await self._mount.clock()
        self.mount_time_is(clock.utc, clock.offset)
        return MountCan.TIME

    # Where it goes.

    async def slew_mount(self, ra: float, dec: float, *, track: bool) -> None:
        """See :class:`Mount`. A mount that cannot be told to rest tracks in any case."""
        if track and self._mount.can_track and self._state.is_tracking is False:
            await self._mount.set_tracking(on=True)
        target = Pointing(ra, dec)
        await self._mount.slew(target)
        self._tracks = True
        with self._watching():
            await self._until_near(target)
        if not track and self._mount.can_track:
            await self.set_tracking(on=False)

    async def _until_near(self, target: Pointing) -> None:
        for _ in range(_LOOKS):
            await self.until_mount_rests(look=self.look)
            if separation(self._state.pointing, target) <= _NEAR:
                return
            await asyncio.sleep(self.look)
        short = separation(self._state.pointing, target)
        raise HardwareError(
            f"the mount stopped {short:.1f}° short of its target: was it stopped by hand, or at a limit?"
        )

    async def sync_mount(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        answer = await self._mount.sync(Pointing(ra, dec))
        self.log.debug("the mount says to a sync: %s", answer)

    async def stop_mount(self) -> None:
        """See :class:`Mount`."""
        self._may_sleep = False
        await self._mount.halt()

    async def park_mount(self) -> None:
        """See :class:`Mount`. Some mounts say nothing any more once they are parked."""
        await self._mount.park()
        self._may_sleep = True
        with self._watching():
            for _ in range(_LOOKS):
                await self.until_mount_rests(look=self.look)
                if self._sleeps or self._state.is_parked:
                    break
                await asyncio.sleep(self.look)

    async def unpark_mount(self) -> None:
        """See :class:`Mount`."""
        await self._mount.unpark()
        self._may_sleep = self._sleeps = False

    @contextmanager
    def _watching(self) -> Generator[None]:
        """Watch the mount's course, for should it not tell that it slews."""
        self._course = Course(grain=_GRAIN[self._mount.identity.precision], pause=self.look)
        try:
            yield
        finally:
            self._course = None

    # Tracking, and motion by hand.

    async def set_tracking(self, *, on: bool) -> None:
        """See :class:`Mount`."""
        await self._mount.set_tracking(on=on)
        self._tracks = on

    async def set_track_mode(self, mode: TrackMode) -> None:
        """See :class:`Mount`."""
        await self._mount.set_track_rate(_TRACK_RATES[mode])

    async def move_mount(self, direction: Direction, rate: int) -> None:
        """See :class:`Mount`."""
        await self._mount.set_slew_rate(_RATES[rate])
        await self._mount.move(lx200.Direction[direction.name])

    async def stop_moving(self, direction: Direction) -> None:
        """See :class:`Mount`."""
        await self._mount.halt(lx200.Direction[direction.name])

    async def pulse(self, direction: Direction, milliseconds: float) -> None:
        """See :class:`Guider`. A mount without a command for it is moved at the guide rate by hand."""
        way, pulse = lx200.Direction[direction.name], round(milliseconds)
        if not self._mount.identity.dialect.has_pulses:
            await self._nudge(way, pulse)
            return
        try:
            for start in range(0, pulse, _LONGEST_PULSE):
                piece = min(pulse - start, _LONGEST_PULSE)
                await self._mount.pulse(way, piece)
                await asyncio.sleep(piece / 1000)
        except asyncio.CancelledError:
            await self._mount.halt(way)
            raise

    async def _nudge(self, way: lx200.Direction, milliseconds: int) -> None:
        await self._mount.set_slew_rate(lx200.SlewRate.GUIDE)
        try:
            await self._mount.move(way)
            await asyncio.sleep(milliseconds / 1000)
        finally:
            await self._mount.halt(way)

    # How it is set up.

    async def set_site(self, site: MountSite) -> None:
        """See :class:`Mount`."""
        await self._mount.set_place(Place(site.latitude, site.longitude))

    async def set_time(self, utc: datetime, offset: float) -> None:
        """See :class:`Mount`."""
        await self._mount.set_time(utc, offset)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(Lx200, arguments)


if __name__ == "__main__":
    sys.exit(main())
