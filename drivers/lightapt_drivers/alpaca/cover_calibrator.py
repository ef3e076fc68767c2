"""An Alpaca cover calibrator as an INDI device: a dust cap, a light box, or both."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final

from lightapt_drivers import DriverInterface, HardwareError, Numbers, Switches, on_connect, operation

from ..kinds.dust_cap import Cap, DustCap, DustCapCan
from ..kinds.light_box import LightBox
from .asking import has, told
from .bridge import AlpacaDevice
from .errors import NotOfferedError
from .look import Look
from .session import Ask, Session

__all__ = ["AlpacaCoverCalibrator"]

_LONGEST: Final = 600.0
"""Seconds in which a cover opens, or a light is steady."""


_NOT_PRESENT: Final = 0
"""Of a cover or a light: there is none."""


class _Cover(IntEnum):
    """CoverStatus."""

    NOT_PRESENT = _NOT_PRESENT
    CLOSED = 1
    MOVING = 2
    OPEN = 3
    UNKNOWN = 4
    ERROR = 5


class _Light(IntEnum):
    """CalibratorStatus."""

    NOT_PRESENT = _NOT_PRESENT
    OFF = 1
    NOT_READY = 2
    READY = 3
    UNKNOWN = 4
    ERROR = 5


_CAPS: Final = {_Cover.CLOSED: Cap.CLOSED, _Cover.OPEN: Cap.OPEN, _Cover.ERROR: Cap.ERROR}
_COVER_FAILED: Final = "the cover reports an error of its own (CoverState)"
_LIGHT_FAILED: Final = "the light reports an error of its own (CalibratorState)"


class AlpacaCoverCalibrator(DustCap, LightBox, AlpacaDevice):
    """Alpaca cover calibrator."""

    device_name: ClassVar[str] = "Alpaca Cover Calibrator"

    _has_cover: bool = False
    _has_light: bool = False
    _can_halt: bool = True
    _cover: int | None = None
    _light: int | None = None

    async def read(self, look: Look) -> bool:
        """Read how the cover stands and the light is."""
        if not self._can_halt and DustCapCan.STOP in self._dust_cap_can:
            self.declare_dust_cap(DustCapCan(0))
        moves = await self._read_cover(look) if self._has_cover else False
        changes = await self._read_light(look) if self._has_light else False
        return moves or changes

    async def _read_cover(self, look: Look) -> bool:
        self._cover = await look.whole("CoverState", shown_by=self.cap_park)
        if look.misses("CoverState"):
            return False
        if self._cover == _Cover.NOT_PRESENT:  # which it did not tell as it was connected
            self._show_parts(cover=False, light=self._has_light)
            return False
        is_error = self._cover == _Cover.ERROR
        self.cap_is(_CAPS.get(_as_cover(self._cover), Cap.BETWEEN), words=_COVER_FAILED if is_error else "")
        return self._cover == _Cover.MOVING

    async def _read_light(self, look: Look) -> bool:
        self._light = await look.whole("CalibratorState", shown_by=self.light_control)
        brightness = await look.number("Brightness")
        if look.misses("CalibratorState"):
            return False
        if self._light == _Light.NOT_PRESENT:
            self._show_parts(cover=self._has_cover, light=False)
            return False
        if not self.is_active(self.light_control):
            is_dark = brightness == 0 or (brightness is None and not look.misses("Brightness"))
            on = self._light in (_Light.READY, _Light.NOT_READY) and not is_dark
            error = _LIGHT_FAILED if self._light == _Light.ERROR else ""
            self.light_is(on=on, intensity=brightness if on else None, error=error)
        return self._light == _Light.NOT_READY

    @on_connect
    async def _greet(self) -> None:
        session = self.session
        self._cover, self._light, self._can_halt = None, None, True
        cover = await _has_part(session, lambda device: device.get("coverstate"))
        light = await _has_part(session, lambda device: device.get("calibratorstate"))
        brightest = await told(session, lambda device: device.MaxBrightness) if light else None
        self.declare_dust_cap(DustCapCan.STOP)
        # One step is on and off, and nothing between.
        self.declare_light_box(int(brightest or 0) if (brightest or 0) > 1 else 0)
        self._show_parts(cover=cover, light=light)
        await self.look_now()

    def _show_parts(self, *, cover: bool, light: bool) -> None:
        self._has_cover, self._has_light = cover, light
        (self.show if cover else self.hide)(self.cap_park)
        (self.show if cover and DustCapCan.STOP in self._dust_cap_can else self.hide)(self.cap_abort)
        (self.show if light else self.hide)(self.light_control)
        if not light:
            self.hide(self.light_intensity)
        self.is_also(DriverInterface.DUSTCAP, on=cover)
        self.is_also(DriverInterface.LIGHTBOX, on=light)

    # The cover.

    async def close_cap(self) -> None:
        """See :class:`DustCap`."""
        await self.act(lambda device: device.CloseCover())
        await self._until(_Cover.CLOSED, "closed")

    async def open_cap(self) -> None:
        """See :class:`DustCap`."""
        await self.act(lambda device: device.OpenCover())
        await self._until(_Cover.OPEN, "open")

    async def _until(self, wanted: _Cover, words: str) -> None:
        await self.arrive(
            "the cover's motion",
            moves=lambda: self._cover == _Cover.MOVING,
            there=lambda: self._cover in (wanted, _Cover.ERROR),
            elsewhere=lambda: f"the cover came to rest and is not {words}",
            needs=("CoverState",),
            limit=_LONGEST,
        )
        if self._cover == _Cover.ERROR:
            raise HardwareError(_COVER_FAILED)

    async def stop_cap(self) -> None:
        """See :class:`DustCap`. That a cover cannot be halted is known once one tries; the next look says so."""
        try:
            await self.stop(lambda device: device.HaltCover())
        except NotOfferedError:
            self._can_halt = False
            raise

    # The light.

    @operation(LightBox.light_control)
    async def _switch_calibrator(self, wanted: Switches) -> None:
        await self.switch_light(on=wanted["FLAT_LIGHT_ON"])

    @operation(LightBox.light_intensity, lane=LightBox.light_control)
    async def _dim_calibrator(self, wanted: Numbers) -> None:
        await self.dim_light(wanted.value)

    async def switch_light(self, *, on: bool) -> None:
        """See :class:`LightBox`. With no brightness chosen it is as bright as it can be."""
        if not on:
            await self.act(lambda device: device.CalibratorOff())
            await self._until_steady()
            return
        brightest = 1.0
        if self.is_due(self.light_intensity):
            _, brightest = self.light_intensity.range("FLAT_LIGHT_INTENSITY_VALUE")
        chosen = round(self.light_intensity.value) if self.is_due(self.light_intensity) else 0
        await self._shine(chosen or round(brightest))

    async def dim_light(self, intensity: float) -> None:
        """See :class:`LightBox`."""
        if self.is_light_on:
            await self._shine(round(intensity))
        self.light_intensity.set(FLAT_LIGHT_INTENSITY_VALUE=intensity)

    async def _shine(self, brightness: int) -> None:
        await self.act(lambda device: device.CalibratorOn(brightness))
        await self._until_steady()
        if self.is_due(self.light_intensity):
            self.light_intensity.set(FLAT_LIGHT_INTENSITY_VALUE=brightness)
        self.light_control.change(FLAT_LIGHT_ON=brightness > 0, FLAT_LIGHT_OFF=brightness <= 0)

    async def _until_steady(self) -> None:
        await self.follow(
            lambda: self._light != _Light.NOT_READY,
            limit=_LONGEST,
            what="the change of the light",
            needs=("CalibratorState",),
        )
        if self._light == _Light.ERROR:
            raise HardwareError(_LIGHT_FAILED)


async def _has_part(session: Session, ask: Ask[object]) -> bool:
    """Return whether there is a cover, or a light, by the member for how it is; which it may not tell now."""
    return await has(session, ask) and await told(session, ask) != _NOT_PRESENT


def _as_cover(number: int | None) -> _Cover:
    try:
        return _Cover(_Cover.UNKNOWN if number is None else number)
    except ValueError:
        return _Cover.UNKNOWN
