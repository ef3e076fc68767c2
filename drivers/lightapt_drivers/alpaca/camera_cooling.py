"""How cold a bridged camera is, and its cooler."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from lightapt_drivers import MAIN, DefNumber, LinkLostError, NumberVector, Permission

from ..kinds.cooling import Cooling
from ..kinds.exposures import Exposure
from ..kinds.head import Head
from .asking import has, told
from .bridge import AlpacaDevice
from .errors import AlpacaError
from .look import Look
from .session import Ask, if_told

if TYPE_CHECKING:
    from lightapt_protocol.fits import Observation

__all__ = ["CameraCooling", "setting"]

_COLD, _WARM = -100.0, 60.0
"""What a cooler may be asked for, in °C: what it can do only the device knows."""
_STEP: Final = 5.0
"""Seconds from one step of a temperature ramp to the next."""


class CameraCooling(Cooling, AlpacaDevice):
    """Knows how cold its chip is, where the camera says so."""

    heat_sink = NumberVector(
        "CCD_HEAT_SINK",
        DefNumber("TEMPERATURE", 0, label="Temperature (°C)", format="%.1f"),
        label="Heat sink",
        group=MAIN,
        perm=Permission.READ_ONLY,
    )

    cooler_every: ClassVar[float] = 10.0
    """Seconds between two looks at whether the cooler is on, which DeviceState does not tell."""

    _has_thermometer: bool = False
    _tells_power: bool = False
    _cooler_due: float = 0.0

    async def read_temperatures(self, look: Look) -> None:
        """Read how warm chip and heat sink are, and what the cooler takes."""
        if self._has_thermometer and (celsius := await self._celsius(look)) is not None:
            self.temperature.change(CCD_TEMPERATURE_VALUE=round(celsius, 2))
        if self._tells_power and (power := await look.number("CoolerPower")) is not None:
            self.cooler_power.change(CCD_COOLER_VALUE=round(power))
        await self._read_cooler_state(look)
        if (sink := await look.number("HeatSinkTemperature")) is not None:
            self.show(self.heat_sink)
            self.heat_sink.change(TEMPERATURE=round(sink, 2))

    async def _celsius(self, look: Look) -> float | None:
        return await look.number("CCDTemperature", shown_by=self.temperature)

    async def _read_cooler_state(self, look: Look) -> None:
        """Read whether the cooler is on, rarely: others may turn it on and off."""
        now = asyncio.get_running_loop().time()
        if not self.is_due(self.cooler) or now < self._cooler_due:
            return
        self._cooler_due = now + self.cooler_every
        if (on := await look.flag("CoolerOn")) is not None:
            if on is not self.cooler["COOLER_ON"]:
                await self._learn_target(on=on)
            self.tell_cooler(on=on)

    async def _learn_target(self, *, on: bool) -> None:
        """Learn what the cooler is to reach, for the pictures' headers; it may be on since another night."""
        self._target = await told(self.session, lambda device: device.SetCCDTemperature) if on else None

    async def learn_cooling(self) -> None:
        """Learn what of thermometer and cooler there is."""
        self.hide(self.heat_sink)
        self._has_thermometer = await has(self.session, lambda device: device.CCDTemperature)
        cools = await self.offers(lambda device: device.CanSetCCDTemperature)
        self._tells_power = await self.offers(lambda device: device.CanGetCoolerPower)
        is_on = await self._cooler_is_on()
        self.temperature.redefine(perm=Permission.READ_WRITE if cools else Permission.READ_ONLY)
        self.temperature.limit("CCD_TEMPERATURE_VALUE", min=_COLD, max=_WARM)
        (self.show if self._has_thermometer or cools else self.hide)(self.temperature)
        (self.show if cools else self.hide)(self.ramp)
        (self.hide if is_on is None else self.show)(self.cooler)
        (self.show if self._tells_power else self.hide)(self.cooler_power)
        self.tell_cooler(on=bool(is_on))
        self._cooler_due = asyncio.get_running_loop().time() + self.cooler_every
        await self._learn_target(on=bool(is_on))

    async def _cooler_is_on(self) -> bool | None:
        return await if_told(self.session.flag(lambda device: device.CoolerOn))

    def tell_cooler(self, *, on: bool) -> None:
        """Show whether the cooler is on."""
        self.cooler.change(COOLER_ON=on, COOLER_OFF=not on)

    def observed(self, head: Head, exposure: Exposure) -> Observation:
        """See :class:`Camera`."""
        known = super().observed(head, exposure)
        return known if self._has_thermometer else replace(known, temperature=None)

    async def read_cooler(self) -> tuple[float, float]:
        """See :class:`Cooling`."""
        try:
            await self.looked()
        except LinkLostError:
            raise
        except AlpacaError:  # told by the look itself
            pass
        return self.temperature.value, self.cooler_power.value

    async def set_target(self, celsius: float) -> None:
        """See :class:`Cooling`. Alpaca knows no ramps: where one is wanted, it goes there step by step.

        It is there when this returns: of one that does not tell how cold it is nobody would know.
        """
        step = self.ramp["RAMP_SLOPE"] * _STEP / 60
        if step > 0:  # a ramp begins where the chip is
            await self.know("CCDTemperature")
        now = self.temperature.value
        while step > 0 and abs(celsius - now) > step:
            now += step if celsius > now else -step
            await self.session.call(setting("SetCCDTemperature", round(now, 2)))
            await asyncio.sleep(_STEP)
        await self.session.call(setting("SetCCDTemperature", celsius))
        self._target = celsius
        await self.follow(
            lambda: abs(self.temperature.value - celsius) <= self.ramp["RAMP_THRESHOLD"],
            limit=None,
            needs=("CCDTemperature",),
            is_urgent=False,
        )

    async def set_cooler(self, *, on: bool) -> None:
        """See :class:`Cooling`."""
        if self.is_due(self.cooler):
            await self.session.call(setting("CoolerOn", on))


def setting(member: str, value: float) -> Ask[object]:
    """Return what sets a member."""
    return lambda device: setattr(device, member, value)
