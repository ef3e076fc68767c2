"""The time that a simulated mount lives in."""

from __future__ import annotations

import sys
import time
from typing import Final

__all__ = ["MountClock"]

_SET: Final = 0.2
"""Seconds by which the system's clock must have jumped to count as set."""


class MountClock:
    """Unix time that flows evenly: taken from the system's clock once, then from one that nobody sets.

    A mount that lived by the system's clock itself would leap when that is set, as it is on small computers whose
    clock starts somewhere in the past.

    Args:
        rate: How many seconds pass in one; for tests.
    """

    def __init__(self, *, rate: float = 1.0) -> None:
        self._rate = rate
        self._begin = time.time()
        self._since = _steady()

    @property
    def now(self) -> float:
        """The time, in seconds."""
        return self._begin + (_steady() - self._since) * self._rate

    @property
    def was_set_by(self) -> float:
        """Seconds by which the system's clock has been set forward meanwhile."""
        ahead = time.time() - self.now if self._rate == 1 else 0.0
        return ahead if abs(ahead) > _SET else 0.0

    def waiting(self, seconds: float) -> float:
        """Return for how long really to wait, in seconds, until so many have passed."""
        return max(0.0, seconds) / self._rate


def _steady() -> float:
    if sys.platform == "linux":  # where the monotonic clock stands still while the computer sleeps
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
