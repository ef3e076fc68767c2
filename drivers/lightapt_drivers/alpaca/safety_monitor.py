"""An Alpaca safety monitor as an INDI device."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_drivers import on_connect

from ..kinds.safety_monitor import SafetyMonitor
from .bridge import AlpacaDevice
from .look import Look
from .places import Place
from .session import Limits

__all__ = ["AlpacaSafetyMonitor"]

_LIMITS: Final = Limits(look=3.0)
"""What was safe must not be told for long while a server is silent."""
_SOON: Final = 10.0
"""Seconds in which a look is made when it is asked for, however seldom it is looked at otherwise."""


class AlpacaSafetyMonitor(SafetyMonitor, AlpacaDevice):
    """Alpaca safety monitor."""

    device_name: ClassVar[str] = "Alpaca Safety Monitor"

    _is_safe: bool | None = None

    def __init__(self, name: str = "", *, place: Place, limits: Limits | None = None) -> None:
        super().__init__(name, place=place, limits=limits or _LIMITS)

    async def is_safe(self) -> bool:
        """Return whether it is safe, by a look that is made soon; a device that does not tell means that it is not."""
        await self.looked(within=_SOON)
        return bool(self._is_safe)

    async def read(self, look: Look) -> bool:
        """Read whether it is safe, and tell at once if that has changed."""
        self._take(bool(await look.flag("IsSafe", is_vital=True)))
        return False

    @on_connect
    async def _greet(self) -> None:
        await self.look_now()
        self.safety_is(bool(self._is_safe))

    def look_failed(self) -> None:
        """Tell at once that it is not safe: nobody knows that it is."""
        self._take(False)

    def _take(self, is_safe: bool) -> None:
        before, self._is_safe = self._is_safe, is_safe
        if before not in {None, is_safe}:
            self.safety_is(is_safe)
