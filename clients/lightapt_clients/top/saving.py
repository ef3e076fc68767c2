"""BLOBs → files: how they are called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..blobs import Blob
from ..files import ending_of, safe

__all__ = ["file_name", "save"]


def file_name(blob: Blob, *, when: datetime) -> str:
    """Return what a BLOB's file is called: device, property and time, and its format at the end."""
    stem = safe(f"{blob.device}_{blob.name}".replace(" ", "-"))
    return f"{stem}_{when:%Y%m%dT%H%M%S}{ending_of(blob.format)}"


def save(blob: Blob, folder: Path, *, when: datetime) -> Path:
    """Write a BLOB to a file in a folder, and return its path.

    Raises:
        OSError: It cannot be written, or a file of that name is there.
    """
    path = folder / file_name(blob, when=when)
    blob.save(path)
    return path
