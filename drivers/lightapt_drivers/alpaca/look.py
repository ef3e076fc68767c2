"""One look at a device: what it says of itself at a moment, in as few requests as it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from .answers import as_flag, as_number, as_text, as_whole
from .errors import AlpacaError, AnswerError, DeviceFailedError, DeviceRefusedError, NotOfferedError
from .session import Session

__all__ = ["Look", "Missing"]

T = TypeVar("T")
_AGAIN: Final = 30.0
"""Seconds after which a member is asked for again that the device did not tell."""


class Missing:
    """Which members a device does not tell, so that nobody asks for them at every look; for one connection."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._failing: set[str] = set()

    def has(self, member: str, now: float) -> bool:
        """Whether there is no use in asking now."""
        return now < self._until.get(member, -math.inf)

    def add(self, member: str, until: float) -> None:
        """Take note that a member is not told: until then, or for ever (`math.inf`)."""
        self._until[member] = until

    def fails(self, member: str, now: float) -> bool:
        """Take note that the device fails to tell a member; return whether that is news.

        It is asked for at the next look, and if it fails again, later.
        """
        is_news = member not in self._failing
        self._failing.add(member)
        self._until[member] = now if is_news else now + _AGAIN
        return is_news

    def told(self, member: str) -> None:
        """Take note that a member is told."""
        self._failing.discard(member)


class Look:
    """One look at a device.

    A member is taken from DeviceState where the device has that and it is there, else asked for by itself: so it is
    also once something was done to the device, which that state may be from before. What the
    device does not have, or cannot tell now, is None; so is a number that is none (NaN). A member that the device
    fails to tell is None as well, and is logged once: the look goes on.

    Attributes:
        session: The device.
        has_state: Whether it tells its state in one request.

    Args:
        session: The device.
        state: What DeviceState says.
        missing: What the device does not tell.
        now: When the look began.
        deeds: What :attr:`Session.deeds` was then.
    """

    def __init__(
        self, session: Session, state: Mapping[str, object] | None, *, missing: Missing, now: float, deeds: int
    ) -> None:
        self.session = session
        self._deeds = deeds
        self.has_state = state is not None
        self._state = state or {}
        self._missing = missing
        self._now = now
        self._unknown: dict[str, AnswerError] = {}
        self._garbled: dict[str, AnswerError] = {}
        self._was_told = self.has_state

    def __contains__(self, member: str) -> bool:
        return member.lower() in self._state and self._deeds == self.session.deeds

    async def number(self, member: str) -> float | None:
        """Return a number, by the member's name as ASCOM writes it: ``CCDTemperature``."""
        return await self._value(member, _as_number)

    async def whole(self, member: str) -> int | None:
        """Return a whole number; also that of an enumeration."""
        return await self._value(member, as_whole)

    async def flag(self, member: str) -> bool | None:
        """Return a truth."""
        return await self._value(member, as_flag)

    async def moves(self, member: str) -> bool:
        """Return whether something moves: a truth of which a failure must not be taken for rest.

        Raises:
            AlpacaError: The device fails to tell.
        """
        return bool(await self._told_value(member, as_flag))

    async def text(self, member: str) -> str | None:
        """Return a text."""
        return await self._value(member, as_text)

    async def _value(self, member: str, convert: Callable[..., T | None]) -> T | None:
        try:
            told = await self._told_value(member, convert)
        except DeviceFailedError as error:
            self._was_told = True
            self._fails(member, error)
            return None
        except AnswerError as error:
            self._garbled[member] = error
            return None
        if told is not None:
            self._missing.told(member)
        return told

    def _fails(self, member: str, error: AlpacaError) -> None:
        if self._missing.fails(member, self._now):
            self.session.log.warning("%s is not told: %s", member, error.reason)

    async def _told_value(self, member: str, convert: Callable[..., T | None]) -> T | None:
        if member in self:
            value = self._state[member.lower()]
            return None if value is None else convert(value, asked=f"DeviceState of {self.session.place} ({member})")
        if self._missing.has(member, self._now):
            return None
        try:
            told: T | None = await self.session.look(
                lambda device: _told(getattr(device, member), device.asked, convert)
            )
        except NotOfferedError:
            self._missing.add(member, math.inf)
            return None
        except DeviceRefusedError:  # not now: a position while it moves, a temperature before the first measurement
            self._missing.add(member, self._now + _AGAIN if self.has_state else self._now)
            return None
        except AnswerError as error:
            if not error.is_unknown_path:
                raise
            self._unknown[member] = error
            return None
        self._was_told = True
        return told

    def settle(self) -> None:
        """End the look: what the server did not know (HTTP 4XX) is not asked for again, what was garbage later.

        Raises:
            AlpacaError: It told nothing at all: that is no device with little to tell.
        """
        if self._garbled and not self._was_told:
            raise next(iter(self._garbled.values()))
        if self._unknown and not self._was_told:
            raise self.session.doubted(next(iter(self._unknown.values())))
        for member in self._unknown:
            self._missing.add(member, math.inf)
        for member, error in self._garbled.items():
            self._fails(member, error)


def _told(value: object, asked: str, convert: Callable[..., T | None]) -> T | None:
    """Return what a device tells, which may be nothing."""
    return None if value is None else convert(value, asked=asked)


def _as_number(value: object, *, asked: str) -> float | None:
    return None if isinstance(value, float) and not math.isfinite(value) else as_number(value, asked=asked)
