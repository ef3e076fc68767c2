"""PHD2 as an INDI device: everything that it can do from afar, as properties."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import ClassVar, Self

from lightapt_drivers import Standard

from .bridge_calibration import CalibrationPart
from .bridge_equipment import EquipmentPart
from .bridge_images import ImagesPart
from .bridge_numbers import NumbersPart
from .bridge_program import ProgramPart
from .bridge_settings import SettingsPart
from .options import DEFAULT_PORT, LAST_INSTANCE
from .places import LAST_PORT, within

__all__ = ["Phd2Device"]


class Phd2Device(ProgramPart, NumbersPart, CalibrationPart, EquipmentPart, SettingsPart, ImagesPart):
    """PHD2, the guiding program.

    Its parts are the bases. What lasts (guiding, a dither, a calibration) is Busy until PHD2 says that it is over. The
    device only mirrors PHD2: to disconnect it, or to end the driver, ends no guiding.
    """

    device_name: ClassVar[str] = "PHD2"
    executable: ClassVar[str] = "lightapt-phd2"

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add where PHD2 is, and how to start it."""
        saved = "goes before what is saved"
        parser.add_argument("--host", help=f"where PHD2 runs; {saved} (default: localhost)")
        parser.add_argument(
            "--port",
            type=within(1, LAST_PORT),
            help=f"its event server's port; {saved} (default: 4399 + the instance)",
        )
        parser.add_argument(
            "--path", help="the program that PHD2_PROGRAM starts; no client can name another (default: phd2)"
        )
        parser.add_argument(
            "--instance",
            type=within(1, LAST_INSTANCE),
            help=f"the number of PHD2's instance; {saved} (default: 1)",
        )
        parser.add_argument(
            "--headless", action="store_true", help="start it on a display that nobody sees, by Xvfb; needs no other"
        )

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the device that a command line asks for."""
        given: dict[str, dict[str, str | float | bool]] = {}
        port = options.port or (options.instance and DEFAULT_PORT - 1 + options.instance)
        address = {"ADDRESS": options.host, "PORT": port and str(port)}
        if members := {name: value for name, value in address.items() if value}:
            given[Standard.DEVICE_ADDRESS] = members
        if options.path:
            given["PHD2_PROGRAM_PATH"] = {"PATH": options.path}
        if options.instance:
            given["PHD2_INSTANCE"] = {"NUMBER": float(options.instance)}
        if options.headless:
            given["PHD2_HEADLESS"] = {"ON": True}
        return cls(options.name, given=given)
