"""An Alpaca switch device as an INDI device: a property for each of its switches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from lightapt_drivers import (
    OPTIONS,
    DefNumber,
    DefSwitch,
    DefText,
    DriverInterface,
    HardwareError,
    LinkLostError,
    Live,
    NumberVector,
    Permission,
    State,
    SwitchRule,
    SwitchState,
    SwitchVector,
    Texts,
    TextVector,
    on_connect,
    on_new,
    time_limit,
)

from ..kit.handlers import OnNew
from .asking import told
from .bridge import AlpacaDevice
from .errors import AlpacaError, AnswerError, DeviceRefusedError, NotOfferedError, SilentError
from .look import Look
from .session import Ask, if_told

__all__ = ["AlpacaSwitch"]

_GROUP: Final = "Switches"
_LONGEST: Final = 600.0
"""Seconds in which a switch has become what it was told."""
_SHOWN: Final = 200
_MOST: Final = 1000
"""Switches of a device: each is asked for its range, its name and more."""


@dataclass(frozen=True, slots=True)
class _One:
    """One switch of the device, as it describes it.

    Attributes:
        number: From 0.
        label: Its name.
        description: What it does.
        min: Its least value; max and step accordingly.
        is_written: Whether it can be set, else only read.
        is_async: Whether it is set without waiting until it is so.
    """

    number: int
    label: str
    description: str
    min: float
    max: float
    step: float
    is_written: bool
    is_async: bool

    @property
    def name(self) -> str:
        """The property's name, and the member's of what is told of all."""
        return f"SWITCH_{self.number}"

    @property
    def is_boolean(self) -> bool:
        """Whether it is on or off, and nothing between."""
        return self.max - self.min <= self.step

    def vector(self) -> NumberVector | SwitchVector:
        """Declare its property."""
        perm = Permission.READ_WRITE if self.is_written else Permission.READ_ONLY
        if self.is_boolean:
            off = DefSwitch("INDI_DISABLED", SwitchState.ON, label="Off")
            on = DefSwitch("INDI_ENABLED", label="On")
            return SwitchVector(
                self.name, on, off, label=self.label, group=_GROUP, perm=perm, rule=SwitchRule.ONE_OF_MANY
            )
        value = DefNumber("VALUE", self.min, label="Value", format="%g", min=self.min, max=self.max, step=self.step)
        return NumberVector(self.name, value, label=self.label, group=_GROUP, perm=perm)


class AlpacaSwitch(AlpacaDevice):
    """Alpaca switch."""

    device_name: ClassVar[str] = "Alpaca Switch"
    interface: ClassVar[DriverInterface] = DriverInterface.AUX

    names = TextVector("SWITCH_NAMES", label="Names", group=OPTIONS)
    descriptions = TextVector("SWITCH_DESCRIPTIONS", label="What they do", group=_GROUP, perm=Permission.READ_ONLY)

    _ones: tuple[_One, ...] = ()
    _silent: frozenset[str] = frozenset()
    """Those that do not tell their values."""

    async def read(self, look: Look) -> bool:
        """Read all switches; one that does not tell is in Alert, and the others are read all the same."""
        for one in self._ones:
            try:
                await self._read_one(one, look)
            except LinkLostError:
                raise
            except AlpacaError as error:
                live = self.vectors[one.name]
                if one.name not in self._silent and not self.is_active(live):
                    live.alert(error.reason)
                    self._silent |= {one.name}
        return any(one.is_async and self.is_active(self.vectors[one.name]) for one in self._ones)

    async def _read_one(self, one: _One, look: Look) -> None:
        live = self.vectors[one.name]
        value = await self._value(one, look)
        if value is None or self.is_active(live):
            return
        state = State.OK if live.state is State.IDLE or one.name in self._silent else None
        self._silent -= {one.name}
        if one.is_boolean:
            on = value > (one.min + one.max) / 2
            live.change({"INDI_ENABLED": on, "INDI_DISABLED": not on}, state=state)
        else:
            live.change({"VALUE": value}, state=state)

    async def _value(self, one: _One, look: Look) -> float | None:
        number, live = one.number, self.vectors[one.name]
        if f"GetSwitchValue{number}" in look:
            return await look.number(f"GetSwitchValue{number}", shown_by=live)
        if one.is_boolean and f"GetSwitch{number}" in look:
            on = await look.flag(f"GetSwitch{number}", shown_by=live)
            return None if on is None else one.max if on else one.min
        return await self.session.number(lambda device: device.GetSwitchValue(number))

    @on_connect
    async def _greet(self) -> None:
        self.hide(*(self.vectors[one.name] for one in self._ones))
        self._silent = frozenset()
        count = await self.session.whole(lambda device: device.MaxSwitch)
        if count > _MOST:
            raise HardwareError(f"the device says that it has {count} switches, and more than {_MOST} are not believed")
        self._ones = tuple([await self._learn(number) for number in range(max(0, count))])
        for one in self._ones:
            self.show(self.add(one.vector(), self._setter(one), role=OnNew(one.name, lane=one.name)))
        self.names.redefine(
            *(DefText(one.name, one.label, label=f"Switch {one.number}") for one in self._ones),
            perm=Permission.READ_WRITE,
        )
        self.descriptions.redefine(*(DefText(one.name, one.description, label=one.label) for one in self._ones))
        (self.show if self._ones else self.hide)(self.names, self.descriptions)
        await self.look_now()

    async def _learn(self, number: int) -> _One:
        """Learn what a switch is; a device that does not tell its range has one that is on or off."""
        least = await told(self.session, lambda device: device.MinSwitchValue(number))
        most = await told(self.session, lambda device: device.MaxSwitchValue(number))
        step = await told(self.session, lambda device: device.SwitchStep(number))
        least, most = (0.0 if least is None else least), (1.0 if most is None else most)
        return _One(
            number,
            await self._text(lambda device: device.GetSwitchName(number)) or f"Switch {number}",
            await self._text(lambda device: device.GetSwitchDescription(number)),
            least,
            most,
            most - least if step is None or step <= 0 else step,
            is_written=await self._can(lambda device: device.CanWrite(number)),
            is_async=self.session.is_platform_7 and await self._can(lambda device: device.CanAsync(number)),
        )

    async def _text(self, ask: Ask[object]) -> str:
        return (await if_told(self.session.text(ask)) or "")[:_SHOWN]

    async def _can(self, ask: Ask[object]) -> bool:
        with suppress(DeviceRefusedError):
            return await self.offers(ask)
        return False

    # What clients ask.

    def _setter(self, one: _One) -> Callable[[Any], Awaitable[None]]:
        async def set_it(wanted: Any) -> None:  # noqa: ANN401 - numbers or switches
            on = bool(wanted["INDI_ENABLED"]) if one.is_boolean else False
            value = (one.max if on else one.min) if one.is_boolean else float(wanted.value)
            await (self._set_by_and_by if one.is_async else self._set_at_once)(one, value, on=on)
            self._show(self.vectors[one.name], one, value, on=on)

        return set_it

    @staticmethod
    def _show(live: Live[Any], one: _One, value: float, *, on: bool) -> None:
        live.set({"INDI_ENABLED": on, "INDI_DISABLED": not on} if one.is_boolean else {"VALUE": value})

    async def _set_at_once(self, one: _One, value: float, *, on: bool) -> None:
        number = one.number
        if one.is_boolean:
            await self.act(lambda device: device.SetSwitch(number, on))
        else:
            await self.act(lambda device: device.SetSwitchValue(number, value))

    async def _set_by_and_by(self, one: _One, value: float, *, on: bool) -> None:
        """Set a switch, and wait until it is so.

        Raises:
            AlpacaError: It does not become so, or what it was to become was cancelled.
        """
        number = one.number
        try:
            if one.is_boolean:
                await self.act(lambda device: device.SetAsync(number, on))
            else:
                await self.act(lambda device: device.SetAsyncValue(number, value))
            async with time_limit(_LONGEST):
                while not await self._is_changed(number):
                    await self.looked_well()
        except TimeoutError:
            raise HardwareError(f"{one.label} has not become what it was told after {_LONGEST:g} s") from None
        except asyncio.CancelledError:
            with suppress(NotOfferedError):
                await self.stop(lambda device: device.CancelAsync(number))
            raise

    async def _is_changed(self, number: int) -> bool:
        """Return whether an asynchronous change is over; it goes on where the server has no sense to say just now.

        Raises:
            AlpacaError: The device has given it up.
        """
        try:
            return await self.session.flag(lambda device: device.StateChangeComplete(number))
        except (AnswerError, SilentError) as error:
            if isinstance(error, AnswerError) and error.is_unknown_path:
                raise
            return False

    @on_new(names)
    async def _rename(self, wanted: Texts) -> None:
        try:
            for one in self._ones:
                if wanted[one.name] != self.names[one.name]:
                    await self._rename_one(one.number, wanted[one.name])
        except NotOfferedError:
            self.names.redefine(perm=Permission.READ_ONLY)
            raise

    async def _rename_one(self, number: int, name: str) -> None:
        await self.session.call(lambda device: device.SetSwitchName(number, name))
        label = await self._text(lambda device: device.GetSwitchName(number)) or name
        self.names.set({f"SWITCH_{number}": label})
        self.vectors[f"SWITCH_{number}"].redefine(label=label)
