"""A driver for the switchyard to start: `members.py NAME`. It counts, sends pictures, hangs and dies as it is told."""

import os
import sys
import time

from lightapt_drivers import (
    BlobVector,
    ButtonVector,
    DefBlob,
    DefNumber,
    DefSwitch,
    Device,
    NumberVector,
    Snooped,
    on_new,
    on_snoop,
    operation,
    run_devices,
)


class Member(Device):
    """A member."""

    count = NumberVector("COUNT", DefNumber("VALUE", 0), always=True)
    heard = NumberVector("HEARD", DefNumber("VALUE", 0), always=True)
    picture = NumberVector("PICTURE", DefNumber("BYTES", 0), always=True)
    image = BlobVector("IMAGE", DefBlob("IMAGE"), always=True)
    end = ButtonVector("END", DefSwitch("DIE"), DefSwitch("HANG"), always=True)
    other = Snooped("OTHER", "COUNT", device="First")

    @on_snoop(other, "COUNT")
    async def listen(self, change):
        if change.current is not None:
            self.heard.set(VALUE=change.current.number("VALUE"))

    @operation(picture)
    async def send(self, wanted):
        size = int(wanted.value)
        with self.image.buffer(size) as buffer:
            buffer.memory[:4] = b"head"
            buffer.memory[-4:] = b"tail"
            await self.image.send(buffer, format=".bin")
        self.picture.set(BYTES=size)

    @on_new(end)
    async def finish(self, wanted):
        if wanted["DIE"]:
            os._exit(3)
        time.sleep(60)  # noqa: ASYNC251 - it hangs, loop and all


if __name__ == "__main__":
    sys.exit(run_devices([Member(sys.argv[1])]))
