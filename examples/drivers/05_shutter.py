#!/usr/bin/env python3
"""What a driver remembers: settings that people save, and a counter that is saved by itself."""

import sys

from lightapt_drivers import (
    OPTIONS,
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    Device,
    NumberVector,
    Switches,
    TextVector,
    on_new,
    run,
)


class Shutter(Device):
    """A shutter that counts how often it was opened."""

    release = ButtonVector("RELEASE", DefSwitch("RELEASE", label="Open and close"))
    lifetime = NumberVector(
        "LIFETIME",
        DefNumber("ACTUATIONS", 100_000, label="Actuations", format="%.0f", min=1, max=1e7, step=1),
        label="Lifetime",
        group=OPTIONS,
        always=True,  # there before the device is connected, too
        saved=True,  # kept by CONFIG_SAVE, and brought back when the driver starts
    )
    owner = TextVector("OWNER", DefText("NAME", label="Name"), label="Owner", group=OPTIONS, always=True, saved=True)
    count = NumberVector("COUNT", DefNumber("ACTUATIONS", 0, format="%.0f", min=0, max=1e9, step=1), always=True)

    @on_new(release)
    async def actuate(self, _: Switches) -> None:
        """Open and close the shutter, and save the count at once: it must survive a power cut."""
        self.count.ok(ACTUATIONS=self.count.value + 1)
        self.remember(self.count)
        if self.count.value > self.lifetime.value:
            self.log.warning("the shutter has outlived its time by %g", self.count.value - self.lifetime.value)


if __name__ == "__main__":
    sys.exit(run(Shutter))
