#!/usr/bin/env python3
"""Snooping: a device that follows what another does, in whichever driver that is."""

import sys

from lightapt_drivers import Change, DefLight, Device, LightVector, Snooped, Standard, State, on_snoop, run

COORDINATES = Standard.EQUATORIAL_EOD_COORD


class WarningLamp(Device):
    """A lamp that is on while the telescope moves."""

    lamp = LightVector("LAMP", DefLight("MOVES", label="The telescope moves"), always=True)
    # People choose another telescope by ACTIVE_DEVICES, which the device has because of this line.
    mount = Snooped("ACTIVE_TELESCOPE", COORDINATES, device="Telescope Simulator", label="Telescope")

    @on_snoop(mount, COORDINATES)
    async def look(self, change: Change) -> None:
        """Look whether it moves; it may also have vanished, with its driver."""
        moves = change.current is not None and change.current.state is State.BUSY
        self.lamp.change(MOVES=State.ALERT if moves else State.IDLE)


if __name__ == "__main__":
    sys.exit(run(WarningLamp))
