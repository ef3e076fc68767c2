"""A device's connection to its hardware: made when a client asks, found again when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import TYPE_CHECKING, ClassVar, Final

from .limits import time_limit

if TYPE_CHECKING:
    from .device import Device
    from .engine import Engine

__all__ = ["Link"]

_GRACE: Final = 0.05
"""Seconds in which connecting may succeed before the clients are told that it takes its time."""
_FAREWELL: Final = 5.0
"""Seconds in which a device may let go of its hardware."""


class Link:
    """The connection of one device.

    Attributes:
        is_up: Whether the hardware is there.
        is_lost: Whether it was there, and is being looked for.
    """

    LANE: ClassVar = "the link"

    def __init__(self, device: Device, engine: Engine) -> None:
        self.is_up = False
        self.is_lost = False
        self._is_held = False  # whether there may be something to let go of
        self._device = device
        self._engine = engine

    async def connect(self) -> None:
        """Begin to connect; what is done at once is done when this returns."""
        connection = self._device.connection
        if self.is_up or self._engine.lanes.is_busy(self.LANE):
            connection.set(state=connection.state)
            return
        connecting = self._engine.lanes.start(self.LANE, self._connect())
        await asyncio.wait([connecting], timeout=_GRACE)
        if not connecting.done():
            connection.busy(CONNECT=True)

    async def disconnect(self) -> None:
        """Let go of the hardware, or give up looking for it."""
        await self._engine.lanes.cancel([self.LANE])
        await self._let_go()
        self._device.withdraw()
        self._device.connection.ok(DISCONNECT=True)

    def lose(self, reason: str) -> None:
        """Take note that the hardware is gone, and look for it."""
        if self.is_up:
            self.is_up, self.is_lost = False, True
            self._device.connection.alert(f"{self._device.name} is lost: {reason}", CONNECT=True)
            self._engine.lanes.start(self.LANE, self._find_again())

    async def end(self) -> None:
        """Let go of the hardware: the driver ends."""
        await self._engine.lanes.cancel([self.LANE])
        await self._let_go()

    async def _connect(self) -> None:
        if not await self._engine.attempt(self._reach(), live=self._device.connection):
            await self._release()
            self._device.connection.set(DISCONNECT=True)
            return
        self.is_up = True
        self._device.connection.ok(CONNECT=True)
        self._device.appear()
        await self._engine.attempt(self._device.restore(connected=True), live=self._device.config_process)
        self._engine.start_polls(always=False)

    async def _find_again(self) -> None:
        await self._engine.stop()
        await self._release()
        delays = self._device.reconnect_after
        for delay in chain(delays, repeat(delays[-1])):
            await asyncio.sleep(delay)
            if await self._engine.attempt(self._reach(), quiet=True):
                break
            await self._release()
        self.is_up, self.is_lost = True, False
        self._device.connection.ok(CONNECT=True, message=f"{self._device.name} is back")
        self._device.appear()
        self._engine.start_polls(always=False)

    async def _reach(self) -> None:
        self._is_held = True
        for method in self._device.handlers.connect:
            await method()

    async def _let_go(self) -> None:
        self.is_up = self.is_lost = False
        await self._engine.stop()
        if self._is_held:
            await self._release()

    async def _release(self) -> None:
        self._is_held = False
        for method in self._device.handlers.disconnect:
            await self._engine.attempt(_in_time(method), quiet=True)


async def _in_time(method: Callable[[], Awaitable[None]]) -> None:
    async with time_limit(_FAREWELL):
        await method()
