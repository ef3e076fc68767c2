"""A light box."""

from __future__ import annotations

from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard

from .base import Kind

__all__ = ["LightBox"]


class LightBox(Kind):
    """A light box, for flats."""

    interface: ClassVar[DriverInterface] = DriverInterface.LIGHTBOX
    essential: ClassVar[Standard] = Standard.FLAT_LIGHT_CONTROL

    @property
    def is_on(self) -> bool:
        """Whether it shines."""
        return self.device[Standard.FLAT_LIGHT_CONTROL].is_on("FLAT_LIGHT_ON")

    @property
    def brightness(self) -> float:
        """How bright it is when it shines, in its own units."""
        return self.device[Standard.FLAT_LIGHT_INTENSITY].number("FLAT_LIGHT_INTENSITY_VALUE")

    async def on(self, brightness: float | None = None) -> None:
        """Switch it on; as bright as it was, if not given."""
        await self._press(Standard.FLAT_LIGHT_CONTROL, "FLAT_LIGHT_ON")
        if brightness is not None:
            await self.set_brightness(brightness)

    async def off(self) -> None:
        """Switch it off."""
        await self._press(Standard.FLAT_LIGHT_CONTROL, "FLAT_LIGHT_OFF")

    async def set_brightness(self, value: float) -> None:
        """Set how bright it is, in its own units."""
        await self._set(Standard.FLAT_LIGHT_INTENSITY, FLAT_LIGHT_INTENSITY_VALUE=value)
