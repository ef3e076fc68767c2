"""What a camera's numbers mean: its sensor's colours, its states, and its times. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

__all__ = ["CameraState", "SensorType", "began_at", "depth_of", "mosaic"]

_CLOCKS: Final = 30.0
"""Seconds that the clocks of a camera's computer and of this one may differ; farther off it is another time zone."""


class CameraState(IntEnum):
    """CameraStates: what a camera does."""

    IDLE = 0
    WAITING = 1
    EXPOSING = 2
    READING = 3
    DOWNLOAD = 4
    ERROR = 5


class SensorType(IntEnum):
    """What colours a sensor's pixels see."""

    MONOCHROME = 0
    COLOR = 1
    """Each pixel sees all three: images have three planes."""
    RGGB = 2
    CMYG = 3
    CMYG2 = 4
    LRGB = 5


_MOSAICS: Final[dict[SensorType, tuple[str, ...]]] = {
    SensorType.RGGB: ("RG", "GB"),
    SensorType.CMYG: ("CY", "GM"),
    SensorType.CMYG2: ("CYCY", "MGGM", "CYCY", "GMMG"),
    SensorType.LRGB: ("LRLG", "RLGL", "LGLB", "GLBL"),
}


def mosaic(type: SensorType, *, across: int, down: int) -> str:
    """Return the colours of a mosaic's rows, row by row, as they begin at a pixel of the sensor; empty for none.

    Args:
        type: Of the sensor.
        across: Columns from the pattern's first pixel to that pixel, as far as they matter; may be negative.
        down: Rows likewise.
    """
    rows = _MOSAICS.get(type)
    if rows is None:
        return ""
    return "".join(
        rows[(row + down) % len(rows)][(column + across) % len(rows[0])]
        for row in range(len(rows))
        for column in range(len(rows[0]))
    )


def depth_of(max_adu: float | None) -> int:
    """Return the bits of a pixel, in whole bytes, by the largest value that it can have."""
    if max_adu is None or max_adu < 1:
        return 16
    bits = int(max_adu).bit_length()
    return 8 if bits <= 8 else 16 if bits <= 16 else 32


def began_at(told: str, ours: datetime) -> datetime:
    """Return when an exposure began: as the camera says it, in UTC, unless its clock is off or it means local time.

    Args:
        told: LastExposureStartTime, as ``2026-11-21T03:04:05.678``.
        ours: When it was asked to begin.
    """
    try:
        began = datetime.fromisoformat(told.strip())
    except ValueError:
        return ours
    began = began.replace(tzinfo=UTC) if began.tzinfo is None else began.astimezone(UTC)
    return began if abs((began - ours).total_seconds()) <= _CLOCKS else ours
