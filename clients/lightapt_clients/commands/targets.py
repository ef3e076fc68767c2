"""What pictures show, in their headers: OBJECT is told to the camera's driver for a run, and no longer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from lightapt_protocol.standard import Standard

from ..devices import Property
from ..errors import ClientError
from ..kinds import Camera
from .console import Console
from .motions import take_note

__all__ = ["targeted"]

_BRIEF: Final = 5.0
"""Seconds that a driver has to take back what it was told."""


@asynccontextmanager
async def targeted(camera: Camera, target: str, console: Console) -> AsyncGenerator[None]:
    """Have the driver write OBJECT into the headers for as long as the block lasts, if it can.

    Afterwards it is what it was before, unless another client has changed it meanwhile. Where no target is given
    OBJECT stays what other clients have made it, which is told.
    """
    header = camera.device[Standard.FITS_HEADER]
    before = header.text("FITS_OBJECT") if "FITS_OBJECT" in header else ""
    if not target:
        if before:
            words = f"{camera.name} writes OBJECT = {before!r} into the headers, as it was before"
            console.note(f"{words}; --target NAME for another.")
        yield
        return
    await _tell(header, target)
    try:
        yield
    except BaseException:
        take_note()
        raise
    finally:
        try:
            await _take_back(header, target, before)
        except ClientError as error:
            console.note(f"lightapt: OBJECT = {target!r} stays in the headers of {camera.name}: {error}")


async def _tell(header: Property, target: str) -> None:
    """Set OBJECT; without a target it is forgotten."""
    if "FITS_OBJECT" in header:
        await header.set(FITS_OBJECT=target, timeout=_BRIEF)
    elif "KEYWORD_NAME" in header:
        await header.set(KEYWORD_NAME="OBJECT", KEYWORD_VALUE=target, KEYWORD_COMMENT="", timeout=_BRIEF)


async def _take_back(header: Property, target: str, before: str) -> None:
    if "FITS_OBJECT" not in header or header.text("FITS_OBJECT") == target:
        await _tell(header, before)
