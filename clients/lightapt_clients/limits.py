"""Time limits behind which nothing is left unheard: what has come by then is read before they count.

A process may be paused, and a program may keep its loop busy: then what came in time waits in the system, unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

__all__ = ["Alarm", "Limit", "in_time"]

_TURNS: Final = 4
"""Turns of the loop in which what has come is read, told to those who follow it, and taken by them."""


class Alarm:
    """Calls a function at a time, when what had come by then was read.

    Args:
        ring: The function.
    """

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._handle: asyncio.Handle | None = None

    @property
    def is_set(self) -> bool:
        """Whether it is going to ring."""
        return self._handle is not None

    def set(self, when: float | None) -> None:
        """Have it ring then, by the loop's clock, and no more when it was to; None for never."""
        self.stop()
        if when is not None:
            self._handle = asyncio.get_running_loop().call_at(when, self._wait, _TURNS)

    def stop(self) -> None:
        """Have it not ring."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self, turns: int) -> None:
        if turns:
            self._handle = asyncio.get_running_loop().call_soon(self._wait, turns - 1)
        else:
            self._handle = None
            self._ring()


class Limit:
    """A time limit for a block, as :func:`asyncio.timeout_at` sets one.

    Args:
        when: By the loop's clock; None for never.
    """

    def __init__(self, when: float | None) -> None:
        self._limit = asyncio.timeout(None)
        self._alarm = Alarm(self._expire)
        self._when = when

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        self._alarm.set(self._when)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._alarm.stop()
        await self._limit.__aexit__(kind, error, traceback)

    def when(self) -> float | None:
        """Return when it is reached, by the loop's clock; None for never."""
        return self._when

    def expired(self) -> bool:
        """Return whether it has ended the block."""
        return self._limit.expired()

    def reschedule(self, when: float | None) -> None:
        """Have it be reached then."""
        self._when = when
        self._limit.reschedule(None)
        self._alarm.set(when)

    def _expire(self) -> None:
        self._limit.reschedule(asyncio.get_running_loop().time())


def in_time(seconds: float | None) -> Limit:
    """Return a limit so many seconds from now; None for never."""
    return Limit(None if seconds is None else asyncio.get_running_loop().time() + seconds)
