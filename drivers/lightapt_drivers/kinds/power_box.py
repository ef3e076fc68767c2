"""A power box: outlets, dew heaters, chosen voltages and USB ports, switched and named by the client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from lightapt_drivers import (
    Live,
    LiveText,
    Numbers,
    RefusedError,
    State,
    Switches,
    Texts,
    every,
    on_connect,
    on_disconnect,
    on_new,
    operation,
)

from .power_properties import PowerBoxCan, PowerLayout, PowerProperties

__all__ = ["PowerBox", "PowerBoxCan", "PowerLayout", "PowerReading"]

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class PowerReading:
    """What a power box measures; what it cannot measure is left out.

    Attributes:
        volts: Of the supply.
        amperes: Drawn from the supply.
        power: Amperes of each outlet.
        dew: Amperes of each heater.
    """

    volts: float = 0.0
    amperes: float = 0.0
    power: tuple[float, ...] = ()
    dew: tuple[float, ...] = ()


class PowerBox(PowerProperties):
    """A power box. A driver says what it has and can do, and fills in the methods for that.

    Channels are counted from 1. When it is connected it says how they are: :meth:`power_is`, :meth:`dew_is` and so on;
    and what it measures it is asked for again and again (:meth:`read_power`).
    """

    power_pause: ClassVar[float] = 1.0
    """Seconds for which all is off when it is switched off and on again: time for capacitors to empty."""

    # For a driver to fill in.

    async def switch_power(self, channel: int, *, on: bool) -> None:
        """Switch an outlet."""
        raise NotImplementedError

    async def heat_dew(self, channel: int, per_cent: float) -> None:
        """Heat so strongly; 0 is not at all."""
        raise NotImplementedError

    async def set_auto_dew(self, channel: int, *, on: bool) -> None:
        """Have the box itself choose how strongly to heat, or not any more."""
        raise NotImplementedError

    async def set_variable(self, channel: int, volts: float) -> None:
        """Give an outlet this voltage; 0 is off."""
        raise NotImplementedError

    async def switch_usb(self, port: int, *, on: bool) -> None:
        """Switch a USB port."""
        raise NotImplementedError

    async def protect_power(self, volts: float) -> None:
        """Switch all off when the supply has more than this."""
        raise NotImplementedError

    async def switch_leds(self, *, on: bool) -> None:
        """Switch the box's own lamps."""
        raise NotImplementedError

    async def read_power(self) -> PowerReading | None:
        """Return what is measured; None where nothing is."""
        return None

    # For a driver to use.

    def power_is(self, channel: int, *, on: bool) -> None:
        """Take note of how an outlet is, and tell the clients."""
        _tell(self.power_channels, channel, on)

    def dew_is(self, channel: int, per_cent: float) -> None:
        """Take note of how strongly a heater heats, and tell the clients."""
        _tell(self.dew_channels, channel, per_cent > 0)
        if per_cent > 0:
            _tell(self.dew_duty_cycles, channel, per_cent)

    def auto_dew_is(self, channel: int, *, on: bool) -> None:
        """Take note of whether a heater is controlled by the box, and tell the clients."""
        _tell(self.auto_dew, channel, on)

    def variable_is(self, channel: int, volts: float) -> None:
        """Take note of an outlet's voltage, and tell the clients."""
        _tell(self.variable_channels, channel, volts > 0)
        if volts > 0:
            _tell(self.variable_voltages, channel, volts)

    def usb_is(self, port: int, *, on: bool) -> None:
        """Take note of how a USB port is, and tell the clients."""
        _tell(self.usb_ports, port, on)

    # What every power box does.

    @on_connect
    async def _begin_as_power_box(self) -> None:
        self.declare_power_box(self.power_layout, self.power_box_can)

    @on_disconnect
    async def _end_as_power_box(self) -> None:
        is_lost = self.connection.state is State.ALERT
        if self.power_off_on_disconnect["INDI_ENABLED"] and not is_lost:
            await self._switch_all_power(dict.fromkeys(self.power_channels, False))

    @every()
    async def _look_at_power(self) -> None:
        if (reading := await self.read_power()) is None:
            return
        volts, amperes = reading.volts, reading.amperes
        self.power_sensors.change(
            SENSOR_VOLTAGE=volts, SENSOR_CURRENT=amperes, SENSOR_POWER=volts * amperes, state=State.OK
        )
        self.power_currents.change(dict(zip(self.power_currents, reading.power, strict=False)), state=State.OK)
        self.dew_currents.change(dict(zip(self.dew_currents, reading.dew, strict=False)), state=State.OK)

    # Outlets.

    @on_new(PowerProperties.power_channels)
    async def _switch_power(self, wanted: Switches) -> None:
        if self.is_active(self.power_cycle):
            raise RefusedError("all outlets are off for a moment: wait until they are on again (POWER_CYCLE)")
        await self._switch_all_power(wanted)

    @operation(PowerProperties.power_cycle)
    async def _cycle_power(self, wanted: Switches) -> None:
        if not wanted.choice:
            return
        before = dict(self.power_channels.values)
        try:
            await self._switch_all_power(dict.fromkeys(before, False))
            await asyncio.sleep(self.power_pause)
        finally:
            await self._switch_all_power(before)

    async def _switch_all_power(self, wanted: Mapping[str, bool]) -> None:
        await _each(self.power_channels, wanted, lambda channel, on: self.switch_power(channel, on=on))

    @on_new(PowerProperties.over_voltage)
    async def _protect_power(self, wanted: Numbers) -> None:
        await self.protect_power(wanted.value)

    @on_new(PowerProperties.leds)
    async def _switch_leds(self, wanted: Switches) -> None:
        await self.switch_leds(on=wanted["INDI_ENABLED"])

    @on_new(PowerProperties.usb_ports)
    async def _switch_usb(self, wanted: Switches) -> None:
        await _each(self.usb_ports, wanted, lambda port, on: self.switch_usb(port, on=on))

    # Dew heaters.

    @on_new(PowerProperties.dew_channels)
    async def _switch_dew(self, wanted: Switches) -> None:
        self._check_dew_by_hand(self.dew_channels, wanted)
        await _each(self.dew_channels, wanted, lambda channel, on: self.heat_dew(channel, self._duty(channel, on=on)))

    @on_new(PowerProperties.dew_duty_cycles)
    async def _set_duty_cycles(self, wanted: Numbers) -> None:
        self._check_dew_by_hand(self.dew_duty_cycles, wanted)

        async def heat(channel: int, per_cent: float) -> None:
            if _nth(self.dew_channels, channel):
                await self.heat_dew(channel, per_cent)

        await _each(self.dew_duty_cycles, wanted, heat)

    @on_new(PowerProperties.auto_dew)
    async def _set_auto_dew(self, wanted: Switches) -> None:
        async def set_auto_dew(channel: int, on: bool) -> None:
            await self.set_auto_dew(channel, on=on)
            if not on:
                await self.heat_dew(channel, self._duty(channel, on=_nth(self.dew_channels, channel)))

        await _each(self.auto_dew, wanted, set_auto_dew)

    def _duty(self, channel: int, *, on: bool) -> float:
        return _nth(self.dew_duty_cycles, channel) if on else 0.0

    def _check_dew_by_hand(self, live: Live[V], wanted: Mapping[str, V]) -> None:
        for member, value in wanted.items():
            if value != live[member] and member in self.auto_dew and self.auto_dew[member]:
                name = self.dew_labels[member]
                raise RefusedError(f"{name} heats as the dew point asks: turn that off first (AUTO_DEW_CONTROL)")

    # Chosen voltages.

    @on_new(PowerProperties.variable_channels)
    async def _switch_variable(self, wanted: Switches) -> None:
        async def switch(channel: int, on: bool) -> None:
            await self.set_variable(channel, _nth(self.variable_voltages, channel) if on else 0.0)

        await _each(self.variable_channels, wanted, switch)

    @on_new(PowerProperties.variable_voltages)
    async def _set_voltages(self, wanted: Numbers) -> None:
        async def give(channel: int, volts: float) -> None:
            if _nth(self.variable_channels, channel):
                await self.set_variable(channel, volts)

        await _each(self.variable_voltages, wanted, give)

    # Names.

    @on_new(PowerProperties.power_labels)
    async def _name_power(self, wanted: Texts) -> None:
        self._name(self.power_labels, wanted)

    @on_new(PowerProperties.dew_labels)
    async def _name_dew(self, wanted: Texts) -> None:
        self._name(self.dew_labels, wanted)

    @on_new(PowerProperties.variable_labels)
    async def _name_variable(self, wanted: Texts) -> None:
        self._name(self.variable_labels, wanted)

    @on_new(PowerProperties.usb_labels)
    async def _name_usb(self, wanted: Texts) -> None:
        self._name(self.usb_labels, wanted)

    def _name(self, labels: LiveText, wanted: Texts) -> None:
        if nameless := [member for member, name in wanted.items() if not name.strip()]:
            raise RefusedError(f"{nameless[0]} needs a name")
        labels.ok(wanted)
        self.relabel(labels)
        self.remember(labels)


async def _each(live: Live[V], wanted: Mapping[str, V], do: Callable[[int, V], Awaitable[None]]) -> None:
    """Do what is wanted of those channels that are otherwise; should one fail, those before it are as wanted."""
    for channel, (member, value) in enumerate(wanted.items(), start=1):
        if value != live[member]:
            await do(channel, value)
            live.change({member: value})
    live.ok()


def _nth(live: Live[V], channel: int) -> V:
    return list(live.values.values())[channel - 1]


def _tell(live: Live[V], channel: int, value: V) -> None:
    live.change({list(live)[channel - 1]: value})
