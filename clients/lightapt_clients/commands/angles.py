"""Angles as people write them: ``5:35:17``, ``5h35m17s``, ``-5d23m28s``, ``-5°23'28"``, ``83.8d``; and back as text."""

from __future__ import annotations

import argparse
import re
from typing import Final

from lightapt_protocol.numbers import format_sexagesimal, parse_number

from ..kinds import Equatorial
from .exits import CommandError, ExitCode

__all__ = ["allow_negative", "declination", "degrees", "is_angle", "right_ascension", "shown"]

_FIGURES: Final = r"\d+(?:\.\d*)?|\.\d+"
_WRITTEN: Final = re.compile(
    rf"(?P<sign>[-+]?)\s*(?P<whole>{_FIGURES})\s*(?P<unit>[hd°:\s])\s*"
    rf"(?:(?P<minutes>{_FIGURES})\s*[m'\u2032:\s]?\s*)?(?:(?P<seconds>{_FIGURES})\s*(?:[s\"\u2033]|'')?)?\s*"
)
_MINUS: Final = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})
"""What a text that is copied from a page has for a minus sign."""


def allow_negative(parser: argparse.ArgumentParser) -> None:
    """Have a parser take what begins with a minus sign and a figure for an argument, and not for an option.

    By itself it does so for -5 and -5.4, but not for -5:23:28.
    """
    parser._negative_number_matcher = re.compile(r"-[\d.]")  # noqa: SLF001 - there is no other door


def is_angle(text: str) -> bool:
    """Whether a text begins as an angle does, and not as a name."""
    return text.translate(_MINUS).lstrip("+- .")[:1].isdigit()


def right_ascension(text: str) -> float:
    """Return a right ascension in hours, from 0 to below 24; a text with ``d`` or ``°`` is in degrees.

    Raises:
        CommandError: It is none.
    """
    value, unit = _parsed(text, "a right ascension", "5:35:17, 5h35m17s, 5.588 (hours) or 83.82d (degrees)")
    hours = value / 15 if unit == "d" else value
    if not 0 <= hours <= 24:
        raise CommandError(f"{text!r} is no right ascension: it lies between 0 and 24 hours", ExitCode.TROUBLE)
    return hours % 24


def declination(text: str) -> float:
    """Return a declination, or an altitude, in degrees from -90 to 90.

    Raises:
        CommandError: It is none.
    """
    value = degrees(text)
    if abs(value) > 90:
        raise CommandError(f"{text!r} is too much: it lies between -90 and 90 degrees", ExitCode.TROUBLE)
    return value


def degrees(text: str) -> float:
    """Return an angle in degrees.

    Raises:
        CommandError: It is none.
    """
    value, unit = _parsed(text, "an angle in degrees", "-5:23:28, -5d23m28s or -5.391")
    if unit == "h":
        raise CommandError(f"{text!r} is in hours: write degrees, such as -5:23:28", ExitCode.TROUBLE)
    return value


def _parsed(text: str, what: str, examples: str) -> tuple[float, str]:
    """Return a number, and ``h``, ``d`` or nothing for its unit."""
    plain = text.translate(_MINUS).strip()
    try:
        return parse_number(plain), ""
    except ValueError:
        found = _WRITTEN.fullmatch(plain)
    if not found or max(float(found[part] or 0) for part in ("minutes", "seconds")) >= 60:
        raise CommandError(f"{text!r} is not {what}: write {examples}", ExitCode.TROUBLE)
    value = float(found["whole"]) + float(found["minutes"] or 0) / 60 + float(found["seconds"] or 0) / 3600
    return -value if found["sign"] == "-" else value, found["unit"].replace("°", "d").strip(": ")


def shown(place: Equatorial) -> str:
    """Return a place as text: hours to a tenth of a second, degrees to a second."""
    ra, dec = format_sexagesimal(place.ra, width=10, fraction=8), format_sexagesimal(place.dec, width=9, fraction=6)
    return f"{ra.strip()} {dec.strip() if place.dec < 0 else '+' + dec.strip()}"
