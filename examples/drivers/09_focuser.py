#!/usr/bin/env python3
"""A standard kind: the kind defines what clients of focusers look for, and the driver moves the motor."""

import asyncio
import sys
from itertools import count

from lightapt_drivers import every, run
from lightapt_drivers.kinds.focuser import Focuser, FocuserCan


class HandMadeFocuser(Focuser):
    """A stepper motor and a thermometer, on a breadboard."""

    focuser_can = FocuserCan.MOVE_TO | FocuserCan.STOP | FocuserCan.TEMPERATURE
    focus_max = Focuser.focus_max.but(label="Travel")
    _running = False
    _night = count()

    async def move_focus_to(self, steps: float) -> None:
        """Go to a position; the kind sees to limits, relative motions, aborts and states."""
        self._running = True
        while (here := self.focus_position.value) != steps:
            await asyncio.sleep(0.001)  # a hundred steps of the motor
            self.focus_at(min(here + 100, steps) if here < steps else max(here - 100, steps))
        self._running = False

    async def stop_focus(self) -> None:
        """Stop where it is."""
        self._running = False

    @every()
    async def measure(self) -> None:
        """Measure the temperature: it gets colder."""
        self.focus_temperature.ok(TEMPERATURE=10 - next(self._night) / 100)


if __name__ == "__main__":
    sys.exit(run(HandMadeFocuser))
