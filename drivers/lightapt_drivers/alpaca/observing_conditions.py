"""Alpaca's observing conditions as an INDI weather station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from lightapt_drivers import (
    OPTIONS,
    DefNumber,
    DefText,
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


@dataclass(frozen=True, slots=True)
class _Sensor:
    """A sensor: its member of ASCOM's, and what INDI's weather drivers call what it measures."""

    member: str
    parameter: Parameter


# The units are ASCOM's; the ranges are where people begin to worry, and everybody changes them.
_SENSORS: Final = (
    _Sensor("Temperature", Parameter("WEATHER_TEMPERATURE", "Temperature (°C)", -20, 40)),
    _Sensor("Humidity", Parameter("WEATHER_HUMIDITY", "Humidity (%)", 0, 95, is_critical=True)),
    _Sensor("DewPoint", Parameter("WEATHER_DEWPOINT", "Dew point (°C)", -50, 40)),
    _Sensor("Pressure", Parameter("WEATHER_PRESSURE", "Pressure at the observatory (hPa)", 500, 1100)),
    _Sensor("WindSpeed", Parameter("WEATHER_WIND_SPEED", "Wind (m/s)", 0, 12, is_critical=True)),
    _Sensor("WindGust", Parameter("WEATHER_WIND_GUST", "Gusts (m/s)", 0, 16, is_critical=True)),
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
    _refreshes: bool = True

    async def read(self, look: Look) -> bool:
        """Read what the sensors measure."""
        values = {one.parameter.name: await look.number(one.member) for one in self._has}
        self._known = {name: value for name, value in values.items() if value is not None}
        return False

    async def measure_weather(self) -> Mapping[str, float]:
        """Return what the sensors measure, after the device has asked them."""
        if self._refreshes:
            try:
                await self.session.act(lambda device: device.Refresh())
            except NotOfferedError:
                self._refreshes = False
        await self.looked()
        await self._tell_ages()
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
        ages = {one.member: await self._age(one) for one in self._has}
        self.ages.redefine(
            *(
                DefNumber(one.member, ages[one.member] or 0.0, label=_label(one), format="%.0f")
                for one in self._has
                if ages[one.member] is not None
            )
        )
        (self.show if list(self.ages) else self.hide)(self.ages)
        (self.show if self._has else self.hide)(self.sensors)
        await self.look_now()

    async def _learn_average(self) -> None:
        hours = await told(self.session, lambda device: device.AveragePeriod)
        (self.hide if hours is None else self.show)(self.average)
        self.average.change(PERIOD=hours or 0.0)

    async def _described(self, sensor: _Sensor) -> str:
        ask = self.session.text(lambda device: device.SensorDescription(sensor.member))
        return (await if_told(ask) or "")[:_SHOWN]

    async def _age(self, sensor: _Sensor) -> float | None:
        return await told(self.session, lambda device: device.TimeSinceLastUpdate(sensor.member))

    async def _tell_ages(self) -> None:
        ages = {one.member: await self._age(one) for one in self._has if one.member in self.ages}
        self.ages.change({member: age for member, age in ages.items() if age is not None})

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
