"""A weather station."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

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
        """Whether the weather is safe to observe in: what is critical is within its limits, or warns at most."""
        return self.device[Standard.WEATHER_STATUS].state in (State.OK, State.BUSY)

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
        """Wait until the weather is safe to observe in."""
        status = await self._property(Standard.WEATHER_STATUS)
        await status.wait(lambda _: self.is_safe, timeout=timeout)

    async def wait_until_unsafe(self, *, timeout: float | None = None) -> None:
        """Wait until the weather is no longer safe to observe in."""
        status = await self._property(Standard.WEATHER_STATUS)
        await status.wait(lambda _: not self.is_safe, timeout=timeout)
