"""Watching one connection to PHD2: its state is read anew when in doubt, and a silence that lasts is found out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from . import events as ev
from .errors import LostError
from .link import Link
from .options import Options
from .rereading import READINGS, Reading
from .state import StateFollower

__all__ = ["Watch"]


class Watch:
    """Watches one connection, from :meth:`begin` until :meth:`end`.

    Args:
        link: The connection.
        follower: Follows PHD2's state.
        options: How patient to be.
        tell: Is told the events that are not PHD2's.
        is_asking: Whether somebody waits for an answer to something else, which has a limit of its own.
    """

    def __init__(
        self,
        link: Link,
        follower: StateFollower,
        *,
        options: Options,
        tell: Callable[[ev.Event], None],
        is_asking: Callable[[], bool],
    ) -> None:
        self._link = link
        self._follower = follower
        self._options = options
        self._tell = tell
        self._is_asking = is_asking
        self._loop = asyncio.get_running_loop()
        self._heartbeat: asyncio.TimerHandle | None = None
        self._rereading: asyncio.TimerHandle | None = None
        self._patience: dict[asyncio.Future[object], asyncio.TimerHandle] = {}
        self._answered = float("-inf")
        self._is_on = False

    def begin(self) -> None:
        """Begin to watch."""
        self._is_on = True
        self._beat()

    def end(self) -> None:
        """Watch no more."""
        self._is_on = False
        for timer in (self._heartbeat, self._rereading, *self._patience.values()):
            if timer is not None:
                timer.cancel()
        self._heartbeat = self._rereading = None
        self._patience.clear()

    def answered(self) -> None:
        """Take note that PHD2 is done with what somebody asked."""
        self._answered = self._loop.time()

    def doubt(self) -> None:
        """Have the state read anew soon."""
        if self._rereading is None:
            self._rereading = self._loop.call_later(self._options.calm, self._reread)

    def read(self) -> asyncio.Future[object]:
        """Ask all that the state is made of at once, and return the last's answer: PHD2 keeps the order.

        Raises:
            LostError: There is no connection.
        """
        self._follower.is_doubtful = False
        reading = Reading(self._follower)
        *firsts, last = READINGS
        for method in firsts:
            self._link.send(method, then=partial(self._take, reading, method))
        return self._link.send(last, then=partial(self._take, reading, last))

    def _take(self, reading: Reading, method: str, answer: object) -> None:
        if (end := reading.take(method, answer)) is not None:
            self._tell(end)

    def _reread(self) -> None:
        """Ask, and do not wait for it; who does not answer hangs."""
        self._rereading = None
        if not self._is_on or not self._link.is_open:
            return
        with suppress(LostError):  # so much waits for an answer that nothing more is asked: calls have their limits
            reply = self.read()
            self._patience[reply] = self._loop.call_later(self._options.limit, self._expect, reply)
            reply.add_done_callback(self._reread_done)

    def _reread_done(self, reply: asyncio.Future[object]) -> None:
        if (patience := self._patience.pop(reply, None)) is not None:
            patience.cancel()
        if not reply.cancelled() and reply.exception() is None:
            self._tell(ev.StateRead())

    def _expect(self, reply: asyncio.Future[object]) -> None:
        """Give up, unless PHD2 is at work at what was asked before, or was just now: that has a limit of its own."""
        limit = self._options.limit
        if self._is_asking() or self._loop.time() - self._answered < limit:
            self._patience[reply] = self._loop.call_later(limit, self._expect, reply)
        else:
            self._link.close(f"PHD2 has not answered for {limit:g} s: does it hang, or wait for a dialog?")

    def _beat(self) -> None:
        """Ask, when PHD2 has been silent for long and nobody waits for an answer."""
        heartbeat = self._options.heartbeat
        if not self._is_on or not self._link.is_open:
            return
        silence = self._loop.time() - self._link.heard
        if silence >= heartbeat and not self._link.is_waiting:
            self._reread()
        self._heartbeat = self._loop.call_later(max(heartbeat - silence, heartbeat / 4), self._beat)
