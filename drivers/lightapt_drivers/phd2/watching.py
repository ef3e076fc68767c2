"""Watching one connection to PHD2: its state is looked at often, read anew when in doubt, and a hang found out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from . import events as ev
from .errors import LostError
from .link import Link
from .options import Options
from .patience import Patience
from .rereading import GLANCE, READINGS, Reading
from .state import StateFollower

__all__ = ["Watch"]

_WHOLE: Final = 12
"""As many looks at the state as there is one whole reading: what has a word of its own seldom goes unheard."""


class Watch:
    """Watches one connection, from :meth:`begin` until :meth:`end`.

    Args:
        link: The connection.
        follower: Follows PHD2's state.
        options: How patient to be.
        tell: Is told the events that are not PHD2's.
        patience: Of the connection: what was asked before a look at the state has its own time first.
    """

    def __init__(
        self,
        link: Link,
        follower: StateFollower,
        *,
        options: Options,
        tell: Callable[[ev.Event], None],
        patience: Patience,
    ) -> None:
        self._link = link
        self._follower = follower
        self._options = options
        self._tell = tell
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._heartbeat: asyncio.TimerHandle | None = None
        self._rereading: asyncio.TimerHandle | None = None
        self._looked = self._loop.time()
        self._looks = 0
        self._is_on = False

    def begin(self) -> None:
        """Begin to watch."""
        self._is_on = True
        self._looked = self._loop.time()
        self._beat()

    def end(self) -> None:
        """Watch no more."""
        self._is_on = False
        for timer in (self._heartbeat, self._rereading):
            if timer is not None:
                timer.cancel()
        self._heartbeat = self._rereading = None

    def doubt(self) -> None:
        """Have the state read anew soon."""
        if self._rereading is None:
            self._rereading = self._loop.call_later(self._options.calm, self._end_doubt)

    def read(self) -> asyncio.Future[object]:
        """Ask all that the state is made of at once, and return the last's answer: PHD2 keeps the order.

        Raises:
            LostError: There is no connection.
        """
        self._follower.is_doubtful = False
        return self._ask(READINGS)

    def _ask(self, methods: Sequence[str]) -> asyncio.Future[object]:
        reading = Reading(self._follower, methods)
        *firsts, last = methods
        for method in firsts:
            self._link.send(method, then=partial(self._take, reading, method))
        return self._link.send(last, then=partial(self._take, reading, last))

    def _take(self, reading: Reading, method: str, answer: object) -> None:
        if (end := reading.take(method, answer)) is not None:
            self._tell(end)

    def _end_doubt(self) -> None:
        self._rereading = None
        self._look(is_whole=True)

    def _look(self, *, is_whole: bool) -> None:
        """Ask, and do not wait for it; who does not answer hangs."""
        if not self._is_on or not self._link.is_open:
            return
        self._looked = self._loop.time()
        limit = self._options.limit
        words = f"PHD2 has not answered for {limit:g} s: does it hang, or wait for a dialog?"
        with suppress(LostError):  # so much waits for an answer that nothing more is asked: calls have their limits
            reply = self.read() if is_whole else self._ask(GLANCE)
            self._patience.add(reply, seconds=limit, give_up=partial(self._link.close, words))
            reply.add_done_callback(partial(self._looked_at, is_whole=is_whole))

    def _looked_at(self, reply: asyncio.Future[object], *, is_whole: bool) -> None:
        if reply.cancelled() or reply.exception() is not None:
            return
        self._tell(ev.StateRead(is_whole=is_whole))
        if self._follower.is_doubtful and self._is_on:
            self.doubt()

    def _beat(self) -> None:
        """Look at the state when that was long ago, and nobody waits for an answer."""
        heartbeat = self._options.heartbeat
        if not self._is_on or not self._link.is_open:
            return
        if self._loop.time() - self._looked >= heartbeat and not self._link.is_waiting:
            self._looks += 1
            self._look(is_whole=self._looks % _WHOLE == 0)
        rest = heartbeat - (self._loop.time() - self._looked)
        self._heartbeat = self._loop.call_later(max(rest, heartbeat / 8), self._beat)
