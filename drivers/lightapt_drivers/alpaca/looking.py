"""How a bridged device is looked at: how often, and who waits for what the looks show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from lightapt_drivers import Device, DriverError, HardwareError, LinkLostError, every, time_limit

from .arrivals import Arrival
from .errors import LostError
from .look import Look, Missing
from .polling import Pace
from .session import Ask, Session

__all__ = ["LookedAt"]

T = TypeVar("T")
_LONGEST: Final = 900.0
"""Seconds of one motion: some domes take minutes for a turn, and for their shutter."""


class LookedAt(Device):
    """A device whose other end is looked at; for :class:`~.bridge.AlpacaDevice`.

    All that is shown is read in one place, :meth:`read`, which is called often while something moves and seldom while
    nothing does. What begins a motion calls :meth:`act`, then waits with :meth:`follow` or :meth:`arrive` until it is
    over.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._alpaca_session: Session | None = None
        self._alpaca_pace = Pace()
        self._alpaca_missing = Missing()
        self._alpaca_awake = asyncio.Event()
        self._alpaca_looking = asyncio.Lock()
        self._alpaca_watchers: set[asyncio.Future[None]] = set()

    # For a type to fill in.

    async def read(self, look: Look) -> bool:
        """Read what the device says of itself and tell it; return whether something moves.

        Called again and again while it is connected. What it raises is told once; a LinkLostError ends the link.
        """
        raise NotImplementedError

    def look_failed(self) -> None:
        """Take note that a look failed, for a type of which nobody is to rely on what was so before."""

    # For a type to use.

    @property
    def session(self) -> Session:
        """The device at the other end.

        Raises:
            LinkLostError: There is none.
        """
        if self._alpaca_session is None:
            raise LostError(f"{self.name} is not connected")
        return self._alpaca_session

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

    def hurry(self) -> None:
        """Look at the device at once, and often for a while."""
        self._alpaca_pace.hurry(asyncio.get_running_loop().time())
        self._alpaca_awake.set()

    def spends(self, requests: int) -> None:
        """Take note of requests that come again and again besides the looks: these wait for them."""
        self._alpaca_pace.spent(requests, idle=self.polling_period.value / 1000)

    async def look_now(self) -> None:
        """Look at the device; for ``on_connect``, so that properties are defined with what is so.

        Raises:
            AlpacaError: It does not tell.
        """
        await self._alpaca_look()

    async def looked(self) -> None:
        """Wait for the next look.

        Raises:
            DriverError: It failed: what is known of the device is old.
        """
        watcher = asyncio.get_running_loop().create_future()
        self._alpaca_watchers.add(watcher)
        try:
            await watcher
        finally:
            self._alpaca_watchers.discard(watcher)

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

    async def follow(self, done: Callable[[], bool], *, limit: float, what: str = "it") -> None:
        """Wait until looks show that something is over: `done` is asked after each that begins from now on.

        Args:
            done: Returns whether it is.
            limit: Seconds.
            what: What should end, for the error.

        Raises:
            HardwareError: It takes longer.
        """
        try:
            async with time_limit(limit):
                await self._alpaca_follow(done)
        except TimeoutError:
            raise HardwareError(f"{what} has not ended after {limit:g} s") from None

    async def arrive(
        self,
        what: str,
        *,
        moves: Callable[[], bool],
        there: Callable[[], bool],
        elsewhere: Callable[[], str],
        near: Callable[[], bool] | None = None,
        limit: float = _LONGEST,
    ) -> None:
        """Wait until a motion is over, as looks from now on show.

        Args:
            what: What should end, for the error.
            moves: Returns whether the device moves.
            there: Returns whether it is where it should be.
            elsewhere: Returns what became of it instead, for the error.
            near: Returns whether it is close enough to where it should be, in the end; as `there` if None.
            limit: Seconds.

        Raises:
            HardwareError: It came to rest elsewhere, or takes longer.
        """
        arrival = Arrival()
        await self.follow(lambda: arrival.is_over(moves=moves(), there=there()), limit=limit, what=what)
        if not (near or there)():
            why = "was it stopped by hand?" if arrival.has_moved else "it was never seen to move: is it ready to?"
            raise HardwareError(f"{elsewhere()}: {why}")

    # For the bridge.

    def begin_looking(self, session: Session) -> None:
        """Have this device at the other end from now on."""
        self._alpaca_session = session
        self._alpaca_pace, self._alpaca_missing = Pace(), Missing()

    def end_looking(self) -> Session | None:
        """Have no device at the other end any more, and return the one that was there."""
        session, self._alpaca_session = self._alpaca_session, None
        return session

    # How.

    @every(0.0)
    async def _alpaca_look_when_due(self) -> None:
        clock = asyncio.get_running_loop().time
        while (wait := self._alpaca_pace.due - clock()) > 0:
            self._alpaca_awake.clear()
            try:
                async with time_limit(wait):
                    await self._alpaca_awake.wait()
            except TimeoutError:
                break
        await self._alpaca_look()

    async def _alpaca_look(self) -> None:
        """Look, pace the next, and tell who waits for it."""
        clock, idle = asyncio.get_running_loop().time, self.polling_period.value / 1000
        async with self._alpaca_looking:
            watchers, began = list(self._alpaca_watchers), clock()
            before, deeds = self.session.requests, self.session.deeds
            self._alpaca_pace.begins(began, idle=idle)
            try:
                state = await self.session.state()
                look = Look(self.session, state, missing=self._alpaca_missing, now=began, deeds=deeds)
                moves = await self.read(look)
                look.settle()
            except DriverError as error:
                self._alpaca_pace.failed(clock(), idle=idle)
                self.look_failed()
                _tell(watchers, error)
                raise
            requests = self.session.requests - before
            self._alpaca_pace.looked(
                began, clock(), moves=moves, requests=requests, one_request=look.has_state, idle=idle
            )
            _tell(watchers, None)

    async def _alpaca_follow(self, done: Callable[[], bool]) -> None:
        self.hurry()
        while True:
            self._alpaca_pace.attend(asyncio.get_running_loop().time())
            if await self.looked_well() and done():
                return


def _tell(watchers: list[asyncio.Future[None]], error: DriverError | None) -> None:
    for watcher in watchers:
        if watcher.done():
            continue
        if error is None:
            watcher.set_result(None)
        else:
            watcher.set_exception(error)
