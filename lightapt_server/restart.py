"""When a driver that died is started again: with growing pauses, and so many times within a window. No clock."""

from __future__ import annotations

from collections import deque

from .config import HubConfig

__all__ = ["RestartPolicy"]


class RestartPolicy:
    """Counts the deaths of one driver.

    Attributes:
        restarts: How often it has been started again, ever.
    """

    def __init__(self, config: HubConfig) -> None:
        self._most = config.restarts
        self._window = config.restart_window
        self._first = config.backoff_first
        self._longest = config.backoff_limit
        self._recent: deque[float] = deque()
        self.restarts = 0

    def next_pause(self, now: float) -> float | None:
        """Return how long to wait before the next start, in s, or None to give up; `now` is any clock's, in s."""
        while self._recent and self._recent[0] <= now - self._window:
            self._recent.popleft()
        if len(self._recent) >= self._most:
            return None
        pause = min(self._longest, self._first * 2.0 ** len(self._recent))
        self._recent.append(now)
        self.restarts += 1
        return pause
