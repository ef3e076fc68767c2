"""The picture of the README: `python -m tests.docs_pictures` takes it anew, with the simulated camera as it comes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lightapt_drivers.kinds.exposures import Exposure, FrameType
from lightapt_drivers.simulators.ccd import Ccd
from lightapt_drivers.simulators.pointing_log import Path
from lightapt_drivers.simulators.scene import photograph
from lightapt_drivers.simulators.scene_settings import Shot

from .docs_snippets import ROOT

__all__ = ["PICTURE", "picture"]

PICTURE: Final = ROOT / "docs" / "simulated-frame.png"
_PLEIADES: Final = Path(56.75, 24.117, 0.0)
_SECONDS: Final = 60.0
_FLAT_SECONDS: Final = 2.0
_COLD: Final = -10.0
_TOGETHER: Final = 3
"""Pixels of the sensor, each way, that become one of the picture."""
# In units of the sky's noise: the levels, counted from the sky's, that become black and white, and how far above black
# the picture turns from linear to logarithmic.
_BLACK: Final = -1.0
_WHITE: Final = 900.0
_KNEE: Final = 3.0


def picture() -> bytes:
    """Return the picture, as a PNG file."""
    return _png(_stretched(_calibrated()))


def _frame(kind: FrameType, seconds: float, *, number: int) -> NDArray[np.float64]:
    """Take a picture as the driver does, but without waiting for the end of the exposure."""
    chip, started = Ccd.default_sensor, datetime(2026, 1, 15, 20, tzinfo=UTC)
    exposure = Exposure(seconds, kind, chip.whole, (1, 1), started, number)
    shot = Shot(chip, exposure, temperature=_COLD, serial=Ccd.serial)
    return np.asarray(photograph(shot, _PLEIADES).pixels, np.float64)


def _calibrated() -> NDArray[np.float64]:
    """Return a light frame less its dark frame, over a flat frame, and that binned."""
    dark = _frame(FrameType.DARK, _SECONDS, number=1)
    flat = _frame(FrameType.FLAT, _FLAT_SECONDS, number=2) - _frame(FrameType.DARK, _FLAT_SECONDS, number=3)
    light = (_frame(FrameType.LIGHT, _SECONDS, number=4) - dark) / (flat / np.median(flat))
    rows, columns = (side // _TOGETHER for side in light.shape)
    return light.reshape(rows, _TOGETHER, columns, _TOGETHER).mean(axis=(1, 3))


def _stretched(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    sky = np.median(light)
    noise = 1.4826 * np.median(np.abs(light - sky))
    above = ((light - sky) / noise - _BLACK) / _KNEE
    grey = np.arcsinh(above) / np.arcsinh((_WHITE - _BLACK) / _KNEE)
    return np.asarray(np.round(255 * np.clip(grey, 0, 1)), np.uint8)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of grey pixels (W3C, Portable Network Graphics, third edition: sections 5 and 11)."""
    height, width = pixels.shape
    lines = np.pad(pixels, ((0, 0), (1, 0))).tobytes()  # in front of each line its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def main(_: Sequence[str] = ()) -> None:
    """Take the picture anew."""
    PICTURE.write_bytes(picture())


if __name__ == "__main__":
    main()
