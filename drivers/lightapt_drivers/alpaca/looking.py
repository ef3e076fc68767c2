"""Who waits for what looks at a bridged device show: to begin a motion, and to see its end."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from lightapt_drivers import DriverError, HardwareError, LinkLostError, time_limit

from .arrivals import Arrival, Patience
from .looks import Looks
from .session import Ask

__all__ = ["LookedAt"]

T = TypeVar("T")
_LONGEST: Final = 900.0
"""Seconds of one motion: some domes take minutes for a turn, and for their shutter."""
_SOON: Final = 1.0
"""Seconds in which a look is made in a motion, though the one before failed."""


class LookedAt(Looks):
    """A device whose other end is looked at; for :class:`~.bridge.AlpacaDevice`.

    All that is shown is read in one place, :meth:`read`, which is called often while something moves and seldom while
    nothing does. What begins a motion calls :meth:`act`, then waits with :meth:`follow` or :meth:`arrive` until it is
    over. Who waits for what looks cannot read (`needs`) waits a little longer, and then has that for an error.
    """

    async def offers(self, ask: Ask[object]) -> bool:
        """Return whether the device has a capability (``Can…``); what it cannot tell it has not."""
        return await self.session.offers(ask)

    async def act(self, ask: Ask[T], *, limit: float | None = None) -> T:
        """Have the device begin something, and look often at what becomes of it."""
        try:
            return await self.session.act(ask, limit=limit)
        finally:
            self.hurry()

    async def stop(self, ask: Ask[T]) -> T:
        """Have the device stop something, though it may be busy with another call."""
        try:
            return await self.session.stop(ask)
        finally:
            self.hurry()

    async def looked_well(self) -> bool:
        """Wait for the next look, and return whether it succeeded; that it failed is told by the poll.

        Raises:
            LinkLostError: There will be no more.
        """
        try:
            await self.looked()
        except LinkLostError:
            raise
        except DriverError:  # the next may succeed
            return False
        return True

    async def know(self, *members: str) -> None:
        """See that these members are known, before something is begun that counts on them: look once more if need be.

        Raises:
            DriverError: The device does not tell them.
        """
        if self.unread(*members) is not None:
            await self.look_now()
            if (error := self.unread(*members)) is not None:
                raise error

    async def follow(
        self,
        done: Callable[[], bool],
        *,
        limit: float | None,
        what: str = "it",
        needs: Collection[str] = (),
        moves: Callable[[], bool] = lambda: False,
        is_urgent: bool = True,
    ) -> None:
        """Wait until looks show that something is over: `done` is asked after each that begins from now on.

        Args:
            done: Returns whether it is.
            limit: Seconds; None for as long as it takes.
            what: What should end, for the error.
            needs: The members that `done` rests on: it is not asked after a look that could not read them,
            moves: unless this returns that the device moves: then it goes on, wherever it is.
            is_urgent: Whether to look often meanwhile.

        Raises:
            DriverError: It takes longer, or looks fail, or do not tell what is needed, again and again.
        """
        clock, patience = asyncio.get_running_loop().time, Patience()
        within = _SOON if is_urgent else math.inf
        if is_urgent:
            self.hurry()
        try:
            async with time_limit(limit):
                while True:
                    if is_urgent:
                        self._alpaca_pace.attend(clock())
                    if (error := await self._alpaca_blind(needs, moves, within)) is None:
                        patience.shown()
                        if done():
                            return
                    elif patience.is_over(clock()):
                        raise error
        except TimeoutError:
            raise HardwareError(f"{what} has not ended after {limit:g} s") from None

    async def arrive(
        self,
        what: str,
        *,
        moves: Callable[[], bool],
        there: Callable[[], bool],
        elsewhere: Callable[[], str],
        needs: Collection[str] = (),
        near: Callable[[], bool] | None = None,
        limit: float = _LONGEST,
    ) -> None:
        """Wait until a motion is over, as looks from now on show.

        Args:
            what: What should end, for the error.
            moves: Returns whether the device moves.
            there: Returns whether it is where it should be.
            elsewhere: Returns what became of it instead, for the error.
            needs: The members that say where it is; None of theirs is for the device that does not have them.
            near: Returns whether it is close enough to where it should be, in the end; as `there` if None.
            limit: Seconds.

        Raises:
            DriverError: It came to rest elsewhere, or does not tell where, or takes longer.
        """
        arrival = Arrival()

        def is_over() -> bool:
            return arrival.is_over(moves=moves(), there=there())

        await self.follow(is_over, limit=limit, what=what, needs=needs, moves=moves)
        if not (near or there)():
            why = "was it stopped by hand?" if arrival.has_moved else "it was never seen to move: is it ready to?"
            raise HardwareError(f"{elsewhere()}: {why}")

    async def _alpaca_blind(
        self, needs: Collection[str], moves: Callable[[], bool], within: float
    ) -> DriverError | None:
        """Wait for the next look, and return why it does not show what is needed; None if it does."""
        try:
            await self.looked(within=within)
        except LinkLostError:  # there will be no more
            raise
        except DriverError as error:
            return error
        return None if moves() else self.unread(*needs)
