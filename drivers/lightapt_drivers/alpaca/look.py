"""One look at a device: what it says of itself at a moment, in as few requests as it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from lightapt_drivers import Live

from .answers import as_flag, as_number, as_text, as_whole
from .errors import AlpacaError, AnswerError, DeviceFailedError, DeviceRefusedError, NotOfferedError
from .session import Session

__all__ = ["Look", "Missing"]

T = TypeVar("T")
_AGAIN: Final = 30.0
"""Seconds after which a member is asked for again that the device did not tell."""


class Missing:
    """Which members a device does not tell, so that nobody asks for them at every look; for one connection.

    Attributes:
        why: Of those that it has.
    """

    def __init__(self) -> None:
        self.why: dict[str, AlpacaError] = {}
        self._until: dict[str, float] = {}
        self._failing: set[str] = set()
        self._known: set[str] = set()

    def has(self, member: str, now: float, *, pauses: bool = True) -> bool:
        """Whether there is no use in asking now; where nothing pauses, only if there never is."""
        until = self._until.get(member, -math.inf)
        return until == math.inf or (pauses and now < until)

    def add(self, member: str, until: float) -> None:
        """Take note that a member is not told: until then, or for ever (`math.inf`), as the device does not have it."""
        self._until[member] = until
        if until == math.inf:
            self.why.pop(member, None)

    def fails(self, member: str, now: float, *, pauses: bool = True) -> bool:
        """Take note that the device fails to tell a member; return whether that is news.

        It is asked for at the next look, and if it fails again and there are pauses, later.
        """
        is_news = member not in self._failing
        self._failing.add(member)
        self._until[member] = now + _AGAIN if pauses and not is_news else now
        return is_news

    def told(self, member: str) -> None:
        """Take note that a member is told."""
        self.why.pop(member, None)
        self._failing.discard(member)
        self._known.add(member)

    def was_told(self, member: str) -> bool:
        """Whether it was told before: then the device has it, whatever it says now."""
        return member in self._known


class Look:
    """One look at a device.

    A member is taken from DeviceState where the device has that and it is there, else asked for by itself: so it is
    also once something was done to the device, which that state may be from before. What the
    device does not have, or cannot tell now, is None; so is a number that is none (NaN). A member that the device
    fails to tell is None as well, and is logged once: the look goes on.

    What an idle device does not tell is asked for again after a pause. There is none while something moves or somebody
    waits, and none ever for what a property shows (`shown_by`): that is in Alert for as long as it is not told.

    Attributes:
        session: The device.
        has_state: Whether it tells its state in one request.
        unread: The members that the device has and that this look could not read, and why.
        shown: The properties that show something of what was read or could not be, and of which members.

    Args:
        session: The device.
        state: What DeviceState says.
        missing: What the device does not tell.
        now: When the look began.
        deeds: What :attr:`Session.deeds` was then.
        is_idle: Whether nothing moves, and nobody waits.
    """

    def __init__(
        self,
        session: Session,
        state: Mapping[str, object] | None,
        *,
        missing: Missing,
        now: float,
        deeds: int,
        is_idle: bool = True,
    ) -> None:
        self.session = session
        self.has_state = state is not None
        self.unread: dict[str, AlpacaError] = {}
        self.shown: dict[str, set[str]] = {}
        self._deeds = deeds
        self._state = state or {}
        self._missing = missing
        self._now = now
        self._is_idle = is_idle
        self._vital: set[str] = set()
        self._unknown: dict[str, AnswerError] = {}
        self._garbled: dict[str, AnswerError] = {}
        self._was_told = self.has_state

    def __contains__(self, member: str) -> bool:
        return member.lower() in self._state and self._deeds == self.session.deeds

    async def number(self, member: str, *, shown_by: Live[Any] | None = None) -> float | None:
        """Return a number, by the member's name as ASCOM writes it: ``CCDTemperature``."""
        return await self._value(member, _as_number, shown_by)

    async def whole(self, member: str, *, shown_by: Live[Any] | None = None) -> int | None:
        """Return a whole number; also that of an enumeration."""
        return await self._value(member, as_whole, shown_by)

    async def flag(self, member: str, *, shown_by: Live[Any] | None = None, is_vital: bool = False) -> bool | None:
        """Return a truth; one that is vital is asked for at each look, as what a property shows."""
        if is_vital:
            self._vital.add(member)
        return await self._value(member, as_flag, shown_by)

    async def moves(self, member: str, *, shown_by: Live[Any] | None = None) -> bool:
        """Return whether something moves: a truth of which a failure must not be taken for rest.

        Raises:
            AlpacaError: The device fails to tell.
        """
        self._show(member, shown_by)
        try:
            told = await self._told_value(member, as_flag)
        except DeviceRefusedError:
            return False
        except AlpacaError as error:
            self.unread[member] = doubted = self.session.doubted(error)
            raise doubted from error
        if told is not None:
            self._missing.told(member)
        return bool(told)

    async def text(self, member: str) -> str | None:
        """Return a text."""
        return await self._value(member, as_text)

    def misses(self, member: str) -> bool:
        """Whether the device has a member, and this look could not read it."""
        return member in self.unread

    async def _value(
        self, member: str, convert: Callable[..., T | None], shown_by: Live[Any] | None = None
    ) -> T | None:
        self._show(member, shown_by)
        if member not in self and self._missing.has(member, self._now, pauses=self._pauses(member)):
            if (why := self._missing.why.get(member)) is not None:
                self.unread[member] = why
            return None
        try:
            told = await self._told_value(member, convert)
        except DeviceFailedError as error:
            self._was_told = True
            self.unread[member] = self._missing.why[member] = error
            self._fails(member, error)
        except (DeviceRefusedError, NotOfferedError) as error:
            # Not now: a position while it moves, a temperature before the first measurement.
            self.unread[member] = self._missing.why[member] = error
            pauses = self.has_state and self._pauses(member)
            self._missing.add(member, self._now + _AGAIN if pauses else self._now)
        except AnswerError as error:
            self.unread[member] = self._garbled[member] = error
        else:
            if told is not None:
                self._missing.told(member)
            elif self._missing.was_told(member):
                self.unread[member] = AnswerError(f"{member} of {self.session.place} has no value any more")
            return told
        return None

    def _show(self, member: str, shown_by: Live[Any] | None) -> None:
        if shown_by is not None:
            self.shown.setdefault(shown_by.name, set()).add(member)
            self._vital.add(member)

    def _pauses(self, member: str) -> bool:
        return self._is_idle and member not in self._vital

    def _fails(self, member: str, error: AlpacaError) -> None:
        if self._missing.fails(member, self._now, pauses=self._pauses(member)):
            self.session.log.warning("%s is not told: %s", member, error.reason)

    async def _told_value(self, member: str, convert: Callable[..., T | None]) -> T | None:
        """Return what the device tells, or None where it does not have that.

        Raises:
            AlpacaError: It does not tell it.
        """
        if member in self:
            value = self._state[member.lower()]
            return None if value is None else convert(value, asked=f"DeviceState of {self.session.place} ({member})")
        if self._missing.has(member, self._now, pauses=False):
            return None
        try:
            told: T | None = await self.session.look(
                lambda device: _told(getattr(device, member), device.asked, convert)
            )
        except NotOfferedError:
            if self._missing.was_told(member):
                raise
            self._missing.add(member, math.inf)
            return None
        except AnswerError as error:
            if not error.is_unknown_path or self._missing.was_told(member):
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
            raise self.session.doubted(next(iter(self._garbled.values())))
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
