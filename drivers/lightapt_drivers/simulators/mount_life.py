"""The simulated mount as time passes: what it tells of itself, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol, cast

from lightapt_drivers import (
    DefNumber,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    every,
    load,
    on_new,
)

from ..kinds.mount import Mount, MountReading, PierSide
from .lasting import SIMULATION, keep
from .mount_clock import MountClock
from .mount_config import MountConfig
from .mount_frames import Site
from .mount_geometry import Axes, MountKind
from .mount_installation import Stand
from .mount_model import Mount as SimulatedMount
from .mount_options import MountOptions
from .mount_pointing import TruePointing
from .mount_vocabulary import EventKind, MountEvent, MountRefusedError, MountState
from .pointing_log import Sample

__all__ = ["MountLife"]

_SLEWS: Final = (MountState.SLEWING, MountState.PARKING, MountState.HOMING)
_KEPT_EVERY: Final = 1.0
"""Seconds of a slew after which it is remembered how far the mount has come."""
_MOVING: Final = 0.15
"""Seconds between two looks while the telescope moves fast: cameras ask for five a second."""
_WANDERING: Final = 0.5
"""While it follows the sky with the errors of its axes."""
_RESTING: Final = 5.0
"""At least, whatever POLLING_PERIOD says."""
_SAME_TIME: Final = 2.0
"""Seconds by which a client's clock may differ that is not meant to be another."""
_SET: Final = 0.1
"""Seconds by which the mount's clock may differ from that of the system."""
_WARNINGS: Final = {
    EventKind.HORIZON_LIMIT: "the mount has stopped at the horizon limit (MOUNT_LIMITS)",
    EventKind.MERIDIAN_LIMIT: "the mount has stopped at the meridian limit (MOUNT_LIMITS): a goto to there flips it",
    EventKind.DECLINATION_LIMIT: "the mount has stopped at the end of its declination axis",
    EventKind.MERIDIAN_WARNING: "the mount is past the meridian limit (MOUNT_LIMITS), and goes on",
}


class _Order(Protocol):
    def __call__(self, *, now: float) -> None: ...


class _InJ2000(Protocol):
    def __call__(self, truth: TruePointing, *, utc: float, time: float) -> Sample: ...


class MountLife(MountOptions, Mount):
    """Lets the model of a mount live, with or without a connection, and tells what becomes of it.

    Args:
        name: The device's name.
        config: How the mount is built.
        clock: The time that it lives in.
    """

    true_pointing = NumberVector(
        "TRUE_POINTING",
        DefNumber("RA_J2000", 0, label="RA (°, J2000)", format="%.6f", max=360),
        DefNumber("DEC_J2000", 0, label="DEC (°, J2000)", format="%.6f", min=-90, max=90),
        DefNumber("RATE_RA", 0, label="Eastward (arcsec/s)", format="%.4f"),
        DefNumber("RATE_DEC", 0, label="Northward (arcsec/s)", format="%.4f"),
        DefNumber("POSITION_ANGLE", 0, label="Position angle (°)", format="%.4f", max=360),
        DefNumber("TIME", 0, label="Unix time (s)", format="%.3f"),
        label="True pointing",
        group=SIMULATION,
        perm=Permission.READ_ONLY,
        always=True,
    )
    stand = NumberVector(
        "MOUNT_STAND",
        DefNumber("PRIMARY", 0, label="Hour-angle axis (°)", format="%.6f", min=-3600, max=3600),
        DefNumber("SECONDARY", 90, label="Declination axis (°)", format="%.6f", min=-360, max=360),
        DefNumber("SYNC_PRIMARY", 0, label="Added by syncs (°)", format="%.6f", min=-360, max=360),
        DefNumber("SYNC_SECONDARY", 0, label="Added by syncs (°)", format="%.6f", min=-360, max=360),
        DefNumber("TRACKING", 0, label="Tracking", format="%.0f", max=1, step=1),
        DefNumber("PARKED", 0, label="Parked", format="%.0f", max=1, step=1),
        DefNumber("SINCE", 0, label="Unix time (s)", format="%.3f"),
        label="Move by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(self, name: str = "", config: MountConfig | None = None, *, clock: MountClock | None = None) -> None:
        super().__init__(name)
        self.clock = clock or MountClock()
        self._as_built = config or MountConfig()
        self.mount = SimulatedMount(self._as_built, self.place(), now=self.clock.now)
        self.show_options(self._as_built)
        self.guide_rate.set(GUIDE_RATE_WE=self._as_built.guide_rate_ra, GUIDE_RATE_NS=self._as_built.guide_rate_dec)
        self._has_own_time = False
        self._in_j2000: _InJ2000 | None = None
        self._happened: set[EventKind] = set()
        self._stirred = asyncio.Event()
        self._seen = asyncio.Event()
        self.hide(self.true_pointing)

    # For what the mount does.

    async def read_mount(self) -> MountReading:
        """See :class:`Mount`."""
        self.see()
        return self._reading()

    def command(self, order: _Order) -> None:
        """Have the mount do something.

        Raises:
            RefusedError: It does not.
        """
        try:
            order(now=self.clock.now)
        except MountRefusedError as error:
            raise RefusedError(str(error)) from error
        self._stirred.set()
        self.see()

    async def go(self, order: _Order, *, until: EventKind) -> None:
        """Have the mount go somewhere, and wait until it is there.

        Raises:
            RefusedError: It does not go.
            HardwareError: It does not arrive.
        """
        self._happened.discard(until)
        self.command(order)
        await self.until(lambda: until in self._happened or self.mount.state not in _SLEWS)
        if until not in self._happened:
            raise HardwareError("the mount was set up anew on its way: tell it again where to go")

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; whatever it is, the mount is looked at when it comes to be."""
        while not is_so():
            await self._seen.wait()

    def see(self) -> None:
        """Let time pass, and tell what has become of the mount."""
        now = self.clock.now
        self._set_clock_by_the_system()
        events = self.mount.advance(now)
        self._publish()
        if self.is_connected:
            self.mount_is(self._reading())
        self._take_note(events)
        if self.mount.state in _SLEWS and now - self.stand["SINCE"] > _KEPT_EVERY:
            self.keep()
        self._seen.set()
        self._seen = asyncio.Event()

    def keep(self) -> None:
        """Have the mount stand as it does at the next start, and go on from there."""
        stand = self.mount.stand
        self.stand.ok(
            PRIMARY=stand.encoders.primary,
            SECONDARY=stand.encoders.secondary,
            SYNC_PRIMARY=stand.sync_offset.primary,
            SYNC_SECONDARY=stand.sync_offset.secondary,
            TRACKING=float(stand.is_tracking),
            PARKED=float(stand.is_parked),
            SINCE=stand.time,
        )
        # In this order they are taken up again: the axes mean nothing before it is known whose they are, and where.
        keep(self, self.mount_kind, self.mount_site, self.stand)

    def options_changed(self) -> None:
        """See :class:`MountOptions`."""
        rates = self.guide_rate["GUIDE_RATE_WE"], self.guide_rate["GUIDE_RATE_NS"]
        config = replace(self._as_built, guide_rate_ra=rates[0], guide_rate_dec=rates[1])
        self.command(partial(self.mount.configure, self.with_options(config)))
        self.show_pier()
        self.show_park_position()

    def show_pier(self) -> None:
        """Have a side of the pier, unless the mount is a fork."""
        is_fork = self.mount.config.kind is MountKind.FORK
        (self.hide if is_fork else self.show)(self.pier_side)

    def show_park_position(self) -> None:
        """Tell where it parks; what has been set up anew parks where it was made to, at the next start as well."""
        before = self.park_position.values
        self.parks_at(*self.mount.park_place)
        if self.is_connected and self.park_position.values != before:
            keep(self, self.park_position)

    def place(self) -> Site:
        """Return where it stands, as the properties say."""
        return Site(self.mount_site["LAT"], self.mount_site["LONG"], self.mount_site["ELEV"])

    async def set_time(self, utc: datetime, offset: float) -> None:
        """See :class:`Mount`."""
        now = self.clock.now + self.clock.was_set_by
        # Who tells the time to the second, and late, means the time that the mount has anyway.
        self._has_own_time = abs(utc.timestamp() - now) > _SAME_TIME
        self.command(partial(self.mount.set_clock, utc.timestamp() if self._has_own_time else now))
        self.mount_time_is(utc, offset)

    @on_new(stand)
    async def _move_by_hand_or_restore(self, wanted: Numbers) -> None:
        if self.mount.state in _SLEWS:
            raise RefusedError("the mount is slewing: abort that, then move it by hand")
        stand = Stand(
            wanted["SINCE"] if "SINCE" in wanted.given else self.clock.now,
            Axes(wanted["PRIMARY"], wanted["SECONDARY"]),
            Axes(wanted["SYNC_PRIMARY"], wanted["SYNC_SECONDARY"]),
            is_tracking=wanted["TRACKING"] > 0,
            is_parked=wanted["PARKED"] > 0,
        )
        self.command(partial(self.mount.take_stand, stand))
        self.keep()

    # Its life.

    @every(1.0, always=True)
    async def _live(self) -> None:
        """Look at the mount whenever something happens to it, and as often as it needs while it moves."""
        if self._in_j2000 is None:
            self._in_j2000 = await asyncio.to_thread(_load)
            self._publish()
            self.show(self.true_pointing)
        while True:
            self._stirred.clear()
            try:
                async with asyncio.timeout(self.clock.waiting(self._pause())):
                    await self._stirred.wait()
            except TimeoutError:
                self.see()

    def _pause(self) -> float:
        """Return for how many seconds the mount can be left alone."""
        due = [time for time in (self.mount.next_event, self.mount.steady_at) if time is not None]
        soon = [time - self.clock.now for time in due if time > self.mount.now]
        return min(self._calm(), *soon) if soon else self._calm()

    def _calm(self) -> float:
        """Return how many seconds may lie between two looks while nothing happens."""
        mount, errors = self.mount, self.mount.config.errors
        if mount.state in _SLEWS or mount.state is MountState.MOVING:
            return _MOVING
        if mount.is_tracking and (errors.periodic_amplitude or errors.polar_azimuth or errors.polar_altitude):
            return _WANDERING
        return min(_RESTING, self.polling_period.value / 1000)

    def _publish(self) -> None:
        """Tell where the telescope truly looks."""
        if self._in_j2000 is None:
            return
        utc, time = self.mount.utc, self.mount.now + self.clock.was_set_by
        sample = self._in_j2000(self.mount.truth, utc=utc, time=time)
        self.true_pointing.ok(
            RA_J2000=sample.ra % 360,
            DEC_J2000=sample.dec,
            RATE_RA=sample.rate_east,
            RATE_DEC=sample.rate_north,
            POSITION_ANGLE=sample.position_angle,
            TIME=sample.time,
        )

    def _reading(self) -> MountReading:
        mount, pointing = self.mount, self.mount.reported
        return MountReading(
            ra=pointing.ra,
            dec=pointing.dec,
            is_slewing=mount.state in _SLEWS,
            is_tracking=mount.is_tracking,
            is_parked=mount.is_parked,
            side=None if pointing.side is None else PierSide[pointing.side.name],
            azimuth=pointing.horizontal.azimuth,
            altitude=pointing.horizontal.altitude,
        )

    def _take_note(self, events: Sequence[MountEvent]) -> None:
        for event in events:
            self._happened.add(event.kind)
            if event.kind in _WARNINGS:
                self.log.warning("%s", _WARNINGS[event.kind])
        if any(event.kind is not EventKind.GUIDED for event in events):
            self.keep()

    def _set_clock_by_the_system(self) -> None:
        """Have the mount's clock follow when that of the system is set."""
        ahead = self.clock.was_set_by
        if not self._has_own_time and abs(self.mount.utc - self.mount.now - ahead) > _SET:
            self.mount.set_clock(self.clock.now + ahead, now=self.clock.now)


def _load() -> _InJ2000:
    # numpy and ERFA take their time to load, and the server waits for no one.
    return cast("_InJ2000", load(f"{__package__}.mount_truth").in_j2000)
