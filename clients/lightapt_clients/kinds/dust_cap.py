"""A dust cap."""

from __future__ import annotations

from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import LONG, Kind

__all__ = ["DustCap"]


class DustCap(Kind):
    """A dust cap; to INDI, to close it is to park it."""

    interface: ClassVar[DriverInterface] = DriverInterface.DUSTCAP
    essential: ClassVar[Standard] = Standard.CAP_PARK

    @property
    def is_open(self) -> bool:
        """Whether it is open, and not on its way."""
        cap = self.device[Standard.CAP_PARK]
        return cap.is_on("UNPARK") and cap.state is not State.BUSY

    async def open(self, *, timeout: float | None = LONG) -> None:
        """Open it, and wait until it is open."""
        await self._move(Standard.CAP_PARK, timeout=timeout, abort=Standard.CAP_ABORT, UNPARK=True)

    async def close(self, *, timeout: float | None = LONG) -> None:
        """Close it, and wait until it is closed."""
        await self._move(Standard.CAP_PARK, timeout=timeout, abort=Standard.CAP_ABORT, PARK=True)

    async def abort(self) -> None:
        """Stop it."""
        await self._press(Standard.CAP_ABORT, "ABORT")
