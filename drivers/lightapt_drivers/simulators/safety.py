"""The simulated safety monitor."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    Numbers,
    NumberVector,
    Switches,
    SwitchState,
    SwitchVector,
    on_new,
    run,
)

from ..kinds.safety_monitor import SafetyMonitor
from .lasting import SIMULATION, keep

__all__ = ["SafetySimulator", "main"]


class SafetySimulator(SafetyMonitor):
    """Safety monitor simulator: a contact that opens when it is not safe, and must be closed for a while to be safe.

    Args:
        name: The device's name.
        clock: Returns the time in seconds.
    """

    device_name: ClassVar[str] = "Safety Monitor Simulator"
    executable: ClassVar[str] = "lightapt-safety"

    contact = SwitchVector(
        "SAFETY_CONTACT",
        DefSwitch("CLOSED", SwitchState.ON, label="Closed: safe"),
        DefSwitch("OPEN", label="Open: not safe"),
        label="Contact",
        group=SIMULATION,
        always=True,
    )
    delay = NumberVector(
        "SAFETY_DELAY",
        DefNumber("SECONDS", 0, label="Closed for so many seconds before it is safe again", format="%.0f", max=3600),
        label="Delay",
        group=SIMULATION,
        always=True,
        saved=True,
    )

    def __init__(self, name: str = "", *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name)
        self._clock = clock
        self._closed_since = float("-inf")

    async def is_safe(self) -> bool:
        """Return whether the contact has been closed for long enough."""
        return self.contact["CLOSED"] and self._clock() >= self._closed_since + self.delay.value

    @on_new(contact)
    async def _switch(self, wanted: Switches) -> None:
        if wanted["CLOSED"] and self.contact["OPEN"]:
            self._closed_since = self._clock()
        self.contact.ok(wanted)
        await self._look()
        keep(self, self.contact)

    @on_new(delay)
    async def _set_delay(self, wanted: Numbers) -> None:
        self.delay.ok(wanted)
        await self._look()

    async def _look(self) -> None:
        if self.is_connected:
            self.safety_is(await self.is_safe())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(SafetySimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
