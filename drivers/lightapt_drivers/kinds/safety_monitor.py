"""A safety monitor: is it safe to observe, or not?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from lightapt_drivers import DefNumber, State

from .weather import Parameter, Weather

__all__ = ["SafetyMonitor"]

_SAFETY: Final = "WEATHER_SAFETY"


class SafetyMonitor(Weather):
    """A safety monitor. A driver fills in :meth:`is_safe`, and may tell of changes by :meth:`safety_is`.

    To clients it is a weather device with one parameter, WEATHER_SAFETY, which is 1 if it is safe and 0 if not. INDI
    has no interface of its own for safety monitors: what Ekos acts on is the state of WEATHER_STATUS of a device that
    says it has to do with weather, and libindi's drivers for ASCOM's safety monitors do the same. Newer clients look
    at SAFETY_STATUS, which is there too. A monitor that does not answer means that it is not safe.
    """

    weather_measures: ClassVar[tuple[Parameter, ...]] = (
        Parameter(_SAFETY, "Safe (1) or not (0)", 1, 1, 0, is_critical=True, is_fixed=True),
    )
    weather_patience: ClassVar[float] = 0.0

    weather_update = Weather.weather_update.but(
        DefNumber("PERIOD", 5, label="Seconds (0: when asked)", format="%.0f", max=3600), label="Ask every"
    )

    # For a driver to fill in.

    async def is_safe(self) -> bool:
        """Return whether it is safe."""
        raise NotImplementedError

    # For a driver to use.

    def safety_is(self, safe: bool) -> None:
        """Take note of whether it is safe, and tell the clients."""
        self.weather_is({_SAFETY: float(safe)})

    # What every safety monitor does.

    def tell_weather(self, name: str, state: State) -> None:
        """Tell people how safe it has become."""
        self.log.warning("it is safe to observe again" if state is State.OK else "it is not safe to observe")

    async def measure_weather(self) -> Mapping[str, float]:
        """Return whether it is safe, as a measurement."""
        return {_SAFETY: float(await self.is_safe())}
