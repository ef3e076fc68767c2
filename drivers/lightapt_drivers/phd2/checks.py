"""Checks of parameters before they are sent: what PHD2 would refuse, misunderstand or crash over does not reach it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from math import isfinite
from typing import TypeVar

from .errors import ParameterError
from .words import Position, Region, Settle

__all__ = ["choice", "flag", "member", "number", "path", "position", "region", "settle", "text", "whole"]

_E = TypeVar("_E", bound=Enum)
_MOST_SECONDS = 2**31 - 1


def number(value: object, name: str, *, least: float | None = None, most: float | None = None) -> float:
    """Return a finite number from ``least`` to ``most``.

    Raises:
        ParameterError: It is none. Likewise for all below.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ParameterError(f"{name} must be a finite number, not {value!r}", parameter=name)
    if (least is not None and value < least) or (most is not None and value > most):
        raise ParameterError(f"{name} must be {_range(least, most)}, not {value!r}", parameter=name)
    return int(value) if value == int(value) else value  # 3.0 as 3: some of PHD2's parameters are whole


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"at least {least}" if most is None else f"at most {most}"
    return f"from {least} to {most}"


def whole(value: object, name: str, *, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{name} must be a whole number, not {value!r}", parameter=name)
    number(value, name, least=-(2**31) if least is None else least, most=2**31 - 1 if most is None else most)
    return value


def flag(value: object, name: str) -> bool:
    """Return a truth; PHD2 takes nothing that is but like one."""
    if not isinstance(value, bool):
        raise ParameterError(f"{name} must be True or False, not {value!r}", parameter=name)
    return value


def text(value: object, name: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ParameterError(f"{name} must be a text that is not empty, not {value!r}", parameter=name)
    return value


def path(value: object, name: str) -> str:
    """Return an absolute path on PHD2's host, which may be of Windows."""
    words = text(value, name)
    is_windows = len(words) > 2 and words[0].isalpha() and words[1] == ":" and words[2] in "\\/"
    if not (words.startswith(("/", "\\\\")) or is_windows):
        raise ParameterError(f"{name} must be an absolute path on PHD2's host, not {words!r}", parameter=name)
    return words


def member(value: object, kind: type[_E], name: str) -> _E:
    """Return a member of an enumeration."""
    if not isinstance(value, kind):
        words = ", ".join(f"{kind.__name__}.{one.name}" for one in kind)
        raise ParameterError(f"{name} must be one of {words}, not {value!r}", parameter=name)
    return value


def choice(value: object, kind: type[_E], name: str) -> object:
    """Return PHD2's word for a member of an enumeration."""
    return member(value, kind, name).value


def position(value: object, name: str) -> Position:
    """Return a position on the frame: finite, and not negative."""
    if not isinstance(value, Position):
        raise ParameterError(f"{name} must be a Position, not {value!r}", parameter=name)
    number(value.x, f"{name}.x", least=0)
    number(value.y, f"{name}.y", least=0)
    return value


def region(value: object, name: str) -> list[int]:
    """Return a region as PHD2 takes it."""
    if not isinstance(value, Region):
        raise ParameterError(f"{name} must be a Region, not {value!r}", parameter=name)
    whole(value.x, f"{name}.x", least=0)
    whole(value.y, f"{name}.y", least=0)
    whole(value.width, f"{name}.width", least=1)
    whole(value.height, f"{name}.height", least=1)
    return [value.x, value.y, value.width, value.height]


def settle(value: object) -> Mapping[str, float]:
    """Return settle parameters as PHD2 takes them."""
    if not isinstance(value, Settle):
        raise ParameterError(f"settle must be a Settle, not {value!r}", parameter="settle")
    pixels = number(value.pixels, "settle.pixels", least=0)
    if not pixels:
        raise ParameterError("settle.pixels must be more than 0, or it can never settle", parameter="settle.pixels")
    time = number(value.time, "settle.time", least=0, most=_MOST_SECONDS)
    timeout = number(value.timeout, "settle.timeout", least=1, most=_MOST_SECONDS)
    if timeout <= time:
        reason = f"settle.timeout ({timeout:g} s) must be more than settle.time ({time:g} s), or it can never settle"
        raise ParameterError(reason, parameter="settle.timeout")
    return {"pixels": pixels, "time": time, "timeout": timeout}
