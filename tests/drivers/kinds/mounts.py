"""Mounts to test with."""

import asyncio

from lightapt_drivers import HardwareError, RefusedError, on_connect
from lightapt_drivers.kinds.guider import Guider
from lightapt_drivers.kinds.mount import Mount, MountCan, MountReading
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

ALL = ~MountCan(0)
RA, DEC = 5.5, -5.25


class Puppet(Mount):
    """A mount that does at once what it is told, or (held) begins it and goes on for ever.

    Attributes:
        done: What it was told.
        knows: What of its state it tells; the rest is None.
    """

    device_name = "Mount"

    def __init__(self, can=ALL, *, held=False, fails="", refuses="", knows=("is_tracking", "is_parked")):
        super().__init__()
        self.can = can
        self.held = held
        self.fails = fails
        self.refuses = refuses
        self.knows = knows
        self._done = []
        self.ra, self.dec = 1.0, 2.0
        self.truth = {"is_slewing": False, "is_tracking": False, "is_parked": False}
        self.more = {}

    @property
    def done(self):
        return list(self._done)

    @on_connect
    async def _say_what_it_can(self):
        self.declare_mount(self.can)

    async def read_mount(self):
        told = {name: value for name, value in self.truth.items() if name in (*self.knows, "is_slewing")}
        return MountReading(ra=self.ra, dec=self.dec, **told, **self.more)

    async def check_target(self, ra, dec):
        if self.refuses:
            raise RefusedError(self.refuses)

    async def slew_mount(self, ra, dec, *, track):
        await self.does("slew", ra, dec, track)
        self.ra, self.dec = ra, dec
        self.truth["is_tracking"] = track

    async def sync_mount(self, ra, dec):
        self._done.append(("sync", ra, dec))
        self.ra, self.dec = ra, dec

    async def stop_mount(self):
        self._done.append(("stop",))

    async def set_tracking(self, *, on):
        await self.does("tracking", on)
        self.truth["is_tracking"] = on

    async def set_track_mode(self, mode):
        self._done.append(("mode", mode))

    async def set_track_rate(self, ra, dec):
        self._done.append(("rate", ra, dec))

    async def set_guide_rate(self, west_east, north_south):
        self._done.append(("guide rate", west_east, north_south))

    async def move_mount(self, direction, rate):
        await self.does("move", direction.name, rate)

    async def stop_moving(self, direction):
        self._done.append(("stop moving", direction.name))

    async def park_mount(self):
        await self.does("park")
        self.truth["is_parked"], self.truth["is_tracking"] = True, False

    async def unpark_mount(self):
        await self.does("unpark")
        self.truth["is_parked"] = False

    async def park_here(self):
        self._done.append(("park here",))
        self.parks_at(3.0, 40.0)

    async def park_at(self, hour_angle, dec):
        self._done.append(("park at", hour_angle, dec))

    async def park_at_default(self):
        self._done.append(("park at default",))
        self.parks_at(-6.0, 90.0)

    async def find_home(self):
        await self.does("find home")

    async def set_home(self):
        await self.does("set home")

    async def go_home(self):
        await self.does("go home")

    async def set_site(self, site):
        await self.does("site", site)

    async def set_time(self, utc, offset):
        await self.does("time", utc, offset)

    async def does(self, *what):
        self._done.append(what)
        if self.fails:
            raise HardwareError(self.fails)
        if self.held:
            await asyncio.Event().wait()


class GuidedPuppet(Puppet, Guider):
    """One that can be guided."""

    async def pulse(self, direction, milliseconds):
        try:
            await self.does("pulse", direction.name, milliseconds)
        finally:
            self._done.append(("pulse is over",))


def played(scene, can=ALL, *, kind=Puppet, folder=None, **options):
    """Play a scene with a mount, and return what it returns; it is given the harness and the mount."""
    mount = kind(can, **options)
    return play(lambda harness: scene(harness, mount), mount, folder=folder)


async def slew(harness, ra=RA, dec=DEC):
    """Have the mount slew, and wait until it is there."""
    await harness.request("EQUATORIAL_EOD_COORD", RA=ra, DEC=dec)
    await harness.expect("EQUATORIAL_EOD_COORD", RA=ra, DEC=dec)
    await until_rest(harness)


async def until_rest(harness):
    await harness.dealt_with()
    while harness.find("EQUATORIAL_EOD_COORD").state is State.BUSY:
        await harness.dealt_with()


async def begin_to_slew(harness, ra=RA, dec=DEC):
    """Have a held mount slew, and return when it does."""
    await harness.request("EQUATORIAL_EOD_COORD", RA=ra, DEC=dec)
    await harness.expect("EQUATORIAL_EOD_COORD", state=State.BUSY)


async def park(harness):
    await harness.request("TELESCOPE_PARK", PARK=True)
    await harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)
