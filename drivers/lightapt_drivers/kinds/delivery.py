"""What becomes of a picture: compressed or not, it goes to the clients, to a file, or to both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lightapt_drivers import (
    OPTIONS,
    DefSwitch,
    DefText,
    Device,
    LiveBlob,
    Permission,
    Standard,
    SwitchState,
    SwitchVector,
    Texts,
    TextVector,
    on_new,
)

from .chips import IMAGE, IMAGE_INFO
from .uploads import Place, check_folder, check_pattern

if TYPE_CHECKING:
    from lightapt_protocol.fits import Card, Pixels

    from .pictures import Finished

__all__ = ["Delivery"]


class Delivery(Device):
    """Sends pictures, and saves them."""

    compression_type = SwitchVector(
        "CCD_COMPRESSION_TYPE",
        DefSwitch("RICE", SwitchState.ON, label="Rice (.fits.fz)"),
        DefSwitch("ZLIB", label="zlib (.fits.z)"),
        label="Compress by",
        group=IMAGE,
        saved=True,
    )
    upload_mode = SwitchVector.standard(
        Standard.UPLOAD_MODE,
        "Client",
        "Local",
        "Both",
        on="UPLOAD_CLIENT",
        label="Upload",
        group=OPTIONS,
        saved=True,
    )
    upload_settings = TextVector(
        Standard.UPLOAD_SETTINGS,
        DefText("UPLOAD_DIR", "~/LightAPT", label="Folder"),
        DefText("UPLOAD_PREFIX", "{date}/{target}_{type}_{filter}_{exposure}s_XXX", label="File name"),
        label="Upload settings",
        group=OPTIONS,
        saved=True,
    )
    file_path = TextVector(
        Standard.CCD_FILE_PATH,
        DefText("FILE_PATH", label="File"),
        label="Saved as",
        group=IMAGE_INFO,
        perm=Permission.READ_ONLY,
    )

    @property
    def _place(self) -> Place:
        return Place(self.upload_settings["UPLOAD_DIR"], self.upload_settings["UPLOAD_PREFIX"])

    async def check_delivery(self) -> None:
        """See, before an exposure is made, that there will be somewhere for its picture to go.

        Raises:
            RefusedError: It would be lost.
        """
        if self.upload_mode["UPLOAD_LOCAL"]:
            await asyncio.to_thread(check_folder, self._place.folder)

    async def deliver(
        self, image: LiveBlob, pixels: Pixels, cards: Sequence[Card], *, facts: Mapping[str, str], compressed: bool
    ) -> None:
        """Send a picture and save it, as the properties say; one that cannot be saved is sent in any case.

        Cancelled before it is saved, it leaves nothing behind.

        Args:
            image: The property to send it by.
            pixels: Of the picture.
            cards: Of its header.
            facts: What fields of the file's name stand for.
            compressed: Whether it is to be compressed.

        Raises:
            DriverError: It cannot be saved.
        """
        from .pictures import Form, finish

        form = Form.of(compressed=compressed, by=self.compression_type.choice)
        place = None if self.upload_mode["UPLOAD_CLIENT"] else self._place
        is_sent = not self.upload_mode["UPLOAD_LOCAL"]
        finished = await _in_thread(partial(finish, pixels, cards, form, buffer=image.buffer, place=place, facts=facts))
        try:
            if finished.path is not None:
                self.file_path.ok(FILE_PATH=str(finished.path))
                self.log.info("the picture is saved as %s", finished.path)
            if is_sent or finished.fault is not None:
                picture = finished.picture
                await image.send(picture.buffer, format=form.value, size=picture.plain_size)
        finally:
            finished.picture.buffer.close()
        if finished.fault is not None:
            raise finished.fault

    @on_new(upload_settings)
    async def _set_upload(self, wanted: Texts) -> None:
        check_pattern(wanted["UPLOAD_PREFIX"])


async def _in_thread(work: Callable[[], Finished]) -> Finished:
    """Have this done in a thread, the loop going on to answer the server; cancelled, have nothing left of it."""
    doing = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        doing.add_done_callback(_drop)
        raise


def _drop(done: asyncio.Future[Finished]) -> None:
    if not done.cancelled() and done.exception() is None:
        done.result().drop()
