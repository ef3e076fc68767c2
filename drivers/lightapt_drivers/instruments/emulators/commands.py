"""What all emulators here share: from bytes, cut anywhere, to commands ``:…#``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol, TypeAlias

__all__ = ["ACK", "Commands", "Emulator", "Handler", "handler_of"]

ACK: Final = "\x06"
"""A command of one byte, without ``:`` and ``#``."""
_LONGEST: Final = 64
"""Characters of a command; hand boxes hold not many more."""

Handler: TypeAlias = Callable[[str], bytes]
"""Takes what stands behind the name of a command; returns the answer."""


class Emulator(Protocol):
    """An instrument's end of the line."""

    def answer(self, data: bytes, now: float) -> bytes:
        """Take what has come, and return what is said to it.

        Args:
            data: Bytes from the computer: part of a command, or several.
            now: Seconds since 1970, never less than before.
        """
        ...


class Commands:
    """Cuts what comes into commands."""

    def __init__(self) -> None:
        self._begun: str | None = None

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the commands that are now whole, without ``:`` and ``#``. What is between commands is ignored."""
        for char in data.decode("latin-1"):
            if char == ACK:
                yield ACK
            elif char == ":" and not self._begun:  # those within a command belong to times and angles
                self._begun = ""
            elif self._begun is None:
                continue
            elif char == "#":
                command, self._begun = self._begun, None
                yield command
            else:
                self._begun = self._begun + char if len(self._begun) < _LONGEST else None


def handler_of(command: str, table: Mapping[str, Handler]) -> tuple[Handler, str] | None:
    """Return who handles a command, and what stands behind its name; None where nobody does.

    Of several names that fit the longest counts: ``Mgn0100`` is a pulse, though ``Mg`` might begin another.
    """
    for size in range(len(command), 0, -1):
        if handler := table.get(command[:size]):
            return handler, command[size:].strip()
    return None
