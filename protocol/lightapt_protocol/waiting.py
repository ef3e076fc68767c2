"""What has to come before another look at an unfinished element makes sense.

A sender may trickle: to look at all that is there for each byte that comes would cost the square of its length. A
wait looks at each byte once.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from .limits import START_TAG_LIMIT

__all__ = ["Wait", "WaitForLiteral", "WaitForTagEnd"]

_EVENT: Final = {b"": re.compile(rb"[<>\"']"), b'"': re.compile(rb'[<"]'), b"'": re.compile(rb"[<']")}
"""What changes the state of a tag, outside of quotes and within them."""


class Wait(Protocol):
    """Goes over the data as they come."""

    def is_over(self, data: bytearray, new: int) -> bool:
        """Return whether it is time for another look, now that the bytes from `new` on have come."""
        ...


class WaitForLiteral:
    """Waits for some bytes, or until there are `limit` in all."""

    __slots__ = ("_limit", "_literal")

    def __init__(self, literal: bytes, *, limit: int | None = None) -> None:
        self._literal = literal
        self._limit = limit

    def is_over(self, data: bytearray, new: int) -> bool:
        """See :class:`Wait`."""
        if self._limit is not None and len(data) >= self._limit:
            return True
        return data.find(self._literal, max(0, new - len(self._literal) + 1)) >= 0


class WaitForTagEnd:
    """Waits for the ``>`` outside of quotes that ends the tag at `start`, or for what cannot be part of a tag."""

    __slots__ = ("_length", "_quote")

    def __init__(self, data: bytes | bytearray, start: int) -> None:
        self._length = 1
        self._quote = b""
        self._goes_on(data, start + 1)

    def is_over(self, data: bytearray, new: int) -> bool:
        """See :class:`Wait`."""
        return not self._goes_on(data, new)

    def _goes_on(self, data: bytes | bytearray, pos: int) -> bool:
        self._length += len(data) - pos
        while event := _EVENT[self._quote].search(data, pos):
            mark, pos = event[0], event.end()
            if mark in b"<>":
                return False
            self._quote = b"" if self._quote else mark
        return self._length <= START_TAG_LIMIT
