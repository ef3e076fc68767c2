"""How a bridged telescope goes somewhere: slews, syncs, parks, goes home, changes sides, and moves by hand."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Final

from lightapt_drivers import (
    DefSwitch,
    Permission,
    RefusedError,
    Switches,
    SwitchRule,
    SwitchVector,
    operation,
)

from ..kinds.guider import Direction
from ..kinds.mount import Mount, MountCan, PierSide
from ..kinds.mount_base import MOTION
from .asking import has
from .session import Ask, if_told
from .telescope_base import TelescopeBase
from .telescope_words import AXES, SIDEREAL, SIDES, Axis, Range, Side, nearest, ranges, speeds

__all__ = ["TelescopeMotion"]


class Way(Enum):
    """How a telescope is told to go somewhere."""

    COORDINATES_ASYNC = auto()
    COORDINATES = auto()
    """It answers when it is there."""
    HORIZONTAL_ASYNC = auto()
    HORIZONTAL = auto()


_WAYS: Final[tuple[tuple[Way, Ask[object]], ...]] = (
    (Way.COORDINATES_ASYNC, lambda device: device.CanSlewAsync),
    (Way.COORDINATES, lambda device: device.CanSlew),
    (Way.HORIZONTAL_ASYNC, lambda device: device.CanSlewAltAzAsync),
    (Way.HORIZONTAL, lambda device: device.CanSlewAltAz),
)
_BY_ALTITUDE: Final = (Way.HORIZONTAL_ASYNC, Way.HORIZONTAL)


class TelescopeMotion(TelescopeBase):
    """Goes where a client wants it to."""

    target_side = SwitchVector(
        "TARGET_PIER_SIDE",
        DefSwitch("PIER_WEST", label="West (pointing east)"),
        DefSwitch("PIER_EAST", label="East (pointing west)"),
        label="Pier side at target",
        group=MOTION,
        perm=Permission.READ_ONLY,
        rule=SwitchRule.AT_MOST_ONE,
    )

    _way: Way | None = None
    _syncs_coordinates: bool = False
    _ranges: dict[Axis, list[Range]] = {}  # noqa: RUF012 - only ever replaced
    _speeds: tuple[float, ...] = ()

    async def learn_motion(self) -> MountCan:
        """Return what it can of this."""
        self._by_hand = frozenset()
        self._way = None
        for way, ask in _WAYS:
            if await self.offers(ask):
                self._way = way
                break
        can = MountCan.GOTO if self._way else MountCan(0)
        self._syncs_coordinates = await self.offers(lambda device: device.CanSync)
        if self._syncs_coordinates or await self.offers(lambda device: device.CanSyncAltAz):
            can |= MountCan.SYNC
        can |= await self._learn_rest() | await self._learn_sides() | await self._learn_motion_by_hand()
        stoppable = MountCan.GOTO | MountCan.MOVE | MountCan.PARK | MountCan.FIND_HOME
        return can | (MountCan.STOP if can & stoppable else MountCan(0))

    async def _learn_rest(self) -> MountCan:
        can = MountCan(0)
        if await self.offers(lambda device: device.CanPark):
            can |= MountCan.PARK
            can |= MountCan.PARK_HERE if await self.offers(lambda device: device.CanSetPark) else MountCan(0)
        if await self.offers(lambda device: device.CanFindHome):
            can |= MountCan.FIND_HOME
        (self.show if MountCan.FIND_HOME in can else self.hide)(self.at_home)
        return can

    async def _learn_sides(self) -> MountCan:
        self.hide(self.target_side)
        if not await has(self.session, lambda device: device.SideOfPier):
            return MountCan(0)
        # Now, and not when a slew first tells: of a property that comes later Ekos believes that the mount is new.
        self.show(self.target_side)
        flips = await self.offers(lambda device: device.CanSetPierSide)
        self.pier_side.redefine(perm=Permission.READ_WRITE if flips else Permission.READ_ONLY)
        return MountCan.PIER_SIDE

    async def _learn_motion_by_hand(self) -> MountCan:
        self._ranges, self._speeds = {}, ()
        for axis in Axis:
            if not await self.offers(_can_move(axis)):
                return MountCan(0)
            self._ranges[axis] = await self.session.call(_axis_rates(axis))
        self._speeds = tuple(speeds(self._ranges[Axis.PRIMARY]))
        return MountCan.MOVE if self._speeds and self._ranges[Axis.SECONDARY] else MountCan(0)

    @property
    def speed_labels(self) -> list[str]:
        """What the rates of motion by hand are called, slowest first."""
        return [f"{rate * 3600 / SIDEREAL:.3g}x ({rate:.3g}°/s)" for rate in self._speeds]

    # Slews.

    async def check_target(self, ra: float, dec: float) -> None:
        """See :class:`Mount`. It refuses by itself; here it says on which side of the pier it will be."""
        if MountCan.PIER_SIDE not in self._mount_can:
            return
        # Where it is refused, the slew itself will be.
        side = await if_told(self.session.whole(lambda device: device.DestinationSideOfPier(ra, dec)))
        if side in SIDES:
            on = SIDES[Side(side)]
            self.target_side.change({one.value: one is on for one in PierSide})

    async def slew_mount(self, ra: float, dec: float, *, track: bool) -> None:
        """See :class:`Mount`. By ASCOM's rules it must track for right ascension, and must not for altitude."""
        by_altitude = self._way in _BY_ALTITUDE
        if self._reading.is_tracking is by_altitude:
            await self._track_if_it_can(on=not by_altitude)
        await self.act(await self._going(ra % 24, dec))
        await self.arrive_at(ra, dec)
        if track is by_altitude:
            await self._track_if_it_can(on=track)

    async def _track_if_it_can(self, *, on: bool) -> None:
        if MountCan.TRACK in self._mount_can:
            await self.session.call(lambda device: setattr(device, "Tracking", on))
            await self.look_now()

    async def _going(self, ra: float, dec: float) -> Ask[object]:
        """Return what is to be asked of it to go there. alpyca refuses what is not asynchronous."""
        if self._way is Way.COORDINATES_ASYNC:
            return lambda device: device.SlewToCoordinatesAsync(ra, dec)
        if self._way is Way.COORDINATES:
            return lambda device: device.put("slewtocoordinates", RightAscension=ra, Declination=dec)
        azimuth, altitude = await self._horizontal(ra, dec)
        if self._way is Way.HORIZONTAL_ASYNC:
            return lambda device: device.SlewToAltAzAsync(azimuth, altitude)
        return lambda device: device.put("slewtoaltaz", Azimuth=azimuth, Altitude=altitude)

    async def _horizontal(self, ra: float, dec: float) -> tuple[float, float]:
        from ..sky import frames  # numpy and ERFA take their time to load: only for mounts that need them

        sidereal = await self.session.number(lambda device: device.SiderealTime)
        angle = frames.hour_angle(ra * 15, sidereal * 15)
        altitude, azimuth = frames.horizontal(angle, dec, self.mount_site["LAT"])
        if altitude < 0:
            raise RefusedError(f"the target is {-altitude:.1f}° below the horizon")
        return float(azimuth) % 360, float(altitude)

    async def sync_mount(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        if self._syncs_coordinates:
            await self.session.call(lambda device: device.SyncToCoordinates(ra % 24, dec))
        else:
            azimuth, altitude = await self._horizontal(ra, dec)
            await self.session.call(lambda device: device.SyncToAltAz(azimuth, altitude))
        await self.look_now()

    async def stop_mount(self) -> None:
        """See :class:`Mount`."""
        self._by_hand = frozenset()
        await self.stop(lambda device: device.AbortSlew())

    @operation(Mount.pier_side, lane=Mount.mount_position)
    async def _change_sides(self, wanted: Switches) -> None:
        self.check_unparked("change sides")
        if wanted.choice:
            await self.travel(partial(self._flip, PierSide(wanted.choice)))

    async def _flip(self, side: PierSide) -> None:
        number = next(one for one, known in SIDES.items() if known is side)
        await self.act(lambda device: setattr(device, "SideOfPier", number))
        await self.arrive(
            "the change of sides",
            moves=lambda: self._slews,
            there=lambda: self._reading.side is side,
            near=lambda: self._reading.side in (side, None),
            elsewhere=lambda: "the mount rests, and is on the other side of the pier still",
            needs=("SideOfPier",),
        )

    # Where it rests.

    async def park_mount(self) -> None:
        """See :class:`Mount`."""
        await self.act(lambda device: device.Park())
        await self._until(lambda: self._reading.is_parked is not False, what="is parked", needs="AtPark")

    async def unpark_mount(self) -> None:
        """See :class:`Mount`."""
        await self.act(lambda device: device.Unpark())
        await self._until(lambda: not self._reading.is_parked, what="is unparked", needs="AtPark")

    async def park_here(self) -> None:
        """See :class:`Mount`."""
        await self.session.call(lambda device: device.SetPark())

    async def find_home(self) -> None:
        """See :class:`Mount`."""
        await self.act(lambda device: device.FindHome())
        await self._until(lambda: self._is_home is not False, what="is at home", needs="AtHome")

    async def _until(self, is_there: Callable[[], bool], *, what: str, needs: str) -> None:
        await self.arrive(
            "the motion",
            moves=lambda: self._slews,
            there=is_there,
            elsewhere=lambda: f"the mount rests, and does not say that it {what}",
            needs=(needs,),
        )

    # By hand.

    async def move_mount(self, direction: Direction, rate: int) -> None:
        """See :class:`Mount`."""
        axis, sign = AXES[direction]
        speed = nearest(self._speeds[min(rate, len(self._speeds) - 1)], self._ranges[axis])
        self._by_hand |= {axis}
        try:
            await self.act(lambda device: device.MoveAxis(axis, sign * speed))
        except BaseException:
            self._by_hand -= {axis}
            raise

    async def stop_moving(self, direction: Direction) -> None:
        """See :class:`Mount`."""
        axis, _ = AXES[direction]
        await self.stop(lambda device: device.MoveAxis(axis, 0.0))
        self._by_hand -= {axis}


def _can_move(axis: Axis) -> Ask[object]:
    return lambda device: device.CanMoveAxis(axis)


def _axis_rates(axis: Axis) -> Ask[list[Range]]:
    # As they are: alpyca's own objects fail over rates that are none.
    return lambda device: ranges(device.get("axisrates", Axis=axis.value), asked=device.asked)
