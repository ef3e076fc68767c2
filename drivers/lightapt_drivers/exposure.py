"""What a camera is asked for. No I/O, and no arrays: those are the picture's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

__all__ = ["CHIP", "PIXEL_SIZE", "WHOLE_CHIP", "Area", "Exposure", "FrameType"]


class FrameType(Enum):
    """What an exposure is, as a header's IMAGETYP says it."""

    LIGHT = "Light Frame"
    BIAS = "Bias Frame"
    DARK = "Dark Frame"
    FLAT = "Flat Frame"


@dataclass(frozen=True, slots=True)
class Area:
    """Part of a chip, in unbinned pixels."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, other: Area) -> bool:
        """Return whether another area lies within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


CHIP: Final = (1280, 1024)
WHOLE_CHIP: Final = Area(0, 0, *CHIP)
PIXEL_SIZE: Final = 5.2
"""Micrometres."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One exposure.

    Attributes:
        seconds: How long.
        type: What it is.
        area: What is read of the chip.
        binning: Pixels that become one, across and down; what does not fill a pixel is left out.
        began: When.
        number: The how manyth it is: no two have the same noise.
    """

    seconds: float
    began: datetime
    type: FrameType = FrameType.LIGHT
    area: Area = WHOLE_CHIP
    binning: tuple[int, int] = (1, 1)
    number: int = 0
