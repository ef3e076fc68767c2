"""The simulated power box."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    HardwareError,
    Numbers,
    NumberVector,
    Snooped,
    Standard,
    on_connect,
    on_new,
    run,
)

from ..kinds.power_box import PowerBox, PowerBoxCan, PowerLayout, PowerReading
from .lasting import SIMULATION, keep
from .power_model import Draw, Supply, dew_duty, draw

__all__ = ["PowerBoxSimulator", "main"]

_LAYOUT: Final = PowerLayout(power=4, dew=3, variable=1, usb=4)
_POWER: Final = Standard.POWER_CHANNELS.numbered(_LAYOUT.power)
_DEW: Final = Standard.DEW_CHANNELS.numbered(_LAYOUT.dew)
_VARIABLE: Final = Standard.VARIABLE_CHANNELS.numbered(_LAYOUT.variable)
_USB: Final = Standard.USB_PORTS.numbered(_LAYOUT.usb)
_LOADS: Final = (1.5, 0.9, 0.2, 1.8)
"""Amperes that a cooled camera, a mount, a focuser and a small computer draw."""


def _how(names: Sequence[str], label: str, *, max: float, value: float = 0) -> list[DefNumber]:
    numbers = enumerate(names, start=1)
    return [DefNumber(name, value, label=f"{label} {number}", format="%g", max=max) for number, name in numbers]


class PowerBoxSimulator(PowerBox):
    """Power box simulator: four outlets, three heaters, a chosen voltage, four USB ports, and a fuse."""

    device_name: ClassVar[str] = "Power Box Simulator"
    executable: ClassVar[str] = "lightapt-switch"
    power_layout: ClassVar[PowerLayout] = _LAYOUT
    power_box_can: ClassVar[PowerBoxCan] = (
        PowerBoxCan.SENSE | PowerBoxCan.SENSE_EACH | PowerBoxCan.AUTO_DEW | PowerBoxCan.PROTECT | PowerBoxCan.LEDS
    )

    weather = Snooped("ACTIVE_WEATHER", Standard.WEATHER_PARAMETERS, device="Weather Simulator", label="Weather")

    supply = NumberVector(
        "POWER_SUPPLY",
        DefNumber("VOLTAGE", Supply().volts, label="Voltage without load (V)", format="%.1f", max=30),
        DefNumber("RESISTANCE", Supply().resistance, label="Of supply and cable (ohm)", format="%.2f", max=5),
        DefNumber("FUSE", 10, label="Fuse (A)", format="%.1f", max=100),
        label="Supply",
        group=SIMULATION,
        always=True,
    )
    loads = NumberVector(
        "POWER_LOADS",
        *(
            DefNumber(name, load, label=f"At outlet {number} (A)", format="%.2f", max=50)
            for number, (name, load) in enumerate(zip(_POWER, _LOADS, strict=True), start=1)
        ),
        *_how(_VARIABLE, "At chosen voltage (A)", max=5, value=0.3),
        label="What is plugged in",
        group=SIMULATION,
        always=True,
    )
    stand = NumberVector(
        "POWER_STAND",
        *_how(_POWER, "Outlet (0 or 1)", max=1),
        *_how(_DEW, "Heater (%)", max=100),
        *_how(_VARIABLE, "Chosen voltage (V)", max=12),
        *_how(_USB, "USB (0 or 1)", max=1, value=1),
        label="Set by its buttons",
        group=SIMULATION,
        always=True,
    )

    async def switch_power(self, channel: int, *, on: bool) -> None:
        """Switch an outlet."""
        if on:
            self._check_voltage()
        self._keep(**{_POWER[channel - 1]: float(on)})

    async def heat_dew(self, channel: int, per_cent: float) -> None:
        """Heat so strongly."""
        self._keep(**{_DEW[channel - 1]: per_cent})

    async def set_auto_dew(self, channel: int, *, on: bool) -> None:
        """Choose how strongly to heat, or not any more: that is looked at when the box is read."""

    async def set_variable(self, channel: int, volts: float) -> None:
        """Give an outlet this voltage."""
        self._keep(**{_VARIABLE[channel - 1]: volts})

    async def switch_usb(self, port: int, *, on: bool) -> None:
        """Switch a USB port."""
        self._keep(**{_USB[port - 1]: float(on)})

    async def protect_power(self, volts: float) -> None:
        """Switch all off when the supply has more than this: that is looked at when the box is read."""

    async def switch_leds(self, *, on: bool) -> None:
        """Switch the lamps."""

    async def read_power(self) -> PowerReading:
        """Return what is measured, after the box has done what it does by itself."""
        self._heat_by_itself()
        found = self._draw()
        if reason := self._trips(found):
            self.log.warning("%s: all outlets are off", reason)
            self._keep(**dict.fromkeys(_POWER, 0.0))
            self._show()
            found = self._draw()
        return PowerReading(round(found.volts, 2), round(found.total, 2), found.power, found.dew)

    @on_connect
    async def _begin(self) -> None:
        self._show()

    @on_new(supply)
    async def _supply(self, wanted: Numbers) -> None:
        self.supply.ok(wanted)
        keep(self, self.supply)

    @on_new(loads)
    async def _plug_in(self, wanted: Numbers) -> None:
        self.loads.ok(wanted)
        keep(self, self.loads)

    @on_new(stand)
    async def _push_buttons(self, wanted: Numbers) -> None:
        self._keep(**wanted)
        if self.is_connected:
            self._show()

    def _draw(self) -> Draw:
        on = self.stand
        return draw(
            Supply(self.supply["VOLTAGE"], self.supply["RESISTANCE"]),
            power=tuple(self.loads[name] * on[name] for name in _POWER),
            dew=tuple(on[name] for name in _DEW),
            variable=tuple((on[name], self.loads[name]) for name in _VARIABLE),
            usb=sum(on[name] > 0 for name in _USB),
        )

    def _trips(self, found: Draw) -> str:
        """Return why all is to be switched off; empty if it is not."""
        if not any(found.power):
            return ""
        if found.total > self.supply["FUSE"]:
            return f"{found.total:.1f} A are too much for a fuse of {self.supply['FUSE']:.1f} A"
        if found.volts > self.over_voltage.value:
            return f"{found.volts:.1f} V are more than OVER_VOLTAGE_PROTECTION allows"
        return ""

    def _check_voltage(self) -> None:
        volts = self._draw().volts
        if volts > self.over_voltage.value:
            limit = self.over_voltage.value
            raise HardwareError(f"the supply has {volts:.1f} V, and OVER_VOLTAGE_PROTECTION allows {limit:.1f} V")

    def _heat_by_itself(self) -> None:
        measured = self.weather.find(Standard.WEATHER_PARAMETERS)
        if measured is None or not {"WEATHER_TEMPERATURE", "WEATHER_DEWPOINT"} <= measured.members.keys():
            return
        duty = round(dew_duty(measured.number("WEATHER_TEMPERATURE"), measured.number("WEATHER_DEWPOINT")))
        heated = [name for name in _DEW if self.auto_dew[name] and self.stand[name] != duty]
        if heated:
            self._keep(**dict.fromkeys(heated, float(duty)))
            self._show()

    def _show(self) -> None:
        """Tell how all channels are."""
        for channel, name in enumerate(_POWER, start=1):
            self.power_is(channel, on=self.stand[name] > 0)
        for channel, name in enumerate(_DEW, start=1):
            self.dew_is(channel, self.stand[name])
        for channel, name in enumerate(_VARIABLE, start=1):
            self.variable_is(channel, self.stand[name])
        for port, name in enumerate(_USB, start=1):
            self.usb_is(port, on=self.stand[name] > 0)

    def _keep(self, **values: float) -> None:
        """Have it so at the next start, too."""
        self.stand.ok(values)
        keep(self, self.stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(PowerBoxSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
