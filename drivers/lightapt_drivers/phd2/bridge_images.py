"""Images of PHD2's guide camera as BLOBs: the star and what is around it, and whole frames that PHD2 saves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lightapt_drivers import (
    BlobVector,
    ButtonVector,
    DefBlob,
    DefNumber,
    DefSwitch,
    DefText,
    HardwareError,
    NumberVector,
    Permission,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    WhileBusy,
    load,
    operation,
    time_limit,
)

from .bridge_base import Phd2Base, shown
from .errors import Phd2Error
from .results import StarImage

__all__ = ["IMAGES", "ImagesPart", "star_fits"]

IMAGES: Final = "Images"
_FITS: Final = b"SIMPLE  ="
_LARGEST: Final = 2**30
"""Bytes of a saved image."""
_LAST_WORD: Final = 0.5
"""Seconds in which PHD2 tells where an image is that is not waited for any more."""


class ImagesPart(Phd2Base):
    """Images."""

    star_image = ButtonVector("PHD2_STAR_IMAGE", DefSwitch("GET", label="Get"), label="Star image", group=IMAGES)
    star_image_size = NumberVector(
        "PHD2_STAR_IMAGE_SIZE",
        DefNumber("SIZE", 15, label="Side (pixels)", format="%.0f", min=15, max=63, step=1),
        label="Star image's size",
        group=IMAGES,
        saved=True,
    )
    star_image_format = SwitchVector(
        "PHD2_STAR_IMAGE_FORMAT",
        DefSwitch("FITS", SwitchState.ON, label="FITS"),
        DefSwitch("RAW", label="Raw: 16 bits, little-endian"),
        label="Star image's format",
        group=IMAGES,
        saved=True,
    )
    star_image_info = NumberVector(
        "PHD2_STAR_IMAGE_INFO",
        DefNumber("FRAME", 0, label="Frame", format="%.0f"),
        DefNumber("WIDTH", 0, label="Width (pixels)", format="%.0f"),
        DefNumber("HEIGHT", 0, label="Height (pixels)", format="%.0f"),
        DefNumber("STAR_X", 0, label="Star's x in it", format="%.2f"),
        DefNumber("STAR_Y", 0, label="Star's y in it", format="%.2f"),
        label="Star image",
        group=IMAGES,
        perm=Permission.READ_ONLY,
    )
    star_image_data = BlobVector("PHD2_STAR_IMAGE_DATA", DefBlob("IMAGE", label="Star"), label="Star", group=IMAGES)
    save_image = ButtonVector("PHD2_SAVE_IMAGE", DefSwitch("SAVE", label="Save"), label="Save image", group=IMAGES)
    saved_image = TextVector(
        "PHD2_SAVED_IMAGE",
        DefText("PATH", label="Path at PHD2's host"),
        label="Saved image",
        group=IMAGES,
        perm=Permission.READ_ONLY,
    )
    saved_image_file = SwitchVector(
        "PHD2_SAVED_IMAGE_FILE",
        DefSwitch("REMOVE", SwitchState.ON, label="Remove when it is sent"),
        DefSwitch("KEEP", label="Keep"),
        label="Saved image's file",
        group=IMAGES,
        saved=True,
    )
    image = BlobVector("PHD2_IMAGE", DefBlob("IMAGE", label="Image"), label="Image", group=IMAGES)

    @operation(star_image)
    async def _get_star_image(self, _: Switches) -> None:
        image = await self.phd2.get_star_image(int(self.star_image_size.value))
        star = image.star
        shown(
            self.star_image_info,
            FRAME=image.frame,
            WIDTH=image.width,
            HEIGHT=image.height,
            STAR_X=star.x if star else None,
            STAR_Y=star.y if star else None,
        )
        self.star_image_info.ok()
        if self.star_image_format["RAW"]:
            await self.star_image_data.send(image.pixels, format=".raw")
        else:
            exposure = self.phd2.state.exposure
            data = await asyncio.to_thread(star_fits, image, exposure=exposure)  # loads numpy
            await self.star_image_data.send(data, format=".fits")

    @operation(save_image, while_busy=WhileBusy.REFUSE)
    async def _save_image(self, _: Switches) -> None:
        path = await self._saved()
        if self.phd2.is_here:
            await self._send_and_remove(Path(path))
        else:
            words = f"PHD2 runs on another machine: its image is there, as {path}; remove it when it is not needed"
            self.saved_image.ok(PATH=path, message=words)

    async def _saved(self) -> str:
        """Have PHD2 save its image, and return the path; cancelled, tell it if it comes soon: the file is there."""
        saving = asyncio.create_task(self.phd2.save_image(), name="what PHD2 saves")
        try:
            return await asyncio.shield(saving)
        except asyncio.CancelledError:
            with suppress(TimeoutError, Phd2Error):
                async with time_limit(_LAST_WORD):
                    words = "PHD2 has saved an image that was not waited for: remove it when it is not needed"
                    self.saved_image.ok(PATH=await saving, message=words)
            raise
        finally:
            saving.cancel()

    async def _send_and_remove(self, path: Path) -> None:
        """Send a file that PHD2 has saved, and then remove it; what is no image stays, as does one that is not sent.

        Nobody tells a driver whether any client takes its BLOBs: who has none that does can have the file kept.

        Raises:
            HardwareError: It cannot be read.
        """
        try:
            data = await asyncio.to_thread(_read_image, path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise HardwareError(f"PHD2 has saved {path}, which cannot be read here: {reason}") from error
        self.saved_image.ok(PATH=str(path))  # while it is there: until the server has taken it
        await self.image.send(data, format=".fits")
        if self.saved_image_file["KEEP"]:
            return
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            self.saved_image.ok(PATH="")
        except OSError as error:
            words = f"{path} cannot be removed: {error.strerror or error}; remove it when it is not needed"
            self.saved_image.ok(message=words)


def _read_image(path: Path) -> bytes:
    if not path.is_file():
        raise OSError("it is no file")
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError("it is too large")
    if not data.startswith(_FITS):
        raise OSError("it is no FITS file")
    return data


def star_fits(image: StarImage, *, exposure: int | None = None) -> memoryview:
    """Return the FITS file of a star image; XSTAR and YSTAR say where the star is, from 0.

    Args:
        image: The image.
        exposure: In milliseconds, if it is known.
    """
    load("lightapt_protocol.fits")  # and with it numpy
    import numpy as np

    from lightapt_protocol.fits import Card, encode

    pixels = np.frombuffer(image.pixels, dtype="<u2").reshape(image.height, image.width)
    now = datetime.now(UTC).replace(tzinfo=None)
    cards = [
        Card("DATE", now.isoformat(timespec="milliseconds"), "UTC when it was got"),
        Card("PHDFRAME", image.frame, "PHD2's number of the frame"),
    ]
    if image.star is not None:
        cards += [
            Card("XSTAR", image.star.x, "[pixel] star, from the centre of the first"),
            Card("YSTAR", image.star.y, "[pixel] star, from the centre of the first"),
        ]
    if exposure is not None and exposure >= 0:
        cards.append(Card("EXPTIME", exposure / 1000, "[s] length of the exposure"))
    return encode(pixels.astype(np.uint16), cards)
