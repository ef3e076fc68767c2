"""A GPS receiver."""

from __future__ import annotations

from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .sites import Sited

__all__ = ["Gps"]


class Gps(Sited):
    """A GPS receiver: where it is and what time it is, as of its last fix."""

    interface: ClassVar[DriverInterface] = DriverInterface.GPS
    essential: ClassVar[Standard] = Standard.GPS_REFRESH

    async def refresh(self, *, timeout: float | None = 60.0) -> None:
        """Have it look for a fix now, and wait until it has one."""
        await self._press(Standard.GPS_REFRESH, "REFRESH", timeout=timeout)
        await (await self._property(Standard.GEOGRAPHIC_COORD)).wait(state=State.OK, timeout=timeout)
