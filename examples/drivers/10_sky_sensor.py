#!/usr/bin/env python3
"""A serial instrument: what is asked of it, where its answers end, and an emulator to try the driver with."""

import sys

from lightapt_drivers import DefNumber, NumberVector, Permission, every, on_connect, run
from lightapt_drivers.instruments.queries import Query, Until
from lightapt_drivers.instruments.serial_device import SerialDevice

TEMPERATURE = Query(b"T\n", Until(b"\n"), float)
"""What is sent, where the answer ends, and what becomes of it."""


class SkySensor(SerialDevice):
    """Measures how warm the sky is: clouds are warmer."""

    sky = NumberVector("SKY", DefNumber("CELSIUS", 0, format="%.1f"), perm=Permission.READ_ONLY, label="Sky")

    @on_connect
    async def greet(self) -> None:
        """See that it is such a sensor: the port is open by now."""
        await self.link.ask(TEMPERATURE)

    @every()
    async def measure(self) -> None:
        """Ask it; who does not answer three times in a row is lost, and looked for until it is back."""
        self.sky.ok(CELSIUS=await self.link.ask(TEMPERATURE))

    def make_emulator(self) -> "Emulated":
        """Return what answers while SIMULATION is enabled."""
        return Emulated()


class Emulated:
    """The sensor's end of the line."""

    def answer(self, data: bytes, now: float) -> bytes:
        """Take what has come, and return what is said to it: the sky gets colder."""
        return f"{-10 - now % 60 / 10:.1f}\n".encode() * data.count(b"T\n")


if __name__ == "__main__":
    sys.exit(run(SkySensor))
