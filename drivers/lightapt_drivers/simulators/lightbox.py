"""The simulated light box."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import ClassVar

from lightapt_drivers import DefNumber, Numbers, NumberVector, on_connect, on_new, run

from ..kinds.light_box import LightBox
from .lasting import SIMULATION, keep

__all__ = ["LightBoxSimulator", "main"]


class LightBoxSimulator(LightBox):
    """Light box simulator: it goes on shining when a driver leaves it."""

    device_name: ClassVar[str] = "Light Panel Simulator"
    executable: ClassVar[str] = "lightapt-lightbox"

    light_intensity = LightBox.light_intensity.but(saved=False)
    light_stand = NumberVector(
        "LIGHT_STAND",
        DefNumber("ON", 0, label="On (0 or 1)", format="%.0f", max=1, step=1),
        DefNumber("INTENSITY", 128, label="Brightness", format="%.0f", max=LightBox.light_steps, step=1),
        label="Set by hand",
        group=SIMULATION,
        always=True,
    )

    async def switch_light(self, *, on: bool) -> None:
        """Switch the light on or off."""
        self._keep_light(ON=float(on))

    async def dim_light(self, intensity: float) -> None:
        """Have this brightness."""
        self._keep_light(INTENSITY=intensity)

    @on_connect
    async def _begin_light(self) -> None:
        self._show_light()

    @on_new(light_stand)
    async def _set_light(self, wanted: Numbers) -> None:
        self._keep_light(**wanted)
        self._show_light()

    def _show_light(self) -> None:
        """Tell how it shines."""
        self.light_is(on=bool(self.light_stand["ON"]), intensity=self.light_stand["INTENSITY"])

    def _keep_light(self, **values: float) -> None:
        """Have it shine so at the next start, too."""
        self.light_stand.ok(values)
        keep(self, self.light_stand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    return run(LightBoxSimulator, arguments)


if __name__ == "__main__":
    sys.exit(main())
