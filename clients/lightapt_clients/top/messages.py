"""The devices' messages for people, the newest last. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from lightapt_protocol.mirror import Change, ChangeKind

__all__ = ["Entry", "MessageLog", "printable"]

_MOST: Final = 500
_TIME: Final = slice(11, 19)
"""Where an INDI timestamp (ISO 8601, UTC) has the time of day."""
_LENGTH: Final = 19


@dataclass(frozen=True, slots=True)
class Entry:
    """A message.

    Attributes:
        time: Of the day, UTC: as the device says, else when it came.
        device: Who said it; empty for the server, or this program.
        text: What.
    """

    time: str
    device: str
    text: str


class MessageLog:
    """What is still to be shown of the messages, at most the newest 500."""

    def __init__(self) -> None:
        self._waiting: deque[Entry] = deque(maxlen=_MOST)

    def heard(self, change: Change, time: str) -> None:
        """Take a change that came at a time of the day."""
        if change.kind is ChangeKind.NOTICE:
            stamp = getattr(change.message, "timestamp", "")
            self._waiting.append(
                Entry(stamp[_TIME] if len(stamp) >= _LENGTH else time, change.device, printable(change.text))
            )

    def note(self, text: str, time: str) -> None:
        """Take words of this program."""
        self._waiting.append(Entry(time, "", printable(text)))

    def take(self) -> list[Entry]:
        """Return what has come since the last time."""
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


def printable(text: str) -> str:
    """Return text on one line, without what would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
