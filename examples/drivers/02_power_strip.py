#!/usr/bin/env python3
"""Switches of all three kinds, lights, and how to say no."""

import sys

from lightapt_drivers import (
    ButtonVector,
    DefLight,
    DefSwitch,
    Device,
    LightVector,
    RefusedError,
    State,
    Switches,
    SwitchRule,
    SwitchState,
    SwitchVector,
    on_new,
    run,
)


class PowerStrip(Device):
    """Three outlets, a heater and a fuse."""

    outlets = SwitchVector(
        "OUTLETS",
        DefSwitch("MOUNT", label="Mount"),
        DefSwitch("CAMERA", label="Camera"),
        DefSwitch("LAPTOP", label="Laptop"),
        rule=SwitchRule.ANY_OF_MANY,
        label="Outlets",
    )
    heater = SwitchVector("HEATER", DefSwitch("OFF", SwitchState.ON), DefSwitch("LOW"), DefSwitch("HIGH"))
    all_off = ButtonVector("ALL_OFF", DefSwitch("ALL_OFF", label="Everything off"))
    fuse = LightVector("FUSE", DefLight("LOADED", label="Load"))

    @on_new(outlets)
    async def switch(self, wanted: Switches) -> None:
        """Switch the outlets; what this method does not set becomes as it is wanted, and Ok."""
        if all(wanted.values()) and self.heater.choice == "HIGH":
            raise RefusedError("the fuse bears three outlets only while the heater is not on high")
        self.fuse.change(LOADED=State.ALERT if all(wanted.values()) else State.OK)

    @on_new(heater)
    async def heat(self, wanted: Switches) -> None:
        """Heat; of these switches one is on at a time."""
        if wanted.choice == "HIGH" and all(self.outlets.values.values()):
            raise RefusedError("the fuse bears no more than two outlets while the heater is on high")

    @on_new(all_off)
    async def switch_off(self, _: Switches) -> None:
        """Switch everything off; a button goes off by itself."""
        self.outlets.ok(dict.fromkeys(self.outlets, False))
        self.heater.choose("OFF", state=State.OK)


if __name__ == "__main__":
    sys.exit(run(PowerStrip))
