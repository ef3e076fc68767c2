"""The simulated rotator."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    State,
    on_connect,
    on_new,
    run,
)

from ..kinds.rotator import Rotator, RotatorCan
from .lasting import SIMULATION, keep
from .rotator_model import RotatorMechanism

__all__ = ["RotatorSimulator", "main"]

_TICK: Final = 0.1
"""Seconds between two looks at a motion."""


def _angle(name: str, label: str) -> DefNumber:
    return DefNumber(name, 0, label=label, format="%.3f", max=360)


class RotatorSimulator(Rotator):
    """Rotator simulator.

    It turns the camera, whatever its angle is called after a sync. How the camera is turned in truth is in
    TRUE_ROTATION, without a connection, too: the position angle of its "up" against the telescope's, in degrees from
    north to east.

    Args:
        name: The device's name.
        speed: Degrees a second.
        clock: Returns the time in seconds.
    """

    device_name: ClassVar[str] = "Rotator Simulator"
    executable: ClassVar[str] = "lightapt-rotator"
    rotator_can: ClassVar[RotatorCan] = RotatorCan.STOP | RotatorCan.SYNC | RotatorCan.REVERSE

    true_rotation = NumberVector(
        "TRUE_ROTATION",
        _angle("ANGLE", "Degrees"),
        label="Angle of the camera",
        group=SIMULATION,
        perm=Permission.READ_ONLY,
        always=True,
    )
    stand = NumberVector(
        "ROTATOR_STAND",
        _angle("MECHANICAL", "Mechanical angle (degrees)"),
        _angle("CALLED", "Called (degrees)"),
        label="Turn by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(self, name: str = "", *, speed: float = 10.0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name)
        self._clock = clock
        self._mechanism = RotatorMechanism(speed=speed, now=clock())

    async def turn_to(self, angle: float, *, way: float) -> None:
        """Turn to an angle."""
        self._mechanism.turn(way, now=self._clock())
        while self._mechanism.is_turning:
            await asyncio.sleep(min(_TICK, self._mechanism.remaining))
            self._mechanism.advance(self._clock())
            self._show()
        self._mechanism.sync(angle)  # sums of parts of a way are not exact
        self._keep()

    async def stop_rotator(self) -> None:
        """Stop where it is."""
        self._mechanism.stop(now=self._clock())
        self._keep()

    async def sync_rotator(self, angle: float) -> None:
        """Call the angle that it has so."""
        self._mechanism.sync(angle)
        self._keep()

    async def reverse_rotator(self, *, reverse: bool) -> None:
        """Turn the other way for larger angles, or as it was."""
        self._mechanism.reverse(reverse=reverse)

    def middle_of_rotation(self) -> float:
        """Return what the mechanical angle 0 is called."""
        return self._mechanism.zero

    @on_connect
    async def _begin(self) -> None:
        self._show()

    @on_new(stand)
    async def _place(self, wanted: Numbers) -> None:
        if self._mechanism.is_turning:
            raise RefusedError("the rotator is turning: abort that or wait for its end, then turn it by hand")
        self._mechanism.place(mechanical=wanted["MECHANICAL"], called=wanted["CALLED"])
        self._keep()

    def _show(self) -> None:
        """Tell how it is turned."""
        self.rotator_at(self._mechanism.called)
        self.true_rotation.change(ANGLE=self._mechanism.mechanical, state=State.OK)

    def _keep(self) -> None:
        """Tell how it is turned, and have it be so at the next start."""
        self._show()
        self.stand.ok(MECHANICAL=self._mechanism.mechanical, CALLED=self._mechanism.called)
        keep(self, self.stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(RotatorSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
