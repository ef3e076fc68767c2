"""The connection to one PHD2, over and over: opened, watched, read anew, and its state followed."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain, repeat

from lightapt_drivers import time_limit

from . import events as ev
from .errors import LostError, SilentError
from .link import Link, connect_link
from .options import DEFAULT_PORT, Options
from .state import StateFollower
from .streams import EventStream
from .watching import Watch

__all__ = ["DEFAULT_PORT", "Connection", "Options"]

_log = logging.getLogger(__name__)


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
        self._watch: Watch | None = None
        self._replies: set[asyncio.Future[object]] = set()
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
                link, watch = await self._connect()
                await watch.read()
                _require_open(link)
        except TimeoutError:
            self._drop("PHD2 says nothing")
            hint = "does it hang, or wait for a dialog?"
            raise LostError(f"PHD2 at {self.place} has not answered within {seconds:g} s: {hint}") from None
        except socket.gaierror as error:
            self._drop("there is no such host")
            reason = f"the host {self._host} of PHD2 is not known: {error.strerror or error}. Is its name right?"
            raise LostError(reason) from error
        except OSError as error:
            self._drop("there is no PHD2")
            hint = "Its server must be on (Tools, Enable Server). Is it running?"
            raise LostError(f"PHD2 does not listen at {self.place}: {_why(error)}. {hint}") from error
        except BaseException:
            self._drop("connecting to PHD2 was given up")
            raise
        self._is_ready = self._was_ready = True
        watch.begin()
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

    async def _connect(self) -> tuple[Link, Watch]:
        self._link = link = await connect_link(
            self._host, self._port, on_event=self._receive, on_skip=self.doubt, on_lost=self._lost
        )
        self._watch = watch = Watch(
            link, self.follower, options=self._options, tell=self._tell, is_asking=lambda: self.is_asking
        )
        return link, watch

    def _drop(self, reason: str) -> None:
        self._is_ready = False
        if self._watch is not None:
            self._watch.end()
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
            if self._watch is not None:
                self._watch.answered()

    async def read_state(self) -> None:
        """Read the state anew, and return when it is known.

        Raises:
            LostError: There is no connection, or no answer.
        """
        link, earlier = self.require(), frozenset(self._replies)
        assert self._watch is not None
        reply = self._watch.read()
        await _in_time(link, reply, earlier=earlier, method="get_app_state", seconds=self._options.limit)
        _require_open(link)

    # What comes.

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
        if self._watch is not None:
            self._watch.doubt()


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


def _why(error: OSError) -> str:
    """Return why there is no connection, as the system says it: asyncio's words are of calls and addresses."""
    return os.strerror(error.errno) if error.errno else "nobody answers there"


def _require_open(link: Link) -> None:
    if not link.is_open:
        raise LostError("PHD2 has closed the connection")  # after the last answer
