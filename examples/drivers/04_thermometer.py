#!/usr/bin/env python3
"""Hardware that comes and goes: connecting, polling, losing it and finding it again. With an option of its own."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Self

from lightapt_drivers import (
    DefNumber,
    Device,
    HardwareError,
    LinkLostError,
    NumberVector,
    Permission,
    every,
    on_connect,
    run,
)


class Thermometer(Device):
    """A sensor of the Linux kernel's."""

    reconnect_after = (1.0, 5.0, 30.0)
    temperature = NumberVector("TEMPERATURE", DefNumber("CELSIUS", 0, format="%.1f"), perm=Permission.READ_ONLY)

    def __init__(self, name: str = "", sensor: Path = Path("/sys/class/thermal/thermal_zone0/temp")) -> None:
        super().__init__(name)
        self._sensor = sensor

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Let the command line say which sensor it is."""
        parser.add_argument("--sensor", type=Path, help="the file that holds thousandths of a degree")

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the thermometer that the command line asks for."""
        return cls(options.name, *filter(None, [options.sensor]))

    @on_connect
    async def find(self) -> None:
        """See that it is there; if it is not, CONNECTION turns to Alert with these words."""
        if not self._sensor.exists():
            raise HardwareError(f"there is no sensor {self._sensor}")

    @every()
    async def read(self) -> None:
        """Read it, as often as POLLING_PERIOD says; if it is gone, it is looked for until it is back."""
        try:
            self.temperature.ok(CELSIUS=int(self._sensor.read_text()) / 1000)
        except OSError as error:
            raise LinkLostError(f"{self._sensor} cannot be read: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(run(Thermometer))
