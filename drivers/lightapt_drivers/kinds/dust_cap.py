"""A dust cap: it closes and opens the telescope."""

from __future__ import annotations

import asyncio
from enum import Enum, Flag, auto
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    Device,
    DriverInterface,
    Standard,
    State,
    Switches,
    SwitchVector,
    on_connect,
    on_new,
)

__all__ = ["Cap", "DustCap", "DustCapCan"]


class DustCapCan(Flag):
    """What a cap's hardware can do besides closing and opening."""

    STOP = auto()


class Cap(Enum):
    """How a cap stands."""

    CLOSED = auto()
    OPEN = auto()
    BETWEEN = auto()
    """Somewhere between, or nobody knows where."""
    ERROR = auto()
    """The hardware says that it has failed."""


_SWITCHES: Final = {Cap.CLOSED: "PARK", Cap.OPEN: "UNPARK"}
_STATES: Final = {Cap.BETWEEN: State.IDLE, Cap.ERROR: State.ALERT}


class DustCap(Device):
    """A dust cap. A driver fills in :meth:`close_cap` and :meth:`open_cap`, and says how it stands: :meth:`cap_is`.

    To park is to close. A device may be a light box as well: then it is a panel that folds in front of the telescope.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.DUSTCAP
    dust_cap_can: ClassVar[DustCapCan] = DustCapCan(0)
    """What the hardware can, unless it says otherwise when it is connected."""

    cap_park = SwitchVector.standard(Standard.CAP_PARK, "Close", "Open", on="", label="Dust cap")
    cap_abort = ButtonVector.standard_buttons(Standard.CAP_ABORT, "Abort", label="Abort")

    _dust_cap_can: DustCapCan = DustCapCan(0)

    # For a driver to fill in.

    async def close_cap(self) -> None:
        """Close the cap, and return when it is closed. Cancelled, just end: :meth:`stop_cap` is called then."""
        raise NotImplementedError

    async def open_cap(self) -> None:
        """Open the cap, and return when it is open. Cancelled, just end: :meth:`stop_cap` is called then."""
        raise NotImplementedError

    async def stop_cap(self) -> None:
        """Stop the cap where it is."""
        raise NotImplementedError

    async def check_cap_may_open(self) -> None:
        """Refuse to open, or see to what must be done before. Most have nothing to see to.

        Raises:
            RefusedError: It must not open.
        """

    # For a driver to use.

    def declare_dust_cap(self, can: DustCapCan) -> None:
        """Say what the hardware can, when it is connected."""
        self._dust_cap_can = can
        (self.show if DustCapCan.STOP in can else self.hide)(self.cap_abort)

    @property
    def is_cap_closed(self) -> bool:
        """Whether it is known to be closed, and rests."""
        return self.cap_park["PARK"] and not self.is_active(self.cap_park)

    def cap_is(self, cap: Cap, *, words: str = "") -> None:
        """Take note of how the cap stands, and tell the clients; in these words, if it is in error."""
        on = _SWITCHES.get(cap, "")
        values = {name: name == on for name in self.cap_park}
        if self.is_active(self.cap_park):
            self.cap_park.change(values)
        else:
            self.cap_park.report(values, state=_STATES.get(cap, State.OK), message=words)

    # What every cap does.

    @on_connect
    async def _begin_as_dust_cap(self) -> None:
        self.declare_dust_cap(self.dust_cap_can)

    @on_new(cap_park)
    async def _move_cap(self, wanted: Switches) -> None:
        opening = wanted["UNPARK"]
        if opening:
            await self.check_cap_may_open()
        await self.cancel(self.cap_park)
        self.cap_park.choose(wanted.choice, state=State.BUSY)
        await self.begin(self.cap_park, partial(self._work_cap, opening=opening))

    @on_new(cap_abort)
    async def _abort_cap(self, wanted: Switches) -> None:
        if wanted.choice and not await self.cancel(self.cap_park):
            await self.stop_cap()  # it may move by other hands

    async def _work_cap(self, *, opening: bool) -> None:
        stands = Cap.BETWEEN
        try:
            await (self.open_cap() if opening else self.close_cap())
            stands = Cap.OPEN if opening else Cap.CLOSED
        except asyncio.CancelledError:
            if DustCapCan.STOP in self._dust_cap_can:
                await self.stop_cap()
            raise
        finally:
            self.cap_is(stands)
