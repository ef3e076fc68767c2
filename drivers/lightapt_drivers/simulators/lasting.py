"""What outlasts a simulated device's driver: hardware stays where it was left, whether or not a driver runs."""

from __future__ import annotations

from typing import Any, Final

from lightapt_drivers import Device, DriverError, Live

__all__ = ["SIMULATION", "keep"]

SIMULATION: Final = "Simulation"
"""The page for what only a simulator has."""


def keep(device: Device, *properties: Live[Any]) -> None:
    """Have these properties as they are at the next start, too.

    A full disk must not spoil the motion that has just ended well: it is told in the log.
    """
    try:
        device.remember(*properties)
    except DriverError as error:
        device.log.warning("%s will forget where it is: %s", device.name, error.reason)
