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
_UNKNOWN: Final = "Unknown"
"""OBJECT where nobody has set it, in the older form of the header (libindi 1.9.9, libs/indibase/indiccd.cpp)."""


@asynccontextmanager
async def targeted(camera: Camera, target: str, console: Console) -> AsyncGenerator[None]:
    """Have the driver write OBJECT into the headers for as long as the block lasts, if it can.

    Afterwards it is what it was before, unless another client has changed it meanwhile. A header of the newer form
    does not tell what it was, and has no way to forget one keyword: there it is Unknown afterwards. Where no target is
    given OBJECT stays what other clients have made it, which is told if it can be read.
    """
    header = camera.device[Standard.FITS_HEADER]
    before = header.text("FITS_OBJECT") if "FITS_OBJECT" in header else _UNKNOWN
    if not target:
        if before not in ("", _UNKNOWN):
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
    """Set OBJECT, in the older form of the header or else the newer one.

    An empty text is for the older form only: in the newer one libindi's drivers say Ok to it, and keep what they have
    (libindi 2, libs/indibase/indiccd.cpp).
    """
    if "FITS_OBJECT" in header:
        await header.set(FITS_OBJECT=target, timeout=_BRIEF)
    elif "KEYWORD_NAME" in header:
        await header.set(KEYWORD_NAME="OBJECT", KEYWORD_VALUE=target, KEYWORD_COMMENT="", timeout=_BRIEF)


async def _take_back(header: Property, target: str, before: str) -> None:
    if "FITS_OBJECT" not in header or header.text("FITS_OBJECT") == target:
        await _tell(header, before)
