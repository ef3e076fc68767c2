"""BLOBs → files: how they are called."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from ..blobs import Blob

__all__ = ["file_name", "save"]

_OTHER: Final = re.compile(r"[^A-Za-z0-9.+-]+")


def file_name(blob: Blob, *, when: datetime) -> str:
    """Return what a BLOB's file is called: device, property and time, and its format at the end."""
    stem = "_".join(_OTHER.sub("-", part).strip("-.") for part in (blob.device, blob.name))
    ending = _OTHER.sub("-", blob.format).strip("-.")
    return f"{stem}_{when:%Y%m%dT%H%M%S}.{ending or 'bin'}"


def save(blob: Blob, folder: Path, *, when: datetime) -> Path:
    """Write a BLOB to a file in a folder, and return its path.

    Raises:
        OSError: It cannot be written, or a file of that name is there.
    """
    path = folder / file_name(blob, when=when)
    blob.save(path)
    return path
