"""How patient a client is with its connection. No I/O, and no clock."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Backoff", "Timing"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that things may take.

    Attributes:
        connect: To reach a server.
        pauses: Before each attempt to connect again; the last goes on for ever.
        steady: After so long a connection counts as good, and pauses begin with the first again.
        settle: From what the server says first by a new connection, how long devices may keep quiet before those
            properties that they have not defined again are taken for gone.
        silence: Without a byte from the server, before it is asked whether it is there.
        answer: For it to answer that; thereafter the connection is taken for lost, if this server is one that answers.
    """

    connect: float = 10.0
    pauses: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    steady: float = 10.0
    settle: float = 2.0
    silence: float = 15.0
    answer: float = 15.0


class Backoff:
    """Tells how long to wait before the next attempt to connect."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._attempts = 0

    def next_pause(self) -> float:
        """Return the seconds to wait now."""
        pause = self._timing.pauses[min(self._attempts, len(self._timing.pauses) - 1)]
        self._attempts += 1
        return pause

    def held(self, seconds: float) -> None:
        """Take note how long a connection has held."""
        if seconds >= self._timing.steady:
            self._attempts = 0
