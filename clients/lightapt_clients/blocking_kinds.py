"""The standard kinds of devices for programs that do not await; see :mod:`.kinds` for what each does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lightapt_protocol.vocabulary import State

from . import kinds
from .blocking_devices import KindFace
from .blocking_telescopes import Camera, Guider, Mount
from .faces import Waits

__all__ = [
    "Camera",
    "Dome",
    "DustCap",
    "FilterWheel",
    "Focuser",
    "Gps",
    "Guider",
    "KindFace",
    "LightBox",
    "Mount",
    "PowerBox",
    "Rotator",
    "Weather",
]


class Focuser(KindFace[kinds.Focuser]):
    """See :class:`.kinds.Focuser`."""

    __slots__ = ()

    @property
    def position(self) -> float:
        """Where it is."""
        return self.inner.position

    @property
    def max_position(self) -> float:
        """The highest position allowed."""
        return self.inner.max_position

    @property
    def backlash(self) -> float:
        """The steps of backlash that it takes up; 0 where it takes up none."""
        return self.inner.backlash

    @property
    def speed(self) -> float:
        """Its speed, in its own units."""
        return self.inner.speed

    @property
    def is_moving(self) -> bool:
        """Whether it is on its way."""
        return self.inner.is_moving

    @property
    def temperature(self) -> float:
        """Temperature at the focuser, in °C."""
        return self.inner.temperature

    move_to = Waits(kinds.Focuser.move_to)
    move_by = Waits(kinds.Focuser.move_by)
    move_for = Waits(kinds.Focuser.move_for)
    abort = Waits(kinds.Focuser.abort)
    sync = Waits(kinds.Focuser.sync)
    set_max_position = Waits(kinds.Focuser.set_max_position)
    set_speed = Waits(kinds.Focuser.set_speed)
    set_backlash = Waits(kinds.Focuser.set_backlash)
    reverse = Waits(kinds.Focuser.reverse)


class FilterWheel(KindFace[kinds.FilterWheel]):
    """See :class:`.kinds.FilterWheel`."""

    __slots__ = ()

    @property
    def names(self) -> Sequence[str]:
        """The filters' names by their slots, the first in slot 1; empty where the wheel has none."""
        return self.inner.names

    @property
    def slots(self) -> int:
        """How many slots it has."""
        return self.inner.slots

    @property
    def slot(self) -> int:
        """The slot in the beam."""
        return self.inner.slot

    @property
    def filter(self) -> str:
        """The name of the filter in the beam; empty where it has none."""
        return self.inner.filter

    select = Waits(kinds.FilterWheel.select)
    rename = Waits(kinds.FilterWheel.rename)


class Rotator(KindFace[kinds.Rotator]):
    """See :class:`.kinds.Rotator`."""

    __slots__ = ()

    @property
    def angle(self) -> float:
        """How it is turned."""
        return self.inner.angle

    @property
    def is_moving(self) -> bool:
        """Whether it is turning."""
        return self.inner.is_moving

    turn_to = Waits(kinds.Rotator.turn_to)
    turn_by = Waits(kinds.Rotator.turn_by)
    go_home = Waits(kinds.Rotator.go_home)
    sync = Waits(kinds.Rotator.sync)
    reverse = Waits(kinds.Rotator.reverse)
    abort = Waits(kinds.Rotator.abort)


class Dome(KindFace[kinds.Dome]):
    """See :class:`.kinds.Dome`."""

    __slots__ = ()

    @property
    def azimuth(self) -> float:
        """Where its opening is."""
        return self.inner.azimuth

    @property
    def is_open(self) -> bool:
        """Whether the shutter is open, and not on its way."""
        return self.inner.is_open

    @property
    def is_moving(self) -> bool:
        """Whether it turns, parks, or its shutter is on its way."""
        return self.inner.is_moving

    @property
    def is_parked(self) -> bool:
        """Whether it is parked, and refuses to turn."""
        return self.inner.is_parked

    @property
    def is_slaved(self) -> bool:
        """Whether it follows the telescope."""
        return self.inner.is_slaved

    turn_to = Waits(kinds.Dome.turn_to)
    turn_by = Waits(kinds.Dome.turn_by)
    open = Waits(kinds.Dome.open)
    close = Waits(kinds.Dome.close)
    park = Waits(kinds.Dome.park)
    unpark = Waits(kinds.Dome.unpark)
    set_park = Waits(kinds.Dome.set_park)
    slave = Waits(kinds.Dome.slave)
    sync = Waits(kinds.Dome.sync)
    abort = Waits(kinds.Dome.abort)


class Weather(KindFace[kinds.Weather]):
    """See :class:`.kinds.Weather`."""

    __slots__ = ()

    @property
    def is_safe(self) -> bool:
        """Whether it is safe to observe: what is critical is within its limits, or warns at most."""
        return self.inner.is_safe

    @property
    def status(self) -> Mapping[str, State]:
        """How each critical parameter is: Ok, Busy for a warning, Alert for unsafe."""
        return self.inner.status

    @property
    def parameters(self) -> Mapping[str, float]:
        """What is measured, by INDI's names; for example WEATHER_TEMPERATURE in °C, WEATHER_WIND_SPEED in km/h."""
        return self.inner.parameters

    refresh = Waits(kinds.Weather.refresh)
    wait_until_safe = Waits(kinds.Weather.wait_until_safe)
    wait_until_unsafe = Waits(kinds.Weather.wait_until_unsafe)


class DustCap(KindFace[kinds.DustCap]):
    """See :class:`.kinds.DustCap`."""

    __slots__ = ()

    @property
    def is_open(self) -> bool:
        """Whether it is open, and not on its way."""
        return self.inner.is_open

    open = Waits(kinds.DustCap.open)
    close = Waits(kinds.DustCap.close)
    abort = Waits(kinds.DustCap.abort)


class LightBox(KindFace[kinds.LightBox]):
    """See :class:`.kinds.LightBox`."""

    __slots__ = ()

    @property
    def is_on(self) -> bool:
        """Whether it shines."""
        return self.inner.is_on

    @property
    def brightness(self) -> float:
        """How bright it is when it shines, in its own units."""
        return self.inner.brightness

    on = Waits(kinds.LightBox.on)
    off = Waits(kinds.LightBox.off)
    set_brightness = Waits(kinds.LightBox.set_brightness)


class Gps(KindFace[kinds.Gps]):
    """See :class:`.kinds.Gps`."""

    __slots__ = ()

    @property
    def location(self) -> kinds.Location:
        """Where it is."""
        return self.inner.location

    @property
    def utc(self) -> datetime:
        """What time it was, by its clock, when it last told; an aware datetime in UTC."""
        return self.inner.utc

    refresh = Waits(kinds.Gps.refresh)
    set_location = Waits(kinds.Gps.set_location)
    set_time = Waits(kinds.Gps.set_time)


class PowerBox(KindFace[kinds.PowerBox]):
    """See :class:`.kinds.PowerBox`."""

    __slots__ = ()

    @property
    def outlets(self) -> Mapping[str, bool]:
        """Whether each outlet is on, by its label."""
        return self.inner.outlets

    @property
    def heaters(self) -> Mapping[str, float]:
        """How strongly each heater heats, in per cent, by its label."""
        return self.inner.heaters

    @property
    def voltage(self) -> float:
        """Voltage of the supply, in V."""
        return self.inner.voltage

    @property
    def current(self) -> float:
        """What the whole box draws, in A."""
        return self.inner.current

    switch = Waits(kinds.PowerBox.switch)
    heat = Waits(kinds.PowerBox.heat)
