"""What an exposure is: the part of the chip, the binning, and how it was made. No INDI, and no pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightapt_protocol.fits import Pixels

__all__ = ["Area", "Exposure", "FrameType", "Picture", "Sensor"]


class FrameType(Enum):
    """What an exposure is for; the values are the words of the FITS keyword IMAGETYP, and Ekos' labels."""

    LIGHT = "Light"
    BIAS = "Bias"
    DARK = "Dark"
    FLAT = "Flat"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a chip, in unbinned pixels; x and y count from its first pixel read."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, other: Area) -> bool:
        """Whether the other has pixels, and all of them lie within this one."""
        return (
            min(other.width, other.height) > 0
            and self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Sensor:
    """A chip.

    Attributes:
        width: Pixels in a row.
        height: Rows.
        pixel_width: In µm.
        pixel_height: In µm.
        bits: Of a pixel that is read.
        max_binning: Pixels that can become one, across and down.
        bayer: Colours of the first two rows' first pixels, as ``RGGB``; empty for a monochrome chip.
    """

    width: int
    height: int
    pixel_width: float
    pixel_height: float
    bits: int = 16
    max_binning: tuple[int, int] = (4, 4)
    bayer: str = ""

    @property
    def whole(self) -> Area:
        """All of it."""
        return Area(0, 0, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Exposure:
    """An exposure that is to be made.

    Attributes:
        seconds: How long.
        type: What it is for.
        area: The part of the chip to read.
        binning: Pixels that become one, across and down.
        started: When it began, UTC.
        number: How many the chip has made with this one.
    """

    seconds: float
    type: FrameType
    area: Area
    binning: tuple[int, int]
    started: datetime
    number: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        return self.area.height // self.binning[1], self.area.width // self.binning[0]


@dataclass(frozen=True, slots=True)
class Picture:
    """What an exposure has brought.

    Attributes:
        pixels: Rows by columns, or colours by rows by columns.
        bayer: The pattern of the first pixels, if they have one.
        facts: What the camera knows of the picture beyond what its properties say: fields of
            :class:`lightapt_protocol.fits.Observation`.
    """

    pixels: Pixels
    bayer: str = ""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
