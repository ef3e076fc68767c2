"""The simulated GPS receiver."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from lightapt_drivers import DefNumber, Numbers, NumberVector, on_connect, on_new, run

from ..kinds.gps import Fix, Gps
from .gps_model import METRES_A_DEGREE, scatter
from .lasting import SIMULATION, keep

__all__ = ["GpsSimulator", "main"]


class GpsSimulator(Gps):
    """GPS simulator: it finds satellites in a few seconds, and is right to some metres.

    Args:
        name: The device's name.
        search: Seconds without a fix after it was switched on, which is when it is connected.
        clock: Returns the time, as Unix time in seconds.
    """

    device_name: ClassVar[str] = "GPS Simulator"
    executable: ClassVar[str] = "lightapt-gps"

    place = NumberVector(
        "GPS_PLACE",
        DefNumber("LAT", 50, label="Latitude (degrees)", format="%.6f", min=-90, max=90),
        DefNumber("LONG", 8, label="Longitude (degrees)", format="%.6f", max=360),
        DefNumber("ELEV", 100, label="Elevation (m)", format="%g", min=-200, max=10_000),
        DefNumber("SCATTER", 2, label="Scatter (m)", format="%g", max=1000),
        label="Where it truly is",
        group=SIMULATION,
        always=True,
    )

    def __init__(self, name: str = "", *, search: float = 3.0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name)
        self._search = search
        self._clock = clock
        self._switched_on = clock()

    async def read_fix(self) -> Fix | None:
        """Return what the receiver knows."""
        now = self._clock()
        if now - self._switched_on < self._search:
            return None
        north, east, up = scatter(now, metres=self.place["SCATTER"])
        latitude = self.place["LAT"]
        shrunk = max(math.cos(math.radians(latitude)), 1e-3)  # at the poles there is no east
        moment = datetime.fromtimestamp(now, UTC)
        ahead = moment.astimezone().utcoffset()
        return Fix(
            min(max(latitude + north / METRES_A_DEGREE, -90.0), 90.0),
            self.place["LONG"] + east / METRES_A_DEGREE / shrunk,
            round(self.place["ELEV"] + up, 1),
            moment,
            ahead.total_seconds() / 3600 if ahead else 0.0,
        )

    @on_connect
    async def _switch_on(self) -> None:
        self._switched_on = self._clock()

    @on_new(place)
    async def _carry(self, wanted: Numbers) -> None:
        self.place.ok(wanted)
        keep(self, self.place)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(GpsSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
