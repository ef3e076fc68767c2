#!/usr/bin/env python3
"""A driver in ten lines: one number, read once a second."""

import os
import sys

from lightapt_drivers import DefNumber, Device, NumberVector, Permission, every, run


class LoadMeter(Device):
    """Tells how busy this computer is."""

    load = NumberVector("LOAD", DefNumber("LAST_MINUTE", 0, format="%.2f"), perm=Permission.READ_ONLY)

    @every(1)
    async def read(self) -> None:
        """Read the processes that ran or waited, on average."""
        self.load.ok(LAST_MINUTE=os.getloadavg()[0])


if __name__ == "__main__":
    sys.exit(run(LoadMeter))
