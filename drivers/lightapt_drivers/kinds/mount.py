"""A mount: slews to places in the sky, follows them, and does what clients know of mounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from lightapt_drivers import (
    ButtonVector,
    DefSwitch,
    LiveSwitch,
    Numbers,
    Permission,
    Standard,
    Switches,
    SwitchState,
    SwitchVector,
    on_connect,
    on_new,
)

from .mount_base import MOTION, all_of, place
from .mount_base import MountBase as Base
from .mount_by_hand import MountByHand, rates
from .mount_parking import MountParking
from .mount_setup import MountSetup, optics, site
from .mount_tracking import MountTracking
from .mount_words import NEEDS, Equinox, MountCan, MountReading, MountSite, PierSide, TrackMode

__all__ = [
    "Equinox",
    "Mount",
    "MountCan",
    "MountReading",
    "MountSite",
    "PierSide",
    "TrackMode",
    "optics",
    "site",
]

_HOME: Sequence[tuple[MountCan, str, str]] = (
    (MountCan.FIND_HOME, "FIND", "Find"),
    (MountCan.SET_HOME, "SET", "Set"),
    (MountCan.GO_HOME, "GO", "Go"),
)
_ON_SET: Sequence[tuple[MountCan, str, str]] = (
    (MountCan.GOTO, "TRACK", "Track"),
    (MountCan.GOTO, "SLEW", "Slew"),
    (MountCan.SYNC, "SYNC", "Sync"),
)


class Mount(MountTracking, MountByHand, MountParking, MountSetup):
    """Moves a telescope. A driver says what its hardware can, and fills in the methods for that.

    :meth:`read_mount` is called again and again; what it returns decides what clients are told. The methods that go
    somewhere return when the mount is there (for hardware that has to be asked: :meth:`until_mount_rests`).
    Cancelled, they just end: :meth:`stop_mount` is called then. Right ascension is in hours, declination in degrees,
    of :attr:`mount_equinox`. A mount that takes guide pulses has this class before :class:`~.guider.Guider` among its
    bases: then it refuses them while it is parked or slews.
    """

    on_coord_set = SwitchVector.standard(Standard.ON_COORD_SET, "Track", "Slew", "Sync", on="TRACK", label="On set")
    mount_target = place(Standard.TARGET_EOD_COORD, label="Slew target", group=MOTION, perm=Permission.READ_ONLY)
    mount_abort = ButtonVector.standard_buttons(Standard.TELESCOPE_ABORT_MOTION, "Abort", label="Abort motion")

    # For a driver to fill in.

    async def check_target(self, ra: float, dec: float) -> None:
        """See that the mount can go there; what goes on is stopped for a new target only after this.

        Raises:
            RefusedError: It cannot.
        """

    async def slew_mount(self, ra: float, dec: float, *, track: bool) -> None:
        """Go to a place in the sky, and return when the telescope points there; track it then, or rest."""
        raise NotImplementedError

    async def sync_mount(self, ra: float, dec: float) -> None:
        """Learn that the telescope points at a place in the sky."""
        raise NotImplementedError

    # For a driver to use.

    def declare_mount(
        self, can: MountCan, *, modes: Sequence[TrackMode] | None = None, slew_rates: Sequence[str] | None = None
    ) -> None:
        """Say what the hardware can, when it is connected.

        Args:
            can: What it can.
            modes: What it can follow; as the class says if None.
            slew_rates: What its rates of motion by hand are called, slowest first; likewise.
        """
        self._mount_can = can
        for name, any_of in NEEDS.items():
            (self.show if can & any_of else self.hide)(self.vectors[name])
        points = MountCan.GOTO | MountCan.SYNC
        self.mount_position.redefine(perm=Permission.READ_WRITE if can & points else Permission.READ_ONLY)
        _offer(self.on_coord_set, [(name, label) for needed, name, label in _ON_SET if needed in can], chosen=True)
        _offer(self.mount_home, [(name, label) for needed, name, label in _HOME if needed in can])
        offered = [(mode.value, mode.name.capitalize()) for mode in modes or self.track_modes]
        _offer(self.track_mode, offered, chosen=True)
        members = rates(tuple(slew_rates or self.slew_rates))
        if [one.label for one in members] != [one.label for one in self.slew_rate.definition.members]:
            self.slew_rate.redefine(*members)

    # What every mount does.

    @on_connect
    async def _begin_as_mount(self) -> None:
        self.declare_mount(self.mount_can)

    @on_new(Base.mount_position)
    async def _slew_or_sync(self, wanted: Numbers) -> None:
        ra, dec = self.mount_from_date(wanted["RA"], wanted["DEC"])
        if self.on_coord_set.choice == "SYNC":
            await self._sync(wanted, ra, dec)
            return
        self.check_unparked("slew")
        await self.check_target(ra, dec)
        self.mount_target.set(RA=wanted["RA"], DEC=wanted["DEC"])
        track = self.on_coord_set.choice == "TRACK"
        self._mount_departures += 1
        await self.begin(self.mount_position, partial(self._depart, partial(self._slew, ra, dec, track=track)))

    async def _depart(self, way: Callable[[], Awaitable[None]]) -> None:
        self._mount_departures -= 1
        await self.travel(way)

    async def _slew(self, ra: float, dec: float, *, track: bool) -> None:
        await self.slew_mount(ra, dec, track=track)
        self._mount_tracks = track

    async def _sync(self, wanted: Numbers, ra: float, dec: float) -> None:
        self.check_mount("sync it")
        await self.sync_mount(ra, dec)
        self.mount_position.ok(wanted)
        await self.refresh_mount()

    @on_new(mount_abort)
    async def _abort_mount(self, wanted: Switches) -> None:
        if not wanted.choice:
            return
        travelled = self._mount_travels
        await self.cancel(self.mount_position, self.motion_ns, self.motion_we)
        await self.end_pulses()
        # What travels was stopped with that. Else it may move by hand, or by other hands: all stops at once, if it can.
        await all_of(*([] if travelled else [self.stop_mount]), self.clear_the_way, self.refresh_mount)


def _offer(live: LiveSwitch, members: Sequence[tuple[str, str]], *, chosen: bool = False) -> None:
    """Have these switches (name, label) only, the first on if one is to be; those that are there already stay."""
    if members and list(live) != [name for name, _ in members]:
        switches = [DefSwitch(name, label=label) for name, label in members]
        if chosen:
            switches[0] = replace(switches[0], value=SwitchState.ON)
        live.redefine(*switches)
