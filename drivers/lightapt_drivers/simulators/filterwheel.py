"""The simulated filter wheel."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from lightapt_drivers import DefNumber, Numbers, NumberVector, RefusedError, on_connect, on_new, run

from ..kinds.filter_wheel import FilterWheel, filters
from .lasting import SIMULATION, keep
from .wheel_model import WheelMechanism

__all__ = ["FILTERS", "FilterWheelSimulator", "main"]

FILTERS: Final = ("Luminance", "Red", "Green", "Blue", "Ha", "OIII", "SII", "Clear")
"""What is in the slots, from 1 on; the names can be changed, the glass cannot."""
_TICK: Final = 0.1
"""Seconds between two looks at a motion."""


class FilterWheelSimulator(FilterWheel):
    """Filter wheel simulator.

    It has eight slots, and takes the shortest way round.

    Args:
        name: The device's name.
        pace: Seconds from one slot to the next.
        clock: Returns the time in seconds.
    """

    device_name: ClassVar[str] = "Filter Simulator"
    executable: ClassVar[str] = "lightapt-filterwheel"

    filter_names = FilterWheel.filter_names.but(*filters(FILTERS))
    stand = NumberVector(
        "FILTER_STAND",
        DefNumber("SLOT", 1, label="Slot", format="%.0f", min=1, max=len(FILTERS), step=1),
        label="Turn by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(self, name: str = "", *, pace: float = 0.5, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name)
        self._clock = clock
        self._mechanism = WheelMechanism(len(FILTERS), pace=pace, now=clock())

    async def select_filter(self, slot: int) -> None:
        """Turn to a slot."""
        self._mechanism.go(slot, now=self._clock())
        await self._arrival()
        self._keep()

    @on_connect
    async def _begin(self) -> None:
        await self._arrival()  # it goes on turning when a driver leaves it
        self.filter_at(self._mechanism.slot)
        if self.stand["SLOT"] != self._mechanism.slot:
            self._keep()

    @on_new(stand)
    async def _place(self, wanted: Numbers) -> None:
        self._mechanism.advance(self._clock())
        if self._mechanism.is_turning:
            raise RefusedError("the wheel is turning: wait for its end, then turn it by hand")
        self._mechanism.place(int(wanted["SLOT"]))
        self.filter_at(self._mechanism.slot)
        self._keep()

    async def _arrival(self) -> None:
        self._mechanism.advance(self._clock())
        while self._mechanism.is_turning:
            await asyncio.sleep(min(_TICK, self._mechanism.remaining))
            self._mechanism.advance(self._clock())

    def _keep(self) -> None:
        """Have the same slot in the beam at the next start."""
        self.stand.ok(SLOT=self._mechanism.slot)
        keep(self, self.stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(FilterWheelSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
