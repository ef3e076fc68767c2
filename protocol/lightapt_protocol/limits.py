"""How large and how deep an element may be before its sender is at fault."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["START_TAG_LIMIT", "Limits"]

START_TAG_LIMIT = 64 * 1024
"""Longest start tag, in bytes, attributes included. INDI's own are well under 2 kB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stream may ask of its reader."""

    control_size: int = 4 * 1024 * 1024
    """Bytes of one element that is not a BLOB; of a BLOB vector, what is beside the bodies."""

    blob_size: int = 1024 * 1024 * 1024
    """Bytes of the encoded bodies of one BLOB vector, and the most that the ``size`` of a BLOB may say."""

    depth: int = 8
    """Elements within elements. INDI needs two, and gets them in any case."""
