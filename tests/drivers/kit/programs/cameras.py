"""A driver of three devices: two cameras with pictures of any size, and a clock that answers at once."""

import sys

from lightapt_drivers import BlobVector, DefBlob, DefNumber, Device, NumberVector, on_new, operation
from lightapt_drivers import run_devices as run

MEGABYTE = 1_000_000


class Camera(Device):
    """A camera whose pixels are a counter."""

    image = BlobVector("IMAGE", DefBlob("IMAGE"))
    shoot = NumberVector("SHOOT", DefNumber("MEGABYTES", 0.0))

    @operation(shoot)
    async def take(self, wanted):
        await self.image.send(bytes(range(200)) * int(wanted.value * MEGABYTE / 200), format=".raw")


class Clock(Device):
    """A clock that says what it is told."""

    tick = NumberVector("TICK", DefNumber("COUNT", 0.0), always=True, saved=True)

    @on_new(tick)
    async def hear(self, wanted):
        self.tick.ok(wanted)


if __name__ == "__main__":
    sys.exit(run([Camera("Left"), Camera("Right"), Clock()]))
