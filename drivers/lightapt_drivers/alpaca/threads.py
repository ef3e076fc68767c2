"""Threads for calls that may get stuck: nobody waits for one at the end of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias, TypeVar, cast

__all__ = ["CallThread"]

T = TypeVar("T")
_Job: TypeAlias = Callable[[], None] | None


class CallThread:
    """A thread of daemon kind that makes one call after another."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Make a call after those that wait already; the running loop's future has its result, or what it raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(_seen)

        def job() -> None:
            result: T | None = None
            failure: BaseException | None = None
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - it is raised where the future is awaited
                failure = error
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                loop.call_soon_threadsafe(_settle, future, cast("T", result), failure)

        self._jobs.put(job)
        return future

    def end(self, last: Callable[[], None] | None = None) -> None:
        """End when the calls that wait are made, and `last`; a call that is stuck is left to itself."""
        if last is not None:
            self._jobs.put(last)
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job  # or what it returned would live on until the next


def _settle(future: asyncio.Future[T], result: T, failure: BaseException | None) -> None:
    if future.done():
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)


def _seen(future: asyncio.Future[T]) -> None:
    """Let a failure that nobody waits for any more pass without a word."""
    if not future.cancelled():
        future.exception()
