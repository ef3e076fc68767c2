"""The answers of LX200 mounts: where they end, and what they say. No I/O.

Angles are INDI's: right ascension in hours, declination and latitude in degrees, longitude in degrees east from 0 to
360. What is no answer of the protocol raises ValueError with the reason: the caller knows the command and the bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from .vocabulary import Alignment, Flags, PierSide, Precision, SlewAnswer, Status

__all__ = [
    "NAK",
    "Code",
    "Dated",
    "Text",
    "alignment",
    "azimuth",
    "bars",
    "calendar",
    "clock",
    "dated",
    "elevation",
    "flags",
    "frequency",
    "hours",
    "longitude",
    "offset",
    "precision",
    "side",
    "slew",
    "status",
    "string",
    "yes",
    "yes_unless_no",
]

NAK: Final = b"\x15"
"""What a mount that is busy may answer to anything: ask again later (revision L of the protocol, introduction)."""

_HOURS: Final = re.compile(rb"\+?(\d\d):(\d\d)(?:\.(\d)|:(\d\d(?:\.\d+)?))")
# The mark behind the degrees is byte 223 on Meade's hand boxes; others write * or :, 225 (ESP32Go), t and g (StarGO).
_DEGREES: Final = re.compile(rb"([+-]?)(\d{1,3})[*:\xdf\xe1tg](\d\d)(?:[':](\d\d(?:\.\d+)?))?")
_CLOCK: Final = re.compile(rb"(\d\d):(\d\d):(\d\d)(?:\.\d+)?")
_DATE: Final = re.compile(rb"(\d\d)[/:](\d\d)[/:](\d\d)")
_ISO_DATE: Final = re.compile(rb"\d{4}-\d\d-\d\d")
_OFFSET: Final = re.compile(rb"([+-]?)(\d\d?)(?:\.(\d)|:(\d\d)(?::\d\d)?)?")
_STATUS: Final = re.compile(rb"([APG])([TN])(.*)")
_FIRST_YEAR: Final = 92
"""Two digits from here on are of the last century (manual of the LX200 Classic, formats)."""


@dataclass(frozen=True, slots=True)
class Text:
    """An answer until ``#``.

    Attributes:
        may_be_empty: Whether a mere ``#`` is an answer; else it is left of one before, which needed none (``1#``).
    """

    may_be_empty: bool = False

    def end(self, data: bytes) -> int | None:
        """See :class:`~..queries.Framing`."""
        if data[:1] == NAK:
            return 1
        start = 0 if self.may_be_empty else len(data) - len(data.lstrip(b"#"))
        return _behind(data, start)

    def patience(self, data: bytes) -> float | None:
        """See :class:`~..queries.Framing`."""
        return None


@dataclass(frozen=True, slots=True)
class Code:
    """``0``, or another digit and the reason until ``#``; the OnStep family gives the digit alone."""

    def end(self, data: bytes) -> int | None:
        """See :class:`~..queries.Framing`."""
        return 1 if data[:1] in (b"0", NAK) else _behind(data, 0)

    def patience(self, data: bytes) -> float | None:
        """See :class:`~..queries.Framing`."""
        return 0.5 if data else None


@dataclass(frozen=True, slots=True)
class Dated:
    """``0``, or ``1`` and two texts until ``#``: Meade's mounts think before the second, others give neither."""

    def end(self, data: bytes) -> int | None:
        """See :class:`~..queries.Framing`."""
        if data[:1] in (b"0", NAK):
            return 1
        first = _behind(data, 0)
        return None if first is None else _behind(data, first)

    def patience(self, data: bytes) -> float | None:
        """See :class:`~..queries.Framing`."""
        if data == b"1":
            return 0.5
        return 10.0 if b"#" in data else None


def _behind(data: bytes, start: int) -> int | None:
    found = data.find(b"#", start)
    return None if found < 0 else found + 1


def string(answer: bytes) -> str:
    """Return a text without what frames it."""
    return _text(answer).decode("latin-1")


def hours(answer: bytes) -> float:
    """Return the hours of ``HH:MM.T#`` or ``HH:MM:SS#``, from 0 to 24."""
    whole, minutes, tenths, seconds = _fields(_HOURS, answer, "HH:MM.T# or HH:MM:SS#")
    minute = int(minutes) + int(tenths or 0) / 10
    return (_checked(int(whole), 0, 23, "an hour") + _sixtieths(minute, float(seconds or 0))) % 24


def precision(answer: bytes) -> Precision:
    """Return how finely a right ascension is written."""
    hours(answer)
    return Precision.LOW if answer.count(b":") == 1 else Precision.HIGH


def elevation(answer: bytes) -> float:
    """Return the degrees of a declination, an altitude or a latitude: ``sDD*MM#`` or ``sDD*MM:SS#``."""
    return _degrees(answer, 90)


def azimuth(answer: bytes) -> float:
    """Return the degrees of ``DDD*MM#`` or ``DDD*MM:SS#``, from 0 to 360."""
    return _degrees(answer, 360) % 360


def longitude(answer: bytes) -> float:
    """Return the degrees east, from 0 to 360, of ``sDDD*MM#``, which is west of Greenwich."""
    return -_degrees(answer, 360) % 360


def clock(answer: bytes) -> time:
    """Return the time of ``HH:MM:SS#``."""
    hour, minute, second = map(int, _fields(_CLOCK, answer, "HH:MM:SS#"))
    return time(hour, minute, second)


def calendar(answer: bytes) -> date:
    """Return the date of ``MM/DD/YY#``, or ``YYYY-MM-DD#``."""
    if _ISO_DATE.fullmatch(text := _text(answer)):
        return date.fromisoformat(text.decode())
    month, day, year = map(int, _fields(_DATE, answer, "MM/DD/YY#"))
    return date(year + (1900 if year >= _FIRST_YEAR else 2000), month, day)


def offset(answer: bytes) -> float:
    """Return the hours of ``sHH#``, ``sHH.H#`` or ``sHH:MM#``."""
    sign, whole, tenths, minutes = _fields(_OFFSET, answer, "sHH#, sHH.H# or sHH:MM#")
    value = int(whole) + int(tenths or 0) / 10 + int(minutes or 0) / 60
    return _checked(-value if sign == b"-" else value, -24, 24, "an offset")


def frequency(answer: bytes) -> float:
    """Return the hertz of ``TT.T#``."""
    return _checked(float(string(answer)), 0, 100, "a frequency")


def alignment(answer: bytes) -> Alignment:
    """Return what the letter of an alignment says."""
    return Alignment(answer.decode("latin-1"))


def status(answer: bytes) -> Status:
    """Return what ``<alignment><tracking><stars>#`` says."""
    mount, tracking, _ = _fields(_STATUS, answer, "<A, P or G><T or N><digit>#")
    return Status(Alignment(mount.decode()), is_tracking=tracking == b"T")


def flags(answer: bytes) -> Flags:
    """Return what the letters of an OnStep mount say.

    ``n`` is for no tracking, ``N`` for no slew, one of ``pIPF`` for unparked, parking, parked or failed to, and ``T``
    or ``W`` for the telescope on the east or west side of the pier.
    """
    text = string(answer)
    if not any(letter in text for letter in "pIPF"):
        raise ValueError("it does not say whether the mount is parked: p, I, P or F")
    side = PierSide.EAST if "T" in text else PierSide.WEST if "W" in text else PierSide.NONE
    return Flags(is_tracking="n" not in text, is_slewing="N" not in text, is_parked="P" in text, side=side)


def bars(answer: bytes) -> bool:
    """Return whether any distance to the target is left: one bar, a row of them (LX200 Classic) or another sign."""
    return bool(_text(answer))


def side(answer: bytes) -> PierSide:
    """Return the side of ``E#`` or ``East#``, and so on."""
    text = string(answer).upper()
    if text not in ("E", "W", "N", "EAST", "WEST", "NONE"):
        raise ValueError("it is no side of a pier: E#, W# or N#")
    return PierSide(text[0])


def yes(answer: bytes) -> bool:
    """Return whether a command was taken: ``1``, and not ``0``; ``e`` begins the reason of ZWO's mounts."""
    if answer not in (b"1", b"0", b"e"):
        raise ValueError("it is neither 1 for yes nor 0 for no")
    return answer == b"1"


def yes_unless_no(answer: bytes) -> bool:
    """Return whether a command was taken by a mount that may not answer it at all."""
    return not answer or yes(answer)


def dated(answer: bytes) -> bool:
    """Return whether a date was taken; Astro-Physics answers with blanks alone."""
    if answer[:1] not in (b"1", b"0", b" "):
        raise ValueError("it begins with neither 1 for yes nor 0 for no")
    return answer[:1] != b"0"


def slew(answer: bytes) -> SlewAnswer:
    """Return what a mount says to a slew; ZWO's mounts write ``e`` and a number for a no."""
    code, text = answer[:1], answer[1:].rstrip(b"#").decode("latin-1").strip()
    if code == b"e":
        return SlewAnswer(-1, f"e{text}")
    if not code.isdigit():
        raise ValueError("it does not begin with a digit")
    return SlewAnswer(int(code), text)


def _text(answer: bytes) -> bytes:
    if not answer.endswith(b"#"):
        raise ValueError("it does not end with #")
    return answer.strip(b"#").strip()


def _fields(pattern: re.Pattern[bytes], answer: bytes, form: str) -> tuple[bytes, ...]:
    found = pattern.fullmatch(_text(answer))
    if not found:
        raise ValueError(f"it is not of the form {form}")
    return found.groups()


def _degrees(answer: bytes, most: float) -> float:
    sign, whole, minutes, seconds = _fields(_DEGREES, answer, "sDD*MM# or sDD*MM:SS#")
    value = int(whole) + _sixtieths(int(minutes), float(seconds or 0))
    return _checked(-value if sign == b"-" else value, -most, most, "an angle")


def _sixtieths(minutes: float, seconds: float) -> float:
    """Return them as a fraction of a whole. 60 is let pass: some firmware rounds up and does not carry."""
    return _checked(minutes, 0, 60, "a number of minutes") / 60 + _checked(seconds, 0, 60, "a number of seconds") / 3600


def _checked(value: float, least: float, most: float, what: str) -> float:
    if not least <= value <= most:
        raise ValueError(f"{value:g} as {what} is not within {least:g} and {most:g}")
    return value
