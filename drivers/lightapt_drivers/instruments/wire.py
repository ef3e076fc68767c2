"""The bytes to and from an instrument, over a descriptor that never blocks the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from .errors import LinkLostError

__all__ = ["Wire"]

_READ_SIZE: Final = 4096
"""As many bytes as a terminal holds for its reader."""

_Watch: TypeAlias = Callable[..., Any]
"""An event loop's ``add_reader`` or ``add_writer``."""
_Forget: TypeAlias = Callable[[int], bool]
"""An event loop's ``remove_reader`` or ``remove_writer``."""


class Wire:
    """An open port. Reading and writing wait on the event loop; one task at a time may do each.

    Attributes:
        port: What errors call it.
    """

    def __init__(
        self, port: str, descriptor: int, close: Callable[[], None], *, drain: Callable[[], None] = lambda: None
    ) -> None:
        """Take a descriptor that returns at once from reads and writes.

        Args:
            port: What errors call it.
            descriptor: The open port.
            close: Called once, to close it.
            drain: Called in a thread, to wait until all that was written has been sent; closing ends it.
        """
        self.port = port
        self._descriptor = descriptor
        self._close = close
        self._drain = drain
        self._is_open = True
        self._reason = "is closed"
        self._waiting: dict[asyncio.Future[None], _Forget] = {}

    @property
    def is_open(self) -> bool:
        """Whether the port is still there, as far as is known."""
        return self._is_open

    def take(self) -> bytes:
        """Return what has come, without waiting; empty for nothing.

        Raises:
            LinkLostError: The port has gone.
        """
        self._check()
        try:
            data = os.read(self._descriptor, _READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError as error:
            raise self._lost(error.strerror) from error
        if not data:  # a terminal or a socket that has been hung up is always ready, and has nothing
            raise self._lost("it was hung up")
        return data

    async def read(self) -> bytes:
        """Wait until something comes, and return it.

        Raises:
            LinkLostError: The port has gone.
        """
        while not (data := self.take()):
            loop = asyncio.get_running_loop()
            await self._wait(loop.add_reader, loop.remove_reader)
        return data

    async def write(self, data: bytes) -> None:
        """Write it all.

        Raises:
            LinkLostError: The port has gone.
        """
        while data:
            self._check()
            try:
                data = data[os.write(self._descriptor, data) :]
            except (BlockingIOError, InterruptedError):
                loop = asyncio.get_running_loop()
                await self._wait(loop.add_writer, loop.remove_writer)
            except OSError as error:
                raise self._lost(error.strerror) from error

    async def drain(self, timeout: float) -> None:
        """Wait until all that was written has been sent, but so many seconds at most: who is dead takes nothing."""
        if self._is_open:
            await asyncio.wait([asyncio.get_running_loop().run_in_executor(None, self._drain)], timeout=timeout)

    def close(self) -> None:
        """Close the port; who waits for it gets a LinkLostError. May be called again."""
        if not self._is_open:
            return
        self._is_open = False
        for ready, forget in self._waiting.items():
            forget(self._descriptor)  # now: once it is closed, its number may be another's
            _wake(ready)
        self._waiting.clear()
        self._close()

    async def _wait(self, watch: _Watch, forget: _Forget) -> None:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        watch(self._descriptor, _wake, ready)
        self._waiting[ready] = forget
        try:
            await ready
        finally:
            if self._waiting.pop(ready, None):
                forget(self._descriptor)

    def _check(self) -> None:
        if not self._is_open:
            raise LinkLostError(f"{self.port} {self._reason}", port=self.port)

    def _lost(self, why: str | None) -> LinkLostError:
        self._reason = f"has gone: {why or 'the system does not say why'}"
        self.close()
        return LinkLostError(f"{self.port} {self._reason}", port=self.port)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
