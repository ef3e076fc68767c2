"""A light box: an even light to take flats of."""

from __future__ import annotations

from typing import ClassVar

from lightapt_drivers import (
    DefNumber,
    Device,
    DriverInterface,
    Numbers,
    NumberVector,
    Standard,
    State,
    Switches,
    SwitchVector,
    on_connect,
    on_new,
)

__all__ = ["LightBox"]


class LightBox(Device):
    """A light box. A driver fills in :meth:`switch_light` and :meth:`dim_light`, and says how it is: :meth:`light_is`.

    Brightness is in the hardware's own units, from 0 to `light_steps`, unless it says otherwise when it is connected
    (:meth:`declare_light_box`); with none, the light cannot be dimmed.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.LIGHTBOX
    light_steps: ClassVar[int] = 255

    light_control = SwitchVector.standard(Standard.FLAT_LIGHT_CONTROL, "On", "Off", on="FLAT_LIGHT_OFF", label="Light")
    light_intensity = NumberVector(
        Standard.FLAT_LIGHT_INTENSITY,
        DefNumber("FLAT_LIGHT_INTENSITY_VALUE", 0, label="Brightness", format="%.0f", max=255, step=1),
        label="Brightness",
        saved=True,
    )

    # For a driver to fill in.

    async def switch_light(self, *, on: bool) -> None:
        """Switch the light on, with the brightness that it has, or off."""
        raise NotImplementedError

    async def dim_light(self, intensity: float) -> None:
        """Have this brightness, at once or from when it is switched on."""
        raise NotImplementedError

    def check_light_may_shine(self) -> None:
        """Refuse to shine. Most always may.

        Raises:
            RefusedError: It must not shine now.
        """

    # For a driver to use.

    def declare_light_box(self, steps: int) -> None:
        """Say how many steps of brightness there are, when it is connected."""
        if steps:
            self.light_intensity.limit("FLAT_LIGHT_INTENSITY_VALUE", min=0, max=steps)
        (self.show if steps else self.hide)(self.light_intensity)

    @property
    def is_light_on(self) -> bool:
        """Whether it is switched on."""
        return self.light_control["FLAT_LIGHT_ON"]

    def light_is(self, *, on: bool, intensity: float | None = None, error: str = "") -> None:
        """Take note of how the light is, and tell the clients; with an error of its own, if it has one."""
        values = {"FLAT_LIGHT_ON": on, "FLAT_LIGHT_OFF": not on}
        if self.is_active(self.light_control):
            self.light_control.change(values)
        else:
            self.light_control.report(values, state=State.ALERT if error else State.OK, message=error)
        if intensity is not None:
            self.light_intensity.change(FLAT_LIGHT_INTENSITY_VALUE=intensity)

    # What every light box does.

    @on_connect
    async def _begin_as_light_box(self) -> None:
        self.declare_light_box(self.light_steps)

    @on_new(light_control)
    async def _switch_light(self, wanted: Switches) -> None:
        if wanted["FLAT_LIGHT_ON"]:
            self.check_light_may_shine()
        await self.switch_light(on=wanted["FLAT_LIGHT_ON"])
        self.light_control.ok(wanted)

    @on_new(light_intensity)
    async def _dim_light(self, wanted: Numbers) -> None:
        await self.dim_light(wanted.value)
        self.light_intensity.ok(wanted)
