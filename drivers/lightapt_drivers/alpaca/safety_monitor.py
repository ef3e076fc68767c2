"""An Alpaca safety monitor as an INDI device."""

from __future__ import annotations

from typing import ClassVar

from ..kinds.safety_monitor import SafetyMonitor
from .bridge import AlpacaDevice
from .look import Look

__all__ = ["AlpacaSafetyMonitor"]


class AlpacaSafetyMonitor(SafetyMonitor, AlpacaDevice):
    """Alpaca safety monitor."""

    device_name: ClassVar[str] = "Alpaca Safety Monitor"

    _is_safe: bool | None = None

    async def is_safe(self) -> bool:
        """Return whether it is safe, by the next look; a device that does not tell means that it is not."""
        await self.looked()
        return bool(self._is_safe)

    async def read(self, look: Look) -> bool:
        """Read whether it is safe, and tell at once if that has changed."""
        before, self._is_safe = self._is_safe, await look.flag("IsSafe")
        if before is not None and self._is_safe is not before:
            self.safety_is(bool(self._is_safe))
        return False
