"""The simulated focuser."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar, Final, Self

from lightapt_drivers import (
    DefNumber,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    Snooped,
    Standard,
    State,
    every,
    on_connect,
    on_new,
    run,
)

from ..kinds.focuser import Focuser, FocuserCan
from .focuser_model import FocuserConfig, FocuserMechanism, Stand, temperature
from .lasting import SIMULATION, keep

__all__ = ["FocuserSimulator", "Motor", "main"]

_AS_BUILT: Final = FocuserConfig()
_TICK: Final = 0.1
"""Seconds between two looks at a motion."""


class Motor(StrEnum):
    """What moves the focus."""

    ABSOLUTE = "absolute"
    """A stepper that counts its steps."""
    RELATIVE = "relative"
    """A stepper that makes so many steps, and forgets them."""
    TIMED = "timed"
    """A DC motor that runs for a while."""


_ANY_MOTOR: Final = FocuserCan.STOP | FocuserCan.SPEED | FocuserCan.REVERSE | FocuserCan.TEMPERATURE
_CAN: Final = {
    Motor.ABSOLUTE: _ANY_MOTOR | FocuserCan.MOVE_TO | FocuserCan.SYNC,
    Motor.RELATIVE: _ANY_MOTOR | FocuserCan.MOVE_BY,
    Motor.TIMED: _ANY_MOTOR | FocuserCan.RUN,
}


class FocuserSimulator(Focuser):
    """Focuser simulator.

    Its gear has play, and its nights get colder. What the optics make of it is in TRUE_FOCUS: the position that counts
    for the picture, in steps. It is there without a connection, too, for a drawtube stays where it is.

    Args:
        name: The device's name.
        config: How it is built.
        motor: What moves it.
        clock: Returns the time, as Unix time in seconds.
    """

    device_name: ClassVar[str] = "Focuser Simulator"
    executable: ClassVar[str] = "lightapt-focuser"

    mount = Snooped("ACTIVE_TELESCOPE", Standard.GEOGRAPHIC_COORD, device="Telescope Simulator", label="Telescope")

    focus_speed = Focuser.focus_speed.but(
        DefNumber("FOCUS_SPEED_VALUE", _AS_BUILT.speed, label="Steps a second", format="%.0f", min=1, max=20_000)
    )
    true_focus = NumberVector(
        "TRUE_FOCUS",
        DefNumber("POSITION", _AS_BUILT.start, label="Steps", format="%.1f"),
        DefNumber("TEMPERATURE", _AS_BUILT.warmth, label="°C", format="%.2f"),
        label="Focus of the optics",
        group=SIMULATION,
        perm=Permission.READ_ONLY,
        always=True,
    )
    mechanics = NumberVector(
        "FOCUS_MECHANICS",
        DefNumber("BACKLASH", _AS_BUILT.backlash, label="Backlash (steps)", format="%.0f", max=10_000),
        DefNumber("DRIFT", _AS_BUILT.drift, label="Drift (steps/°C)", format="%.1f", min=-1000, max=1000),
        label="Mechanics",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    stand = NumberVector(
        "FOCUS_STAND",
        DefNumber("COUNTED", _AS_BUILT.start, label="Counter (steps)", format="%.0f"),
        DefNumber("DRAWTUBE", _AS_BUILT.start, label="Drawtube (steps)", format="%.1f", max=_AS_BUILT.travel),
        DefNumber("PLAY", 0, label="Play taken up outward (steps)", format="%.1f", max=10_000),
        label="Move by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(
        self,
        name: str = "",
        config: FocuserConfig = _AS_BUILT,
        *,
        motor: Motor = Motor.ABSOLUTE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(name)
        self._config = config
        self._motor = motor
        self._clock = clock
        self._mechanism = FocuserMechanism(config, now=clock())
        self.focus_speed.set(FOCUS_SPEED_VALUE=config.speed)
        self.mechanics.set(BACKLASH=config.backlash, DRIFT=config.drift)
        self._show()

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add what moves it."""
        parser.add_argument(
            "--motor", type=Motor, choices=list(Motor), default=Motor.ABSOLUTE, help="what moves it (default: absolute)"
        )

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the focuser that a command line asks for."""
        return cls(options.name, motor=options.motor)

    async def move_focus_to(self, steps: float) -> None:
        """Go to a position."""
        self._mechanism.start(steps, now=self._clock())
        while self._mechanism.is_moving:
            await asyncio.sleep(min(_TICK, self._mechanism.remaining))
            self._mechanism.advance(self._clock())
            self._show()
        self._keep()

    async def move_focus_by(self, steps: float) -> None:
        """Go so many steps."""
        await self.move_focus_to(self._mechanism.stand.counted + steps)

    async def run_focus(self, seconds: float) -> None:
        """Move for so long."""
        await self.move_focus_by(seconds * self._mechanism.speed)

    async def stop_focus(self) -> None:
        """Stop where it is."""
        self._mechanism.stop(now=self._clock())
        self._keep()

    async def sync_focus(self, steps: float) -> None:
        """Call the position that it has so many steps."""
        self._mechanism.sync(steps)
        self._keep()

    async def reverse_focus(self, *, reverse: bool) -> None:
        """Exchange inward and outward, or have them as they were."""
        self._mechanism.reverse(reverse=reverse)

    async def set_focus_speed(self, speed: float) -> None:
        """Move at this speed from now on, in steps a second."""
        self._mechanism.advance(self._clock())
        self._mechanism.speed = speed

    @on_connect
    async def _begin(self) -> None:
        self.declare_focuser(_CAN[self._motor])
        self.limit_focus(self._config.travel)
        self.focus_at(self._mechanism.stand.counted)

    @every(always=True)
    async def _follow_the_weather(self) -> None:
        self._show()

    @on_new(mechanics)
    async def _set_mechanics(self, wanted: Numbers) -> None:
        self._mechanism.set_backlash(wanted["BACKLASH"])
        self.mechanics.ok(wanted)
        self._show()

    @on_new(stand)
    async def _place(self, wanted: Numbers) -> None:
        if self._mechanism.is_moving:
            raise RefusedError("the motor is turning: abort that or wait for its end, then move it by hand")
        self._mechanism.place(Stand(wanted["COUNTED"], wanted["DRAWTUBE"], wanted["PLAY"]))
        self.stand.ok(wanted)
        self._keep()

    def _show(self) -> None:
        """Tell where it is, and how warm."""
        stand, warmth = self._mechanism.stand, self._temperature()
        if self.focus_position.is_defined:
            self.focus_at(stand.counted)
        shift = self.mechanics["DRIFT"] * (warmth - self._config.warmth)
        self.true_focus.change(POSITION=round(stand.drawtube + shift, 1), TEMPERATURE=round(warmth, 2), state=State.OK)
        self.focus_temperature.change(TEMPERATURE=round(warmth, 2), state=State.OK)

    def _temperature(self) -> float:
        site = self.mount.find(Standard.GEOGRAPHIC_COORD)
        longitude = 0.0 if site is None else site.number("LONG")
        return temperature(self._config, now=self._clock(), longitude=longitude)

    def _keep(self) -> None:
        """Tell where it is, and have it be there at the next start."""
        self._show()
        stand = self._mechanism.stand
        self.stand.change(COUNTED=stand.counted, DRAWTUBE=stand.drawtube, PLAY=stand.play)
        keep(self, self.stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(FocuserSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
