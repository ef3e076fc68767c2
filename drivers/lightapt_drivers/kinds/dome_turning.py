"""How a dome turns: to an azimuth, by so much, or for as long as a client asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Final

from lightapt_drivers import Numbers, RefusedError, State, Switches, on_connect, on_new

from .dome_policies import DomePolicies
from .dome_properties import DomeCan
from .dome_slaving import half_turns

__all__ = ["DomeTurning", "until_over"]

_STRIDE: Final = 120.0
"""Degrees to turn at a time for as long as it is asked for: less than half a turn, for the way to be clear."""


class DomeTurning(DomePolicies):
    """Turns a dome by what a driver fills in. All turning goes on in the lane of the azimuth."""

    _is_dome_parked: bool = False
    _dome_heading: float | None = None
    """Where it turns to."""

    # For a driver to fill in.

    async def turn_dome_to(self, azimuth: float, *, way: float) -> None:
        """Turn to an azimuth and return when it is there; tell meanwhile where it is by :meth:`dome_at`.

        Cancelled, just end: :meth:`stop_dome` is called then.

        Args:
            azimuth: Where to, from 0 to below 360 degrees.
            way: Which way and how far: degrees, clockwise if positive.
        """
        raise NotImplementedError

    async def turn_dome(self, *, clockwise: bool) -> None:
        """Turn until cancelled: :meth:`stop_dome` is called then. It need not be filled in."""
        way = _STRIDE if clockwise else -_STRIDE
        while True:
            await self.turn_dome_to((self.dome_position.value + way) % 360, way=way)
            await asyncio.sleep(0)

    async def stop_dome(self) -> None:
        """Stop turning."""
        raise NotImplementedError

    async def sync_dome(self, azimuth: float) -> None:
        """Call the azimuth that it has so."""
        raise NotImplementedError

    async def set_dome_speed(self, speed: float) -> None:
        """Turn at this speed from now on, in revolutions a minute."""
        raise NotImplementedError

    # For a driver to use.

    @property
    def is_dome_parked(self) -> bool:
        """Whether it is parked, and will not turn before it is unparked."""
        return self._is_dome_parked

    def dome_at(self, azimuth: float) -> None:
        """Take note of the azimuth, and tell the clients."""
        self.dome_position.change(DOME_ABSOLUTE_POSITION=azimuth % 360)

    def check_dome_may_turn(self) -> None:
        """Refuse to turn by a client's wish.

        Raises:
            RefusedError: It is parked or parking, or follows the telescope.
        """
        if self._is_dome_parked:
            raise RefusedError("the dome is parked: unpark it before you turn it (DOME_PARK)")
        self.check_dome_not_parking("turn it")
        if self.dome_slaving["DOME_AUTOSYNC_ENABLE"]:
            raise RefusedError("the dome follows the telescope: disable that before you turn it (DOME_AUTOSYNC)")

    def check_dome_not_parking(self, to_do: str) -> None:
        """Refuse what would be in the way of parking.

        Raises:
            RefusedError: It is on its way into the park position, or out of it.
        """
        if self.is_active(self.dome_park):
            doing = "parking" if self.dome_park["PARK"] else "unparking"
            raise RefusedError(f"the dome is {doing}: abort that or wait for its end, then {to_do}")

    # What every dome that turns does.

    @on_connect
    async def _begin_as_dome(self) -> None:
        self.declare_dome(self.dome_can)

    @on_new(DomePolicies.dome_position)
    async def _turn_dome_to(self, wanted: Numbers) -> None:
        self.check_dome_may_turn()
        await self.begin(self.dome_position, partial(self.turn_toward, wanted.value % 360))

    @on_new(DomePolicies.dome_relative)
    async def _turn_dome_by(self, wanted: Numbers) -> None:
        self.check_dome_may_turn()
        await self.cancel(self.dome_position)
        self.dome_relative.busy(wanted)
        await self.begin(self.dome_position, partial(self._turn_relatively, wanted.value))

    @on_new(DomePolicies.dome_motion)
    async def _turn_dome(self, wanted: Switches) -> None:
        if wanted.choice:
            self.check_dome_may_turn()
            keep_turning = partial(self._keep_turning, clockwise=wanted["DOME_CW"])
            await self.cancel(self.dome_position)
            self.dome_motion.choose(wanted.choice, state=State.BUSY)
            await self.begin(self.dome_motion, keep_turning, lane=self.dome_position)
        else:
            self.check_dome_not_parking("stop its turning")
            await self.cancel(self.dome_position)
            self.dome_motion.choose("", state=State.IDLE)

    @on_new(DomePolicies.dome_sync)
    async def _sync_dome(self, wanted: Numbers) -> None:
        if self.is_active(self.dome_position) or self.is_active(self.dome_park):
            raise RefusedError("the dome is turning: abort that or wait for its end, then sync it")
        await self.sync_dome(wanted.value % 360)
        self.dome_position.ok(DOME_ABSOLUTE_POSITION=wanted.value % 360)

    @on_new(DomePolicies.dome_speed)
    async def _set_dome_speed(self, wanted: Numbers) -> None:
        await self.set_dome_speed(wanted.value)

    async def turn_toward(self, azimuth: float) -> None:
        """Turn to an azimuth by the shortest way; for what goes on in the lane of turning, or of parking."""
        if way := half_turns(azimuth - self.dome_position.value):
            await self._turn(azimuth, way=way)

    async def _turn_relatively(self, way: float) -> None:
        with until_over(lambda state: self.dome_relative.set(state=state)):
            await self._turn((self.dome_position.value + way) % 360, way=way)

    async def _turn(self, azimuth: float, *, way: float) -> None:
        self._dome_heading = azimuth
        try:
            with self.shown_moving("DOME_CW" if way > 0 else "DOME_CCW"):
                await self.stopping_if_cancelled(self.turn_dome_to(azimuth, way=way), self.stop_dome)
        finally:
            self._dome_heading = None

    async def _keep_turning(self, *, clockwise: bool) -> None:
        with self.shown_moving("DOME_CW" if clockwise else "DOME_CCW"):
            await self.stopping_if_cancelled(self.turn_dome(clockwise=clockwise), self.stop_dome)

    # For the rest of a dome.

    @contextmanager
    def shown_moving(self, direction: str) -> Generator[None]:
        """Show by DOME_MOTION that it moves, while it does."""
        self.dome_motion.choose(direction, state=State.BUSY)
        with until_over(lambda state: self.dome_motion.choose("", state=state)):
            yield

    async def stopping_if_cancelled(self, moving: Awaitable[None], stop: Callable[[], Awaitable[None]]) -> None:
        """Wait for a motion, and stop it if it is cancelled and can be."""
        try:
            await moving
        except asyncio.CancelledError:
            if DomeCan.STOP in self._dome_can:
                await stop()
            raise


@contextmanager
def until_over(tell: Callable[[State], None]) -> Generator[None]:
    """Tell in the end how it went: Ok, Idle if it was cancelled, else Alert."""
    state = State.ALERT
    try:
        yield
        state = State.OK
    except asyncio.CancelledError:
        state = State.IDLE
        raise
    finally:
        tell(state)
