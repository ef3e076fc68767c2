"""Who waits for what: conditions, looked at when something changes. No I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lightapt_protocol.mirror import Change

__all__ = ["Waiters"]

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Waiter(Generic[T]):
    """Waits until `check` returns something else than None; it is asked after each change that concerns it."""

    device: str
    name: str
    check: Callable[[Change | None], T | None]
    done: asyncio.Future[T]

    def look(self, change: Change | None) -> None:
        if self.done.done():
            return
        try:
            found = self.check(change)
        except Exception as error:  # noqa: BLE001 - the program's own condition: its mistake goes to who waits
            self.done.set_exception(error)
        else:
            if found is not None:
                self.done.set_result(found)

    def forget(self) -> None:
        if self.done.done() and not self.done.cancelled():
            self.done.exception()  # now it counts as looked at
        self.done.cancel()


class Waiters:
    """All that is waited for."""

    def __init__(self) -> None:
        self._waiters: set[_Waiter[Any]] = set()
        self._end: Exception | None = None

    @contextmanager
    def expect(
        self, check: Callable[[Change | None], T | None], *, device: str = "", name: str = ""
    ) -> Generator[asyncio.Future[T]]:
        """Yield what is done when `check` returns something: it is asked at once, and with each change.

        Args:
            check: Returns None while it is not so. It is asked with None at first, and when the connection is lost or
                there again.
            device: Changes of this device concern it; of all, where none is named.
            name: Changes of this property.
        """
        waiter = _Waiter(device, name, check, asyncio.get_running_loop().create_future())
        waiter.look(None)
        if self._end is not None and not waiter.done.done():
            waiter.done.set_exception(self._end)
        self._waiters.add(waiter)
        try:
            yield waiter.done
        finally:
            self._waiters.discard(waiter)
            waiter.forget()

    def tell(self, change: Change) -> None:
        """Have those look whom a change concerns."""
        if self._waiters:
            for waiter in tuple(self._waiters):
                if (not waiter.device or waiter.device == change.device) and (
                    not waiter.name or waiter.name == change.name
                ):
                    waiter.look(change)

    def look_again(self) -> None:
        """Have all look, because the connection was lost or made again."""
        for waiter in tuple(self._waiters):
            waiter.look(None)

    def end(self, error: Exception) -> None:
        """End all waiting, also that which begins later."""
        self._end = error
        for waiter in tuple(self._waiters):
            if not waiter.done.done():
                waiter.done.set_exception(error)
