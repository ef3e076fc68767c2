"""How long answers may take that are waited for: PHD2 gives them one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Patience"]


@dataclass(frozen=True, slots=True)
class _Due:
    reply: asyncio.Future[object]
    seconds: float
    give_up: Callable[[], None]


class Patience:
    """The limits of one connection's answers. Each counts from when all earlier ones are there.

    So it does also where nobody waits for the answer any more: PHD2 is at it all the same.
    """

    def __init__(self) -> None:
        self._due: deque[_Due] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, reply: asyncio.Future[object], *, seconds: float, give_up: Callable[[], None]) -> None:
        """Expect an answer, behind those that are expected already.

        Args:
            reply: What will be the answer.
            seconds: In which it must come.
            give_up: Is called when it has not.
        """
        self._due.append(_Due(reply, seconds, give_up))
        reply.add_done_callback(lambda _: self._next())
        if len(self._due) == 1:
            self._await_first()

    def _next(self) -> None:
        if not self._due or not self._due[0].reply.done():
            return
        while self._due and self._due[0].reply.done():
            self._due.popleft()
        self._await_first()

    def _await_first(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._due:
            first = self._due[0]
            self._timer = asyncio.get_running_loop().call_later(first.seconds, self._give_up, first)

    def _give_up(self, due: _Due) -> None:
        """Give up, unless the answer has come just now: a machine that is busy may be late with both."""
        if not due.reply.done():
            due.give_up()
