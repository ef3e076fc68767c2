"""What a device does in the background: one task a lane, and its polls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable

__all__ = ["Lanes"]


class Lanes:
    """Tasks by the name of their lane: a lane holds one at a time."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._lanes: dict[str, asyncio.Task[None]] = {}

    def is_busy(self, lane: str) -> bool:
        """Whether something goes on in a lane."""
        task = self._lanes.get(lane)
        return task is not None and not task.done()

    def start(self, lane: str, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Do something in a lane that is free."""
        task = self._tasks.create_task(work, name=lane)
        self._lanes[lane] = task
        task.add_done_callback(lambda done: self._forget(lane, done))
        return task

    async def cancel(self, lanes: Iterable[str]) -> bool:
        """End what goes on in these lanes, but for the caller itself; return whether there was anything."""
        names, current, was_any = set(lanes), asyncio.current_task(), False
        if any(self.is_busy(lane) for lane in names):
            # What was just started takes its first step: ended before it, it could not undo what it was begun with.
            await asyncio.sleep(0)
        # Until all are free at one moment: while this waits, somebody else may start something in one.
        while tasks := [self._lanes[lane] for lane in names if self.is_busy(lane) and self._lanes[lane] is not current]:
            was_any = True
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        return was_any

    def names(self) -> list[str]:
        """Return the lanes in which something goes on."""
        return list(self._lanes)

    def _forget(self, lane: str, done: asyncio.Task[None]) -> None:
        if self._lanes.get(lane) is done:
            del self._lanes[lane]
