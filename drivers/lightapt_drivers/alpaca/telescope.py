"""An Alpaca telescope as an INDI device: a mount, and where it takes pulses a guider."""

from __future__ import annotations

from typing import ClassVar

from lightapt_drivers import on_connect

from ..kinds.mount import MountCan
from .asking import has
from .telescope_motion import TelescopeMotion
from .telescope_setup import TelescopeSetup
from .telescope_tracking import TelescopeTracking

__all__ = ["AlpacaTelescope"]


class AlpacaTelescope(TelescopeMotion, TelescopeTracking, TelescopeSetup):
    """Alpaca telescope."""

    device_name: ClassVar[str] = "Alpaca Telescope"

    @on_connect
    async def _greet(self) -> None:
        can = await self.learn_setup() | await self.learn_motion() | await self.learn_tracking()
        if await has(self.session, lambda device: device.Altitude):
            can |= MountCan.HORIZONTAL
        self.declare_mount(can, modes=self.modes, slew_rates=self.speed_labels)
        await self.tell_tracking()
        await self.look_now()
