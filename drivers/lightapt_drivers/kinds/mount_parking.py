"""Where a mount goes to rest: its park position, and its home."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from lightapt_drivers import (
    SITE,
    ButtonVector,
    DefNumber,
    HardwareError,
    Numbers,
    NumberVector,
    RefusedError,
    Standard,
    State,
    Switches,
    SwitchVector,
    WhileBusy,
    on_new,
    operation,
)

from .mount_base import MountBase
from .mount_words import MountCan

__all__ = ["MountParking"]


class MountParking(MountBase):
    """Parks and unparks, and goes home."""

    mount_park = SwitchVector.standard(Standard.TELESCOPE_PARK, "Park(ed)", "Unpark(ed)", on="UNPARK", label="Parking")
    park_position = NumberVector(
        Standard.TELESCOPE_PARK_POSITION,
        DefNumber("PARK_HA", 0, label="HA (hh:mm:ss)", format="%010.6m", min=-12, max=12),
        DefNumber("PARK_DEC", 0, label="DEC (dd:mm:ss)", format="%010.6m", min=-90, max=90),
        label="Park position",
        group=SITE,
    )
    park_option = ButtonVector.standard_buttons(
        Standard.TELESCOPE_PARK_OPTION,
        "Current",
        "Default",
        "Write data",
        "Purge data",
        label="Park options",
        group=SITE,
    )
    mount_home = ButtonVector.standard_buttons(Standard.TELESCOPE_HOME, "Find", "Set", "Go", label="Home")

    _mount_unparks: bool = False
    """Whether it was told to unpark, and has not said that it is."""

    # For a driver to fill in.

    async def park_mount(self) -> None:
        """Go to the park position, and return when the mount is parked; cancelled, just end."""
        raise NotImplementedError

    async def unpark_mount(self) -> None:
        """Bring a parked mount back to work."""
        raise NotImplementedError

    async def park_here(self) -> None:
        """Park where the mount is now, from next time on."""
        raise NotImplementedError

    async def park_at(self, hour_angle: float, dec: float) -> None:
        """Park there from next time on; hours from -12 to 12, degrees."""
        raise NotImplementedError

    async def park_at_default(self) -> None:
        """Park where the mount was made to, from next time on."""
        raise NotImplementedError

    async def find_home(self) -> None:
        """Look for the home position, and return when it is found; cancelled, just end."""
        raise NotImplementedError

    async def set_home(self) -> None:
        """Take the present position for home."""
        raise NotImplementedError

    async def go_home(self) -> None:
        """Go to the home position, and return when the mount is there; cancelled, just end."""
        raise NotImplementedError

    # For a driver to use.

    def parks_at(self, hour_angle: float, dec: float) -> None:
        """Take note of the park position, and tell the clients; hours, degrees."""
        self.park_position.change(PARK_HA=round((hour_angle + 12) % 24 - 12, 7), PARK_DEC=round(dec, 6))

    # What every mount does.

    def tell_besides(self, *, slews: bool) -> None:
        """See :class:`MountBase`."""
        super().tell_besides(slews=slews)
        is_known = self.mount_park["PARK"] is self._mount_parked and self.mount_park.state is not State.IDLE
        if not is_known and not self.mount_park.is_busy:
            self.mount_park.ok(PARK=self._mount_parked, UNPARK=not self._mount_parked)

    @operation(mount_park, lane=MountBase.mount_position, while_busy=WhileBusy.JOIN)
    async def _park_or_unpark(self, wanted: Switches) -> None:
        if wanted["PARK"]:
            await self._park()
        elif self._mount_parked:
            self._mount_unparks = True
            await self.unpark_mount()
            self._mount_parked = self._mount_unparks = False
            await self.refresh_mount()

    async def _park(self) -> None:
        if self._mount_parked and not self._mount_unparks:
            return
        try:
            await self.travel(self._park_and_rest)
        except asyncio.CancelledError:
            if self.is_connected and not self.engine.is_replaced(self.mount_park):
                self.mount_park.alert("parking was aborted: the mount is not parked", UNPARK=True)
            raise
        if not self._mount_parked:
            raise HardwareError("the mount says that it is not parked, though it was told to")

    async def _park_and_rest(self) -> None:
        await self.park_mount()
        self._mount_parked, self._mount_unparks = True, False

    @operation(mount_home, lane=MountBase.mount_position, while_busy=WhileBusy.JOIN)
    async def _find_or_set_or_go_home(self, wanted: Switches) -> None:
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "FIND": partial(self.travel, self.find_home),
            "SET": self.set_home,
            "GO": partial(self.travel, self.go_home),
        }
        if wanted.choice:
            self.check_unparked("send it home")
            await ways[wanted.choice]()

    @on_new(park_position)
    async def _set_park_position(self, wanted: Numbers) -> None:
        await self.park_at(wanted["PARK_HA"], wanted["PARK_DEC"])
        self.park_position.ok(wanted)
        self.remember(self.park_position)

    @on_new(park_option)
    async def _choose_park_position(self, wanted: Switches) -> None:
        if wanted["PARK_CURRENT"]:
            self._check_can(MountCan.PARK_HERE, "its present place")
            if self.mount_position.is_busy:
                raise RefusedError("the mount is slewing: wait for its end, then choose where it parks")
            await self.park_here()
        elif wanted["PARK_DEFAULT"] or wanted["PARK_PURGE_DATA"]:
            self._check_can(MountCan.PARK_AT, "a default place")
            await self.park_at_default()
        if MountCan.PARK_AT in self._mount_can:
            self.remember(self.park_position)

    def _check_can(self, needed: MountCan, what: str) -> None:
        if needed not in self._mount_can:
            raise RefusedError(f"this mount cannot be told to park at {what}")
