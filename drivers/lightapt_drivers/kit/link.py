"""A device's connection to its hardware: made when a client asks, and looked for where it is not there or is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import TYPE_CHECKING, ClassVar, Final

from .errors import DriverError
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

    CONNECT says what somebody wants, and the state how it stands: On and Ok is connected; On and Alert is looked for,
    at growing intervals, until it is there or somebody disconnects. To connect once more is to have it tried at once.

    Hardware that cannot be reached is looked for, whether it was there before or not; unless its device says that no
    waiting mends that (:meth:`Device.is_hopeless`), as of a setting that is missing.

    Attributes:
        is_up: Whether the hardware is there.
        is_lost: Whether it was there, and is being looked for.
    """

    LANE: ClassVar = "the link"

    def __init__(self, device: Device, engine: Engine) -> None:
        self.is_up = False
        self.is_lost = False
        self._is_held = False  # whether there may be something to let go of
        self._asked = asyncio.Event()  # set by who wants it tried at once, until he is told what came of it
        self._tried = asyncio.Event()  # set when the first attempt is over
        self._device = device
        self._engine = engine

    async def connect(self) -> None:
        """Begin to connect; what is done at once is done when this returns."""
        connection = self._device.connection
        if self.is_up:
            connection.ok(CONNECT=True)
        elif self._engine.lanes.is_busy(self.LANE):
            self._asked.set()
            connection.busy(CONNECT=True)
        else:
            await self._begin_to_connect()

    async def disconnect(self) -> None:
        """Let go of the hardware, or give up looking for it."""
        await self._engine.lanes.cancel([self.LANE])
        await self._let_go()
        self._device.settle_definitions()
        self._device.withdraw()
        self._device.connection.ok(DISCONNECT=True)

    def lose(self, reason: str) -> None:
        """Take note that the hardware is gone, and look for it."""
        if self.is_up:
            self.is_up, self.is_lost = False, True
            self._asked.clear()
            self._device.connection.alert(f"{self._device.name} is lost: {reason}", CONNECT=True)
            self._engine.lanes.start(self.LANE, self._find_again(reason))

    async def end(self) -> None:
        """Let go of the hardware: the driver ends."""
        await self._engine.lanes.cancel([self.LANE])
        await self._let_go()

    async def _begin_to_connect(self) -> None:
        self._asked.clear()
        self._tried.clear()
        self._engine.lanes.start(self.LANE, self._connect())
        with suppress(TimeoutError):
            async with time_limit(_GRACE):
                await self._tried.wait()
        if not self._tried.is_set():
            self._device.connection.busy(CONNECT=True)

    async def _connect(self) -> None:
        """Connect, at once or when the hardware is there."""
        words = ""
        if (error := await self._attempt()) is not None:
            self._tell(error)
            self._tried.set()
            if self._is_hopeless(error) or not await self._find(error.reason):
                return
            words = f"{self._device.name} is there"
        self.is_up = True
        self._device.connection.ok(CONNECT=True, message=words)
        self._device.appear()
        await self._engine.attempt(self._device.restore(connected=True), live=self._device.config_process)
        self._engine.start_polls(always=False)
        self._tried.set()

    async def _find_again(self, reason: str) -> None:
        await self._engine.stop()
        await self._release()
        self._device.hold_definitions()  # there are clients that do not survive it if what they use is deleted
        await self._find(reason)
        self.is_up, self.is_lost = True, False
        self._device.connection.ok(CONNECT=True, message=f"{self._device.name} is back")
        self._device.appear()
        self._device.settle_definitions()
        self._engine.start_polls(always=False)

    # To look for it.

    async def _find(self, reason: str) -> bool:
        """Try until the hardware is there; return False if that turns out to be of no use.

        Args:
            reason: Why it is not there, as the clients were told: they are told each reason once.
        """
        told, delays = {reason}, self._delays()
        while True:
            if await self._is_asked_within(next(delays)):
                delays = self._delays()
            if (error := await self._attempt()) is None:
                return True
            if self._asked.is_set() or error.reason not in told:
                told.add(error.reason)
                self._tell(error)
            else:
                self._device.log.debug("%s", error.reason)
            if self._is_hopeless(error):
                return False

    def _delays(self) -> Iterator[float]:
        delays = self._device.reconnect_after
        return chain(delays, repeat(delays[-1]))

    async def _is_asked_within(self, seconds: float) -> bool:
        """Wait for so long, or until somebody wants it tried at once; return whether somebody does."""
        with suppress(TimeoutError):
            async with time_limit(seconds):
                await self._asked.wait()
        return self._asked.is_set()

    def _is_hopeless(self, error: DriverError) -> bool:
        """Whether no waiting mends this; what was there once may be there again whatever it says."""
        return not self.is_lost and self._device.is_hopeless(error)

    def _tell(self, error: DriverError) -> None:
        """Tell why there is no connection, and whether it is tried again."""
        self._asked.clear()
        connection = self._device.connection
        if not connection.is_defined:
            self._device.log.warning("%s", error.reason)
        if self._is_hopeless(error):
            connection.alert(error.reason, DISCONNECT=True)
        else:
            connection.alert(f"{error.reason} (it is tried again until it succeeds)", CONNECT=True)

    # The hardware.

    async def _attempt(self) -> DriverError | None:
        """Connect to the hardware, or return what went wrong and hold nothing of it."""
        error = await self._engine.fault(self._reach(), quiet=self.is_lost)
        if error is not None:
            await self._release()
        return error

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
