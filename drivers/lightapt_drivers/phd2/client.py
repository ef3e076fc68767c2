"""The client: PHD2's methods over a connection, in the order of things, and what takes more than an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from lightapt_drivers import time_limit

from . import events as ev
from .connection import Connection
from .errors import LostError, OrderError, Phd2Error, Phd2RefusedError, SettleError, cut_short
from .methods import SLOW, Methods
from .options import DEFAULT_PORT, Options
from .results import read_equipment
from .rules import check_order
from .state import Busy, State
from .streams import EventStream
from .words import AppState, PauseKind, Region, Settle

__all__ = ["Phd2Client", "connect"]

_BUSY: Final = {"guide": Busy.GUIDE, "dither": Busy.DITHER}
_IN_PROGRESS: Final = "is in progress"
"""PHD2's words when another client has begun something that this one has not heard of."""
_READ_AFTER: Final = frozenset({"set_connected", "set_profile"})
"""After these the state is read anew before anything else is asked: the order of things hangs on it."""
_DOUBT_AFTER: Final = frozenset(
    {"set_exposure", "set_dec_guide_mode", "set_guide_output_enabled", "clear_calibration", "flip_calibration"}
)
"""After these it is read anew soon: PHD2 does not always tell of them."""


@asynccontextmanager
async def connect(
    host: str = "localhost", port: int = DEFAULT_PORT, *, options: Options | None = None, reconnect: bool = False
) -> AsyncGenerator[Phd2Client]:
    """Connect to PHD2, and disconnect at the end of the block; a context manager that yields the client.

    Args:
        host: Where it runs.
        port: Its instance's: 4400 for the first, 4401 for the second.
        options: How patient to be.
        reconnect: Connect again, with backoff, whenever the connection is lost.

    Raises:
        LostError: PHD2 does not listen there, or says nothing.
    """
    client = Phd2Client(host, port, options=options)
    await client.open()
    try:
        if reconnect:
            async with _kept_open(client):
                yield client
        else:
            yield client
    finally:
        await client.close()


@asynccontextmanager
async def _kept_open(client: Phd2Client) -> AsyncGenerator[None]:
    """Open it again whenever it is lost within the block, whose errors are passed on as they are: not in a group."""
    keeping = asyncio.create_task(client.keep_open(), name=f"PHD2 at {client.host}:{client.port}")
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        if not keeping.cancelled() and (error := keeping.exception()) is not None:
            raise error


class Phd2Client(Methods):
    """A client of one PHD2; open and close it, or use :func:`connect`. It can be opened again.

    Args:
        host: Where PHD2 runs.
        port: Its instance's.
        options: How patient to be.
    """

    def __init__(self, host: str = "localhost", port: int = DEFAULT_PORT, *, options: Options | None = None) -> None:
        self.host = host
        self.port = port
        self.options = options or Options()
        self._connection = Connection(host, port, self.options)

    # What is known.

    @property
    def state(self) -> State:
        """What PHD2 does, followed from its events."""
        return self._connection.follower.state

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, and the state is known."""
        return self._connection.is_open

    @property
    def is_here(self) -> bool:
        """Whether PHD2 runs on this machine, so that its files are here: by both addresses, and by its host's name."""
        return self._connection.is_here

    @property
    def skipped(self) -> int:
        """Lines from PHD2 that could not be read, of this connection."""
        return self._connection.skipped

    def events(self) -> EventStream:
        """Return an iterator of all events from now on, and a context manager that ends it.

        It outlives lost connections, which are events too: :class:`~.events.LinkLost`, :class:`~.events.LinkMade`.
        """
        return self._connection.events()

    async def until(self, is_so: Callable[[State], bool], *, timeout: float) -> State:
        """Wait until PHD2's state is such, and return it.

        Raises:
            LostError: The connection broke before.
            TimeoutError: It is not such in time.
        """
        async with time_limit(timeout):
            with self.events() as stream:
                while not is_so(self.state):
                    self._connection.require()
                    await anext(stream, None)
                return self.state

    # The connection.

    async def open(self) -> None:
        """Connect, and return when the state has been read.

        Raises:
            LostError: PHD2 does not listen there, or says nothing.
        """
        await self._connection.open()

    async def close(self) -> None:
        """Close the connection, and end what iterates events."""
        self._connection.close()

    async def keep_open(self) -> None:
        """Open it again, with backoff, whenever it is lost; returns when it is closed."""
        await self._connection.keep_open()

    async def read_state(self) -> State:
        """Ask PHD2 for its state anew, and return it; events keep it right by themselves.

        Raises:
            LostError: There is no connection, or no answer.
        """
        await self._connection.read_state()
        return self.state

    async def call(
        self, method: str, params: Mapping[str, object] | None = None, *, limit: float | None = None
    ) -> object:
        """Ask PHD2; see :meth:`~.asking.Asks.call`."""
        self._connection.require()
        await self._check_order(method, params or {})
        seconds = limit or SLOW.get(method, self.options.limit)
        if (busy := _BUSY.get(method)) is not None:
            return await self._begin(busy, self._connection.ask(method, params, seconds=seconds))
        try:
            result = await self._connection.ask(method, params, seconds=seconds)
        except Phd2Error:
            if method in _READ_AFTER and self.is_open:
                await self._connection.read_state()  # some of the equipment may be connected
            raise
        self._connection.follower.took(method, params or {})
        if method in _DOUBT_AFTER:
            self._connection.doubt()
        if method in _READ_AFTER:
            await self._connection.read_state()
        return result

    async def _check_order(self, method: str, params: Mapping[str, object]) -> None:
        """Refuse what is out of order, by the state as it is: of some changes PHD2 does not tell."""
        if method == "capture_single_frame":  # without a camera PHD2 crashes: what is remembered is not enough
            gear = await self._connection.ask("get_current_equipment", seconds=self.options.limit)
            follower = self._connection.follower
            follower.become(replace(follower.state, equipment=read_equipment(gear)))
        try:
            check_order(self.state, method, params)
        except OrderError:
            if self._connection.is_asking:
                raise
            await self._connection.read_state()
            check_order(self.state, method, params)

    async def _begin(self, busy: Busy, asking: Coroutine[object, object, object]) -> object:
        """Ask for what ends with SettleDone. It counts as begun at once: its events come before its reply."""
        self._connection.follower.began(busy)
        try:
            return await asking
        except LostError:
            raise
        except Phd2Error as error:
            if not isinstance(error, Phd2RefusedError) or _IN_PROGRESS not in error.words:
                self._connection.follower.did_not_begin()
            raise

    # What takes more than an answer.

    async def guide(
        self,
        settle: Settle | None = None,
        *,
        recalibrate: bool = False,
        roi: Region | None = None,
        wait: bool = False,
        timeout: float | None = None,
    ) -> None:
        """Begin to guide: find a star and calibrate if need be, guide and settle.

        Args:
            settle: When it counts as settled; None for :class:`~.words.Settle`'s own.
            recalibrate: Calibrate even if there is a calibration.
            roi: Choose the star of this region.
            wait: Return when it has settled, and raise SettleError if it does not: see :meth:`settled`.
            timeout: Of that, in seconds.
        """
        with self.events() as stream:
            await super().guide(settle, recalibrate=recalibrate, roi=roi)
            if wait:
                await self._settled(stream, timeout)

    async def dither(
        self,
        amount: float,
        settle: Settle | None = None,
        *,
        ra_only: bool = False,
        wait: bool = False,
        timeout: float | None = None,
    ) -> None:
        """Move the lock position at random, and settle.

        Args:
            amount: How far at most along each axis, in pixels, times what PHD2's settings say.
            settle: When it counts as settled; None for :class:`~.words.Settle`'s own.
            ra_only: Only along right ascension.
            wait: Return when it has settled, and raise SettleError if it does not: see :meth:`settled`.
            timeout: Of that, in seconds.
        """
        with self.events() as stream:
            await super().dither(amount, settle, ra_only=ra_only)
            if wait:
                await self._settled(stream, timeout)

    async def settled(self, *, timeout: float | None = None) -> ev.SettleDone:
        """Wait until what goes on has settled; if nothing does, this is how the last ended.

        Args:
            timeout: Seconds after which it counts as failed; None to leave that to PHD2, which has a limit for
                settling, and none for a calibration.

        Raises:
            SettleError: It has not settled, with PHD2's reason; or nothing was begun.
            LostError: The connection broke before.
        """
        if self.state.busy is None:
            return self._outcome(self.state.settled)
        with self.events() as stream:
            return await self._settled(stream, timeout)

    async def _settled(self, stream: EventStream, timeout: float | None) -> ev.SettleDone:
        try:
            async with time_limit(timeout):
                async for event in stream:
                    if isinstance(event, ev.SettleDone):
                        return self._outcome(event)
                    if isinstance(event, ev.LinkLost):
                        raise cut_short(event.reason, "the guider had settled")
        except TimeoutError:
            raise SettleError(f"nothing was heard of it within {timeout:g} s") from None
        raise LostError("the connection to PHD2 was closed before the guider had settled")

    def _outcome(self, done: ev.SettleDone | None) -> ev.SettleDone:
        if done is None:
            raise SettleError("neither guiding nor a dither was begun")
        if not done.is_settled:
            words = done.error or "PHD2 does not say why"
            failed = self.state.calibration_error
            raise SettleError(f"{words} ({failed})" if failed else words)
        return done

    async def set_paused(self, kind: PauseKind) -> None:
        """Pause guiding, or exposures as well; ``PauseKind.NONE`` resumes."""
        if kind is not PauseKind.NONE and self.state.paused not in (PauseKind.NONE, kind):
            await super().set_paused(PauseKind.NONE)  # while it is paused PHD2 takes no other kind, and does not say so
        await super().set_paused(kind)
        self._connection.follower.paused(kind)

    async def stop(self, *, timeout: float = 60.0) -> None:
        """End exposures and guiding, and return when they have ended.

        Raises:
            TimeoutError: They go on after so many seconds: a long exposure.
        """
        await self.stop_capture()
        if self.state.paused is not PauseKind.NONE:  # some versions of PHD2 stay paused
            await self.set_paused(PauseKind.NONE)
        await self.until(lambda state: state.app is AppState.STOPPED, timeout=timeout)
