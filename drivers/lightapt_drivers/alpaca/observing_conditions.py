"""Alpaca's observing conditions as an INDI weather station."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import ClassVar, Final

from lightapt_drivers import (
    OPTIONS,
    DefNumber,
    DefText,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    TextVector,
    on_connect,
    on_new,
)

from ..kinds.weather import Parameter, Weather
from .asking import has, told
from .bridge import AlpacaDevice
from .errors import NotOfferedError
from .look import Look
from .session import Ask, if_told

__all__ = ["AlpacaObservingConditions"]

_GROUP: Final = "Sensors"
_SHOWN: Final = 200
_SOON: Final = 10.0
"""Seconds in which a look is made when it is time to measure, however seldom it is looked at otherwise."""


@dataclass(frozen=True, slots=True)
class _Sensor:
    """A sensor: its member of ASCOM's, and what INDI's weather drivers call what it measures.

    Attributes:
        scale: How many of INDI's units one of ASCOM's is.
    """

    member: str
    parameter: Parameter
    scale: float = 1.0


_KMH: Final = 3.6
"""km/h in one m/s."""
# The units are ASCOM's but for the wind, which INDI's drivers tell in km/h; the ranges are where people begin to worry,
# and everybody changes them.
_SENSORS: Final = (
    _Sensor("Temperature", Parameter("WEATHER_TEMPERATURE", "Temperature (°C)", -20, 40)),
    _Sensor("Humidity", Parameter("WEATHER_HUMIDITY", "Humidity (%)", 0, 95, is_critical=True)),
    _Sensor("DewPoint", Parameter("WEATHER_DEWPOINT", "Dew point (°C)", -50, 40)),
    _Sensor("Pressure", Parameter("WEATHER_PRESSURE", "Pressure at the observatory (hPa)", 500, 1100)),
    _Sensor("WindSpeed", Parameter("WEATHER_WIND_SPEED", "Wind (km/h)", 0, 40, is_critical=True), _KMH),
    _Sensor("WindGust", Parameter("WEATHER_WIND_GUST", "Gusts (km/h)", 0, 60, is_critical=True), _KMH),
    _Sensor("WindDirection", Parameter("WEATHER_WIND_DIRECTION", "Wind from (degrees)", 0, 360)),
    _Sensor("RainRate", Parameter("WEATHER_RAIN_HOUR", "Rain (mm/h)", 0, 0, is_critical=True)),
    _Sensor("CloudCover", Parameter("WEATHER_CLOUD_COVER", "Clouds (%)", 0, 70, is_critical=True)),
    _Sensor("SkyTemperature", Parameter("WEATHER_SKY_TEMPERATURE", "Sky (°C)", -100, 10)),
    _Sensor("SkyBrightness", Parameter("WEATHER_SKY_BRIGHTNESS", "Sky brightness (lux)", 0, 1000)),
    _Sensor("SkyQuality", Parameter("WEATHER_SQM", "Sky (mag/arcsec²)", 0, 30)),
    _Sensor("StarFWHM", Parameter("WEATHER_STAR_FWHM", "Stars' FWHM (arcsec)", 0, 10)),
)


class AlpacaObservingConditions(Weather, AlpacaDevice):
    """Alpaca observing conditions."""

    device_name: ClassVar[str] = "Alpaca Observing Conditions"

    average = NumberVector(
        "WEATHER_AVERAGE",
        DefNumber("PERIOD", 0, label="Hours (0: as measured)", format="%g", max=1000),
        label="Averaged over",
        group=OPTIONS,
    )
    ages = NumberVector("WEATHER_AGES", label="Seconds since measured", group=_GROUP, perm=Permission.READ_ONLY)
    sensors = TextVector("WEATHER_SENSORS", label="Sensors", group=_GROUP, perm=Permission.READ_ONLY)

    _known: Mapping[str, float] = {}
    _has: tuple[_Sensor, ...] = ()
    _aged: Iterator[_Sensor] = iter(())
    """The sensors that tell how old their values are, again and again."""
    _refreshes: bool = True

    async def read(self, look: Look) -> bool:
        """Read what the sensors measure, and how old that is: one sensor's age a look.

        That it is less safe now is told at once, and that it is safe again when it is time to measure.
        """
        values = {one: await look.number(one.member) for one in self._has}
        self._known = {one.parameter.name: value * one.scale for one, value in values.items() if value is not None}
        if self.weather_update.value and self.is_weather_worse(self._known):  # rain does not wait for its turn
            self.weather_is(self._known)
        if (sensor := next(self._aged, None)) and (age := await self._age(sensor)) is not None:
            self.ages.change({sensor.member: age})
        return False

    async def measure_weather(self) -> Mapping[str, float]:
        """Return what the sensors measure, after the device has asked them.

        Raises:
            HardwareError: None of them tells.
        """
        if self._refreshes:
            try:
                self.spends(1)
                await self.session.act(lambda device: device.Refresh())
            except NotOfferedError:
                self._refreshes = False
        await self.looked(within=_SOON)
        if self._has and not self._known:
            raise HardwareError(f"none of the sensors of {self.name} tells a value: is its hardware there?")
        return self._known

    @on_connect
    async def _greet(self) -> None:
        session = self.session
        self._refreshes = True
        self._has = tuple([one for one in _SENSORS if await has(session, _getting(one.member))])
        self.declare_weather(one.parameter for one in self._has)
        described = [(one, await self._described(one)) for one in self._has]
        self.sensors.redefine(*(DefText(one.member, words, label=_label(one)) for one, words in described))
        await self._learn_average()
        await self._learn_ages()
        (self.show if self._has else self.hide)(self.sensors)
        await self.look_now()
        if self._known:  # so that no client is ever shown what nobody has measured
            self.weather_is(self._known)

    async def _learn_ages(self) -> None:
        asked = [(one, await self._age(one)) for one in self._has]
        ages = {one: age for one, age in asked if age is not None}
        self.ages.redefine(*(DefNumber(one.member, age, label=_label(one), format="%.0f") for one, age in ages.items()))
        (self.show if ages else self.hide)(self.ages)
        self._aged = cycle(ages)

    async def _learn_average(self) -> None:
        hours = await told(self.session, lambda device: device.AveragePeriod)
        (self.hide if hours is None else self.show)(self.average)
        self.average.change(PERIOD=hours or 0.0)

    async def _described(self, sensor: _Sensor) -> str:
        ask = self.session.text(lambda device: device.SensorDescription(sensor.member))
        return (await if_told(ask) or "")[:_SHOWN]

    async def _age(self, sensor: _Sensor) -> float | None:
        return await told(self.session, lambda device: device.TimeSinceLastUpdate(sensor.member))

    @on_new(average)
    async def _average_over(self, wanted: Numbers) -> None:
        hours = wanted.value
        await self.session.call(lambda device: device.put("averageperiod", AveragePeriod=hours))
        current = await told(self.session, lambda device: device.AveragePeriod)
        self.average.ok(PERIOD=hours if current is None else current)


def _getting(member: str) -> Ask[object]:
    return lambda device: getattr(device, member)


def _label(sensor: _Sensor) -> str:
    return sensor.parameter.label.partition(" (")[0]
