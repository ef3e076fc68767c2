"""An Alpaca dome as an INDI device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    Switches,
    SwitchState,
    SwitchVector,
    on_connect,
    on_new,
    operation,
)

from ..kinds.dome import Dome, DomeCan, Shutter
from .asking import has
from .bridge import AlpacaDevice
from .look import Look
from .session import Ask, if_told

__all__ = ["AlpacaDome"]

_NEAR: Final = 5.0
"""Degrees by which a dome may miss its target."""
_THERE: Final = 0.5
"""Degrees from its target at which a dome that still moves is taken to move its shutter only."""
_OPEN, _CLOSED, _OPENING, _CLOSING, _ERROR = range(5)
"""ShutterStatus, as ASCOM numbers it."""
_SHUTTERS: Final = {_OPEN: Shutter.OPEN, _CLOSED: Shutter.CLOSED, _ERROR: Shutter.ERROR}
_ASKED: Final[tuple[tuple[DomeCan, Ask[object]], ...]] = (
    (DomeCan.TURN_TO, lambda device: device.CanSetAzimuth),
    (DomeCan.SYNC, lambda device: device.CanSyncAzimuth),
    (DomeCan.SHUTTER, lambda device: device.CanSetShutter),
    (DomeCan.PARK_BY_ITSELF, lambda device: device.CanPark),
)
_FAILED: Final = "the shutter says that it has failed (ShutterStatus): look at it"


class AlpacaDome(Dome, AlpacaDevice):
    """Alpaca dome."""

    device_name: ClassVar[str] = "Alpaca Dome"

    dome_altitude = NumberVector(
        "DOME_ALTITUDE",
        DefNumber("ALTITUDE", 0, label="Degrees", format="%6.2f", max=90),
        label="Altitude",
    )
    dome_home = ButtonVector("DOME_HOME", DefSwitch("DOME_HOME_FIND", label="Find"), label="Home")
    dome_at_home = SwitchVector(
        "DOME_AT_HOME",
        DefSwitch("AT_HOME", label="At home"),
        DefSwitch("ELSEWHERE", SwitchState.ON, label="Elsewhere"),
        label="Home",
        perm=Permission.READ_ONLY,
    )
    dome_slaved = SwitchVector(
        "DOME_SLAVED",
        DefSwitch("INDI_ENABLED", label="Follow"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Do not follow"),
        label="By its own hardware",
        group="Slaving",
    )

    slaved_every: ClassVar[float] = 10.0
    """Seconds between two looks at whether the dome follows by itself, which DeviceState does not tell."""

    _slaved_due: float = 0.0
    _moves: bool = False
    _azimuth: float | None = None
    _altitude: float | None = None
    _status: int | None = None
    _at_home: bool | None = None
    _at_park: bool | None = None
    _is_released: bool = False
    """Whether it was unparked where it stands: Alpaca has no such thing, and says AtPark until the dome moves."""
    _sets_park: bool = False

    # How it is.

    async def read(self, look: Look) -> bool:
        """Read what of it moves, where it is, and how its shutter stands."""
        turns = DomeCan.TURN_TO in self._dome_can
        self._moves = await look.moves("Slewing", shown_by=self.dome_position if turns else self.dome_shutter)
        await self._read_places(look)
        if DomeCan.SHUTTER in self._dome_can:
            self._status = await look.whole("ShutterStatus", shown_by=self.dome_shutter)
            if not look.misses("ShutterStatus"):
                self._tell_shutter()
        if DomeCan.PARK_BY_ITSELF in self._dome_can:
            self._at_park = await look.flag("AtPark")
            if not look.misses("AtPark"):
                self._is_released = self._is_released and bool(self._at_park)
                self.dome_is_parked(bool(self._at_park) and not self._is_released)
        await self._read_slaved(look)
        return self._moves or self._status in (_OPENING, _CLOSING)

    async def _read_slaved(self, look: Look) -> None:
        """Read whether it follows by itself: rarely where that takes a request more."""
        now = asyncio.get_running_loop().time()
        if self.dome_slaved.is_defined and (now >= self._slaved_due or not look.has_state):
            self._slaved_due = now + self.slaved_every
            if (slaved := await look.flag("Slaved")) is not None:
                self._show_slaved(on=slaved)

    def _tell_shutter(self) -> None:
        """Tell how the shutter stands; while it is at work, what it is to become is told."""
        if self.is_active(self.dome_shutter) or self.is_active(self.dome_park):
            return
        status = -1 if self._status is None else self._status
        self.shutter_is(_SHUTTERS.get(status, Shutter.BETWEEN), words=_FAILED if status == _ERROR else "")

    async def _read_places(self, look: Look) -> None:
        self._azimuth = await look.number("Azimuth", shown_by=self.dome_position)
        if self._azimuth is not None:
            self.dome_at(round(self._azimuth, 4))
        self._altitude = await look.number("Altitude", shown_by=self.dome_altitude)
        if self._altitude is not None:
            self.dome_altitude.change(ALTITUDE=round(self._altitude, 4))
        self._at_home = await look.flag("AtHome")
        if self._at_home is not None:
            self.dome_at_home.change(AT_HOME=self._at_home, ELSEWHERE=not self._at_home)

    @on_connect
    async def _greet(self) -> None:
        can = DomeCan.STOP
        for one, ask in _ASKED:
            can |= one if await self.offers(ask) else DomeCan(0)
        self._is_released = False
        self._slaved_due = asyncio.get_running_loop().time() + self.slaved_every
        self.declare_dome(can)
        await self._declare_more()
        await self.look_now()

    async def _declare_more(self) -> None:
        """Show what the kind does not know of, as far as the device has it."""
        session = self.session
        if self._sets_park:
            self.dome_park_option.redefine(*AlpacaDome.dome_park_option.definition.members)
        self._sets_park = DomeCan.PARK_BY_ITSELF in self._dome_can and await self.offers(lambda dome: dome.CanSetPark)
        if self._sets_park:
            self.dome_park_option.redefine(DefSwitch("PARK_CURRENT", label="Here"))
            self.show(self.dome_park_option)
        sets_altitude = await self.offers(lambda device: device.CanSetAltitude)
        self.dome_altitude.redefine(perm=Permission.READ_WRITE if sets_altitude else Permission.READ_ONLY)
        for live, is_there in (
            (self.dome_altitude, sets_altitude or await has(session, lambda device: device.Altitude)),
            (self.dome_home, await self.offers(lambda device: device.CanFindHome)),
            (self.dome_at_home, await has(session, lambda device: device.AtHome)),
            (self.dome_slaved, await self.offers(lambda device: device.CanSlave)),
        ):
            (self.show if is_there else self.hide)(live)
        self._show_slaved(on=bool(await if_told(session.flag(lambda device: device.Slaved))))

    # To turn.

    async def turn_dome_to(self, azimuth: float, *, way: float) -> None:
        """See :class:`Dome`. The dome itself finds the shortest way."""
        await self.act(lambda device: device.SlewToAzimuth(azimuth))

        def turns() -> bool:
            # Slewing is true of the shutter, too: the turn need not wait for that.
            is_there = self._azimuth is not None and self._is_at(azimuth, within=_THERE)
            return self._moves and not (is_there and self._status in (_OPENING, _CLOSING))

        await self.arrive(
            "the turn",
            moves=turns,
            there=lambda: self._is_at(azimuth),
            elsewhere=lambda: f"the dome stopped at {self._azimuth}°, short of {azimuth:g}°",
            needs=("Azimuth",),
        )

    async def turn_toward(self, azimuth: float) -> None:
        """See :class:`Dome`."""
        await self.know("Azimuth")
        await super().turn_toward(azimuth)

    async def _turn_dome_by(self, wanted: Numbers) -> None:
        await self.know("Azimuth")
        await super()._turn_dome_by(wanted)

    async def stop_dome(self) -> None:
        """See :class:`Dome`. Alpaca stops all at once: what turns, and the shutter."""
        await self.stop(lambda device: device.AbortSlew())
        if self.dome_slaved["INDI_ENABLED"]:
            await self._look_whether_slaved()

    async def sync_dome(self, azimuth: float) -> None:
        """See :class:`Dome`."""
        await self.session.call(lambda device: device.SyncToAzimuth(azimuth))
        await self.look_now()

    async def _until(self, is_there: Callable[[], bool], *, what: str, needs: str) -> None:
        await self.arrive(
            "the dome's motion",
            moves=lambda: self._moves,
            there=is_there,
            elsewhere=lambda: f"the dome stopped, and says that it is not {what}",
            needs=(needs,),
        )

    def _is_at(self, azimuth: float, *, within: float = _NEAR) -> bool:
        return self._azimuth is None or abs((self._azimuth - azimuth + 180) % 360 - 180) <= within

    # To open.

    async def open_shutter(self) -> None:
        """See :class:`Dome`."""
        await self._work(lambda device: device.OpenShutter(), _OPEN)

    async def close_shutter(self) -> None:
        """See :class:`Dome`."""
        await self._work(lambda device: device.CloseShutter(), _CLOSED)

    async def stop_shutter(self) -> None:
        """See :class:`Dome`."""
        if DomeCan.SHUTTER in self._dome_can:
            await self.stop_dome()

    async def _work(self, ask: Ask[object], wanted: int) -> None:
        await self.act(ask)
        await self.arrive(
            "the shutter's motion",
            moves=lambda: self._moves if self._status is None else self._status in (_OPENING, _CLOSING),
            there=lambda: self._status in (wanted, None),  # some do not tell
            near=lambda: self._status in (wanted, None, _ERROR),
            elsewhere=lambda: "the shutter has stopped on its way",
            needs=("ShutterStatus",),
        )
        if self._status == _ERROR:
            raise HardwareError(_FAILED)

    @operation(dome_altitude, lane=Dome.dome_shutter)
    async def _slew_to_altitude(self, wanted: Numbers) -> None:
        altitude = wanted.value
        await self.stopping_if_cancelled(self._go_to_altitude(altitude), self.stop_dome)

    async def _go_to_altitude(self, altitude: float) -> None:
        await self.act(lambda device: device.SlewToAltitude(altitude))
        await self._until(
            lambda: self._altitude is None or abs(self._altitude - altitude) <= _NEAR,
            what=f"at {altitude:g}°",
            needs="Altitude",
        )

    # To park, and home.

    async def park_dome(self) -> None:
        """See :class:`Dome`."""
        self._is_released = False
        await self.act(lambda device: device.Park())
        await self._until(lambda: self._at_park is not False, what="parked", needs="AtPark")

    async def unpark_dome(self) -> None:
        """See :class:`Dome`. It turns again as soon as it is asked to: Alpaca's domes need no more."""
        self._is_released = True

    async def _choose_park_position(self, wanted: Switches) -> None:
        if not self._sets_park:
            await super()._choose_park_position(wanted)
        elif wanted.choice:
            await self.session.call(lambda device: device.SetPark())

    @operation(dome_home, lane=Dome.dome_position)
    async def _find_home(self, wanted: Switches) -> None:
        if wanted.choice:
            self.check_dome_may_turn()
            await self.stopping_if_cancelled(self._go_home(), self.stop_dome)

    async def _go_home(self) -> None:
        await self.act(lambda device: device.FindHome())
        await self._until(lambda: self._at_home is not False, what="at home", needs="AtHome")

    # To follow the telescope by its own means.

    @on_new(dome_slaved)
    async def _slave(self, wanted: Switches) -> None:
        on = wanted["INDI_ENABLED"]
        if on and self.dome_slaving["DOME_AUTOSYNC_ENABLE"]:
            raise RefusedError("the dome follows the telescope by DOME_AUTOSYNC: disable that first")
        await self.session.call(lambda device: setattr(device, "Slaved", on))

    async def _look_whether_slaved(self) -> None:
        self._show_slaved(on=bool(await if_told(self.session.flag(lambda device: device.Slaved))))

    def _show_slaved(self, *, on: bool) -> None:
        self.dome_slaved.change(INDI_ENABLED=on, INDI_DISABLED=not on)
