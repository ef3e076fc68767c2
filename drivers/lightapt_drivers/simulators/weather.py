"""The simulated weather station."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    Numbers,
    NumberVector,
    Snooped,
    Standard,
    Switches,
    SwitchState,
    SwitchVector,
    on_new,
    run,
)

from ..kinds.neighbours import number
from ..kinds.weather import Parameter, Weather
from .lasting import SIMULATION
from .weather_model import Climate, dew_point

__all__ = ["WeatherSimulator", "main"]

_SITE: Final = (50.0, 8.0, 100.0)
"""Latitude, longitude and elevation where nobody says better."""
_BY_HAND: Final = (
    DefNumber("WEATHER_TEMPERATURE", 12, label="Temperature (°C)", format="%.1f", min=-60, max=60),
    DefNumber("WEATHER_HUMIDITY", 50, label="Humidity (%)", format="%.0f", max=100),
    DefNumber("WEATHER_PRESSURE", 1000, label="Pressure (hPa)", format="%.0f", min=300, max=1100),
    DefNumber("WEATHER_WIND_SPEED", 5, label="Wind (km/h)", format="%.0f", max=300),
    DefNumber("WEATHER_WIND_GUST", 7, label="Gusts (km/h)", format="%.0f", max=300),
    DefNumber("WEATHER_WIND_DIRECTION", 250, label="Wind from (degrees)", format="%.0f", max=360),
    DefNumber("WEATHER_RAIN_HOUR", 0, label="Rain (mm/h)", format="%.1f", max=300),
    DefNumber("WEATHER_CLOUD_COVER", 0, label="Clouds (%)", format="%.0f", max=100),
)


class WeatherSimulator(Weather):
    """Weather simulator: fine weather, unless somebody makes it otherwise by WEATHER_CONTROL.

    Args:
        name: The device's name.
        seed: Of the weather: the same one has the same weather at the same time.
        clock: Returns the time, as Unix time in seconds.
    """

    device_name: ClassVar[str] = "Weather Simulator"
    executable: ClassVar[str] = "lightapt-weather"
    weather_measures: ClassVar[tuple[Parameter, ...]] = (
        Parameter("WEATHER_TEMPERATURE", "Temperature (°C)", -10, 30, is_critical=True),
        Parameter("WEATHER_HUMIDITY", "Humidity (%)", 0, 90, is_critical=True),
        Parameter("WEATHER_DEWPOINT", "Dew point (°C)", -50, 30),
        Parameter("WEATHER_PRESSURE", "Pressure (hPa)", 500, 1100),
        Parameter("WEATHER_WIND_SPEED", "Wind (km/h)", 0, 40, is_critical=True),
        Parameter("WEATHER_WIND_GUST", "Gusts (km/h)", 0, 60, is_critical=True),
        Parameter("WEATHER_WIND_DIRECTION", "Wind from (degrees)", 0, 360),
        Parameter("WEATHER_RAIN_HOUR", "Rain (mm/h)", 0, 0, is_critical=True),
        Parameter("WEATHER_CLOUD_COVER", "Clouds (%)", 0, 50, is_critical=True),
        Parameter("WEATHER_SKY_QUALITY", "Sky (mag/arcsec²)", 0, 30),
    )

    mount = Snooped("ACTIVE_TELESCOPE", Standard.GEOGRAPHIC_COORD, device="Telescope Simulator", label="Telescope")

    source = SwitchVector(
        "WEATHER_SOURCE",
        DefSwitch("WEATHER_FREE", SwitchState.ON, label="As it comes"),
        DefSwitch("WEATHER_BY_HAND", label="As it is set"),
        label="Weather",
        group=SIMULATION,
        always=True,
    )
    control = NumberVector("WEATHER_CONTROL", *_BY_HAND, label="Set the weather", group=SIMULATION, always=True)

    def __init__(self, name: str = "", *, seed: int = 0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(name)
        self._climate = Climate(seed=seed)
        self._clock = clock

    async def measure_weather(self) -> Mapping[str, float]:
        """Return what is measured."""
        measured = self._free() if self.source["WEATHER_FREE"] else self.control.values
        dew = dew_point(measured["WEATHER_TEMPERATURE"], measured["WEATHER_HUMIDITY"])
        return {
            **{name: round(value, 2) for name, value in measured.items()},
            "WEATHER_DEWPOINT": round(dew, 2),
            "WEATHER_SKY_QUALITY": round(self._sky_quality(), 2),
        }

    @on_new(control)
    async def _make_weather(self, wanted: Numbers) -> None:
        if self.source["WEATHER_FREE"]:  # what is not given stays as it just is
            self.source.choose("WEATHER_BY_HAND")
            wanted_now = {**self._free(), **{name: wanted[name] for name in wanted.given}}
        else:
            wanted_now = dict(wanted)
        self.control.ok(wanted_now)
        await self._look()

    @on_new(source)
    async def _choose_source(self, wanted: Switches) -> None:
        self.source.ok(wanted)
        await self._look()

    async def _look(self) -> None:
        if self.is_connected:
            self.weather_is(await self.measure_weather())

    def _site(self) -> tuple[float, float, float]:
        """Return latitude, longitude and elevation."""
        told = [number(self.mount, Standard.GEOGRAPHIC_COORD, member) for member in ("LAT", "LONG", "ELEV")]
        latitude, longitude, elevation = (
            one if one is not None else usual for one, usual in zip(told, _SITE, strict=True)
        )
        return latitude, longitude, elevation

    def _free(self) -> dict[str, float]:
        """Return the weather as it comes."""
        _, longitude, elevation = self._site()
        weather = self._climate.weather(self._clock(), longitude=longitude, elevation=elevation)
        return {
            "WEATHER_TEMPERATURE": weather.temperature,
            "WEATHER_HUMIDITY": weather.humidity,
            "WEATHER_PRESSURE": weather.pressure,
            "WEATHER_WIND_SPEED": weather.wind,
            "WEATHER_WIND_GUST": weather.gust,
            "WEATHER_WIND_DIRECTION": weather.direction,
            "WEATHER_RAIN_HOUR": weather.rain,
            "WEATHER_CLOUD_COVER": weather.clouds,
        }

    def _sky_quality(self) -> float:
        """Return how dark the sky overhead is, in mag/arcsec²: with the Moon and the twilight of the moment."""
        from lightapt_drivers.sky import conditions, frames  # loads numpy

        now = self._clock()
        latitude, longitude, elevation = self._site()
        ra, dec = frames.j2000(frames.sidereal_time(now, longitude), latitude, now)
        place = frames.Place(latitude, longitude, elevation)
        return conditions.conditions_at(place, now, float(ra), float(dec)).brightness


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(WeatherSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
