"""Instruments of a puppet server, for the tools that use them."""

import pytest

from lightapt_clients import devices
from lightapt_clients.commands import choosing
from lightapt_clients.kinds import base
from lightapt_protocol.members import DefSwitch
from lightapt_protocol.messages import DefSwitchVector
from lightapt_protocol.vocabulary import SwitchState

from ..actor import DEVICE, buttons, numbers, switches, texts
from ..puppet import LONG, MS, OK

__all__ = ["FOCUSER", "MOUNT", "NAMES", "PARK", "SLOT", "UNCONNECTED", "UNPARKED", "driver_info", "patience"]

UNCONNECTED = DefSwitchVector(
    DEVICE, "CONNECTION", state=OK, members=(DefSwitch("CONNECT"), DefSwitch("DISCONNECT", SwitchState.ON))
)
SLOT = numbers("FILTER_SLOT", FILTER_SLOT_VALUE=1.0, most=5.0)
NAMES = texts("FILTER_NAME", ONE="Red", TWO="Green", THREE="Blue", FOUR="Ha", FIVE="2")
FOCUSER = (
    switches("FOCUS_MOTION", "FOCUS_INWARD", "FOCUS_OUTWARD", on="FOCUS_INWARD"),
    numbers("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000.0, most=60000.0),
    numbers("FOCUS_TEMPERATURE", TEMPERATURE=12.25),
    buttons("FOCUS_ABORT_MOTION", "ABORT"),
)
UNPARKED = switches("TELESCOPE_PARK", "PARK", "UNPARK", on="UNPARK")
PARK = switches("TELESCOPE_PARK", "PARK", "UNPARK", on="PARK")
MOUNT = (
    switches("ON_COORD_SET", "TRACK", "SLEW", "SYNC", on="TRACK"),
    numbers("EQUATORIAL_EOD_COORD", state=OK, RA=5.0, DEC=10.0),
    switches("TELESCOPE_TRACK_STATE", "TRACK_ON", "TRACK_OFF", on="TRACK_OFF"),
    switches("TELESCOPE_HOME", "FIND", "GO", on=""),
    numbers("GEOGRAPHIC_COORD", LAT=50.0, LONG=8.0, ELEV=100.0),
    buttons("TELESCOPE_ABORT_MOTION", "ABORT"),
)


def driver_info(interface):
    """What a device says that it is."""
    return texts("DRIVER_INFO", DRIVER_NAME="x", DRIVER_EXEC="x", DRIVER_VERSION="1", DRIVER_INTERFACE=str(interface))


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Patience in units of a test's; a test module imports it."""
    for name, units in (("_SLOW", 100), ("_SETTLE", 20), ("_COMING", 60)):
        monkeypatch.setattr(base, name, units * MS)
    monkeypatch.setattr(choosing, "_PATIENCE", LONG)
    monkeypatch.setattr(choosing, "_STILL", 100 * MS)
    monkeypatch.setattr(devices, "_QUIET", 30 * MS)
