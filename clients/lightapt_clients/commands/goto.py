"""Point a mount: at a place or a thing in the sky; park it, stop it, have it track; or say where it points.

    lightapt goto 5:35:17 -5:23:28         right ascension and declination
    lightapt goto 5h35m17s -5d23m28s       the same
    lightapt goto 5.588 -5.391             hours and degrees
    lightapt goto M42                      things by name: M1 to M110, and bright stars such as Vega
    lightapt goto --altaz 45 180           altitude and azimuth (from north by east), where the mount stands
    lightapt goto --sync Vega              "you point at Vega", without moving
    lightapt goto --unpark M31             unpark first; --park, --home, --stop, --track off stand alone
    lightapt goto                          where does it point?

Places are by the equator and equinox of J2000, as catalogues and planetarium programs give them. With --jnow they are
by those of the day. A right ascension with d or ° behind it is in degrees: 83.82d.

The mount is connected if it is not. It tracks what it was sent to, but for --altaz; --track on or off decides. The
command waits until the mount is there, and then says where that is. Ctrl-C stops the mount.

Exit codes: 0 it is there, 1 it is not (refused, stopped, too late, server lost on the way, no mount), 2 it could not be
tried (usage, no server), 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lightapt_protocol.standard import Standard

from ..client import connect
from ..devices import Property
from ..kinds import Equatorial, Mount, from_j2000, separation
from ..kinds.horizontal import Horizontal, to_horizontal
from .angles import allow_negative, declination, degrees, is_angle, right_ascension, shown
from .choosing import Chooser, Going, add_device, add_no_connect, if_known, limit, watching
from .console import Console
from .exits import CommandError, ExitCode
from .motions import stopping
from .options import add_json, add_server, add_timeout, address_of
from .places import find_place
from .words import PlaceArgument

__all__ = ["add_arguments", "run"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to.

    Attributes:
        equatorial: A place in the sky.
        is_j2000: Whether it is one of J2000.
        name: What is there, if that is known.
    """

    equatorial: Equatorial
    is_j2000: bool
    name: str = ""

    def today(self) -> Equatorial:
        """Return it by the equator and equinox of the day."""
        return from_j2000(self.equatorial, time.time()) if self.is_j2000 else self.equatorial


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    allow_negative(parser)
    place = parser.add_argument("place", metavar="PLACE", nargs="*", help="RA DEC, a name, or ALT AZ with --altaz")
    place.completer = PlaceArgument()  # type: ignore[attr-defined] # argcomplete's way
    places = parser.add_argument_group("places").add_mutually_exclusive_group()
    places.add_argument("--j2000", action="store_true", help="the place is one of J2000 (as it is by default)")
    places.add_argument("--jnow", action="store_true", help="the place is by the equator and equinox of the day")
    places.add_argument("--altaz", action="store_true", help="the place is altitude and azimuth, in degrees")
    acts = parser.add_argument_group("in place of going there").add_mutually_exclusive_group()
    acts.add_argument("--sync", action="store_true", help="tell the mount that it points to the place")
    acts.add_argument("--park", action="store_true", help="go to the park position, and stay there")
    acts.add_argument("--home", action="store_true", help="go to the home position")
    acts.add_argument("--stop", action="store_true", help="stop all motion")
    acts.add_argument("--unpark", action="store_true", help="be ready to move again; a place may follow")
    parser.add_argument("--track", choices=["on", "off"], help="follow the sky from then on, or not")
    add_device(parser, "--mount", "mount")
    add_no_connect(parser)
    add_json(parser)
    add_timeout(parser, default=300.0, what="for the mount to be there")
    add_server(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    _check(options)
    place = None if options.altaz or not options.place else _place(options.place, is_j2000=not options.jnow)
    direction = _direction(options.place) if options.altaz else None
    async with connect(address_of(options)) as indi:
        chooser = Chooser(indi, console, connects=options.connects)
        mount = await chooser.choose(Mount, options.mount, flag="--mount", what="mount")
        await _Drive(mount, console, patience=limit(options.timeout)).do(options, place, direction)
        _tell(mount, console)
    return ExitCode.DONE


def _check(options: argparse.Namespace) -> None:
    """Raise CommandError where the options do not go together."""
    alone = [name for name in ("park", "home", "stop") if getattr(options, name)]
    if alone and (options.place or options.track):
        raise CommandError(f"--{alone[0]} takes no place, and no --track", ExitCode.TROUBLE)
    if (options.sync or options.altaz) and not options.place:
        wanted = "ALT AZ" if options.altaz else "RA DEC, or a name"
        raise CommandError(f"name a place: {wanted}", ExitCode.TROUBLE)
    if options.sync and options.altaz:
        raise CommandError("--sync takes RA DEC or a name, and not --altaz", ExitCode.TROUBLE)


def _place(words: Sequence[str], *, is_j2000: bool) -> _Place:
    if not is_angle(words[0]):
        name, found = find_place(" ".join(words))
        if not is_j2000:
            raise CommandError(f"{name} is known by its place of J2000: leave out --jnow", ExitCode.TROUBLE)
        return _Place(found, is_j2000=True, name=name)
    ra, dec = _two(words, "RA DEC, such as 5:35:17 -5:23:28")
    return _Place(Equatorial(right_ascension(ra), declination(dec)), is_j2000=is_j2000)


def _direction(words: Sequence[str]) -> Horizontal:
    altitude, azimuth = _two(words, "ALT AZ, such as 45 180")
    return Horizontal(azimuth=degrees(azimuth) % 360, altitude=declination(altitude))


def _two(words: Sequence[str], wanted: str) -> tuple[str, str]:
    """Return two angles, each of which may be three words."""
    if len(words) not in (2, 6):
        raise CommandError(f"name two angles, {wanted}, and not {' '.join(words)!r}", ExitCode.TROUBLE)
    half = len(words) // 2
    return ":".join(words[:half]), ":".join(words[half:])


class _Drive:
    """What a mount is told to do.

    Args:
        mount: The mount.
        console: Where it is shown how far it is.
        patience: Seconds that a motion may take; None for ever.
    """

    def __init__(self, mount: Mount, console: Console, *, patience: float | None) -> None:
        self._mount = mount
        self._console = console
        self._patience = patience

    async def do(self, options: argparse.Namespace, place: _Place | None, direction: Horizontal | None) -> None:
        """Do what the options say, in a sensible order."""
        mount = self._mount
        if options.stop:
            await mount.abort()
        elif options.park:
            await self._motion(lambda: mount.park(timeout=self._patience), "parking")
        elif options.unpark and mount.is_parked:
            await mount.unpark()
        if options.home or place or direction or options.track:
            self._check_free()
        if options.home:
            await self._motion(lambda: mount.go_home(timeout=self._patience), "going home")
        elif place is not None and options.sync:
            await mount.sync(place.equatorial.ra, place.equatorial.dec, j2000=place.is_j2000)
        elif place is not None:
            await self._go(place, track=options.track != "off")
        elif direction is not None:
            await self._turn(direction, track=options.track == "on")
        elif options.track:
            await mount.track(options.track == "on")

    def _check_free(self) -> None:
        if self._mount.is_parked:
            raise CommandError(f"{self._mount.name} is parked; unpark it first: lightapt goto --unpark")

    async def _go(self, place: _Place, *, track: bool) -> None:
        mount, target = self._mount, place.equatorial
        today = place.today()
        self._warn_below(place, today)

        def going() -> Going:
            return mount.goto(target.ra, target.dec, j2000=place.is_j2000, track=track, timeout=self._patience)

        await self._motion(going, place.name or "slewing", lambda: separation(mount.position, today))

    def _warn_below(self, place: _Place, today: Equatorial) -> None:
        location = if_known(lambda: self._mount.location)
        if location is not None:
            altitude = to_horizontal(today, location, time.time()).altitude
            if altitude < 0:
                words = f"{place.name or 'That'} is below the horizon ({altitude:.0f}\N{DEGREE SIGN})"
                self._console.note(f"{words}, as {self._mount.name} knows place and time.")

    async def _turn(self, direction: Horizontal, *, track: bool) -> None:
        mount = self._mount

        def going() -> Going:
            return mount.goto_horizontal(direction.azimuth, direction.altitude, track=track, timeout=self._patience)

        await self._motion(going, "slewing", lambda: separation(_as_place(mount.horizontal), _as_place(direction)))

    async def _motion(self, going: Callable[[], Going], what: str, left: Callable[[], float] | None = None) -> None:
        """Wait for a motion, and show how far it is; who is cancelled says whether it is stopped.

        Args:
            going: Begins the motion, which stops when it is cancelled.
            what: It is.
            left: How many degrees are left, if that can be told.
        """
        mount = self._mount
        total = max(left() if left else 0.0, 1e-6)
        with self._console.progress(what, total=total) as bar:

            def show() -> None:
                away = left() if left else total
                bar.update(total - min(total, away), f"{what}: {away:.1f}° left" if left else what)

            place, abort = _coordinates(mount), Standard.TELESCOPE_ABORT_MOTION
            told = stopping(
                place,
                abort,
                self._console,
                patience=self._patience,
                hint="lightapt goto --stop",
                lost="`lightapt goto` tells where it is, `lightapt goto --stop` stops it.",
            )
            with watching(place, show):
                async with told:
                    await going()


def _coordinates(mount: Mount) -> Property:
    eod, j2000 = (mount.device[name] for name in (Standard.EQUATORIAL_EOD_COORD, Standard.EQUATORIAL_COORD))
    return eod if eod.exists else j2000


def _as_place(direction: Horizontal) -> Equatorial:
    """Return a direction as a place on a sphere, to reckon with."""
    return Equatorial(direction.azimuth / 15, direction.altitude)


def _tell(mount: Mount, console: Console) -> None:
    """Say where a mount points, and what it does."""
    place, today = mount.position_j2000, mount.position
    direction = if_known(lambda: mount.horizontal)
    tracks = if_known(lambda: mount.is_tracking)
    record = {
        "mount": mount.name,
        "ra": round(today.ra, 6),
        "dec": round(today.dec, 5),
        "ra_j2000": round(place.ra, 6),
        "dec_j2000": round(place.dec, 5),
        "altitude": direction and round(direction.altitude, 4),
        "azimuth": direction and round(direction.azimuth, 4),
        "tracking": tracks,
        "slewing": mount.is_slewing,
        "parked": mount.is_parked,
    }
    does = "parked" if mount.is_parked else "slewing" if mount.is_slewing else "tracking" if tracks else "not tracking"
    lines = [f"{mount.name}: {does}", f"  J2000  {shown(place)}", f"  today  {shown(today)}"]
    if direction:
        lines.append(f"  alt    {direction.altitude:.1f}°   az {direction.azimuth:.1f}°")
    console.result(record, "\n".join(lines))
