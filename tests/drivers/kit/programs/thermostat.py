"""A driver as simple as they come, with an option of its own, and a word when it lets go."""

import asyncio
import sys

from lightapt_drivers import DefNumber, Device, NumberVector, on_connect, on_disconnect, on_new, operation, run


class Thermostat(Device):
    """A thermostat for tests.

    Only the first line is shown.
    """

    executable = "test-thermostat"
    target = NumberVector("TARGET", DefNumber("CELSIUS", 18.0, min=5.0, max=30.0), saved=True)
    long = NumberVector("LONG", DefNumber("SECONDS", 0.0))
    heat = 1.0

    @classmethod
    def add_options(cls, parser):
        parser.add_argument("--heat", type=float, default=1.0, help="how fast it heats")

    @classmethod
    def from_options(cls, options):
        device = super().from_options(options)
        device.heat = options.heat
        return device

    @on_connect
    async def open(self):
        self.log.info("heats at %g", self.heat)

    @on_disconnect
    async def close(self):
        print("closed", file=sys.stderr)

    @on_new(target)
    async def set_target(self, wanted):
        if wanted.value == 29:
            raise ZeroDivisionError("a mistake")

    @operation(long)
    async def take_long(self, wanted):
        try:
            await asyncio.sleep(wanted.value)
        finally:
            print("stopped", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(run(Thermostat))
