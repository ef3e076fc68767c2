"""Looks at a bridged device: when they are, and what shows that they could not read something."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from lightapt_drivers import Device, DriverError, LinkLostError, Live, State, every, time_limit

from .doubts import Doubts
from .errors import LostError
from .look import Look, Missing
from .polling import Pace
from .session import Session

__all__ = ["Looks"]


class Looks(Device):
    """A device whose other end is looked at again and again; what waits for that is :class:`~.looking.LookedAt`.

    What looks cannot read is not taken for what was so before: a property that shows it is in Alert with the device's
    words, until it is told again.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._alpaca_session: Session | None = None
        self._alpaca_pace = Pace()
        self._alpaca_missing = Missing()
        self._alpaca_doubts = Doubts()
        self._alpaca_alarmed: dict[str, State] = {}  # what is in Alert for what looks do not tell, and was before
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

    def unread(self, *members: str) -> DriverError | None:
        """Return why the last look could not read one of these members; None if it could."""
        return self._alpaca_doubts.why(*members)

    def is_in_doubt(self, live: Live[Any]) -> bool:
        """Whether looks cannot read any more what a property shows."""
        return live.name in self._alpaca_doubts.lasting

    def hurry(self) -> None:
        """Look at the device at once, and often for a while."""
        self._alpaca_pace.hurry(asyncio.get_running_loop().time())
        self._alpaca_awake.set()

    def spends(self, requests: int) -> None:
        """Take note of requests that come again and again besides the looks: these wait for them."""
        self._alpaca_pace.spent(requests)

    async def look_now(self) -> None:
        """Look at the device; for ``on_connect``, so that properties are defined with what is so.

        Raises:
            AlpacaError: It does not tell.
        """
        await self._alpaca_look()

    async def looked(self, *, within: float = math.inf) -> None:
        """Wait for the next look.

        Args:
            within: If it is not due within so many seconds, it is made as soon as the device has rested.

        Raises:
            DriverError: It failed: what is known of the device is old.
        """
        loop = asyncio.get_running_loop()
        watcher = loop.create_future()
        self._alpaca_watchers.add(watcher)
        self._alpaca_pace.want(loop.time(), within=within)
        self._alpaca_awake.set()
        try:
            await watcher
        finally:
            self._alpaca_watchers.discard(watcher)

    # For the bridge.

    def begin_looking(self, session: Session) -> None:
        """Have this device at the other end from now on."""
        self._alpaca_session = session
        self._alpaca_pace, self._alpaca_missing, self._alpaca_doubts = Pace(), Missing(), Doubts()
        self._alpaca_calm()

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
            is_idle = not self._alpaca_pace.is_quick(began)
            self._alpaca_pace.begins(began, idle=idle)
            look: Look | None = None
            try:
                state = await self.session.state()
                look = Look(self.session, state, missing=self._alpaca_missing, now=began, deeds=deeds, is_idle=is_idle)
                moves = await self.read(look)
                look.settle()
            except DriverError as error:
                requests = self.session.requests - before
                one_request = look is None or look.has_state
                self._alpaca_pace.failed(clock(), requests=requests, one_request=one_request, idle=idle)
                self.look_failed()
                self._alpaca_fail(look, error)
                _tell(watchers, error)
                raise
            requests = self.session.requests - before
            self._alpaca_pace.looked(
                began, clock(), moves=moves, requests=requests, one_request=look.has_state, idle=idle
            )
            self._alpaca_doubts.looked(look)
            if not moves:  # where it is may be for it alone to know until it rests
                self._alpaca_alarm()
            self._alpaca_calm()
            _tell(watchers, None)

    def _alpaca_fail(self, look: Look | None, error: DriverError) -> None:
        if not isinstance(error, LinkLostError):  # of that the connection tells
            self._alpaca_doubts.looked(look, error)
            self._alpaca_alarm()
            self._alpaca_calm()

    def _alpaca_alarm(self) -> None:
        """Turn to Alert what shows something that is not told any more; each reason is said once."""
        said: set[str] = set()
        for name, error in self._alpaca_doubts.lasting.items():
            live = self.vectors[name]
            if live.state is State.ALERT or live.is_busy or self.is_active(live):
                continue
            self._alpaca_alarmed[name] = live.state
            live.alert("" if error.reason in said else error.reason)
            said.add(error.reason)

    def _alpaca_calm(self) -> None:
        """Have what is told again as it was."""
        for name in self._alpaca_alarmed.keys() - self._alpaca_doubts.lasting.keys():
            live, state = self.vectors[name], self._alpaca_alarmed.pop(name)
            if live.state is State.ALERT and not self.is_active(live):
                live.change(state=state)


def _tell(watchers: list[asyncio.Future[None]], error: DriverError | None) -> None:
    for watcher in watchers:
        if watcher.done():
            continue
        if error is None:
            watcher.set_result(None)
        else:
            watcher.set_exception(error)
