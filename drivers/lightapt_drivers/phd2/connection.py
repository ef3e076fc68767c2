"""The connection to one PHD2, over and over: opened, watched, read anew, and its state followed."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from itertools import chain, repeat

from lightapt_drivers import time_limit

from . import events as ev
from .errors import LostError, Phd2Error, SilentError, unknown_host
from .link import Link, connect_link
from .machines import are_one
from .options import DEFAULT_PORT, Options
from .patience import Patience
from .state import StateFollower
from .streams import EventStream
from .values import as_text
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
        self._patience = Patience()
        self._replies: set[asyncio.Future[object]] = set()
        self._is_ready = False
        self._was_ready = False
        self._is_closed = False
        self._reason = "connect first"
        self._name: str | None = None
        self._is_greeted = False

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, and the state has been read."""
        return self._is_ready and self._link is not None and self._link.is_open

    @property
    def is_here(self) -> bool:
        """Whether PHD2 runs on this machine: its end of the connection is here, and its host's name is this one's."""
        return self._link is not None and are_one(*self._link.addresses, name=self._name)

    @property
    def skipped(self) -> int:
        """Lines that could not be read, of this connection."""
        return 0 if self._link is None else self._link.skipped

    @property
    def is_asking(self) -> bool:
        """Whether PHD2 is at a call: also one that was cancelled, which PHD2 is not told."""
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
            LostError: PHD2 does not listen there, or says nothing, or what listens there is not PHD2.
        """
        self._drop("the connection to PHD2 is made anew")
        self._is_closed = False
        self.follower = StateFollower(window=self._options.window)
        seconds = self._options.opening
        try:
            async with time_limit(seconds):
                link, watch = await self._connect()
                app = await watch.read()
                _require_open(link)
                self._require_phd2(app)
        except TimeoutError:
            error = self._silent(seconds)
            self._drop("PHD2 says nothing")
            raise error from None
        except Phd2Error as error:
            self._drop(error.reason)
            raise error if self._is_greeted else self._stranger() from error
        except (socket.gaierror, UnicodeError) as error:
            self._drop("there is no such host")
            raise LostError(unknown_host(self._host, error)) from error
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
        self._patience, self._name, self._is_greeted = Patience(), None, False
        self._link = link = await connect_link(
            self._host, self._port, on_event=self._receive, on_skip=self.doubt, on_lost=self._lost
        )
        self._watch = watch = Watch(
            link, self.follower, options=self._options, tell=self._tell, patience=self._patience
        )
        return link, watch

    def _require_phd2(self, app: object) -> None:
        """Have it be PHD2: that greets before it answers, and has words for what it does."""
        if not self._is_greeted or as_text(app) is None:
            raise self._stranger()

    def _stranger(self) -> LostError:
        return LostError(
            f"what listens at {self.place} is not PHD2: it does not speak as PHD2 does. Is the port right?"
        )

    def _silent(self, seconds: float) -> LostError:
        if self._link is not None and self._link.has_spoken and not self._is_greeted:
            return self._stranger()
        hint = "does it hang, or wait for a dialog?"
        hint = hint if self._is_greeted else f"is that PHD2? If it is, {hint}"
        return LostError(f"PHD2 at {self.place} has not answered within {seconds:g} s: {hint}")

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
        reply = self.require().send(method, params)
        self._replies.add(reply)
        reply.add_done_callback(self._replies.discard)
        return await self._in_time(reply, method=method, seconds=seconds)

    async def read_state(self) -> None:
        """Read the state anew, and return when it is known.

        Raises:
            LostError: There is no connection, or no answer.
        """
        link = self.require()
        assert self._watch is not None
        await self._in_time(self._watch.read(), method="get_app_state", seconds=self._options.limit)
        _require_open(link)

    async def _in_time(self, reply: asyncio.Future[object], *, method: str, seconds: float) -> object:
        """Return an answer, or give up the connection. Cancelled, it is still expected: PHD2 goes on with it."""
        assert self._link is not None
        give_up = partial(_give_up, self._link, reply, SilentError(method, seconds=seconds))
        self._patience.add(reply, seconds=seconds, give_up=give_up)
        return await asyncio.shield(reply)

    # What comes.

    def _receive(self, event: ev.Event) -> None:
        self._name = event.host or self._name
        self._is_greeted = self._is_greeted or isinstance(event, ev.Version)
        self.follower.apply(event)
        if self.follower.is_doubtful:
            self.doubt()
        self._tell(event)

    def _tell(self, event: ev.Event) -> None:
        for stream in list(self._streams):
            stream.put(event, state=self.follower.state)

    def doubt(self) -> None:
        """Have the state read anew soon."""
        if self._watch is not None:
            self._watch.doubt()


def _give_up(link: Link, reply: asyncio.Future[object], error: SilentError) -> None:
    reply.set_exception(error)
    reply.exception()  # who waits for it is told all the same; maybe nobody does
    link.close(error.reason)


def _why(error: OSError) -> str:
    """Return why there is no connection, as the system says it: asyncio's words are of calls and addresses."""
    return os.strerror(error.errno) if error.errno else "nobody answers there"


def _require_open(link: Link) -> None:
    if not link.is_open:
        raise LostError("PHD2 has closed the connection")  # after the last answer
