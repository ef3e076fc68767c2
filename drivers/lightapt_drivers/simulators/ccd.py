"""A simulated camera before the simulated sky, with a guide head if one likes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import ClassVar, Final

from lightapt_drivers import Device, run
from lightapt_drivers.kinds.exposures import Exposure, Picture, Sensor
from lightapt_drivers.kinds.guide_head import GuideHead

from .simulated_camera import SimulatedCamera

__all__ = ["Ccd", "main"]

_GUIDE_SENSOR: Final = Sensor(1280, 960, 3.75, 3.75)
_GUIDE_SERIAL: Final = 3


class Ccd(SimulatedCamera):
    """LightAPT camera simulator."""

    device_name = "CCD Simulator"
    executable = "lightapt-ccd"
    default_sensor: ClassVar = Sensor(2400, 1800, 4.63, 4.63)
    serial: ClassVar = 1

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """See :class:`Device`."""
        super().add_options(parser)
        parser.add_argument("--guide-head", action="store_true", help="have a second, smaller chip for guiding")

    @classmethod
    def from_options(cls, options: Namespace) -> Device:
        """See :class:`Device`."""
        made = CcdWithGuideHead if options.guide_head else cls
        return made(options.name, seed=options.seed)


class CcdWithGuideHead(Ccd, GuideHead):
    """LightAPT camera simulator with a guide head."""

    def __init__(self, name: str = "", *, seed: int = 0) -> None:
        super().__init__(name, seed=seed)
        self.set_guide_sensor(_GUIDE_SENSOR)

    async def take_guide_picture(self, exposure: Exposure) -> Picture:
        """See :class:`GuideHead`."""
        return await self.take_with(_GUIDE_SENSOR, exposure, serial=_GUIDE_SERIAL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``lightapt-ccd``; return its exit code."""
    return run(Ccd, arguments)


if __name__ == "__main__":
    sys.exit(main())
