"""The simulated dome."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar, Final, Self

from lightapt_drivers import DefNumber, Numbers, NumberVector, RefusedError, on_connect, on_new, run

from ..kinds.dome import Dome, DomeCan, Shutter
from .cover_model import CoverMechanism
from .dome_model import DomeMechanism
from .lasting import SIMULATION, keep

__all__ = ["DomeBuild", "DomeSimulator", "main"]

_TICK: Final = 0.1
"""Seconds between two looks at a motion."""


class DomeBuild(StrEnum):
    """How it is built."""

    DOME = "dome"
    WITHOUT_SHUTTER = "without-shutter"
    """A dome whose shutter is opened by hand."""
    ROOF = "roof"
    """A roof that rolls off."""


_TURNING: Final = DomeCan.TURN_TO | DomeCan.STOP | DomeCan.SPEED | DomeCan.SYNC
_CAN: Final = {
    DomeBuild.DOME: _TURNING | DomeCan.SHUTTER,
    DomeBuild.WITHOUT_SHUTTER: _TURNING,
    DomeBuild.ROOF: DomeCan.ROOF | DomeCan.STOP,
}


class DomeSimulator(Dome):
    """Dome simulator: five metres wide, with a shutter of one metre.

    Args:
        name: The device's name.
        build: How it is built.
        travel: Seconds that the shutter, or the roof, takes to open.
        clock: Returns the time, as Unix time in seconds.
    """

    device_name: ClassVar[str] = "Dome Simulator"
    executable: ClassVar[str] = "lightapt-dome"

    dome_measurements = Dome.dome_measurements.but(
        DefNumber("DM_DOME_RADIUS", 2.5, label="Radius (m)", format="%6.2f", max=50),
        DefNumber("DM_SHUTTER_WIDTH", 1, label="Width of the shutter (m)", format="%6.2f", max=10),
    )
    stand = NumberVector(
        "DOME_STAND",
        DefNumber("AZIMUTH", 0, label="Azimuth (degrees)", format="%.2f", max=360),
        DefNumber("OPENING", 0, label="Open (per cent)", format="%.1f", max=100),
        DefNumber("PARKED", 0, label="Parked (0 or 1)", format="%.0f", max=1, step=1),
        label="Move by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(
        self,
        name: str = "",
        *,
        build: DomeBuild = DomeBuild.DOME,
        travel: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(name)
        self._build = build
        self._clock = clock
        self._dome = DomeMechanism(speed=self.dome_speed.value, now=clock())
        self._cover = CoverMechanism(travel=travel, now=clock())

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add how it is built."""
        parser.add_argument(
            "--build", type=DomeBuild, choices=list(DomeBuild), default=DomeBuild.DOME, help="how it is built"
        )

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the dome that a command line asks for."""
        return cls(options.name, build=options.build)

    def dome_time(self) -> float:
        """Return the time by which the sky turns."""
        return self._clock()

    async def turn_dome_to(self, azimuth: float, *, way: float) -> None:
        """Turn to an azimuth."""
        self._dome.turn(azimuth, way=way, now=self._clock())
        while self._dome.is_turning:
            await asyncio.sleep(min(_TICK, self._dome.remaining))
            self._dome.advance(self._clock())
            self.dome_at(self._dome.azimuth)
        self._keep()

    async def stop_dome(self) -> None:
        """Stop turning."""
        self._dome.stop(now=self._clock())
        self.dome_at(self._dome.azimuth)
        self._keep()

    async def sync_dome(self, azimuth: float) -> None:
        """Call the azimuth that it has so."""
        self._dome.place(azimuth)
        self._keep()

    async def set_dome_speed(self, speed: float) -> None:
        """Turn at this speed from now on."""
        if not speed:
            raise RefusedError("at 0 revolutions a minute it would never arrive: abort the motion to stop the dome")
        self._dome.advance(self._clock())
        self._dome.speed = speed

    async def open_shutter(self) -> None:
        """Open the shutter, or the roof."""
        await self._work(1.0)

    async def close_shutter(self) -> None:
        """Close the shutter, or the roof."""
        await self._work(0.0)

    async def stop_shutter(self) -> None:
        """Stop the shutter, or the roof, where it is."""
        self._cover.stop(now=self._clock())
        self._keep()

    def dome_is_parked(self, is_parked: bool) -> None:
        """Take note of whether it is parked, and have it be so at the next start."""
        was_parked = self.is_dome_parked
        super().dome_is_parked(is_parked)
        if is_parked is not was_parked:
            self._keep()

    @on_connect
    async def _begin(self) -> None:
        self.declare_dome(_CAN[self._build])
        self._dome.advance(self._clock())
        self._cover.advance(self._clock())
        self._show()

    @on_new(stand)
    async def _place(self, wanted: Numbers) -> None:
        if self._dome.is_turning or self._cover.is_moving:
            raise RefusedError("the dome is moving: abort that or wait for its end, then move it by hand")
        self._dome.place(wanted["AZIMUTH"] % 360)
        self._cover.place(wanted["OPENING"] / 100)
        super().dome_is_parked(bool(wanted["PARKED"]))
        self._show()
        self._keep()

    async def _work(self, opening: float) -> None:
        self._cover.go(opening, now=self._clock())
        while self._cover.is_moving:
            await asyncio.sleep(min(_TICK, self._cover.remaining))
            self._cover.advance(self._clock())
        self._keep()

    def _show(self) -> None:
        """Tell how it stands."""
        self.dome_at(self._dome.azimuth)
        super().dome_is_parked(self.is_dome_parked)
        self.shutter_is({0.0: Shutter.CLOSED, 1.0: Shutter.OPEN}.get(self._cover.opening, Shutter.BETWEEN))

    def _keep(self) -> None:
        """Have it stand so at the next start."""
        parked = float(self.is_dome_parked)
        self.stand.ok(AZIMUTH=self._dome.azimuth, OPENING=self._cover.opening * 100, PARKED=parked)
        keep(self, self.stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(DomeSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
