"""How a dome parks: where, with what its shutter does, and when it may not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from lightapt_drivers import State, Switches, on_new

from .dome_opening import DomeOpening, Shutter
from .dome_properties import DomeCan
from .dome_turning import until_over

__all__ = ["DomeParking"]


class DomeParking(DomeOpening):
    """Parks a dome: it turns to its park position and stays, its shutter closes if that is wished; a roof closes.

    What is on the way there is aborted. Parking has a lane of its own, in which all its motions go on.
    """

    # For a driver to fill in.

    async def park_dome(self) -> None:
        """Go to the hardware's own park position; for domes that PARK_BY_ITSELF."""
        raise NotImplementedError

    async def unpark_dome(self) -> None:
        """Come out of the park position. Most need no more than to be let: then nothing is to be done."""

    # What every dome that parks does.

    @on_new(DomeOpening.dome_park)
    async def _park_or_unpark(self, wanted: Switches) -> None:
        parking = wanted["PARK"]
        if self._is_park_as(wanted):
            self.dome_park.set()
            return
        moves_shutter = self.parking_moves_shutter(parking=parking)
        if parking:
            self.check_mount("park the dome")
        elif moves_shutter:
            self.check_weather()
        await self.cancel(self.dome_park, self.dome_position, *([self.dome_shutter] if moves_shutter else []))
        self.dome_park.choose(wanted.choice, state=State.BUSY)
        await self.begin(self.dome_park, self._park if parking else self._unpark)

    @on_new(DomeOpening.dome_park_option)
    async def _choose_park_position(self, wanted: Switches) -> None:
        match wanted.choice:
            case "PARK_CURRENT":
                self.dome_park_position.ok(PARK_AZ=self.dome_position.value)
            case "PARK_DEFAULT":
                self.dome_park_position.ok(self.dome_park_position.initial)
            case "PARK_WRITE_DATA":
                self.remember(self.dome_park_position)
            case _:
                pass

    def _is_park_as(self, wanted: Switches) -> bool:
        """Whether it is parked or unparked as wanted, or just about to be."""
        if wanted["PARK"] != self.dome_park["PARK"]:
            return False
        is_stuck = DomeCan.ROOF in self._dome_can and self._shutter not in (Shutter.OPEN, Shutter.CLOSED)
        return self.is_active(self.dome_park) or (wanted["PARK"] == self._is_dome_parked and not is_stuck)

    async def _park(self) -> None:
        with self._shown_parked():
            await self._go_to_park()
            if self.parking_moves_shutter(parking=True):
                await self.work_while_parking(opening=False)
            self.dome_is_parked(True)

    async def _unpark(self) -> None:
        with self._shown_parked():
            await self.unpark_dome()
            self.dome_is_parked(False)
            if self.parking_moves_shutter(parking=False):
                await self.work_while_parking(opening=True)

    @contextmanager
    def _shown_parked(self) -> Generator[None]:
        """Show in the end whether it is parked, whatever came in between."""
        try:
            yield
        finally:
            self.dome_park.change(PARK=self._is_dome_parked, UNPARK=not self._is_dome_parked)

    async def _go_to_park(self) -> None:
        if DomeCan.PARK_BY_ITSELF in self._dome_can:
            await self.stopping_if_cancelled(self.park_dome(), self.stop_dome)
        elif DomeCan.TURN_TO in self._dome_can:
            self.dome_position.busy()
            with until_over(lambda state: self.dome_position.set(state=state)):
                await self.turn_toward(self.dome_park_position.value % 360)
