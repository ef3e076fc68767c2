"""An event loop in a thread of its own, and the way into it from other threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Final, Generic, Self, TypeVar

from .errors import ClosedError, WaitTimeoutError
from .limits import in_time
from .subscriptions import Subscription

__all__ = ["Followed", "Following", "Portal"]

_LAST: Final = 5.0
"""Seconds that what is interrupted has for stopping what it has begun."""
_CLOSED: Final = "this client is closed: connect again"
_WITHIN: Final = "a blocking client cannot wait in its own thread, where it calls what it was given"
T = TypeVar("T")


class Portal:
    """A loop that runs in a thread, from entering the block to leaving it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # A daemon: a notebook that is closed without a word must not hang.
        self._thread = threading.Thread(target=self._loop.run_forever, name="INDI client", daemon=True)
        self._entry = threading.RLock()  # what has come in before it closes is ended; nothing comes in afterwards
        self._is_open = False

    @property
    def is_open(self) -> bool:
        """Whether the block is entered."""
        return self._is_open

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        with self._entry:
            self._is_open = False
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._end_tasks())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop, and wait for what it returns or raises; whoever is interrupted cancels it.

        Raises:
            ClosedError: The caller is in the loop itself, or the block was left.
        """
        ended = threading.Event()
        with self._entry:
            is_within = threading.current_thread() is self._thread
            if is_within or not self._is_open:
                coroutine.close()
                raise ClosedError(_WITHIN if is_within else _CLOSED)
            future = asyncio.run_coroutine_threadsafe(_noticed(coroutine, ended), self._loop)
        try:
            return future.result()
        except CancelledError as error:
            coroutine.close()  # it may not have begun
            raise ClosedError(_CLOSED) from error
        finally:
            if not future.done():  # Ctrl-C
                future.cancel()
                ended.wait(_LAST)

    def call(self, function: Callable[[], T]) -> T:
        """Call a function in the loop, and return what it returns."""

        async def called() -> T:
            return function()

        return self.run(called())

    @contextmanager
    def entered(self, manager: AbstractAsyncContextManager[T]) -> Generator[T]:
        """Enter an async context manager for the length of a block."""
        value = self.run(_entering(manager))
        try:
            yield value
        except BaseException as error:
            if not self._left(manager, error):
                raise
        else:
            self._left(manager, None)

    def _left(self, manager: AbstractAsyncContextManager[T], error: BaseException | None) -> bool:
        """Leave an async context manager, if it has not ended with the loop; return whether it swallows the error."""
        try:
            return self.run(_leaving(manager, error))
        except ClosedError:
            if self._is_open:
                raise
            return False


async def _noticed(coroutine: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await coroutine
    finally:
        ended.set()


async def _entering(manager: AbstractAsyncContextManager[T]) -> T:
    return await manager.__aenter__()


async def _leaving(manager: AbstractAsyncContextManager[T], error: BaseException | None) -> bool:
    if error is None:
        return bool(await manager.__aexit__(None, None, None))
    return bool(await manager.__aexit__(type(error), error, error.__traceback__))


class Following(Generic[T]):
    """An iterator over what an async iterator in a loop yields."""

    def __init__(self, portal: Portal, iterator: AsyncIterator[T]) -> None:
        self._portal = portal
        self._iterator = iterator

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        return self.next(timeout=None)

    def next(self, *, timeout: float | None) -> T:
        """Return what comes next.

        Raises:
            WaitTimeoutError: Nothing does, in so many seconds.
            StopIteration: Nothing will any more.
        """
        found = self._portal.run(_next(self._iterator, timeout))
        if not found:  # StopIteration does not pass through a coroutine
            raise StopIteration
        return found[0]


class Followed(Following[T]):
    """A subscription: as a context manager it ends with its block."""

    def __init__(self, portal: Portal, follow: Callable[[], Subscription[T]]) -> None:
        self._subscription = portal.call(follow)
        super().__init__(portal, self._subscription)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def missed(self) -> int:
        """How many were dropped, the oldest first, because the program fell too far behind."""
        return self._subscription.missed

    def close(self) -> None:
        """Follow no longer; where the client is closed, it has ended with that."""
        try:
            self._portal.call(self._subscription.close)
        except ClosedError:
            if self._portal.is_open:
                raise


async def _next(iterator: AsyncIterator[T], timeout: float | None) -> tuple[T] | tuple[()]:
    limit = in_time(timeout)
    try:
        async with limit:
            return (await anext(iterator),)
    except StopAsyncIteration:
        return ()
    except TimeoutError as error:
        if limit.expired():
            raise WaitTimeoutError(f"nothing came within {timeout:g} s") from error
        raise
