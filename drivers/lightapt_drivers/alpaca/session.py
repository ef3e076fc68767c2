"""One Alpaca device, for the loop: each call is made in a thread, within a time limit, and raises errors in words."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import chain, repeat
from typing import Any, Final, TypeVar

from lightapt_drivers import time_limit

from .answers import as_flag, as_number, as_text, as_texts, as_whole, state_of
from .client import make_client
from .errors import (
    AlpacaError,
    AnswerError,
    DeviceFailedError,
    DeviceRefusedError,
    DisconnectedError,
    LostError,
    NotOfferedError,
    SilentError,
)
from .places import Place
from .questions import Ask, Question, if_told, optional
from .threads import CallThread
from .web import Body

__all__ = ["Ask", "Lane", "Limits", "Session", "if_told", "optional"]

T = TypeVar("T")
_log = logging.getLogger(__name__)

_DELAYS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Seconds between two looks at whether the device has connected; the last goes on."""
_AGAIN: Final = 30.0
"""Seconds after which DeviceState is tried again that was of no use."""


class Lane(Enum):
    """Calls of one lane are made one after another, each lane in a thread of its own and over its own connection."""

    LOOK = "look"
    """Quick ones, that read or set something."""
    ACT = "act"
    """What begins a motion or the like: older devices return when it is over, which may take minutes."""
    STOP = "stop"
    """What must not wait behind any other: to stop, to abort."""
    PULSE_NS = "pulse north or south"
    """Guiding, which waits for no download and no motion; older devices answer when the pulse is over."""
    PULSE_WE = "pulse west or east"
    """The other axis: the two are guided at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a server has, in seconds, and how often it may fail.

    Attributes:
        look: For a call of the lanes LOOK and STOP.
        act: For a call of the lane ACT: as long as any motion may take, for older devices answer when it is over. That
            a server hangs is known by the lane LOOK, long before.
        connect: For the device to connect to its hardware.
        goodbye: For it to let go of that.
        grace: Beyond a limit, after which a call is left to itself: sockets count silence, not drops.
        attempts: As many requests in a row that are answered by nothing or by garbage mean that the server is lost.
    """

    look: float = 10.0
    act: float = 900.0
    connect: float = 60.0
    goodbye: float = 3.0
    attempts: int = 3
    grace: float = 1.0


class Session:
    """One Alpaca device.

    Every call may raise any :class:`~.errors.AlpacaError`. A call that is cancelled goes on in its thread, and the
    next of its lane waits for it; a call that is stuck beyond its limit is left to itself.

    Attributes:
        place: Where the device is.
        log: Where its oddities are told.
        version: Its interface version, once it is connected.
        requests: How many calls were made.
        deeds: How many of them that do something have ended: what was asked for before may be old.
        is_lost: Whether the last of them found nobody there.
    """

    def __init__(self, place: Place, *, limits: Limits | None = None, log: logging.Logger = _log) -> None:
        self.place = place
        self.log = log
        self.version = 0
        self.requests = 0
        self.deeds = 0
        self.is_lost = False
        self._limits = limits or Limits()
        self._lanes: dict[Lane, _LaneThread] = {}
        self._failures = 0
        self._has_state = False
        self._state_due = math.inf

    # Calls.

    async def call(self, ask: Ask[T], *, lane: Lane = Lane.LOOK, limit: float | None = None) -> T:
        """Have alpyca's device do something in a thread, and return what that returns; to read is for :meth:`look`.

        Args:
            ask: Is given alpyca's device; for as little as one member.
            lane: Whose thread.
            limit: Seconds in which the server must answer; None for the lane's own.

        Raises:
            AlpacaError: The device or its server refuses, fails or cannot be reached.
        """
        try:
            return await self._call(ask, lane=lane, limit=limit)
        finally:
            self.deeds += 1

    async def look(self, ask: Ask[T]) -> T:
        """As :meth:`call`, to read something: it is read again where something was done to the device meanwhile."""
        before = self.deeds
        told = await self._call(ask)
        return told if self.deeds == before else await self._call(ask)

    async def act(self, ask: Ask[T], *, limit: float | None = None) -> T:
        """As :meth:`call`, for what begins something; older devices answer when it is over."""
        return await self.call(ask, lane=Lane.ACT, limit=limit)

    async def stop(self, ask: Ask[T]) -> T:
        """As :meth:`call`, for what must not wait behind other calls.

        It may overtake what it is to stop: if that is on its way still, it is stopped once more when it has come.
        """
        acting = self._lanes.get(Lane.ACT)
        begun = acting.under_way if acting else None
        result = await self.call(ask, lane=Lane.STOP)
        if acting and begun:
            await asyncio.wait([begun], timeout=self._limits.goodbye)
            if begun.done() and acting.last is begun:
                with suppress(NotOfferedError, DeviceRefusedError):  # it has ended by itself
                    await self.call(ask, lane=Lane.STOP)
        return result

    async def download(self, member: str, accept: str, *, by: Callable[[Body], T], limit: float) -> T:
        """Return what is read of a member's value as the server sends it: for images.

        Args:
            member: Its name in the URL, such as ``imagearray``.
            accept: The media type asked for.
            by: Reads it as it comes, in a thread.
            limit: Seconds for all of it.
        """
        return await self.act(lambda device: _download(device, member, accept, by), limit=limit)

    async def insist(self, ask: Ask[T]) -> T:
        """As :meth:`look`, and once more where the answer makes no sense (HTTP 5XX, garbage): that may pass."""
        try:
            return await self.look(ask)
        except AnswerError as error:
            if error.is_unknown_path:
                raise
        self._failures -= 1  # one question is one failure, however often it is asked
        return await self.look(ask)

    async def _call(self, ask: Ask[T], *, lane: Lane = Lane.LOOK, limit: float | None = None) -> T:
        self.requests += 1
        seconds = limit or (self._limits.act if lane is Lane.ACT else self._limits.look)
        if (thread := self._lanes.get(lane)) is None:
            name = f"{self.place} {lane.value}"
            thread = self._lanes[lane] = _LaneThread(name, self.place, grace=self._limits.grace)
        try:
            result = await thread.call(ask, limit=seconds)
        except (AnswerError, SilentError) as error:
            raise self._failed(error) from error
        except AlpacaError as error:
            self._failures, self.is_lost = 0, isinstance(error, LostError)
            raise
        self._failures, self.is_lost = 0, False
        return result

    # Values: awaited they are as calls, with an AnswerError where it is not such a value.

    def question(self, ask: Ask[T]) -> Question[T]:
        """Return a question; see also :func:`if_told`."""
        return Question(self, ask)

    def number(self, ask: Ask[object]) -> Question[float]:
        """Return the question for a number, which is finite."""
        return self.question(lambda device: as_number(ask(device), asked=device.asked))

    def whole(self, ask: Ask[object]) -> Question[int]:
        """Return the question for a whole number; also that of an enumeration."""
        return self.question(lambda device: as_whole(ask(device), asked=device.asked))

    def flag(self, ask: Ask[object]) -> Question[bool]:
        """Return the question for a truth."""
        return self.question(lambda device: as_flag(ask(device), asked=device.asked))

    def text(self, ask: Ask[object]) -> Question[str]:
        """Return the question for a text."""
        return self.question(lambda device: as_text(ask(device), asked=device.asked))

    def texts(self, ask: Ask[object]) -> Question[list[str]]:
        """Return the question for a list of texts."""
        return self.question(lambda device: as_texts(ask(device), asked=device.asked))

    async def offers(self, ask: Ask[object]) -> bool:
        """Return whether a capability (``Can…``) is there: not if the device or its server cannot tell."""
        return bool(await if_told(self.flag(ask)))

    # The device's life.

    @property
    def is_platform_7(self) -> bool:
        """Whether it has Connect, Connecting and DeviceState."""
        return self.version >= self.place.type.platform_7

    async def connect(self) -> None:
        """Have the device connect to its hardware, and return when it has."""
        self._failures = 0
        self.version = await self._ask_version()
        if not (self.is_platform_7 and await self._connect_by_and_by()):
            await self.act(_set_connected(on=True), limit=self._limits.connect)
        self.version = await self._ask_version()
        self._state_due = math.inf
        self._has_state = self.is_platform_7 and await self._tells_state()

    async def disconnect(self) -> None:
        """Let go of the device, within :attr:`Limits.goodbye`; whatever it says."""
        ask = _put("disconnect") if self.is_platform_7 else _set_connected(on=False)
        try:
            with suppress(AlpacaError):  # it is gone, or keeps to itself
                await self.call(ask, lane=Lane.STOP, limit=self._limits.goodbye)
        finally:
            self.close()

    def close(self) -> None:
        """End the threads; calls that are stuck are left to themselves."""
        for lane in self._lanes.values():
            lane.end()
        self._lanes.clear()

    async def state(self) -> dict[str, object] | None:
        """Return what DeviceState says, by the members' names in lower case; None where there is no DeviceState.

        Where it was of no use as the device connected, it is tried again now and then: the hardware may have started.
        """
        if not self._has_state and asyncio.get_running_loop().time() >= self._state_due:
            self._has_state = await self._tells_state()
        if not self._has_state:
            return None
        try:
            return await self._call(_ask_state)
        except AnswerError as error:
            raise self.doubted(error) from error

    async def _tells_state(self) -> bool:
        """Return whether DeviceState is of any use; where it is not, members are asked for one by one."""
        self._state_due = asyncio.get_running_loop().time() + _AGAIN
        try:
            state = await optional(self.insist(_ask_state))
        except (DeviceRefusedError, DeviceFailedError, AnswerError) as error:
            self.log.debug("DeviceState is of no use now: %s", error.reason)
            return False
        if state is None:
            self._state_due = math.inf
        return state is not None

    def _failed(self, error: AnswerError | SilentError) -> AlpacaError:
        """Return the error, or that the server is lost if it is one too many."""
        if isinstance(error, AnswerError) and error.is_unknown_path:
            return error  # it answers, only not to that
        return self._counted(error)

    def doubted(self, error: AlpacaError) -> AlpacaError:
        """Return an error, or that the server is lost: it does not even know what it did know before (4XX)."""
        return self._counted(error) if isinstance(error, AnswerError) and error.is_unknown_path else error

    def _counted(self, error: AnswerError | SilentError) -> AlpacaError:
        self._failures += 1
        if self._failures < self._limits.attempts:
            return error
        self._failures, self.is_lost = 0, True
        return LostError(f"{error.reason} ({self._limits.attempts} failures in a row)")

    async def _ask_version(self) -> int:
        """Return the interface version: the first has no member for it, and some do not tell before they connect."""
        try:
            return await self.whole(lambda device: device.get("interfaceversion"))
        except DisconnectedError:
            return self.version or 1
        except (NotOfferedError, AnswerError) as error:
            if isinstance(error, AnswerError) and not error.is_unknown_path:
                raise
            return 1

    async def _connect_by_and_by(self) -> bool:
        """Connect as Platform 7 does; return False if the device does not, whatever version it says it has."""
        if await optional(self.act(_put("connect"), limit=self._limits.connect)) is None:
            return False
        try:
            async with time_limit(self._limits.connect):
                for delay in chain(_DELAYS, repeat(_DELAYS[-1])):
                    if not await self.flag(lambda device: device.get("connecting")):
                        break
                    await asyncio.sleep(delay)
        except TimeoutError:
            raise SilentError(f"Connect of {self.place}", seconds=self._limits.connect) from None
        if not await self.flag(lambda device: device.Connected):
            raise DisconnectedError(f"{self.place} does not connect to its hardware, and does not say why")
        return True


class _LaneThread:
    """The thread of one lane, and the device that it calls."""

    def __init__(self, name: str, place: Place, *, grace: float) -> None:
        self._name = name
        self._grace = grace
        self._place = place
        self._thread: CallThread | None = None
        self._client: Any = None
        self.last: asyncio.Future[Any] | None = None
        self._turn = asyncio.Lock()

    async def call(self, ask: Ask[T], *, limit: float) -> T:
        async with self._turn:
            await self._be_free(limit)
            thread, client = self._begin()
            future: asyncio.Future[T] = thread.submit(lambda: _within(client, limit, ask))
            self.last = future
            done, _ = await asyncio.wait([future], timeout=limit + self._grace)
        if not done:
            self._abandon()
            raise SilentError(f"a request to {self._place}", seconds=limit)
        return future.result()

    @property
    def under_way(self) -> asyncio.Future[Any] | None:
        """The call that has not returned yet."""
        return None if self.last is None or self.last.done() else self.last

    def end(self) -> None:
        self._abandon()

    async def _be_free(self, limit: float) -> None:
        """Wait for a call that nobody waits for any more; if it is stuck, leave it to itself."""
        if last := self.under_way:
            done, _ = await asyncio.wait([last], timeout=limit)
            if not done:
                self._abandon()

    def _begin(self) -> tuple[CallThread, Any]:
        if self._thread is None:
            self._thread = CallThread(self._name)
            self._client = make_client(self._place)
        return self._thread, self._client

    def _abandon(self) -> None:
        if self._thread is not None:
            self._client.web.abort()
            self._thread.end(self._client.web.close)
        self._thread = self._client = self.last = None


def _within(client: Any, limit: float, ask: Ask[T]) -> T:  # noqa: ANN401 - alpyca is not typed
    client.limit = limit
    try:
        return ask(client)
    except (ValueError, TypeError, KeyError) as error:  # alpyca does not look at what it makes enumerations of
        raise AnswerError(f"{client.asked} was answered by what cannot be understood: {error}") from error


def _download(client: Any, member: str, accept: str, by: Callable[[Body], T]) -> T:  # noqa: ANN401 - alpyca is not typed
    found: T = client.download(member, accept, by)
    return found


def _ask_state(client: Any) -> dict[str, object]:  # noqa: ANN401 - alpyca is not typed
    return state_of(client.DeviceState, asked=client.asked)


def _put(member: str) -> Ask[bool]:
    """Return what does something without parameters, and returns True so that it differs from a device without it."""
    return lambda device: device.put(member) is None


def _set_connected(*, on: bool) -> Ask[object]:
    return lambda device: setattr(device, "Connected", on)
