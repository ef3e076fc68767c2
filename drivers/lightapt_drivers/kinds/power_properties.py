"""What clients see of a power box: the properties of libindi's power interface, for as many channels as it has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Flag, auto
from typing import Any, ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    Device,
    DriverInterface,
    Live,
    LiveText,
    NumberVector,
    Permission,
    Standard,
    SwitchRule,
    SwitchVector,
    TextVector,
)
from lightapt_protocol.members import DefMember

__all__ = ["PowerBoxCan", "PowerLayout", "PowerProperties"]

_POWER: Final = "Power"
_DEW: Final = "Dew"
_VARIABLE: Final = "Variable"
_USB: Final = "USB"
_LABELLED: Final[Mapping[str, Mapping[str, str]]] = {
    Standard.POWER_LABELS: {Standard.POWER_CHANNELS: "", Standard.POWER_CURRENTS: " (A)"},
    Standard.DEW_LABELS: {
        Standard.DEW_CHANNELS: "",
        Standard.DEW_DUTY_CYCLES: " (%)",
        Standard.DEW_CURRENTS: " (A)",
        Standard.AUTO_DEW_CONTROL: "",
    },
    Standard.VARIABLE_LABELS: {Standard.VARIABLE_CHANNELS: "", Standard.VARIABLE_VOLTAGES: " (V)"},
    Standard.USB_LABELS: {Standard.USB_PORTS: ""},
}
"""The properties whose members have the names that a client gives the channels, and the unit behind them."""


class PowerBoxCan(Flag):
    """What a power box can do besides switching; clients see the properties that go with it."""

    SENSE = auto()
    """Measure the supply."""
    SENSE_EACH = auto()
    """Measure what each outlet and each heater draws."""
    AUTO_DEW = auto()
    """Heat by itself, as the dew point asks."""
    PROTECT = auto()
    """Switch off at too high a voltage."""
    LEDS = auto()
    """Switch its lamps."""


@dataclass(frozen=True, slots=True)
class PowerLayout:
    """What a power box has.

    Attributes:
        power: Outlets of direct current.
        dew: Dew heaters.
        variable: Outlets whose voltage can be chosen.
        usb: USB ports that can be switched.
        volts: The least and the largest voltage that can be chosen.
    """

    power: int = 0
    dew: int = 0
    variable: int = 0
    usb: int = 0
    volts: tuple[float, float] = (3.0, 12.0)


class PowerProperties(Device):
    """The properties of a power box, before anything is done with them."""

    interface: ClassVar[DriverInterface] = DriverInterface.POWER | DriverInterface.AUX
    power_layout: ClassVar[PowerLayout] = PowerLayout()
    """What it has, unless it says otherwise when it is connected (:meth:`declare_power_box`)."""
    power_box_can: ClassVar[PowerBoxCan] = PowerBoxCan(0)
    """What it can do, likewise."""

    power_sensors = NumberVector(
        Standard.POWER_SENSORS,
        DefNumber("SENSOR_VOLTAGE", 0, label="Voltage (V)", format="%.2f", max=999),
        DefNumber("SENSOR_CURRENT", 0, label="Current (A)", format="%.2f", max=999),
        DefNumber("SENSOR_POWER", 0, label="Power (W)", format="%.2f", max=9999),
        label="Supply",
        perm=Permission.READ_ONLY,
    )
    over_voltage = NumberVector(
        Standard.OVER_VOLTAGE_PROTECTION,
        DefNumber("OVERVOLTAGE", 13.8, label="Largest voltage (V)", format="%.1f", max=99),
        label="Over-voltage",
        saved=True,
    )
    power_off_on_disconnect = SwitchVector.standard(
        Standard.POWER_OFF_DISCONNECT,
        "Enabled",
        "Disabled",
        on="INDI_DISABLED",
        label="Switch off on disconnecting",
        saved=True,
    )
    power_cycle = ButtonVector.standard_buttons(Standard.POWER_CYCLE, "Off and on again", label="All outlets")
    leds = SwitchVector.standard(Standard.LED_CONTROL, "On", "Off", on="INDI_ENABLED", label="Lamps", saved=True)

    power_channels = SwitchVector(Standard.POWER_CHANNELS, label="Outlets", group=_POWER, rule=SwitchRule.ANY_OF_MANY)
    power_currents = NumberVector(Standard.POWER_CURRENTS, label="Currents", group=_POWER, perm=Permission.READ_ONLY)
    power_labels = TextVector(Standard.POWER_LABELS, label="Names", group=_POWER, saved=True)

    dew_channels = SwitchVector(Standard.DEW_CHANNELS, label="Heaters", group=_DEW, rule=SwitchRule.ANY_OF_MANY)
    dew_duty_cycles = NumberVector(Standard.DEW_DUTY_CYCLES, label="Duty cycles", group=_DEW, saved=True)
    dew_currents = NumberVector(Standard.DEW_CURRENTS, label="Currents", group=_DEW, perm=Permission.READ_ONLY)
    auto_dew = SwitchVector(
        Standard.AUTO_DEW_CONTROL, label="Automatic", group=_DEW, rule=SwitchRule.ANY_OF_MANY, saved=True
    )
    dew_labels = TextVector(Standard.DEW_LABELS, label="Names", group=_DEW, saved=True)

    variable_channels = SwitchVector(
        Standard.VARIABLE_CHANNELS, label="Outlets", group=_VARIABLE, rule=SwitchRule.ANY_OF_MANY
    )
    variable_voltages = NumberVector(Standard.VARIABLE_VOLTAGES, label="Voltages", group=_VARIABLE, saved=True)
    variable_labels = TextVector(Standard.VARIABLE_LABELS, label="Names", group=_VARIABLE, saved=True)

    usb_ports = SwitchVector(Standard.USB_PORTS, label="Ports", group=_USB, rule=SwitchRule.ANY_OF_MANY)
    usb_labels = TextVector(Standard.USB_LABELS, label="Names", group=_USB, saved=True)

    def declare_power_box(self, layout: PowerLayout, can: PowerBoxCan) -> None:
        """Say what the hardware has and can do, when it is connected."""
        each = PowerBoxCan.SENSE_EACH in can
        by_itself = PowerBoxCan.AUTO_DEW in can
        low, high = layout.volts
        self._have(self.power_labels, layout.power, _texts("Channel"))
        self._have(self.power_channels, layout.power, _switches)
        self._have(self.power_currents, layout.power if each else 0, _numbers())
        self._have(self.dew_labels, layout.dew, _texts("Channel"))
        self._have(self.dew_channels, layout.dew, _switches)
        self._have(self.dew_duty_cycles, layout.dew, _numbers(max=100, format="%.0f"))
        self._have(self.dew_currents, layout.dew if each else 0, _numbers())
        self._have(self.auto_dew, layout.dew if by_itself else 0, _switches)
        self._have(self.variable_labels, layout.variable, _texts("Channel"))
        self._have(self.variable_channels, layout.variable, _switches)
        self._have(self.variable_voltages, layout.variable, _numbers(min=low, max=high, format="%.1f"))
        self._have(self.usb_labels, layout.usb, _texts("Port"))
        self._have(self.usb_ports, layout.usb, _switches)
        for labels in (self.power_labels, self.dew_labels, self.variable_labels, self.usb_labels):
            self.relabel(labels)
        self._show_if(PowerBoxCan.SENSE in can, self.power_sensors)
        self._show_if(PowerBoxCan.PROTECT in can, self.over_voltage)
        self._show_if(PowerBoxCan.LEDS in can, self.leds)
        self._show_if(layout.power > 0, self.power_cycle, self.power_off_on_disconnect)

    def relabel(self, labels: LiveText) -> None:
        """Have the channels' properties show the names that a client gives the channels."""
        for name, unit in _LABELLED[labels.name].items():
            live = self.vectors[name]
            members = live.definition.members
            named = [replace(member, label=f"{labels[member.name]}{unit}") for member in members]
            if named != list(members):
                live.redefine(*named)

    def _have(self, live: Live[Any], count: int, make: Callable[[int, str], DefMember]) -> None:
        """Have a property for so many channels; one that there was keeps its values."""
        if count and count != len(live.values):
            live.redefine(*itertools.starmap(make, enumerate(Standard[live.name].numbered(count), start=1)))
        self._show_if(count > 0, live)

    def _show_if(self, there: bool, *properties: Live[Any]) -> None:
        (self.show if there else self.hide)(*properties)


def _texts(word: str) -> Callable[[int, str], DefText]:
    return lambda number, member: DefText(member, f"{word} {number}", label=f"{word} {number}")


def _switches(_: int, member: str) -> DefSwitch:
    return DefSwitch(member)


def _numbers(*, min: float = 0, max: float = 999, format: str = "%.2f") -> Callable[[int, str], DefNumber]:
    return lambda _, member: DefNumber(member, min, format=format, min=min, max=max)
