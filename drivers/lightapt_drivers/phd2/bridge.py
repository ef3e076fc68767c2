"""PHD2 as an INDI device: everything that it can do from afar, as properties."""

from __future__ import annotations

from typing import ClassVar

from .bridge_calibration import CalibrationPart
from .bridge_equipment import EquipmentPart
from .bridge_images import ImagesPart
from .bridge_numbers import NumbersPart
from .bridge_program import ProgramPart
from .bridge_settings import SettingsPart

__all__ = ["Phd2Device"]


class Phd2Device(ProgramPart, NumbersPart, CalibrationPart, EquipmentPart, SettingsPart, ImagesPart):
    """PHD2, the guiding program.

    Its parts are the bases. What lasts (guiding, a dither, a calibration) is Busy until PHD2 says that it is over. The
    device only mirrors PHD2: to disconnect it, or to end the driver, ends no guiding.
    """

    device_name: ClassVar[str] = "PHD2"
    executable: ClassVar[str] = "lightapt-phd2"
