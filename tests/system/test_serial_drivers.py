"""The drivers of serial instruments under Debian's indiserver, with emulated instruments on pseudo-terminals."""

import pytest

from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.lx200 import ONSTEP, Lx200Emulator
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions
from tests.indiserver import served
from tests.real_programs import script

pytestmark = pytest.mark.system

POSITION = "ABS_FOCUS_POSITION.FOCUS_ABSOLUTE_POSITION"
ALERT, OK = 3, 1


@pytest.fixture
def focuser():
    return MoonliteEmulator(MoonliteOptions(haste=100))


@pytest.fixture
def moonlite(tmp_path, focuser):
    """The driver of a focuser on a line whose name lasts, connected."""
    with (
        Line(focuser, link=tmp_path / "port") as line,
        served(script("lightapt-moonlite"), "MoonLite", tmp_path) as device,
    ):
        device.set("DEVICE_PORT.PORT", line.address)
        device.connect()
        yield device, line


def test_a_focuser_is_connected_and_moved(moonlite, focuser):
    device, _ = moonlite
    assert device.get("DRIVER_INFO.DRIVER_INTERFACE") == "8"
    assert device.get("INSTRUMENT_INFO.FIRMWARE") == "1.0"
    device.set(POSITION, 20000)
    device.wait(f"ABS_FOCUS_POSITION._STATE=={OK}", f"{POSITION}==20000")
    assert focuser.position == 20000
    focuser.ambient = -3.5
    device.wait("FOCUS_TEMPERATURE.TEMPERATURE==-3.5")


def test_a_focuser_that_is_unplugged_and_plugged_in_again_comes_back(moonlite, focuser):
    device, line = moonlite
    line.unplug()
    device.wait(f"CONNECTION._STATE=={ALERT}")
    focuser.position = 77.0
    line.plug()
    device.wait(f"CONNECTION._STATE=={OK}", f"{POSITION}==77")


def test_a_mount_slews_and_parks(tmp_path):
    mount = Lx200Emulator(ONSTEP)
    mount.model.slew_speed = 100.0
    with Line(mount) as line, served(script("lightapt-lx200"), "LX200", tmp_path) as device:
        device.set("DEVICE_PORT.PORT", line.address)
        device.connect()
        assert device.get("DRIVER_INFO.DRIVER_INTERFACE") == "5"
        device.set("EQUATORIAL_EOD_COORD.RA;DEC", f"{mount.model.sidereal_time(mount.model.now) / 15};70")
        device.wait(f"EQUATORIAL_EOD_COORD._STATE=={OK}", "EQUATORIAL_EOD_COORD.DEC==70")
        device.set("TELESCOPE_PARK.PARK", "On")
        device.wait(f"TELESCOPE_PARK._STATE=={OK}", "TELESCOPE_PARK.PARK==1")
        assert device.get("TELESCOPE_TRACK_STATE.TRACK_ON") == "Off"
