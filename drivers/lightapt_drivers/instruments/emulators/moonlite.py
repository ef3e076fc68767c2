"""An emulated MoonLite focuser, by the command table of MoonLite's manual. Time comes from outside."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from .commands import Commands, Handler, handler_of

__all__ = ["MoonliteEmulator", "MoonliteOptions"]

_HEX: Final = re.compile(r"[0-9A-Fa-f]{1,8}")
_SPEEDS: Final = {0x02: 250, 0x04: 125, 0x08: 63, 0x10: 32, 0x20: 16}
"""Steps a second by the delay that the command sets."""
_CONVERSION: Final = 0.75
"""Seconds that a measurement of the temperature takes."""
_NOTHING: Final = b""
_HEARD: Final = 1000
"""Commands that are remembered."""


@dataclass(frozen=True, slots=True)
class MoonliteOptions:
    """What kind of focuser to be.

    Attributes:
        position: Steps, when it is switched on.
        travel: The highest position that it goes to.
        haste: How much faster than its like the motor is.
        ends_version: Whether ``#`` stands behind the version of the firmware.
    """

    position: int = 0x4000
    travel: int = 0xFFFF
    haste: float = 1.0
    ends_version: bool = True


class MoonliteEmulator:
    """A focuser at the other end of a line.

    Attributes:
        ambient: The temperature around it, in °C.
        position: Where it is, in steps, and parts of one.
        is_moving: Whether the motor turns.
        heard: The latest commands that have come, without ``:`` and ``#``.
    """

    def __init__(self, options: MoonliteOptions | None = None) -> None:
        self._options = options or MoonliteOptions()
        self.ambient = 20.0
        self.position = float(self._options.position)
        self.is_moving = False
        self.heard: deque[str] = deque(maxlen=_HEARD)
        self._commands = Commands()
        self._now: float | None = None
        self._target = self._next_target = self._options.position
        self._delay = 0x02
        self._is_half_stepping = False
        self._measured = self.ambient
        self._measuring_ends: float | None = None
        self._offset = 0
        self._coefficient = 0
        self._reference: float | None = None
        self._table = self._handlers()

    def answer(self, data: bytes, now: float) -> bytes:
        """See :class:`~.commands.Emulator`."""
        self.advance(now)
        return b"".join(map(self._answer, self._commands.feed(data)))

    def advance(self, now: float) -> None:
        """Let time pass until a moment, in seconds since 1970."""
        seconds = now - (now if self._now is None else self._now)
        self._now = now
        self._measure(now)
        if self.is_moving:
            speed = _SPEEDS[self._delay] * self._options.haste * (0.5 if self._is_half_stepping else 1.0)
            way = self._target - self.position
            self.position += max(-speed * seconds, min(speed * seconds, way))
            self.is_moving = self.position != self._target

    def _measure(self, now: float) -> None:
        if self._measuring_ends is None or now < self._measuring_ends:
            return
        self._measuring_ends = None
        self._measured = self.ambient
        if self._reference is not None and not self.is_moving:
            steps = round(self._coefficient * (self._measured - self._reference))
            if steps:
                self._reference = self._measured
                self._go(round(self.position) + steps)

    def _answer(self, command: str) -> bytes:
        self.heard.append(command)
        found = handler_of(command, self._table)
        return found[0](found[1]) if found else _NOTHING

    def _handlers(self) -> dict[str, Handler]:
        reports: dict[str, Callable[[], str]] = {
            "GP": lambda: f"{round(self.position):04X}#",
            "GN": lambda: f"{self._next_target:04X}#",
            "GI": lambda: "01#" if self.is_moving else "00#",
            "GH": lambda: "FF#" if self._is_half_stepping else "00#",
            "GD": lambda: f"{self._delay:02X}#",
            "GC": lambda: f"{self._coefficient & 0xFF:02X}#",
            "GT": lambda: f"{round(self._measured * 2) + self._offset & 0xFFFF:04X}#",
            "GV": lambda: "10#" if self._options.ends_version else "10",
        }
        settings: dict[str, Callable[[int], None]] = {
            "SN": self._set_target,
            "SP": self._set_position,
            "SD": self._set_delay,
            "SC": self._set_coefficient,
            "PO": self._set_offset,
        }
        orders: dict[str, Callable[[], None]] = {
            "FG": lambda: self._go(self._next_target),
            "FQ": self._halt,
            "SF": partial(setattr, self, "_is_half_stepping", False),
            "SH": partial(setattr, self, "_is_half_stepping", True),
            "C": self._convert,
            "+": self._compensate,
            "-": partial(setattr, self, "_reference", None),
        }
        return {
            **{name: partial(_reported, report) for name, report in reports.items()},
            **{name: partial(_set, setting) for name, setting in settings.items()},
            **{name: partial(_ordered, order) for name, order in orders.items()},
        }

    def _set_target(self, steps: int) -> None:
        self._next_target = min(steps, self._options.travel)

    def _set_position(self, steps: int) -> None:
        if not self.is_moving:
            self.position = float(min(steps, self._options.travel))
            self._target = round(self.position)

    def _set_delay(self, delay: int) -> None:
        self._delay = delay if delay in _SPEEDS else self._delay

    def _set_coefficient(self, value: int) -> None:
        self._coefficient = _signed_byte(value)

    def _set_offset(self, value: int) -> None:
        self._offset = _signed_byte(value)

    def _go(self, steps: int) -> None:
        self._target = max(0, min(steps, self._options.travel))
        self.is_moving = self.position != self._target

    def _halt(self) -> None:
        self.position = float(round(self.position))
        self.is_moving = False

    def _convert(self) -> None:
        if self._measuring_ends is None:  # who asks more often than it takes gets a temperature all the same
            self._measuring_ends = (self._now or 0.0) + _CONVERSION

    def _compensate(self) -> None:
        self._reference = self._measured


def _reported(report: Callable[[], str], _: str) -> bytes:
    return report().encode()


def _set(setting: Callable[[int], None], text: str) -> bytes:
    if _HEX.fullmatch(text):
        setting(int(text, 16))
    return _NOTHING


def _ordered(order: Callable[[], None], _: str) -> bytes:
    order()
    return _NOTHING


def _signed_byte(value: int) -> int:
    return (value & 0x7F) - (value & 0x80)
