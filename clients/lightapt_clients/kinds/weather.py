"""A weather station."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from lightapt_protocol.mirror import Change
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from .base import Kind

__all__ = ["Weather"]


class Weather(Kind):
    """A weather station."""

    interface: ClassVar[DriverInterface] = DriverInterface.WEATHER
    essential: ClassVar[Standard] = Standard.WEATHER_PARAMETERS

    @property
    def is_safe(self) -> bool:
        """Whether it is safe to observe: what is critical is within its limits, or warns at most.

        Whatever is not known is not safe: a lost connection, a station that is not connected or does not tell.
        """
        status = self.device[Standard.WEATHER_STATUS]
        if not status.exists:
            status = self.device[Standard.SAFETY_STATUS]
        known = self.device.client.is_connected and self.device.is_connected and status.exists
        return known and status.state in (State.OK, State.BUSY)

    @property
    def status(self) -> Mapping[str, State]:
        """How each critical parameter is: Ok, Busy for a warning, Alert for unsafe."""
        now = self.device[Standard.WEATHER_STATUS].now
        return {name: now.light(name) for name in now.members}

    @property
    def parameters(self) -> Mapping[str, float]:
        """What is measured, by INDI's names; for example WEATHER_TEMPERATURE in °C, WEATHER_WIND_SPEED in km/h."""
        now = self.device[Standard.WEATHER_PARAMETERS].now
        return {name: now.number(name) for name in now.members}

    async def refresh(self) -> None:
        """Measure now."""
        await self._press(Standard.WEATHER_REFRESH, "REFRESH")

    async def wait_until_safe(self, *, timeout: float | None = None) -> None:
        """Wait until it is safe to observe."""
        await self._until(lambda: self.is_safe, timeout=timeout, wanted=f"{self.name} is safe")

    async def wait_until_unsafe(self, *, timeout: float | None = None) -> None:
        """Wait until it is no longer safe to observe, or no longer known to be; see :attr:`is_safe`."""
        await self._until(lambda: not self.is_safe, timeout=timeout, wanted=f"{self.name} is unsafe")

    async def _until(self, check: Callable[[], bool], *, timeout: float | None, wanted: str) -> None:
        def is_so(_: Change | None) -> bool | None:
            return check() or None

        await self.device.client.wait_for(is_so, device=self.name, timeout=timeout, wanted=wanted)
