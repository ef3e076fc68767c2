"""Where the telescope truly pointed, as the mount's simulator tells it, and its path during an exposure.

Right ascension and declination are degrees of J2000, times Unix seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Path", "PointingLog", "Sample", "path_of"]

_KEPT: Final = 100_000
"""Samples: some hours of a long exposure."""
_STEP: Final = 0.5
"""Seconds between two points of a path, where nothing was told in between."""
_MOST: Final = 2000
"""Points of a path, where nothing was told in between."""
_LEAST: Final = 2
"""Points between one word and the next: one alone would be a standstill."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Where it pointed at a moment, and how it moved from then on.

    Attributes:
        time: When.
        ra: Right ascension.
        dec: Declination.
        rate_east: Arcsec a second on the sky.
        rate_north: Arcsec a second.
        position_angle: Of the tube's "up".
    """

    time: float
    ra: float
    dec: float
    rate_east: float = 0.0
    rate_north: float = 0.0
    position_angle: float = 0.0

    def after(self, time: float) -> tuple[float, float]:
        """Return where it points at a time, if it goes on like this."""
        seconds = time - self.time
        dec = self.dec + self.rate_north * seconds / 3600
        return self.ra + self.rate_east * seconds / 3600 / max(math.cos(math.radians(self.dec)), 1e-6), dec


@dataclass(frozen=True, slots=True)
class Path:
    """Where it pointed during an exposure.

    Attributes:
        ra: At the beginning.
        dec: At the beginning.
        position_angle: At the beginning.
        offsets: (seconds, arcsec east, arcsec north) of each part of the exposure, from where it began.
    """

    ra: float
    dec: float
    position_angle: float
    offsets: tuple[tuple[float, float, float], ...] = ((1.0, 0.0, 0.0),)


class PointingLog:
    """Keeps what the mount has told."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=_KEPT)

    def add(self, sample: Sample) -> None:
        """Take note of where it points."""
        while self._samples and self._samples[-1].time > sample.time:  # the clock of the mount was set back
            self._samples.pop()
        self._samples.append(sample)

    def forget(self, before: float) -> None:
        """Forget what no exposure that begins after this time needs."""
        while len(self._samples) > 1 and self._samples[1].time <= before:
            self._samples.popleft()

    def during(self, start: float, end: float) -> tuple[Sample, ...]:
        """Return what is known of the time from one moment to another: where it pointed at first, and what followed.

        Nothing, where nothing is known at all.
        """
        samples = list(self._samples)
        first = max(0, bisect_right(samples, start, key=_time) - 1)
        last = max(first + 1, bisect_left(samples, end, key=_time))
        return tuple(samples[first:last])


def _time(sample: Sample) -> float:
    return sample.time


def path_of(told: Sequence[Sample], start: float, end: float) -> Path | None:
    """Return the path from one time to another by what was told; None where nothing was."""
    if not told:
        return None
    ra, dec = told[0].after(start)
    offsets = tuple(_offsets(told, start, end, ra, dec))
    return Path(ra % 360, dec, told[0].position_angle, offsets or ((1.0, 0.0, 0.0),))


def _offsets(
    told: Sequence[Sample], start: float, end: float, ra: float, dec: float
) -> Iterator[tuple[float, float, float]]:
    """Yield the parts of a path: where each sample leads until the next, in steps."""
    step = max(_STEP, (end - start) / _MOST)
    begins = [start, *(sample.time for sample in told[1:])]
    for sample, begin, until in zip(told, begins, [*begins[1:], end], strict=True):
        count = max(_LEAST, math.ceil((until - begin) / step))
        length = (until - begin) / count
        for part in range(count if length > 0 else 0):
            there_ra, there_dec = sample.after(begin + (part + 0.5) * length)
            east = (there_ra - ra + 180) % 360 - 180
            yield length, east * math.cos(math.radians(dec)) * 3600, (there_dec - dec) * 3600
