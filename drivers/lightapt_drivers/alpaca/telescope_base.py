"""What all of a bridged telescope rests on: how it is, as one look after another tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lightapt_drivers import SITE, DefNumber, DefSwitch, NumberVector, Permission, State, SwitchState, SwitchVector

from ..kinds.mount import Mount, MountCan, MountReading, PierSide
from ..kinds.mount_base import MOTION
from .guiding import AlpacaGuider
from .look import Look
from .telescope_words import SIDES, Side, separation

__all__ = ["TelescopeBase"]

_NEAR: Final = 0.5
"""Degrees: a telescope that ends further from its target was stopped. What it says may differ by refraction."""
_SIDES: Final[dict[int | None, PierSide]] = {int(side): SIDES[side] for side in Side}


class TelescopeBase(Mount, AlpacaGuider):
    """Knows how the telescope is."""

    sidereal_time = NumberVector(
        "TIME_LST",
        DefNumber("LST", 0, label="LST (hh:mm:ss)", format="%010.6m", max=24),
        label="Local sidereal time",
        group=SITE,
        perm=Permission.READ_ONLY,
    )
    at_home = SwitchVector(
        "TELESCOPE_AT_HOME",
        DefSwitch("AT_HOME", label="At home"),
        DefSwitch("ELSEWHERE", SwitchState.ON, label="Elsewhere"),
        label="Stands",
        group=MOTION,
        perm=Permission.READ_ONLY,
    )

    _reading = MountReading(ra=0.0, dec=0.0)
    _slews: bool = False
    _is_home: bool | None = None
    _by_hand: frozenset[int] = frozenset()
    """The axes that move by hand."""
    _tells_place: bool = True
    """Whether it tells right ascension and declination; else only altitude and azimuth."""

    async def read_mount(self) -> MountReading:
        """See :class:`Mount`: as it was at the last look."""
        return self._reading

    async def read(self, look: Look) -> bool:
        """Read where it points and what it is doing."""
        slews = await look.moves("Slewing", shown_by=self.mount_position)
        moves_by_hand = bool(self._by_hand)
        # ASCOM says that it slews also while MoveAxis moves it.
        self._slews = slews and not moves_by_hand
        can = self._mount_can
        reading = replace(
            self._reading,
            is_slewing=self._slews,
            is_tracking=await look.flag("Tracking"),
            is_parked=await look.flag("AtPark") if MountCan.PARK in can else None,
        )
        if MountCan.PIER_SIDE in can:
            reading = replace(reading, side=_SIDES.get(await look.whole("SideOfPier")))
        self._reading = await self._place(reading, look)
        await self._read_more(look)
        self.mount_is(self._reading)
        return slews or moves_by_hand or self._guides

    async def _read_more(self, look: Look) -> None:
        pulses = self.is_active(self.pulses_ns) or self.is_active(self.pulses_we)
        self._guides = pulses and await look.moves("IsPulseGuiding")
        if self.at_home.name in self.vectors and MountCan.FIND_HOME in self._mount_can:
            self._is_home = await look.flag("AtHome")
            if self._is_home is not None:
                self.at_home.change(AT_HOME=self._is_home, ELSEWHERE=not self._is_home)
        if "SiderealTime" in look and (sidereal := await look.number("SiderealTime")) is not None:
            self.sidereal_time.change(LST=round(sidereal, 4))

    async def _place(self, reading: MountReading, look: Look) -> MountReading:
        """Return the reading with where it points; what is not told now is as it was."""
        if MountCan.HORIZONTAL in self._mount_can or not self._tells_place:
            shown_by = None if self._tells_place else self.mount_position
            azimuth = await look.number("Azimuth", shown_by=shown_by)
            altitude = await look.number("Altitude", shown_by=shown_by)
            reading = replace(reading, azimuth=azimuth, altitude=altitude)
            if not self._tells_place and azimuth is not None and altitude is not None:
                ra, dec = await self._equatorial(azimuth, altitude, await look.number("SiderealTime"))
                return replace(reading, ra=ra, dec=dec)
        right_ascension = await look.number("RightAscension", shown_by=self.mount_position)
        declination = await look.number("Declination", shown_by=self.mount_position)
        return replace(reading, ra=_or(right_ascension, reading.ra), dec=_or(declination, reading.dec))

    def mount_state(self, *, slews: bool) -> State:
        """See :class:`Mount`. The last place of a mount that tells it no more is not told as if it were so."""
        if not slews and self.is_in_doubt(self.mount_position):
            return State.ALERT
        return super().mount_state(slews=slews)

    async def _equatorial(self, azimuth: float, altitude: float, sidereal: float | None) -> tuple[float, float]:
        from ..sky import frames  # numpy and ERFA take their time to load: only for mounts that need them

        angle, dec = frames.equatorial(altitude, azimuth, self.mount_site["LAT"])
        hours = self.sidereal_time.value if sidereal is None else sidereal
        return float((hours - angle / 15) % 24), float(dec)

    async def arrive_at(self, ra: float, dec: float) -> None:
        """Wait until a slew is over.

        Raises:
            HardwareError: The telescope came to rest elsewhere.
        """
        await self.arrive(
            "the slew",
            moves=lambda: self._slews,
            there=lambda: self._away_from(ra, dec) <= _NEAR,
            elsewhere=lambda: (
                f"the mount stopped {self._away_from(ra, dec):.1f}° short of its target, maybe at a limit"
            ),
            needs=("RightAscension", "Declination") if self._tells_place else ("Azimuth", "Altitude"),
        )

    def _away_from(self, ra: float, dec: float) -> float:
        return separation(self._reading.ra, self._reading.dec, ra, dec)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
