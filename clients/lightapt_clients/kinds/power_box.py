"""A power box: outlets, and heaters against dew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard

from ..errors import MissingError
from .base import Kind

__all__ = ["PowerBox"]


class PowerBox(Kind):
    """A power box. Channels are counted from 1, and may be named by their labels."""

    interface: ClassVar[DriverInterface] = DriverInterface.POWER
    essential: ClassVar[Standard] = Standard.POWER_CHANNELS

    @property
    def outlets(self) -> Mapping[str, bool]:
        """Whether each outlet is on, by its label."""
        channels = self.device[Standard.POWER_CHANNELS]
        labels = self._labels(Standard.POWER_CHANNELS, Standard.POWER_LABELS)
        return {labels[name]: channels.is_on(name) for name in channels}

    @property
    def heaters(self) -> Mapping[str, float]:
        """How strongly each heater heats, in per cent, by its label."""
        cycles = self.device[Standard.DEW_DUTY_CYCLES]
        labels = self._labels(Standard.DEW_DUTY_CYCLES, Standard.DEW_LABELS)
        return {labels[name]: cycles.number(name) for name in cycles}

    @property
    def voltage(self) -> float:
        """Voltage of the supply, in V."""
        return self.device[Standard.POWER_SENSORS].number("SENSOR_VOLTAGE")

    @property
    def current(self) -> float:
        """What the whole box draws, in A."""
        return self.device[Standard.POWER_SENSORS].number("SENSOR_CURRENT")

    async def switch(self, which: str | int, on: bool = True) -> None:
        """Switch an outlet on, or off."""
        await self._property(Standard.POWER_CHANNELS)
        member = self._member(which, Standard.POWER_CHANNELS, Standard.POWER_LABELS)
        await self._set(Standard.POWER_CHANNELS, **{member: on})

    async def heat(self, which: str | int, percent: float) -> None:
        """Set how strongly a heater heats; 0 switches it off, and anything else on."""
        await self._property(Standard.DEW_DUTY_CYCLES)
        member = self._member(which, Standard.DEW_DUTY_CYCLES, Standard.DEW_LABELS)
        await self._set(Standard.DEW_DUTY_CYCLES, **{member: percent})
        if member in self.device[Standard.DEW_CHANNELS]:
            await self._set(Standard.DEW_CHANNELS, **{member: percent > 0})

    def _labels(self, channels: Standard, labels: Standard) -> Mapping[str, str]:
        """Return the labels of channels by their members; where one has none, the name of the member."""
        named = self.device[labels]
        return {name: (named.text(name) if name in named else "") or name for name in self.device[channels]}

    def _member(self, which: str | int, channels: Standard, labels: Standard) -> str:
        """Return the member of a channel.

        Raises:
            MissingError: There is none, or more than one is called so.
        """
        known = self._labels(channels, labels)
        members = list(known)
        if isinstance(which, int):
            found = members[which - 1 : which] if which > 0 else []
        else:
            found = [name for name, label in known.items() if which in (label, name)]
        if len(found) != 1:
            raise MissingError(f"{self.name} has no channel {which!r}, but {', '.join(known.values())}")
        return found[0]
