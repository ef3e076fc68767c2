"""Events for whoever wants them: each reader has a queue of its own, which is bounded in bytes."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import fields
from typing import Final, Self

from .events import Event
from .snapshot import State
from .values import as_list, as_mapping, as_text

__all__ = ["EventStream"]

_MOST_BYTES: Final = 2 * 1024 * 1024
_AN_EVENT: Final = 512
"""Bytes of an event and of the state after it, which are mostly shared."""
_A_VALUE: Final = 64
"""Bytes of whatever is in it, without the characters of texts."""


class EventStream:
    """An iterator of events, from when it was made; a context manager that ends it.

    Attributes:
        dropped: Events that were lost because nobody took them: the oldest go first, and the newest is always kept.
        state: What PHD2 did after the event that was taken last; it may do something else by now.

    Args:
        streams: Those that are told; it adds itself, and takes itself away.
    """

    def __init__(self, streams: set[EventStream]) -> None:
        self.dropped = 0
        self.state = State()
        self._events: deque[tuple[Event, State, int]] = deque()
        self._bytes = 0
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
        return self._take()

    def take(self) -> Event | None:
        """Return the next event if it is there already."""
        return self._take() if self._events else None

    def put(self, event: Event, *, state: State) -> None:
        """Add an event, and the state after it."""
        size = _size(event)
        while self._events and self._bytes + size > _MOST_BYTES:
            self._take()
            self.dropped += 1
        self._events.append((event, state, size))
        self._bytes += size
        self._wake()

    def close(self) -> None:
        """End it, when what is there has been taken."""
        self._is_closed = True
        self._streams.discard(self)
        self._wake()

    def _take(self) -> Event:
        event, self.state, size = self._events.popleft()
        self._bytes -= size
        return event

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _size(event: Event) -> int:
    """Return about how many bytes an event is."""
    size = _AN_EVENT
    values: list[object] = [getattr(event, one.name) for one in fields(event)]
    while values:  # not by calls: an unknown event may be as deep as one likes
        value = values.pop()
        if (text := as_text(value)) is not None:
            size += 4 * len(text)
        elif (members := as_mapping(value)) is not None:
            values += (*members, *members.values())
        else:
            values += as_list(value) or ()
        size += _A_VALUE
    return size
