"""Leniently read members of PHD2's messages: what is missing or of another type is None, never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from math import isfinite
from typing import TypeVar, cast

from .words import Position

__all__ = ["as_flag", "as_list", "as_mapping", "as_member", "as_number", "as_position", "as_text", "as_whole"]

E = TypeVar("E", bound=Enum)


def as_number(value: object) -> float | None:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def as_whole(value: object) -> int | None:
    """Return a whole number."""
    number = as_number(value)
    return None if number is None else int(number)


def as_text(value: object) -> str | None:
    """Return a text."""
    return value if isinstance(value, str) else None


def as_flag(value: object) -> bool | None:
    """Return a truth; PHD2 has some as 0 and 1."""
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int) else None


def as_position(value: object) -> Position | None:
    """Return a position, of a list of two numbers."""
    if (values := as_list(value)) is None or len(values) != 2:
        return None
    x, y = (as_number(one) for one in values)
    return None if x is None or y is None else Position(x, y)


def as_member(kind: type[E]) -> Callable[[object], E | None]:
    """Return what reads a member of an enumeration, whose values are PHD2's words."""
    members: Mapping[object, E] = {one.value: one for one in kind}
    return lambda value: members.get(value) if isinstance(value, str) else None


def as_mapping(value: object) -> Mapping[str, object] | None:
    """Return an object's members."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """Return a list."""
    return cast("list[object]", value) if isinstance(value, list) else None
