"""A mount that is under way until it is told to stop."""

import asyncio
import sys

from lightapt_drivers import ButtonVector, DefNumber, Device, NumberVector, Standard, on_new, operation, run


class Mount(Device):
    """A mount for tests."""

    device_name = "Telescope Simulator"
    coordinates = NumberVector(Standard.EQUATORIAL_EOD_COORD, DefNumber("RA", 0.0), DefNumber("DEC", 0.0))
    abort = ButtonVector.standard_buttons(Standard.TELESCOPE_ABORT_MOTION, "Abort")

    @operation(coordinates)
    async def go(self, wanted):
        await asyncio.Event().wait()

    @on_new(abort)
    async def stop(self, wanted):
        await self.cancel(self.coordinates)


if __name__ == "__main__":
    sys.exit(run(Mount))
