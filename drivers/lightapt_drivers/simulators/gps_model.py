"""A GPS receiver as time passes: it needs a while to find satellites, and what it says scatters a little.

It knows no clock, no device and no protocol. The same receiver says the same at the same time.
"""

from __future__ import annotations

import math
from typing import Final

__all__ = ["METRES_A_DEGREE", "scatter"]

METRES_A_DEGREE: Final = 111_320.0
"""Of latitude, and of longitude at the equator."""
_PERIODS: Final = (97.0, 353.0, 1361.0)
"""Seconds in which errors come and go: satellites move, and the ionosphere changes. Prime to one another."""


def scatter(now: float, *, metres: float) -> tuple[float, float, float]:
    """Return the error of a position: metres north, east and up, the last half as much again as the others.

    Args:
        now: Unix time in seconds.
        metres: How large it is about, each way.
    """
    waves = [
        sum(math.sin(2 * math.pi * (now / period + shift)) for period in _PERIODS) / len(_PERIODS)
        for shift in (0.0, 0.31, 0.67)
    ]
    north, east, up = (wave * metres for wave in waves)
    return north, east, 1.5 * up
