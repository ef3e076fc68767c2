"""The connection to one PHD2, over and over: opened, watched, read anew, and its state followed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from typing import Final

from lightapt_drivers import time_limit

from . import events as ev
from .errors import LostError, SilentError
from .link import Link
from .rereading import READINGS, Reading
from .state import StateFollower
from .streams import EventStream

__all__ = ["DEFAULT_PORT", "Connection", "Options"]

_log = logging.getLogger(__name__)

DEFAULT_PORT: Final = 4400
"""Of PHD2's first instance; each further one has the next."""


@dataclass(frozen=True, slots=True)
class Options:
    """How patient a client is; all in seconds.

    Attributes:
        limit: For an answer; some methods take longer, see :data:`~.methods.SLOW`.
        opening: For a connection to be made, and the state to be read.
        heartbeat: Of silence, after which the state is read anew: PHD2 does not tell when its equipment is
            disconnected, and a silent one may hang.
        backoff: Between attempts to connect again; the last goes on.
        calm: After which the state is read anew, when something came that leaves it in doubt.
        window: Steps of the running RMS; not seconds.
    """

    limit: float = 15.0
    opening: float = 10.0
    heartbeat: float = 2.0
    backoff: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0)
    calm: float = 0.3
    window: int = 50


class Connection:
    """The connection to one PHD2. It can be opened again after it was closed, or lost.

    Attributes:
        follower: Follows PHD2's state.

    Args:
        host: Where PHD2 runs.
        port: Its instance's.
        options: How patient to be.
    """

    def __init__(self, host: str, port: int, options: Options) -> None:
        self.place = f"{host}:{port}"
        self.follower = StateFollower(window=options.window)
        self._host = host
        self._port = port
        self._options = options
        self._link: Link | None = None
        self._streams: set[EventStream] = set()
        self._heartbeat: asyncio.TimerHandle | None = None
        self._rereading: asyncio.TimerHandle | None = None
        self._patience: dict[asyncio.Future[object], asyncio.TimerHandle] = {}
        self._replies: set[asyncio.Future[object]] = set()
        self._answered = 0.0
        self._is_ready = False
        self._was_ready = False
        self._is_closed = False
        self._reason = "connect first"

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, and the state has been read."""
        return self._is_ready and self._link is not None and self._link.is_open

    @property
    def skipped(self) -> int:
        """Lines that could not be read, of this connection."""
        return 0 if self._link is None else self._link.skipped

    @property
    def is_asking(self) -> bool:
        """Whether a call waits for its answer."""
        return bool(self._replies)

    def require(self) -> Link:
        """Return the connection.

        Raises:
            LostError: There is none, with the reason.
        """
        if self._link is None or not self.is_open:
            raise LostError(f"there is no connection to PHD2 at {self.place}: {self._reason}")
        return self._link

    def events(self) -> EventStream:
        """Return an iterator of the events from now on."""
        return EventStream(self._streams)

    # Opening and closing.

    async def open(self) -> None:
        """Connect, and return when the state has been read.

        Raises:
            LostError: PHD2 does not listen there, or says nothing.
        """
        self._drop("the connection to PHD2 is made anew")
        self._is_closed = False
        self.follower = StateFollower(window=self._options.window)
        seconds = self._options.opening
        try:
            async with time_limit(seconds):
                link = await self._connect()
                await self._send_readings(link)
                _require_open(link)
        except TimeoutError:
            self._drop("PHD2 says nothing")
            hint = "does it hang, or wait for a dialog?"
            raise LostError(f"PHD2 at {self.place} has not answered within {seconds:g} s: {hint}") from None
        except OSError as error:
            self._drop("there is no PHD2")
            reason = error.strerror or str(error)
            raise LostError(f"PHD2 does not listen at {self.place}: {reason}. Is it running?") from error
        except BaseException:
            self._drop("connecting to PHD2 was given up")
            raise
        self._is_ready = self._was_ready = True
        self._watch()
        self._tell(ev.LinkMade())

    def close(self) -> None:
        """Close the connection, and end what iterates events."""
        self._is_closed = True
        self._drop("the connection to PHD2 was closed")
        for stream in list(self._streams):
            stream.close()

    async def keep_open(self) -> None:
        """Open it again whenever it is lost, until it is closed."""
        with self.events() as stream:
            while not self._is_closed:
                if not self.is_open:
                    await self._open_by_and_by()
                async for event in stream:
                    if isinstance(event, ev.LinkLost):
                        break

    async def _open_by_and_by(self) -> None:
        backoff = self._options.backoff
        for delay in chain(backoff, repeat(backoff[-1])):
            if self._is_closed:
                return
            with suppress(LostError):
                await self.open()
                return
            await asyncio.sleep(delay)

    async def _connect(self) -> Link:
        loop = asyncio.get_running_loop()
        link = Link(self._receive, on_skip=self.doubt, on_lost=lambda reason: self._lost(link, reason))
        await loop.create_connection(lambda: link, self._host, self._port)
        self._link = link
        return link

    def _drop(self, reason: str) -> None:
        self._is_ready = False
        for timer in (self._heartbeat, self._rereading, *self._patience.values()):
            if timer is not None:
                timer.cancel()
        self._heartbeat = self._rereading = None
        self._patience.clear()
        if self._link is not None:
            self._link.close(reason)

    def _lost(self, link: Link, reason: str) -> None:
        if link is not self._link:
            return
        self._reason = reason
        self._drop(reason)
        self.follower.lost()
        if self._was_ready:
            self._was_ready = False
            _log.info("%s: %s", self.place, reason)
            self._tell(ev.LinkLost(reason=reason))

    # Asking.

    async def ask(self, method: str, params: Mapping[str, object] | None = None, *, seconds: float) -> object:
        """Ask, and return the result.

        Args:
            method: PHD2's name of it.
            params: Its parameters.
            seconds: Its limit, which counts from when all that was asked before is answered: PHD2 keeps the order.

        Raises:
            SilentError: No answer came in time; the connection is given up, for PHD2 may hang.
            LostError: There is no connection, or it broke.
            Phd2Error: PHD2 refuses, or fails.
        """
        link = self.require()
        earlier = frozenset(self._replies)
        reply = link.send(method, params)
        self._replies.add(reply)
        try:
            return await _in_time(link, reply, earlier=earlier, method=method, seconds=seconds)
        finally:
            self._replies.discard(reply)
            self._answered = asyncio.get_running_loop().time()

    async def read_state(self) -> None:
        """Read the state anew, and return when it is known.

        Raises:
            LostError: There is no connection, or no answer.
        """
        link, earlier = self.require(), frozenset(self._replies)
        reply = self._send_readings(link)
        await _in_time(link, reply, earlier=earlier, method="get_app_state", seconds=self._options.limit)
        _require_open(link)

    def _send_readings(self, link: Link) -> asyncio.Future[object]:
        """Send all questions at once, and return the last's answer: PHD2 keeps the order."""
        self.follower.is_doubtful = False
        reading = Reading(self.follower)
        *firsts, last = READINGS
        for method in firsts:
            link.send(method, then=partial(self._take, reading, method))
        return link.send(last, then=partial(self._take, reading, last))

    def _take(self, reading: Reading, method: str, answer: object) -> None:
        if (end := reading.take(method, answer)) is not None:
            self._tell(end)

    # Watching.

    def _receive(self, event: ev.Event) -> None:
        self.follower.apply(event)
        if self.follower.is_doubtful:
            self.doubt()
        self._tell(event)

    def _tell(self, event: ev.Event) -> None:
        for stream in list(self._streams):
            stream.put(event)

    def doubt(self) -> None:
        """Have the state read anew soon."""
        if self._rereading is None:
            loop = asyncio.get_running_loop()
            self._rereading = loop.call_later(self._options.calm, self._reread)

    def _reread(self) -> None:
        """Ask, and do not wait for it; who does not answer hangs."""
        self._rereading = None
        link = self._link
        if link is None or not self.is_open:
            return
        loop = asyncio.get_running_loop()
        with suppress(LostError):  # so much waits for an answer that nothing more is asked: calls have their limits
            reply = self._send_readings(link)
            self._patience[reply] = loop.call_later(self._options.limit, self._expect, link, reply)
            reply.add_done_callback(self._reread_done)

    def _reread_done(self, reply: asyncio.Future[object]) -> None:
        if (patience := self._patience.pop(reply, None)) is not None:
            patience.cancel()
        if not reply.cancelled() and reply.exception() is None:
            self._tell(ev.StateRead())

    def _expect(self, link: Link, reply: asyncio.Future[object]) -> None:
        """Give up, unless PHD2 is at work at what was asked before, or was just now: that has a limit of its own."""
        loop, limit = asyncio.get_running_loop(), self._options.limit
        if self._replies or loop.time() - self._answered < limit:
            self._patience[reply] = loop.call_later(limit, self._expect, link, reply)
        else:
            link.close(f"PHD2 has not answered for {limit:g} s: does it hang, or wait for a dialog?")

    def _watch(self) -> None:
        """Ask, when PHD2 has been silent for long and nobody waits for an answer."""
        link, loop, heartbeat = self._link, asyncio.get_running_loop(), self._options.heartbeat
        if link is None or not self.is_open:
            return
        silence = loop.time() - link.heard
        if silence >= heartbeat and not link.is_waiting:
            self._reread()
        self._heartbeat = loop.call_later(max(heartbeat - silence, heartbeat / 4), self._watch)


async def _in_time(
    link: Link,
    reply: asyncio.Future[object],
    *,
    earlier: frozenset[asyncio.Future[object]],
    method: str,
    seconds: float,
) -> object:
    """Return an answer; its time begins when all earlier ones are there, which have limits of their own."""
    try:
        if earlier:
            await asyncio.wait(earlier)
        async with time_limit(seconds):
            return await reply
    except TimeoutError:
        error = SilentError(method, seconds=seconds)
        link.close(error.reason)
        raise error from None


def _require_open(link: Link) -> None:
    if not link.is_open:
        raise LostError("PHD2 has closed the connection")  # after the last answer
