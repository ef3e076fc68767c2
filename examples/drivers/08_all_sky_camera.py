#!/usr/bin/env python3
"""Pictures: an array of numpy's becomes a FITS file, straight in the memory that travels to the server."""

import asyncio
import sys
from typing import TYPE_CHECKING

from lightapt_drivers import BlobVector, DefBlob, DefNumber, Device, Numbers, NumberVector, operation, run

if TYPE_CHECKING:
    from lightapt_protocol.fits import Pixels


class AllSkyCamera(Device):
    """A camera that sees a bright spot in a dark sky."""

    expose = NumberVector("EXPOSE", DefNumber("SECONDS", 1, format="%.2f", min=0, max=3600), label="Expose")
    image = BlobVector("IMAGE", DefBlob("IMAGE"), label="Picture")

    @operation(expose)
    async def take(self, wanted: Numbers) -> None:
        """Expose, and send the picture; the property is Ok when that is on its way."""
        from lightapt_protocol.fits import Card, plan  # numpy is loaded when it is needed

        await asyncio.sleep(wanted.value)
        file = plan(sky(wanted.value), [Card("EXPTIME", wanted.value, "s")])
        with self.image.buffer(file.size) as buffer:
            await asyncio.to_thread(file.write_into, buffer.memory)  # the device answers others meanwhile
            await self.image.send(buffer, format=".fits")


def sky(seconds: float, size: int = 480) -> "Pixels":
    """Return what the camera sees, in counts."""
    import numpy as np

    y, x = np.mgrid[:size, :size] - size / 2
    pixels: Pixels = (1000 + 2e4 * min(seconds, 3) * np.exp(-(x**2 + y**2) / 50)).astype(np.uint16)
    return pixels


if __name__ == "__main__":
    sys.exit(run(AllSkyCamera))
