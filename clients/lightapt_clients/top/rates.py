"""Rates: how they are kept, and how they are told in few characters. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

__all__ = ["History", "counted", "short_count", "short_size", "sparkline"]

_BARS: Final = " ▁▂▃▄▅▆▇█"
_LENGTH: Final = 60
_UNITS: Final = ("", "k", "M", "G", "T")


class History:
    """The last rates of something, the newest last.

    Args:
        length: How many are kept.
    """

    def __init__(self, length: int = _LENGTH) -> None:
        self._rates: deque[float] = deque(maxlen=length)

    @property
    def last(self) -> float:
        """The newest rate; 0 where there is none."""
        return self._rates[-1] if self._rates else 0.0

    def add(self, rate: float) -> None:
        """Keep a rate."""
        self._rates.append(rate)

    def line(self, width: int) -> str:
        """Return the newest rates as a line of bars."""
        return sparkline(self._rates, width)


def sparkline(rates: Iterable[float], width: int) -> str:
    """Return the last `width` rates as bars, the highest of them full; nothing is blank, little is not."""
    shown = list(rates)[-width:]
    most = max(shown, default=0.0)
    return "".join(_bar(rate / most) if most > 0 else " " for rate in shown).rjust(width)


def _bar(part: float) -> str:
    return " " if part <= 0 else _BARS[max(1, round(part * (len(_BARS) - 1)))]


def short_count(count: float) -> str:
    """Return a count or a rate in at most five characters: 0, 0.4, 12, 3.4k, 120k."""
    return "".join(_scaled(count))


def short_size(size: float) -> str:
    """Return a number of bytes in at most seven characters: 0 B, 950 B, 1.2 kB, 33 MB."""
    number, unit = _scaled(size)
    return f"{number} {unit}B"


def counted(count: float, word: str) -> str:
    """Return a whole number of things: 1 device, 2 devices."""
    return f"{count:.0f} {word}" if count == 1 else f"{count:.0f} {word}s"


def _scaled(number: float) -> tuple[str, str]:
    unit = 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    is_small = 0 < number < 9.95 and not (unit == 0 and number == round(number))
    text = f"{number:.1f}" if is_small else f"{number:.0f}"
    return text, _UNITS[unit]
