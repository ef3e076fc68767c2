"""Events for whoever wants them: each reader has a queue of its own, which is bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Self

from .events import Event

__all__ = ["EventStream"]

_MOST_EVENTS: Final = 2048


class EventStream:
    """An iterator of events, from when it was made; a context manager that ends it.

    Attributes:
        dropped: Events that were lost because nobody took them: the oldest go first.

    Args:
        streams: Those that are told; it adds itself, and takes itself away.
    """

    def __init__(self, streams: set[EventStream]) -> None:
        self.dropped = 0
        self._events: deque[Event] = deque(maxlen=_MOST_EVENTS)
        self._waiter: asyncio.Future[None] | None = None
        self._streams = streams
        self._is_closed = False
        streams.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        """Return the next event; the iteration ends when the client is closed."""
        while not self._events:
            if self._is_closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._events.popleft()

    def put(self, event: Event) -> None:
        """Add an event."""
        self.dropped += len(self._events) == _MOST_EVENTS
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """End it, when what is there has been taken."""
        self._is_closed = True
        self._streams.discard(self)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
