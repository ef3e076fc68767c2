"""The simulated dust cap, with or without a light in it."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from lightapt_drivers import DefNumber, Numbers, NumberVector, RefusedError, on_connect, on_new, run

from ..kinds.dust_cap import Cap, DustCap, DustCapCan
from ..kinds.flip_flat import FlipFlat
from .cover_model import CoverMechanism
from .lasting import SIMULATION, keep
from .lightbox import LightBoxSimulator

__all__ = ["DustCapSimulator", "FlipFlatSimulator", "main"]

_TICK: Final = 0.1
"""Seconds between two looks at a motion."""


class DustCapSimulator(DustCap):
    """Dust cap simulator: it takes some seconds to swing open.

    Args:
        name: The device's name.
        travel: Seconds from closed to open.
        clock: Returns the time in seconds.
        others: What other classes of a mixed device take.
    """

    device_name: ClassVar[str] = "Dust Cover Simulator"
    executable: ClassVar[str] = "lightapt-dustcap"
    dust_cap_can: ClassVar[DustCapCan] = DustCapCan.STOP

    cap_stand = NumberVector(
        "CAP_STAND",
        DefNumber("OPENING", 0, label="Open (per cent)", format="%.1f", max=100),
        label="Move by hand",
        group=SIMULATION,
        always=True,
    )

    def __init__(
        self,
        name: str = "",
        *,
        travel: float = 5.0,
        clock: Callable[[], float] = time.time,
        **others: Any,  # noqa: ANN401 - for mixed classes
    ) -> None:
        super().__init__(name, **others)
        self._clock = clock
        self._cap = CoverMechanism(travel=travel, now=clock())

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add whether there is a light in it."""
        parser.add_argument("--light", action="store_true", help="have a light in the cap, for flats")

    @classmethod
    def from_options(cls, options: Namespace) -> DustCapSimulator:
        """Return the cap that a command line asks for."""
        return FlipFlatSimulator(options.name) if options.light else DustCapSimulator(options.name)

    async def close_cap(self) -> None:
        """Close the cap."""
        await self._swing(0.0)

    async def open_cap(self) -> None:
        """Open the cap."""
        await self._swing(1.0)

    async def stop_cap(self) -> None:
        """Stop the cap where it is."""
        self._cap.stop(now=self._clock())
        self._keep_cap()

    @on_connect
    async def _begin_cap(self) -> None:
        self._cap.advance(self._clock())
        self._show_cap()

    @on_new(cap_stand)
    async def _place_cap(self, wanted: Numbers) -> None:
        if self._cap.is_moving:
            raise RefusedError("the cap is moving: abort that or wait for its end, then move it by hand")
        self._cap.place(wanted["OPENING"] / 100)
        self._show_cap()
        self._keep_cap()

    async def _swing(self, opening: float) -> None:
        self._cap.go(opening, now=self._clock())
        while self._cap.is_moving:
            await asyncio.sleep(min(_TICK, self._cap.remaining))
            self._cap.advance(self._clock())
        self._keep_cap()

    def _show_cap(self) -> None:
        """Tell how it stands."""
        self.cap_is({0.0: Cap.CLOSED, 1.0: Cap.OPEN}.get(self._cap.opening, Cap.BETWEEN))

    def _keep_cap(self) -> None:
        """Have it stand so at the next start."""
        self.cap_stand.ok(OPENING=self._cap.opening * 100)
        keep(self, self.cap_stand)


class FlipFlatSimulator(FlipFlat, DustCapSimulator, LightBoxSimulator):
    """Flip-flat simulator: a dust cap with a light in it, under the name of a dust cap."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(DustCapSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
