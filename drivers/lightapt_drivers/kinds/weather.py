"""A weather station: what it measures, and whether that is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from lightapt_drivers import (
    ButtonVector,
    DefLight,
    DefNumber,
    DefSwitch,
    Device,
    DriverInterface,
    HardwareError,
    LightVector,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    Standard,
    State,
    Switches,
    SwitchRule,
    SwitchVector,
    every,
    on_connect,
    on_disconnect,
    on_new,
    operation,
)

__all__ = ["Parameter", "Weather", "judge"]

_GROUP: Final = "Parameters"
_LOOK: Final = 0.25
"""Seconds between two looks at whether it is time to measure."""
_LONGEST: Final = 30.0
"""Seconds in which a measurement must be made."""
_RETRY: Final = 5.0
"""Seconds after which a measurement that failed is made again."""
_FORMAT: Final = "%4.2f"
_FAR: Final = 1e6


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that is measured.

    Attributes:
        name: A member of WEATHER_PARAMETERS, for example ``WEATHER_TEMPERATURE``.
        label: For people, with the unit.
        safe_from: The least value that is safe; a client may change these three.
        safe_to: The largest value that is safe.
        warning: How near to them it is a warning, in per cent of the range.
        is_critical: Whether it counts for the status.
        is_fixed: Whether nobody can change what is safe.
    """

    name: str
    label: str
    safe_from: float = 0.0
    safe_to: float = 0.0
    warning: float = 15.0
    is_critical: bool = False
    is_fixed: bool = False


def judge(value: float, *, safe_from: float, safe_to: float, warning: float) -> State:
    """Return Ok for a value that is safe, Busy for a warning, Alert for one that is not safe.

    As in libindi there is no warning zone at a limit of 0: no wind is not nearly too little wind.
    """
    zone = (safe_to - safe_from) * warning / 100
    if not safe_from <= value <= safe_to:
        return State.ALERT
    is_low = value < safe_from + zone and safe_from != 0
    is_high = value > safe_to - zone and safe_to != 0
    return State.BUSY if is_low or is_high else State.OK


class Weather(Device):
    """A weather station. A driver says what it measures (`weather_measures`), and fills in :meth:`measure_weather`.

    WEATHER_STATUS has a light for each critical parameter, and the worst of them for its state; so has SAFETY_STATUS,
    which newer clients look at. What nobody has measured for `weather_patience` seconds is not safe, be it one of the
    critical parameters, nor is the weather of a station that is lost: its last values stay, in Alert until it has
    measured again.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.WEATHER
    weather_measures: ClassVar[tuple[Parameter, ...]] = ()
    """What it measures, unless it says otherwise when it is connected (:meth:`declare_weather`)."""
    weather_patience: ClassVar[float] = 180.0

    weather_update = NumberVector(
        Standard.WEATHER_UPDATE,
        DefNumber("PERIOD", 60, label="Seconds (0: when asked)", format="%.0f", max=3600),
        label="Measure every",
        saved=True,
    )
    weather_refresh = ButtonVector.standard_buttons(Standard.WEATHER_REFRESH, "Measure", label="Now")
    weather_override = SwitchVector(
        Standard.WEATHER_OVERRIDE,
        DefSwitch("OVERRIDE", label="Take any weather for safe"),
        label="Safety",
        rule=SwitchRule.ANY_OF_MANY,
    )
    weather_status = LightVector(Standard.WEATHER_STATUS, label="Status")
    safety_status = LightVector(Standard.SAFETY_STATUS, DefLight("SAFETY", label="Safe to observe"), label="Safety")
    weather_parameters = NumberVector(
        Standard.WEATHER_PARAMETERS, label="Parameters", group=_GROUP, perm=Permission.READ_ONLY
    )

    _weather_declared: Mapping[str, Parameter] = {}
    _weather_known: Mapping[str, State] = {}
    """How safe each critical parameter is that was ever measured."""
    _weather_turn: asyncio.Lock
    """Held while the hardware measures."""
    _weather_due: float = 0.0
    _weather_good_until: Mapping[str, float] = {}
    """Until when each parameter is believed."""
    _weather_old: frozenset[str] = frozenset()
    """The critical parameters that nobody has known for too long."""

    # For a driver to fill in.

    async def measure_weather(self) -> Mapping[str, float]:
        """Return what is measured, by the parameter's name; what is left out is as it was."""
        raise NotImplementedError

    # For a driver to use.

    def declare_weather(self, parameters: Iterable[Parameter]) -> None:
        """Say what is measured, when it is connected; what is known of it is old until :meth:`weather_is`."""
        before, self._weather_declared = self._weather_declared, {one.name: one for one in parameters}
        declared, known = self._weather_declared.values(), self.weather_parameters.values
        state = State.ALERT if self._is_weather_lost else State.IDLE
        numbers = (DefNumber(one.name, known.get(one.name, 0), label=one.label, format=_FORMAT) for one in declared)
        critical = [DefLight(one.name, label=one.label) for one in declared if one.is_critical]
        good_until = asyncio.get_running_loop().time() + self.weather_patience
        self._weather_good_until = {**dict.fromkeys(self._weather_declared, good_until), **self._weather_good_until}
        self.weather_parameters.redefine(*numbers, state=state)
        self.weather_status.redefine(*critical, state=state)
        (self.show if declared else self.hide)(self.weather_parameters)
        (self.show if critical else self.hide)(self.weather_status, self.safety_status)
        self.hide(*(self.vectors[name] for name in before if name in self.vectors))
        for parameter in declared:
            if not parameter.is_fixed:
                self._have_limits(parameter)

    def weather_is(self, measured: Mapping[str, float]) -> None:
        """Take note of what was measured, judge it, and tell the clients."""
        good_until = asyncio.get_running_loop().time() + self.weather_patience
        self._weather_good_until = {**self._weather_good_until, **dict.fromkeys(measured, good_until)}
        self.weather_parameters.ok(measured)
        self._doubt_weather(but=measured)
        self._judge_weather(set(measured))

    def is_weather_worse(self, measured: Mapping[str, float]) -> bool:
        """Whether something measured makes it less safe than clients were told."""
        judged = {name: self._judge(name, value) for name, value in measured.items() if name in self._weather_known}
        return any(state.value > self._weather_known[name].value for name, state in judged.items())

    # What every weather station does.

    @on_connect
    async def _begin_as_weather_station(self) -> None:
        self._weather_known, self._weather_old = {}, frozenset()
        self._weather_turn = asyncio.Lock()
        self._weather_due = 0.0
        self._weather_good_until = {}
        self.declare_weather(self.weather_measures)

    @on_disconnect
    async def _end_as_weather_station(self) -> None:
        if self._is_weather_lost:  # no one is to rely on its last word
            self.weather_parameters.change(state=State.ALERT)
            self._tell_safety(State.ALERT)

    @property
    def _is_weather_lost(self) -> bool:
        """Whether the station is looked for."""
        return self.connection.state is State.ALERT

    @every(_LOOK)
    async def _measure_when_due(self) -> None:
        if asyncio.get_running_loop().time() >= self._weather_due:
            await self._measure_weather()

    @operation(weather_refresh)
    async def _refresh_weather(self, wanted: Switches) -> None:
        if wanted.choice:
            await self._measure_weather()

    @on_new(weather_update)
    async def _set_weather_period(self, wanted: Numbers) -> None:
        self.weather_update.ok(wanted)
        self._measure_after(wanted["PERIOD"])

    @on_new(weather_override)
    async def _override_weather(self, wanted: Switches) -> None:
        self.weather_override.set(wanted, state=State.BUSY if wanted["OVERRIDE"] else State.IDLE)
        if wanted["OVERRIDE"]:
            self.log.warning("any weather is taken for safe now: turn WEATHER_OVERRIDE off as soon as you can")
        self._judge_weather(set())

    async def _set_limits(self, name: str, wanted: Numbers) -> None:
        if wanted["MIN_OK"] > wanted["MAX_OK"]:
            raise RefusedError(f"no {name} would be safe: MIN_OK must not be above MAX_OK")
        limits = self.vectors[name]
        is_new = limits.values != dict(wanted)
        limits.ok(wanted)
        if is_new:
            self.remember(limits)
        self._judge_weather({name} & self._weather_known.keys() - self._weather_old)

    def _have_limits(self, parameter: Parameter) -> None:
        """Have the property with which a client says what is safe; one that there was keeps its values."""
        if parameter.name not in self.vectors:
            vector = NumberVector(
                parameter.name,
                DefNumber("MIN_OK", parameter.safe_from, label="Safe from", format=_FORMAT, min=-_FAR, max=_FAR),
                DefNumber("MAX_OK", parameter.safe_to, label="Safe to", format=_FORMAT, min=-_FAR, max=_FAR),
                DefNumber("PERC_WARN", parameter.warning, label="Warning zone (per cent)", format="%g", max=100),
                label=parameter.label,
                group=_GROUP,
                saved=True,
            )
            self.add(vector, partial(self._set_limits, parameter.name))
        self.show(self.vectors[parameter.name])

    async def _measure_weather(self) -> None:
        async with self._weather_turn:
            limit = asyncio.timeout(_LONGEST)
            try:
                async with limit:
                    self.weather_is(await self.measure_weather())
            except Exception as error:  # whatever the reason, the weather is not known
                self._miss_weather()
                if limit.expired():
                    raise HardwareError(f"{self.name} has not answered for {_LONGEST:.0f} s") from error
                raise
            self._measure_after(self.weather_update.value)

    def _miss_weather(self) -> None:
        """Take note that a measurement has failed."""
        self._measure_after(_RETRY)
        self.weather_parameters.change(state=State.ALERT)
        self._doubt_weather()
        self._judge_weather(set())

    def _measure_after(self, seconds: float) -> None:
        self._weather_due = asyncio.get_running_loop().time() + (seconds or float("inf"))

    def _doubt_weather(self, but: Collection[str] = ()) -> None:
        """Take what nobody has known for long for unsafe, but for these."""
        now = asyncio.get_running_loop().time()
        old = [name for name in self.weather_status if name not in but and now >= self._weather_good_until[name]]
        for name in old:
            if but and self._weather_known.get(name) is not State.ALERT:
                label = self._weather_declared[name].label
                self.log.warning("%s has not been told for long: it counts as not safe", label)
        self._weather_known = {**self._weather_known, **dict.fromkeys(old, State.ALERT)}
        self._weather_old = frozenset(old)

    def _judge_weather(self, measured: set[str]) -> None:
        """Judge these parameters, and tell how safe all together are."""
        judged = {
            name: self._judge(name, self.weather_parameters[name]) for name in self.weather_status if name in measured
        }
        for name, state in judged.items():
            if state is not self._weather_known.get(name, State.OK):
                self.tell_weather(name, state)
        self._weather_known = {**self._weather_known, **judged}
        worst = max(self._weather_known.values(), key=lambda state: state.value, default=State.IDLE)
        self._tell_safety(State.OK if self.weather_override["OVERRIDE"] else worst)

    def _judge(self, name: str, value: float) -> State:
        declared = self._weather_declared[name]
        if declared.is_fixed:
            return judge(value, safe_from=declared.safe_from, safe_to=declared.safe_to, warning=declared.warning)
        limits = self.vectors[name]
        return judge(value, safe_from=limits["MIN_OK"], safe_to=limits["MAX_OK"], warning=limits["PERC_WARN"])

    def tell_weather(self, name: str, state: State) -> None:
        """Tell people how safe a parameter has become."""
        words = {State.OK: "is safe again", State.BUSY: "is near its limit", State.ALERT: "is not safe"}[state]
        label, value = self._weather_declared[name].label, self.weather_parameters[name]
        self.log.warning("%s %s: %.2f", label, words, value)

    def _tell_safety(self, state: State) -> None:
        self.weather_status.change(self._weather_known, state=state)
        self.safety_status.change(SAFETY=state, state=state)
