"""What an Alpaca server's answer to one request means. No I/O."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, cast

from .errors import AnswerError, device_error
from .words import clean, visible

__all__ = ["as_flag", "as_number", "as_text", "as_texts", "as_whole", "body_of", "state_of"]

_EXCERPT: Final = 120
_LONGEST: Final = 1000
"""Characters of a text."""
_LONGEST_NAME: Final = 200
_MOST: Final = 1000
"""Names of a list."""
_LARGEST: Final = 1e30
"""More than anything in an observatory, in whatever unit."""


def body_of(status: int, body: bytes | bytearray, *, asked: str) -> Mapping[str, Any]:
    """Return an answer's JSON object.

    Args:
        status: The HTTP status.
        body: What came with it.
        asked: What was asked of whom, for the errors.

    Raises:
        AnswerError: It is not Alpaca's: an HTTP error, or garbage.
        AlpacaError: The device refuses or has failed: see :func:`~.errors.device_error`.
    """
    if not 200 <= status < 300:
        raise AnswerError(f"{asked} was answered by HTTP {status}{_said(body)}", status=status)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise AnswerError(f"{asked} was answered by what is no JSON{_said(body)}") from None
    if not isinstance(answer, dict):
        raise AnswerError(f"{asked} was answered by JSON that is not Alpaca's{_said(body)}")
    fields = cast("dict[str, Any]", answer)
    if number := _error_number(fields.get("ErrorNumber"), body, asked=asked):
        raise device_error(number, str(fields.get("ErrorMessage") or ""), asked=asked)
    return fields


def _error_number(number: object, body: bytes | bytearray, *, asked: str) -> int:
    if number is None:  # left out by careless servers where nothing went wrong
        return 0
    if isinstance(number, bool) or not isinstance(number, int):
        raise AnswerError(f"{asked} was answered by an ErrorNumber that is no number{_said(body)}")
    return number


def as_number(value: object, *, asked: str) -> float:
    """Return a value as a number, which is finite, and so is what is made of it in other units.

    Raises:
        AnswerError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(value, "a number", asked)
    try:
        number = float(value)
    except OverflowError:  # JSON's whole numbers have no limit
        number = math.inf
    if not abs(number) <= _LARGEST:  # nor if it is none (NaN)
        raise _wrong(value, "a number", asked)
    return number


def as_whole(value: object, *, asked: str) -> int:
    """Return a value as a whole number.

    Raises:
        AnswerError: It is none.
    """
    number = as_number(value, asked=asked)
    if not number.is_integer():
        raise _wrong(value, "a whole number", asked)
    return int(number)


def as_flag(value: object, *, asked: str) -> bool:
    """Return a value as a truth.

    Raises:
        AnswerError: It is none.
    """
    if not isinstance(value, bool):
        raise _wrong(value, "true or false", asked)
    return value


def as_text(value: object, *, asked: str) -> str:
    """Return a value as a text, of which no more than 1000 characters count; null is the empty one.

    What cannot be seen, or breaks the line, is a blank.

    Raises:
        AnswerError: It is none.
    """
    if value is not None and not isinstance(value, str):
        raise _wrong(value, "a text", asked)
    return visible((value or "")[:_LONGEST])


def as_texts(value: object, *, asked: str) -> list[str]:
    """Return a value as a list of names; no more than 1000 count, nor more than 200 characters of each.

    Raises:
        AnswerError: It is none.
    """
    if not isinstance(value, list):
        raise _wrong(value, "a list of texts", asked)
    return [as_text(one, asked=asked)[:_LONGEST_NAME] for one in cast("list[object]", value)[:_MOST]]


def state_of(value: object, *, asked: str) -> dict[str, object]:
    """Return what DeviceState says, by the name of the member in lower case.

    Raises:
        AnswerError: It is not that.
    """
    found: dict[str, object] = {}
    pairs = cast("list[object]", value) if isinstance(value, list) else [None]
    for one in pairs:
        pair = cast("dict[str, object]", one) if isinstance(one, dict) else {}
        name = pair.get("Name")
        if not isinstance(name, str) or "Value" not in pair:
            raise _wrong(pairs, "a list of names and values", asked)
        found[name.lower()] = pair["Value"]
    return found


def _wrong(value: object, what: str, asked: str) -> AnswerError:
    return AnswerError(f"{asked} was answered by {repr(value)[:_EXCERPT]}, which is not {what}")


def _said(body: bytes | bytearray) -> str:
    words = clean(body[: 4 * _EXCERPT].decode(errors="replace"))
    return f": {words[:_EXCERPT]}" if words else ""
