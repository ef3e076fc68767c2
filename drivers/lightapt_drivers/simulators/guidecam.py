"""A simulated camera behind the guide telescope."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import ClassVar

from lightapt_drivers import run
from lightapt_drivers.kinds.exposures import Sensor

from .simulated_camera import SimulatedCamera

__all__ = ["GuideCamera", "main"]


class GuideCamera(SimulatedCamera):
    """LightAPT guide camera simulator."""

    device_name = "Guide Simulator"
    executable = "lightapt-guidecam"
    default_sensor: ClassVar = Sensor(1280, 960, 3.75, 3.75)
    default_optics: ClassVar = (200.0, 50.0)
    optics_members: ClassVar = ("GUIDER_FOCAL_LENGTH", "GUIDER_APERTURE")
    serial: ClassVar = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``lightapt-guidecam``; return its exit code."""
    return run(GuideCamera, arguments)


if __name__ == "__main__":
    sys.exit(main())
