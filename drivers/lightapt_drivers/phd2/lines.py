"""Lines of JSON to and from PHD2, without I/O.

PHD2 escapes but four characters, writes ``nan`` for numbers that are none, and when a reader stalls it loses the rest
of a line and merges the next message into it. So what comes is read leniently, and what cannot be is passed over.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Final, TypeAlias

from .errors import ParameterError
from .values import as_mapping

__all__ = ["LONGEST_REQUEST", "LineReader", "Message", "encode"]

Message: TypeAlias = Mapping[str, object]

LONGEST_REQUEST: Final = 1023
"""Characters of a request, without the end of the line, that PHD2 reads."""
_LONGEST_LINE: Final = 256 * 1024
"""Bytes of a line that is read: the longest that PHD2 sends, a star's image, is about 11 kB."""
_NOT_NUMBERS: Final = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?$)|-?\b(?:nan|inf(?:inity)?)\b(?:\([^)]{0,32}\))?', re.IGNORECASE
)
"""Texts, to be left alone, and what is no number; of garbage, too, each character is looked at but once."""
_STARTS: Final = re.compile(r'\{"(?:Event|jsonrpc)":')
_MOST_STARTS: Final = 2
"""How many places of a broken line are tried, from the end: a message's, and one that a text of it looks like."""


class LineReader:
    """Turns bytes, however they are cut, into messages.

    Attributes:
        skipped: Lines, or parts of them, that could not be read.
    """

    def __init__(self) -> None:
        self.skipped = 0
        self._rest = bytearray()
        self._is_too_long = False

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that are complete."""
        *lines, rest = data.split(b"\n")
        messages: list[Message] = []
        for line in lines:
            whole = bytes(self._rest) + line
            self._rest.clear()
            if self._is_too_long or len(whole) > _LONGEST_LINE:
                self._is_too_long = False
                self.skipped += 1
            else:
                messages += self._read(whole)
        self._keep(rest)
        return messages

    def _keep(self, rest: bytes) -> None:
        if self._is_too_long or len(self._rest) + len(rest) > _LONGEST_LINE:
            self._is_too_long = True
            self._rest.clear()
        else:
            self._rest += rest

    def _read(self, line: bytes) -> list[Message]:
        """Return a line's message, or that one which was merged into the rest of another."""
        text = line.decode("utf-8", errors="replace").strip()
        if not text:
            return []
        if (message := _parse(text)) is not None:
            return [message]
        self.skipped += 1
        for start in deque((one.start() for one in _STARTS.finditer(text, 1)), maxlen=_MOST_STARTS):
            if (message := _parse(text[start:])) is not None:
                return [message]
        return []


def _parse(text: str) -> Message | None:
    try:
        value = json.loads(text, strict=False)  # raw TABs are no mistake here
    except (ValueError, RecursionError):
        try:
            value = json.loads(_NOT_NUMBERS.sub(_without_nan, text), strict=False)
        except (ValueError, RecursionError):
            return None
    return as_mapping(value)


def _without_nan(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else "null"


def encode(method: str, params: Mapping[str, object] | None = None, *, number: int) -> bytes:
    """Return a request's line.

    Args:
        method: PHD2's name of it.
        params: Its parameters by their names.
        number: What the reply will be known by.

    Raises:
        ParameterError: It is longer than PHD2 reads, or has a number that JSON cannot say.
    """
    request: dict[str, object] = {"method": method, "id": number}
    if params:
        request["params"] = params
    try:
        text = json.dumps(request, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise ParameterError(f"{method} has a number that is not finite", parameter="params") from None
    if len(text) > LONGEST_REQUEST:
        longest = max(params or {"": ""}, key=lambda name: len(json.dumps((params or {}).get(name))))
        raise ParameterError(
            f"{method} is {len(text)} characters long, of which PHD2 reads {LONGEST_REQUEST}: shorten {longest!r}",
            parameter=longest,
        )
    return text.encode("ascii") + b"\r\n"
