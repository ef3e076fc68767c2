"""The running RMS of guiding: how far the star strays, over the last steps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final

__all__ = ["Rms", "RunningRms"]

_FARTHEST: Final = 1e6
"""Pixels: no frame is as wide, and what says so is no measurement."""


@dataclass(frozen=True, slots=True)
class Rms:
    """The deviation of the star about its mean place, as PHD2's graph shows it.

    Attributes:
        ra: Along right ascension, in pixels; dec along declination.
        total: Both together, in pixels.
        steps: Of how many steps.
        scale: Arc-seconds per pixel; None if PHD2 does not know.
    """

    ra: float = 0.0
    dec: float = 0.0
    total: float = 0.0
    steps: int = 0
    scale: float | None = None

    @property
    def arcsec(self) -> tuple[float, float, float] | None:
        """Right ascension, declination and total in arc-seconds; None without a scale."""
        return None if self.scale is None else (self.ra * self.scale, self.dec * self.scale, self.total * self.scale)


class RunningRms:
    """Counts the last steps.

    Args:
        window: As many steps at most.
    """

    def __init__(self, window: int = 50) -> None:
        self._steps: deque[tuple[float, float]] = deque(maxlen=window)

    def add(self, ra: float, dec: float) -> None:
        """Count a step, whose raw distances are in pixels."""
        if max(abs(ra), abs(dec)) < _FARTHEST:
            self._steps.append((ra, dec))

    def clear(self) -> None:
        """Forget all."""
        self._steps.clear()

    def value(self, scale: float | None = None) -> Rms:
        """Return what it is now."""
        if not self._steps:
            return Rms(scale=scale)
        ra, dec = (_deviation(values) for values in zip(*self._steps, strict=True))
        return Rms(ra, dec, hypot(ra, dec), len(self._steps), scale)


def _deviation(values: tuple[float, ...]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values))
