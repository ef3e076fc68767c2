"""How a dome opens and closes: its shutter, or a roof that rolls off as a whole."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from typing import Final

from lightapt_drivers import State, Switches, on_new

from .dome_properties import DomeCan
from .dome_turning import DomeTurning, until_over

__all__ = ["DomeOpening", "Shutter"]


class Shutter(Enum):
    """How a shutter, or a roof, stands."""

    OPEN = auto()
    CLOSED = auto()
    BETWEEN = auto()
    """Somewhere between, or nobody knows where."""
    ERROR = auto()
    """The hardware says that it has failed."""


_SWITCHES: Final = {Shutter.OPEN: "SHUTTER_OPEN", Shutter.CLOSED: "SHUTTER_CLOSE"}
_STATES: Final = {Shutter.BETWEEN: State.IDLE, Shutter.ERROR: State.ALERT}


class DomeOpening(DomeTurning):
    """Opens and closes by what a driver fills in. All of it goes on in the lane of the shutter, or of parking.

    A roof has no DOME_SHUTTER: as in libindi, it opens clockwise (DOME_MOTION), and is parked when it is closed.
    """

    _shutter: Shutter = Shutter.BETWEEN

    # For a driver to fill in.

    async def open_shutter(self) -> None:
        """Open the shutter, or the roof, and return when it is open. Cancelled, just end: it is stopped then."""
        raise NotImplementedError

    async def close_shutter(self) -> None:
        """Close the shutter, or the roof, and return when it is closed. Cancelled, just end: it is stopped then."""
        raise NotImplementedError

    async def stop_shutter(self) -> None:
        """Stop the shutter, or the roof, where it is. Where nothing can, nothing is to be done."""

    # For a driver to use.

    def shutter_is(self, shutter: Shutter, *, words: str = "") -> None:
        """Take note of how the shutter, or the roof, stands, and tell the clients: in words, if it is in error."""
        self._shutter = shutter
        on = _SWITCHES.get(shutter, "")
        values = {name: name == on for name in self.dome_shutter}
        if self.is_active(self.dome_shutter) or self.is_active(self.dome_park):
            self.dome_shutter.change(values)
        else:
            self.dome_shutter.report(values, state=_STATES.get(shutter, State.OK), message=words)
        if DomeCan.ROOF in self._dome_can:
            self.dome_is_parked(shutter is Shutter.CLOSED)

    def dome_is_parked(self, is_parked: bool) -> None:
        """Take note of whether it is parked, and tell the clients: at once, or when parking is over."""
        self._is_dome_parked = is_parked
        if not self.is_active(self.dome_park):
            self.dome_park.report({"PARK": is_parked, "UNPARK": not is_parked}, state=State.OK)

    # What every dome that opens does.

    @on_new(DomeTurning.dome_shutter)
    async def _move_shutter(self, wanted: Switches) -> None:
        if not wanted.choice:
            await self.cancel(self.dome_shutter)
            return
        opening = wanted["SHUTTER_OPEN"]
        await self._make_way(opening=opening)
        await self.cancel(self.dome_shutter)
        self.dome_shutter.choose(wanted.choice, state=State.BUSY)
        await self.begin(self.dome_shutter, partial(self._work_shutter, opening=opening))

    @on_new(DomeTurning.dome_motion)
    async def _turn_dome(self, wanted: Switches) -> None:
        if DomeCan.ROOF not in self._dome_can:
            await super()._turn_dome(wanted)
        elif wanted.choice:
            await self._move_roof(opening=wanted["DOME_CW"])
        else:
            await self.cancel(self.dome_shutter)
            self.dome_motion.choose("", state=State.IDLE)

    async def _move_roof(self, *, opening: bool) -> None:
        if not opening:
            self.check_mount("close the roof")
        await self._make_way(opening=opening)
        await self.cancel(self.dome_shutter)
        self.dome_motion.choose("DOME_CW" if opening else "DOME_CCW", state=State.BUSY)
        await self.begin(self.dome_motion, partial(self._work_roof, opening=opening), lane=self.dome_shutter)

    async def _make_way(self, *, opening: bool) -> None:
        """Let nothing of parking be in the way: to close is always allowed, even if that ends an unparking."""
        if opening:
            self.check_dome_not_parking("open it")
            self.check_weather()
        elif self.parking_moves_shutter(parking=self.dome_park["PARK"]):
            await self.cancel(self.dome_park)

    def parking_moves_shutter(self, *, parking: bool) -> bool:
        """Whether the shutter, or the roof, closes on parking, or opens on unparking."""
        policy = "SHUTTER_CLOSE_ON_PARK" if parking else "SHUTTER_OPEN_ON_UNPARK"
        has_shutter = DomeCan.SHUTTER in self._dome_can
        return DomeCan.ROOF in self._dome_can or (has_shutter and self.dome_shutter_policy[policy])

    async def work_while_parking(self, *, opening: bool) -> None:
        """Move the shutter, or the roof, as a part of parking."""
        if DomeCan.ROOF in self._dome_can:
            await self._work_roof(opening=opening)
            return
        self.dome_shutter.choose("SHUTTER_OPEN" if opening else "SHUTTER_CLOSE", state=State.BUSY)
        with until_over(lambda state: self.dome_shutter.set(state=state)):
            await self._work_shutter(opening=opening)

    async def _work_roof(self, *, opening: bool) -> None:
        with self.shown_moving("DOME_CW" if opening else "DOME_CCW"):
            await self._work_shutter(opening=opening)

    async def _work_shutter(self, *, opening: bool) -> None:
        stands = Shutter.BETWEEN
        if DomeCan.ROOF in self._dome_can:
            self.dome_is_parked(False)
        try:
            work = self.open_shutter if opening else self.close_shutter
            await self.stopping_if_cancelled(work(), self.stop_shutter)
            stands = Shutter.OPEN if opening else Shutter.CLOSED
        finally:
            self.shutter_is(stands)
