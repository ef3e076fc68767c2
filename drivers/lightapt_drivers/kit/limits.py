"""Time limits that hold in a task that is being cancelled, too: what was begun has to be undone within some time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

__all__ = ["time_limit"]


@asynccontextmanager
async def time_limit(seconds: float | None) -> AsyncGenerator[asyncio.Timeout]:
    """As :func:`asyncio.timeout`.

    Before Python 3.11.3 that ends in CancelledError where its task was cancelled before, as is every operation that
    stops its motion after an abort: the silence that a serial line must keep then looks like another abort (gh-102780).

    Raises:
        TimeoutError: The time is over.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task is not None else 0
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield limit
    except asyncio.CancelledError as error:
        if task is not None and limit.expired() and task.cancelling() <= before:
            raise TimeoutError from error
        raise
