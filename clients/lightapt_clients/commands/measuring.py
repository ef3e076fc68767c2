"""What is told of a picture that has come. Needs numpy."""

from __future__ import annotations

from dataclasses import dataclass

from lightapt_protocol.fits import ReadError

from ..blobs import Blob
from . import stars as measures
from .rows import plain_number
from .stars import Levels, Sharpness

__all__ = ["Measure", "measure"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What one can tell of a picture.

    Attributes:
        levels: How bright it is.
        sharpness: How sharp its stars are; None where it has too few, or was not measured.
    """

    levels: Levels
    sharpness: Sharpness | None

    @property
    def hfr(self) -> float | None:
        """Median half-flux radius in pixels."""
        return None if self.sharpness is None else self.sharpness.hfr

    def record(self) -> dict[str, object]:
        """Return it for programs."""
        hfr = None if self.hfr is None else round(self.hfr, 3)
        levels = {"min": self.levels.min, "median": self.levels.median, "max": self.levels.max}
        return {**levels, "hfr": hfr, "stars": self.sharpness.stars if self.sharpness else None}

    def words(self) -> list[str]:
        """Return it for people."""
        levels = self.levels
        each = {"min": levels.min, "median": levels.median, "max": levels.max}
        said = [f"{name} {plain_number(value)}" for name, value in each.items()]
        return [*said, f"HFR {self.hfr:.2f} ({self.sharpness.stars} stars)"] if self.sharpness else said


def measure(blob: Blob, *, stars: bool) -> Measure | None:
    """Measure a picture; None where it is none that can be read.

    Args:
        blob: The picture.
        stars: Whether to look for stars.
    """
    try:
        image = blob.image()
    except ReadError:
        return None
    if image.pixels.ndim not in (2, 3) or not image.pixels.size:
        return None
    levels = measures.levels(image.pixels)
    if not stars:
        return Measure(levels, None)
    plane, scale = measures.luminance(image.pixels, is_mosaic=image.header.get("BAYERPAT") is not None)
    found = measures.sharpness(plane, saturation=0.98 * levels.max)
    return Measure(levels, Sharpness(found.hfr * scale, found.stars) if found else None)
