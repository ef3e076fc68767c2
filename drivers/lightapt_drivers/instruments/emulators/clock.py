"""The clock of an emulated mount: local time, and how far it is from UTC. Time comes from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["MountClock"]

_CLOCK: Final = re.compile(r"(\d\d):(\d\d):(\d\d)")
_DATE: Final = re.compile(r"(\d\d)/(\d\d)/(\d\d)")
_OFFSET: Final = re.compile(r"([+-]?)(\d\d?)(?:\.(\d)|:(\d\d))?")


class MountClock:
    """A clock that is right, and in UTC, when it is switched on.

    Attributes:
        to_utc: Hours to add to local time to get UTC.
    """

    def __init__(self) -> None:
        self.to_utc = 0.0
        self._ahead = timedelta()

    def local(self, now: float) -> datetime:
        """Return what the clock shows, at so many seconds since 1970."""
        return datetime.fromtimestamp(now, UTC) + self._ahead

    def set_offset(self, text: str) -> bool:
        """Take ``sHH``, ``sHH.H`` or ``sHH:MM``, and return whether it is that. The clock goes on as it does."""
        if not (found := _OFFSET.fullmatch(text)):
            return False
        sign, whole, tenths, minutes = found.groups()
        hours = int(whole) + int(tenths or 0) / 10 + int(minutes or 0) / 60
        self.to_utc = -hours if sign == "-" else hours
        return True

    def set_time(self, text: str, now: float) -> bool:
        """Take ``HH:MM:SS``, and return whether it is a time."""
        if not (found := _CLOCK.fullmatch(text)):
            return False
        hour, minute, second = map(int, found.groups())
        return self._set(now, lambda local: local.replace(hour=hour, minute=minute, second=second, microsecond=0))

    def set_date(self, text: str, now: float) -> bool:
        """Take ``MM/DD/YY``, and return whether there is such a day."""
        if not (found := _DATE.fullmatch(text)):
            return False
        month, day, year = map(int, found.groups())
        return self._set(now, lambda local: local.replace(year=2000 + year, month=month, day=day))

    def _set(self, now: float, change: Callable[[datetime], datetime]) -> bool:
        local = self.local(now)
        try:
            self._ahead += change(local) - local
        except ValueError:  # no such hour or day
            return False
        return True
