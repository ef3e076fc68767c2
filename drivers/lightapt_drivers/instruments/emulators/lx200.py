"""An emulated mount that speaks LX200, by the documents that :mod:`lightapt_drivers.instruments.lx200` names.

It reads what clients in the field write: with or without a blank behind the name of a command.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from .clock import MountClock
from .commands import ACK, Commands, Handler, handler_of
from .mount_model import SIDEREAL, Motion, MountModel

__all__ = ["ONSTEP", "Lx200Emulator", "Lx200Options"]

_ANGLE: Final = re.compile(r"([+-]?)(\d{1,3})[:*\xdf\xe1](\d\d)(?:\.(\d)|[:'](\d\d?)(?:\.\d+)?)?")
_NOTHING: Final = b""
_HEARD: Final = 1000
"""Commands that are remembered."""
_AXES: Final = {"n": ("north", 1.0), "s": ("north", -1.0), "e": ("east", 1.0), "w": ("east", -1.0)}
_RATES: Final = {"G": SIDEREAL, "C": 16 * SIDEREAL, "M": 128 * SIDEREAL}
"""Speeds of motion by hand in degrees a second; the fastest is the slewing speed."""
_TRACK_RATES: Final = {"TQ": 1.0, "TS": 60.0 / 60.164, "TL": 57.9 / 60.164}
"""In hertz of the protocol's synchronous motor: stars 60.164, sun 60, moon 57.9."""
_FIXED: Final = {
    "Gc": b"24#",
    "GVN": b"43Eg#",
    "GVD": b"Apr 04 2009#",
    "GVT": b"12:00:00#",
    "GVF": b"Emulated|A|43Eg#",
    **{f"G{letter}": b"Home#" for letter in "MNOP"},
}
"""What never changes: clock format, firmware, and names of sites."""


@dataclass(frozen=True, slots=True)
class Lx200Options:
    """What kind of mount to be.

    Attributes:
        product: What it calls itself; empty for a mount that does not know the question.
        latitude: Degrees north, when it is switched on.
        longitude: Degrees east.
        slew_speed: Degrees a second.
        is_fine: Whether it writes seconds when it is switched on.
        degree_mark: What stands behind degrees.
        is_german: Whether it tells the side of the pier, comes out of its park position by ``:hR#``, tracks by
            ``:Te#`` and ``:Td#``, and answers these with yes or no, as OnStep does.
    """

    product: str = "Autostar"
    latitude: float = 50.0
    longitude: float = 0.0
    slew_speed: float = 4.0
    is_fine: bool = False
    degree_mark: bytes = b"\xdf"
    is_german: bool = False


ONSTEP: Final = Lx200Options(product="On-Step", is_fine=True, degree_mark=b"*", is_german=True)
"""A mount of the OnStep family."""


class Lx200Emulator:
    """A mount at the other end of a line.

    Attributes:
        model: The axes, for tests to look at.
        heard: The latest commands that have come, without ``:`` and ``#``.
    """

    def __init__(self, options: Lx200Options | None = None) -> None:
        self._options = options or Lx200Options()
        self.model = MountModel(
            latitude=self._options.latitude, longitude=self._options.longitude, slew_speed=self._options.slew_speed
        )
        self.heard: deque[str] = deque(maxlen=_HEARD)
        self._commands = Commands()
        self._is_fine = self._options.is_fine
        self._target: tuple[float, float] = (0.0, 90.0)
        self._rate = "S"
        self._clock = MountClock()
        self._table = self._handlers()

    def answer(self, data: bytes, now: float) -> bytes:
        """See :class:`~.commands.Emulator`."""
        self.model.advance(now)
        return b"".join(map(self._answer, self._commands.feed(data)))

    def _answer(self, command: str) -> bytes:
        self.heard.append(command)
        found = handler_of(command, self._table)
        return found[0](found[1]) if found else _NOTHING

    def _handlers(self) -> dict[str, Handler]:
        return {
            ACK: lambda _: b"P" if self.model.motion is not Motion.STILL else b"L",
            "U": self._toggle_precision,
            **self._reports(),
            **self._settings(),
            **self._motions(),
            **(self._german() if self._options.is_german else self._fork()),
        }

    def _reports(self) -> dict[str, Handler]:
        model = self.model
        reports: dict[str, Callable[[], bytes]] = {
            "GR": lambda: self._hours(model.ra),
            "GD": lambda: self._degrees(model.dec),
            "Gr": lambda: self._hours(self._target[0]),
            "Gd": lambda: self._degrees(self._target[1]),
            "GA": lambda: self._degrees(model.altitude(model.ra, model.dec)),
            "GZ": lambda: self._degrees(model.azimuth(model.ra, model.dec), sign=False),
            "GS": lambda: self._hours(model.sidereal_time(self._now()), fine=True),
            "Gt": lambda: self._degrees(model.latitude, fine=False),
            "Gg": lambda: self._degrees(-model.longitude % 360, sign=False, fine=False),
            "GG": lambda: f"{self._clock.to_utc:+05.1f}#".replace(".0#", "#").encode(),
            "GL": lambda: f"{self._clock.local(self._now()):%H:%M:%S}#".encode(),
            "GC": lambda: f"{self._clock.local(self._now()):%m/%d/%y}#".encode(),
            "GT": lambda: f"{60.164 * model.track_rate:.1f}#".encode(),
            "D": lambda: b"\x7f#" if model.motion in (Motion.SLEWING, Motion.PARKING) else b"#",
            "GW": lambda: b"PT1#" if model.motion in (Motion.TRACKING, Motion.SLEWING) else b"PN1#",
        }
        if self._options.product:
            reports["GVP"] = lambda: f"{self._options.product}#".encode()
        reports |= {name: partial(bytes, answer) for name, answer in _FIXED.items()}
        return {name: partial(_ignoring, report) for name, report in reports.items()}

    def _settings(self) -> dict[str, Handler]:
        settings: dict[str, Callable[[str], bool]] = {
            "Sr": self._set_ra,
            "Sd": self._set_dec,
            "St": self._set_latitude,
            "Sg": self._set_longitude,
            "SG": self._clock.set_offset,
            "SL": lambda text: self._clock.set_time(text, self._now()),
        }
        return {"SC": self._set_date, **{name: partial(_acknowledged, setting) for name, setting in settings.items()}}

    def _motions(self) -> dict[str, Handler]:
        return {
            "MS": self._slew,
            "CM": self._sync,
            "Mg": self._pulse,
            "Q": self._halt,
            "hP": self._park,
            **{f"M{letter}": partial(self._move, letter) for letter in _AXES},
            **{f"R{letter}": partial(self._set_rate, letter) for letter in "GCMS"},
            **{name: partial(self._set_track_rate, rate) for name, rate in _TRACK_RATES.items()},
        }

    def _fork(self) -> dict[str, Handler]:
        return {"AP": self._track, "AA": self._track, "AL": self._rest, "hW": self._wake}

    def _german(self) -> dict[str, Handler]:
        return {
            "Gm": lambda _: f"{self.model.side}#".encode(),
            "GU": self._flags,
            "Te": lambda _: self._track(_) or b"1",
            "Td": lambda _: self._rest(_) or b"1",
            "hR": lambda _: self._wake(_) or b"1",
            "hP": lambda _: self._park(_) or b"1",
        }

    # What it is told.

    def _toggle_precision(self, _: str) -> bytes:
        self._is_fine = not self._is_fine
        return _NOTHING

    def _set_ra(self, text: str) -> bool:
        hours = _angle(text)
        if hours is None or not 0 <= hours < 24:
            return False
        self._target = (hours * 15, self._target[1])
        return True

    def _set_dec(self, text: str) -> bool:
        degrees = _angle(text)
        if degrees is None or abs(degrees) > 90:
            return False
        self._target = (self._target[0], degrees)
        return True

    def _set_latitude(self, text: str) -> bool:
        degrees = _angle(text)
        if degrees is None or abs(degrees) > 90:
            return False
        self.model.latitude = degrees
        return True

    def _set_longitude(self, text: str) -> bool:
        degrees = _angle(text)
        if degrees is None or abs(degrees) > 360:
            return False
        self.model.longitude = -degrees % 360
        return True

    def _set_date(self, text: str) -> bytes:
        if not self._clock.set_date(text, self._now()):
            return b"0"
        return b"1" if self._options.is_german else b"1Updating Planetary Data#" + b" " * 24 + b"#"

    def _slew(self, _: str) -> bytes:
        if self.model.motion in (Motion.PARKED, Motion.PARKING):
            return b"4Mount Parked#"
        if self.model.altitude(*self._target) < 0:
            return b"1Object Below Horizon#"
        self.model.slew(*self._target)
        return b"0"

    def _sync(self, _: str) -> bytes:
        self.model.sync(*self._target)
        return b"N/A#" if self._options.is_german else b" M31 EX GAL MAG 3.5 SZ178.0'#"

    def _move(self, letter: str, _: str) -> bytes:
        if self.model.motion in (Motion.STILL, Motion.TRACKING):
            axis, sign = _AXES[letter]
            self.model.move(**{axis: sign * _RATES.get(self._rate, self.model.slew_speed)})
        return _NOTHING

    def _pulse(self, text: str) -> bytes:
        if text[:1].lower() in _AXES and text[1:].isdigit() and self.model.motion is Motion.TRACKING:
            axis, sign = _AXES[text[0].lower()]
            self.model.pulse(int(text[1:]) / 1000, **{axis: sign * SIDEREAL / 2})
        return _NOTHING

    def _halt(self, letter: str) -> bytes:
        if letter in _AXES:
            self.model.move(**{_AXES[letter][0]: 0.0})
        else:
            self.model.halt()
        return _NOTHING

    def _set_rate(self, letter: str, _: str) -> bytes:
        self._rate = letter
        return _NOTHING

    def _set_track_rate(self, rate: float, _: str) -> bytes:
        self.model.track_rate = rate
        return _NOTHING

    def _park(self, _: str) -> bytes:
        if self.model.motion is not Motion.PARKED:
            self.model.park()
        return _NOTHING

    def _wake(self, _: str) -> bytes:
        if self.model.motion in (Motion.PARKED, Motion.PARKING):
            self.model.motion = Motion.TRACKING
        return _NOTHING

    def _track(self, _: str) -> bytes:
        if self.model.motion is Motion.STILL:
            self.model.motion = Motion.TRACKING
        return _NOTHING

    def _rest(self, _: str) -> bytes:
        if self.model.motion is Motion.TRACKING:
            self.model.motion = Motion.STILL
        return _NOTHING

    # What it says.

    def _flags(self, _: str) -> bytes:
        """Return the state in OnStep's letters."""
        motion = self.model.motion
        tracks = "" if motion in (Motion.TRACKING, Motion.SLEWING) else "n"
        slews = "" if motion in (Motion.SLEWING, Motion.PARKING) else "N"
        parked = {Motion.PARKING: "I", Motion.PARKED: "P"}.get(motion, "p")
        side = {"E": "T", "W": "W"}.get(self.model.side, "o")
        return f"{tracks}{slews}{parked}E{side}#".encode()

    def _hours(self, degrees: float, *, fine: bool | None = None) -> bytes:
        if self._is_fine if fine is None else fine:
            seconds = round(degrees * 240) % 86400
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}#".encode()
        tenths = round(degrees * 40) % 14400
        return f"{tenths // 600:02}:{tenths // 10 % 60:02}.{tenths % 10}#".encode()

    def _degrees(self, degrees: float, *, sign: bool = True, fine: bool | None = None) -> bytes:
        seconds = round(abs(degrees) * 3600)
        front = f"{'-' if degrees < 0 else '+'}{seconds // 3600:02}" if sign else f"{seconds // 3600 % 360:03}"
        behind = f"{seconds // 60 % 60:02}"
        if self._is_fine if fine is None else fine:
            behind += f":{seconds % 60:02}" if self._options.is_german else f"'{seconds % 60:02}"
        return front.encode() + self._options.degree_mark + behind.encode() + b"#"

    def _now(self) -> float:
        return self.model.now or 0.0


def _ignoring(report: Callable[[], bytes], _: str) -> bytes:
    return report()


def _acknowledged(setting: Callable[[str], bool], text: str) -> bytes:
    return b"1" if setting(text) else b"0"


def _angle(text: str) -> float | None:
    found = _ANGLE.fullmatch(text)
    if not found:
        return None
    sign, whole, minutes, tenths, seconds = found.groups()
    value = int(whole) + (int(minutes) + int(tenths or 0) / 10) / 60 + int(seconds or 0) / 3600
    return -value if sign == "-" else value
