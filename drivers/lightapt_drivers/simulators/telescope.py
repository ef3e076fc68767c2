"""The simulated telescope mount."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from lightapt_drivers import on_connect, run

from ..kinds.guider import Direction, Guider
from ..kinds.mount import MountCan, MountSite, TrackMode, optics, site
from .mount_frames import Site
from .mount_life import MountLife
from .mount_vocabulary import Direction as Way
from .mount_vocabulary import EventKind, SlewRate, TrackRate
from .mount_vocabulary import TrackMode as Mode

__all__ = ["TelescopeSimulator", "main"]


class TelescopeSimulator(MountLife, Guider):
    """Telescope simulator: an equatorial mount, with the errors that real ones have if one likes.

    It begins at home, looking at the pole, not parked and not tracking: a goto works at once, and no one is asked for
    a park position first. From then on it is where it was left, and has gone on tracking if it did.

    Where the telescope truly looks is in TRUE_POINTING, without a connection, too.
    """

    device_name: ClassVar[str] = "Telescope Simulator"
    executable: ClassVar[str] = "lightapt-telescope"
    mount_can: ClassVar[MountCan] = ~MountCan.SET_HOME

    mount_optics = optics(70, 350, 50, 200)
    mount_site = site(50, 8, 100, always=True)

    # Motion by itself.

    async def check_target(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.check_target, ra, dec))

    async def slew_mount(self, ra: float, dec: float, *, track: bool) -> None:
        """See :class:`Mount`."""
        await self.go(partial(self.mount.goto, ra, dec, track=track), until=EventKind.ARRIVED)

    async def park_mount(self) -> None:
        """See :class:`Mount`."""
        await self.go(self.mount.park, until=EventKind.PARKED)

    async def unpark_mount(self) -> None:
        """See :class:`Mount`."""
        self.command(self.mount.unpark)
        self.keep()

    async def go_home(self) -> None:
        """See :class:`Mount`."""
        await self.go(self.mount.go_home, until=EventKind.AT_HOME)

    async def find_home(self) -> None:
        """Go to the switches at home, and take the encoders for what they read there."""
        await self.go_home()
        self.command(self.mount.forget_syncs)
        self.keep()

    async def stop_mount(self) -> None:
        """See :class:`Mount`."""
        self.command(self.mount.abort)
        self.keep()

    async def sync_mount(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.sync, ra, dec))
        self.keep()

    # Tracking, and motion by hand.

    async def set_tracking(self, *, on: bool) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_tracking, on))
        self.keep()

    async def set_track_mode(self, mode: TrackMode) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_track_mode, Mode[mode.name]))

    async def set_track_rate(self, ra: float, dec: float) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_custom_rate, TrackRate(ra, dec)))

    async def set_guide_rate(self, west_east: float, north_south: float) -> None:
        """See :class:`Mount`."""
        config = replace(self.mount.config, guide_rate_ra=west_east, guide_rate_dec=north_south)
        self.command(partial(self.mount.configure, config))

    async def move_mount(self, direction: Direction, rate: int) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.move, Way[direction.name], SlewRate(rate)))

    async def stop_moving(self, direction: Direction) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.stop, Way[direction.name]))
        self.keep()

    async def pulse(self, direction: Direction, milliseconds: float) -> None:
        """See :class:`Guider`."""
        way = Way[direction.name]
        self.command(partial(self.mount.guide, way, milliseconds / 1000))
        try:
            await self.until(lambda: not self.mount.guide_remaining(way))
        finally:
            if self.mount.guide_remaining(way):
                self.command(partial(self.mount.end_pulse, way))

    # How it is set up.

    async def park_here(self) -> None:
        """See :class:`Mount`."""
        self.command(self.mount.set_park_here)
        self.show_park_position()

    async def park_at(self, hour_angle: float, dec: float) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_park_toward, hour_angle, dec))

    async def park_at_default(self) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_park, None))
        self.show_park_position()

    async def set_site(self, site: MountSite) -> None:
        """See :class:`Mount`."""
        self.command(partial(self.mount.set_site, Site(site.latitude, site.longitude, site.elevation)))
        self.show_park_position()

    @on_connect
    async def _begin(self) -> None:
        self.show_pier()
        self.show_park_position()
        self.mount_time_is(datetime.fromtimestamp(self.mount.utc, UTC))
        self.mount_is(await self.read_mount())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(TelescopeSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
