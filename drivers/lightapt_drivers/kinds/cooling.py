"""A camera's cooler: a target, the way there, and the power that it takes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from lightapt_drivers import (
    MAIN,
    OPTIONS,
    DefNumber,
    Numbers,
    NumberVector,
    Permission,
    Standard,
    Switches,
    SwitchVector,
    every,
    on_connect,
    on_new,
    operation,
)

from .camera import Camera
from .exposures import Exposure
from .head import Head

if TYPE_CHECKING:
    from lightapt_protocol.fits import Observation

__all__ = ["Cooling"]


class Cooling(Camera):
    """A camera whose chip's temperature is known, and that is cooled perhaps.

    A driver fills in :meth:`read_cooler`, and for a camera that cools :meth:`set_target` and :meth:`set_cooler`;
    without a cooler it says so by :meth:`only_thermometer`.
    """

    temperature = NumberVector(
        Standard.CCD_TEMPERATURE,
        DefNumber("CCD_TEMPERATURE_VALUE", 20, label="Temperature (°C)", format="%5.2f", min=-60, max=50),
        label="Temperature",
        group=MAIN,
        timeout=3600,
    )
    cooler = SwitchVector.standard(Standard.CCD_COOLER, "On", "Off", on="COOLER_OFF", label="Cooler", group=MAIN)
    cooler_power = NumberVector(
        Standard.CCD_COOLER_POWER,
        DefNumber("CCD_COOLER_VALUE", 0, label="Power (%)", format="%.0f", max=100),
        label="Cooler power",
        group=MAIN,
        perm=Permission.READ_ONLY,
    )
    ramp = NumberVector(
        Standard.CCD_TEMP_RAMP,
        DefNumber("RAMP_SLOPE", 0, label="At most (°C a minute; 0: as fast as it can)", format="%.1f", max=30),
        DefNumber("RAMP_THRESHOLD", 0.2, label="Reached within (°C)", format="%.1f", min=0.1, max=2),
        label="Temperature ramp",
        group=OPTIONS,
        saved=True,
    )

    _target: float | None = None

    # For a driver to fill in.

    async def read_cooler(self) -> tuple[float, float]:
        """Return the chip's temperature in °C, and the cooler's power in per cent."""
        raise NotImplementedError

    async def set_target(self, celsius: float) -> None:
        """Have the cooler, which is on, bring the chip to this temperature."""
        raise NotImplementedError

    async def set_cooler(self, *, on: bool) -> None:
        """Turn the cooler on or off."""
        raise NotImplementedError

    # For a driver to use.

    def only_thermometer(self) -> None:
        """Say that the camera has no cooler."""
        self.temperature.redefine(perm=Permission.READ_ONLY)
        self.hide(self.cooler, self.cooler_power, self.ramp)

    def observed(self, head: Head, exposure: Exposure) -> Observation:
        """See :class:`Camera`."""
        known = super().observed(head, exposure)
        return replace(known, temperature=self.temperature.value, set_temperature=self._target)

    # What clients ask.

    @on_connect
    async def _begin_to_measure(self) -> None:
        self._measured = asyncio.Event()

    @operation(temperature)
    async def _cool(self, wanted: Numbers) -> None:
        await self.set_cooler(on=True)
        self.cooler.ok(COOLER_ON=True)
        await self.set_target(wanted.value)
        self._target = wanted.value
        while abs(self.temperature.value - wanted.value) > self.ramp["RAMP_THRESHOLD"]:
            await self._measured.wait()

    @on_new(cooler)
    async def _switch_cooler(self, wanted: Switches) -> None:
        if not wanted["COOLER_ON"]:
            await self.cancel(self.temperature)
            self._target = None
        await self.set_cooler(on=wanted["COOLER_ON"])

    @every()
    async def _measure(self) -> None:
        celsius, power = await self.read_cooler()
        self.temperature.change(CCD_TEMPERATURE_VALUE=round(celsius, 2))
        self.cooler_power.change(CCD_COOLER_VALUE=round(power))
        self._measured.set()
        self._measured = asyncio.Event()
