#!/usr/bin/env python3
"""An operation: what takes its time, is Busy meanwhile, and can be replaced and aborted."""

import asyncio
import sys

from lightapt_drivers import (
    ButtonVector,
    DefLight,
    DefNumber,
    DefSwitch,
    Device,
    LightVector,
    Numbers,
    NumberVector,
    State,
    Switches,
    on_new,
    operation,
    run,
)


class Lid(Device):
    """The lid of a telescope, on a slow motor."""

    angle = NumberVector("ANGLE", DefNumber("DEGREES", 0, format="%.0f", min=0, max=270, step=1), label="Opening")
    motor = LightVector("MOTOR", DefLight("RUNS", label="Motor"))
    abort = ButtonVector("ABORT", DefSwitch("ABORT", label="Abort"))

    @operation(angle)
    async def turn(self, wanted: Numbers) -> None:
        """Turn to an angle. When this returns the property is Ok; cancelled, it is Idle."""
        self.motor.ok(RUNS=State.BUSY)
        try:
            while (here := self.angle.value) != wanted.value:
                await asyncio.sleep(0.01)  # a step of the motor
                self.angle.set(DEGREES=here + (1 if here < wanted.value else -1))
        finally:  # arrived, aborted, disconnected, or on the way to somewhere else
            self.motor.ok(RUNS=State.IDLE)

    @on_new(abort)
    async def stop(self, _: Switches) -> None:
        """Stop. When `cancel` returns the motor stands."""
        await self.cancel(self.angle)


if __name__ == "__main__":
    sys.exit(run(Lid))
