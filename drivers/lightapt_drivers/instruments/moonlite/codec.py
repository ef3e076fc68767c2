"""What is asked of MoonLite focusers: each command with where its answer ends, and what it says. No I/O.

Numbers are hexadecimal; negative ones are two's complements. A focuser acknowledges nothing: a command that is no
question has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from typing import Final, TypeVar

from ..queries import Exactly, Manner, Optional, Query, Until, tell

__all__ = [
    "COEFFICIENT",
    "CONVERT_TEMPERATURE",
    "FIRMWARE",
    "GO",
    "HALT",
    "IS_HALF_STEPPING",
    "IS_MOVING",
    "POSITION",
    "SPEED",
    "TARGET",
    "TEMPERATURE",
    "Speed",
    "set_coefficient",
    "set_compensation",
    "set_half_stepping",
    "set_position",
    "set_speed",
    "set_target",
    "set_temperature_offset",
]

_T = TypeVar("_T")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]+")


class Speed(IntEnum):
    """How fast the motor steps, by the delay that the command sets; fastest first."""

    STEPS_250 = 0x02
    STEPS_125 = 0x04
    STEPS_63 = 0x08
    STEPS_32 = 0x10
    STEPS_16 = 0x20

    @property
    def steps_per_second(self) -> int:
        """Return the speed in full steps."""
        return int(self.name.removeprefix("STEPS_"))


def _text(answer: bytes) -> bytes:
    if not answer.endswith(b"#"):
        raise ValueError("it does not end with #")
    return answer.lstrip(b"#")[:-1]


def _unsigned(answer: bytes, digits: tuple[int, ...]) -> int:
    text = _text(answer)
    if len(text) not in digits or not _HEX.fullmatch(text):
        raise ValueError(f"it is not {' or '.join(map(str, digits))} hexadecimal digits and #")
    return int(text, 16)


def _signed(answer: bytes, digits: tuple[int, ...]) -> int:
    value, size = _unsigned(answer, digits), 1 << 4 * len(_text(answer))
    return value - size if value >= size // 2 else value


def _steps(answer: bytes) -> int:
    # Four digits by the manual; focusers with longer travel write as many as they need.
    return _unsigned(answer, (4, 5, 6, 7, 8))


def _temperature(answer: bytes) -> float:
    # Eight digits are a firmware's that forgets to cut a negative number to size.
    return _signed(answer, (4, 8)) / 2


def _flag(answer: bytes) -> bool:
    flags = {b"00": False, b"0": False, b"01": True, b"1": True, b"FF": True}
    text = _text(answer)
    if text not in flags:
        raise ValueError("it is neither 00# for no, nor 01# or FF# for yes")
    return flags[text]


def _version(answer: bytes) -> str:
    text = answer.strip(b"#")
    if len(text) != 2 or not text.isdigit():
        raise ValueError("it is not two digits")
    return f"{text[:1].decode()}.{text[1:].decode()}"


def _get(command: str, parse: Callable[[bytes], _T]) -> Query[_T]:
    return Query(f":{command}#".encode(), Until(), parse, manner=Manner.AGAIN)


FIRMWARE: Final = Query(b":GV#", Optional(Exactly(3), least=2), _version, manner=Manner.AGAIN)
"""Some firmware leaves out the ``#`` behind this answer alone."""
POSITION: Final = _get("GP", _steps)
TARGET: Final = _get("GN", _steps)
IS_MOVING: Final = _get("GI", _flag)
IS_HALF_STEPPING: Final = _get("GH", _flag)
SPEED: Final = _get("GD", lambda answer: Speed(_unsigned(answer, (2,))))
TEMPERATURE: Final = _get("GT", _temperature)
"""In °C, to half a degree, by the last conversion that was asked for."""
COEFFICIENT: Final = _get("GC", lambda answer: _signed(answer, (2,)))
"""Steps to move for each degree that it gets warmer."""
CONVERT_TEMPERATURE: Final = tell(b":C#")
"""Measures the temperature, which takes up to 0.75 s."""
GO: Final = tell(b":FG#")
HALT: Final = tell(b":FQ#")


def set_target(steps: int) -> Query[None]:
    """Return the command that sets where the focuser goes when it is told to.

    Raises:
        ValueError: There are no such steps.
    """
    return tell(f":SN{_position(steps)}#".encode())


def set_position(steps: int) -> Query[None]:
    """Return the command that calls the present position so many steps.

    Raises:
        ValueError: There are no such steps.
    """
    return tell(f":SP{_position(steps)}#".encode())


def set_speed(speed: Speed) -> Query[None]:
    """Return the command that sets how fast the motor steps."""
    return tell(f":SD{speed:02X}#".encode())


def set_half_stepping(*, on: bool) -> Query[None]:
    """Return the command that has the motor make half steps, or full ones."""
    return tell(b":SH#" if on else b":SF#")


def set_compensation(*, on: bool) -> Query[None]:
    """Return the command that has the focuser follow the temperature, or not."""
    return tell(b":+#" if on else b":-#")


def set_coefficient(steps: int) -> Query[None]:
    """Return the command that sets the steps to move for each degree that it gets warmer.

    Raises:
        ValueError: They do not fit into a byte.
    """
    return tell(f":SC{_byte(steps)}#".encode())


def set_temperature_offset(degrees: float) -> Query[None]:
    """Return the command that sets what is added to the measured temperature, to half a degree.

    Raises:
        ValueError: It does not fit into a byte of half degrees.
    """
    return tell(f":PO{_byte(round(degrees * 2))}#".encode())


def _position(steps: int) -> str:
    if not 0 <= steps < 1 << 32:
        raise ValueError(f"a focuser has no position {steps}")
    return f"{steps:04X}"


def _byte(value: int) -> str:
    if not -128 <= value <= 127:
        raise ValueError(f"{value} does not fit into a signed byte")
    return f"{value & 0xFF:02X}"
