"""INDI's numbers ↔ text: printf-like and sexagesimal formats (white paper, section on number formats)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["format_number", "format_sexagesimal", "number_to_wire", "parse_number"]

# White paper: two or three numbers between which stand spaces, colons or semicolons; any may have a fraction.
_SEXAGESIMAL: Final = re.compile(
    r"\s*([-+]?)\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)"
    r"(?:\s*[:;]\s*|\s+)([0-9.]+)"
    r"(?:(?:\s*[:;]\s*|\s+)([0-9.]+))?\s*"
)
_CONVERSION: Final = re.compile(
    r"(?<!%)%(?P<flags>[-+ #0]*)(?P<width>\d{0,3})(?:\.(?P<precision>\d{0,3}))?"
    r"(?:hh|h|ll|l|L|q|j|z|t)?(?P<type>[diufFeEgGm])"
)
_FRACTIONS: Final = {9: 360_000, 8: 36_000, 6: 3_600, 5: 600, 3: 60}
"""The f of ``%w.fm`` (characters behind the degrees) → parts into which a whole is broken."""
_MOST_DEGREES: Final = 1e12
"""Beyond it a double has no seconds left, and the number is shown as a number."""


def parse_number(text: str) -> float:
    """Return the number that an integer, real or sexagesimal text says.

    Raises:
        ValueError: It says none, or nothing finite.
    """
    try:
        value = float(text)
    except ValueError:
        value = _parse_sexagesimal(text)
    # What Python takes beyond C: 1_000, and digits of other scripts.
    if not math.isfinite(value) or "_" in text or not text.isascii():
        raise ValueError(f"not a finite number: {text[:40]!r}")
    return value


def _parse_sexagesimal(text: str) -> float:
    found = _SEXAGESIMAL.fullmatch(text)
    if not found:
        raise ValueError(f"not a number: {text[:40]!r}")
    sign, whole, minutes, seconds = found.groups()
    value = float(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if sign == "-" else value


def number_to_wire(value: float) -> str:
    """Return the shortest text that every reader takes for exactly this number.

    Raises:
        ValueError: The number is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"INDI has no word for {value}")
    # float() first: the number may be numpy's, whose repr names its type.
    return repr(float(value)).removesuffix(".0")


def format_number(value: float, format: str = "%g") -> str:
    """Return the number as a property's format asks: printf's d i u f e g, or m for sexagesimal.

    Text around the conversion stays, and a format without one that makes sense shows as ``%g``: it came from
    elsewhere, and the reader is better served with the number than with an error. Integer conversions round.

    Raises:
        ValueError: The number is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"cannot format {value}")
    before, conversion, after = _conversion(format)
    if isinstance(conversion, _Sexagesimal):
        number = format_sexagesimal(value, width=conversion.width, fraction=conversion.fraction)
    else:
        number = conversion % (round(value) if conversion.endswith("d") else value)
    return f"{before}{number}{after}"


class _Sexagesimal(NamedTuple):
    """The conversion ``%w.fm``."""

    width: int
    fraction: int


@lru_cache(maxsize=1000)
def _conversion(format: str) -> tuple[str, str | _Sexagesimal, str]:
    """Return a format's conversion, as Python has it, and the text before and behind it."""
    found = _CONVERSION.search(format)
    if not found:
        return "", "%g", ""
    before, after = (text.replace("%%", "%") for text in (format[: found.start()], format[found.end() :]))
    flags, width, precision, letter = found.group("flags", "width", "precision", "type")
    if letter == "m":
        return before, _Sexagesimal(int(width or 0), int(precision or 6)), after
    places = "" if precision is None else f".{precision}"
    return before, f"%{flags}{width}{places}{'d' if letter in 'diu' else letter}", after


def format_sexagesimal(value: float, *, width: int, fraction: int) -> str:
    """Return ``[-]d…:mm[:ss[.s[s]]]``, right-aligned in ``width``.

    Args:
        value: Degrees or hours; halves of the last place round away from zero and carry.
        width: Least number of characters in all; the degrees take what the fraction leaves.
        fraction: 9 gives ``:mm:ss.ss``, 8 ``:mm:ss.s``, 6 ``:mm:ss``, 5 ``:mm.m``; 3, and any other, ``:mm``.
    """
    if abs(value) > _MOST_DEGREES:
        return f"{value:g}"
    base = _FRACTIONS.get(fraction, 60)
    whole, parts = divmod(math.floor(abs(value) * base + 0.5), base)
    # The sign is text, so that it shows before a zero too: -0:30.
    degrees = f"-{whole}" if value < 0 else f"{whole}"
    return degrees.rjust(width - fraction) + _minutes(parts, base)


def _minutes(parts: int, base: int) -> str:
    minutes, rest = divmod(parts, base // 60)
    match base:
        case 360_000:
            return f":{minutes:02}:{rest // 100:02}.{rest % 100:02}"
        case 36_000:
            return f":{minutes:02}:{rest // 10:02}.{rest % 10}"
        case 3_600:
            return f":{minutes:02}:{rest:02}"
        case 600:
            return f":{minutes:02}.{rest}"
        case _:
            return f":{minutes:02}"
