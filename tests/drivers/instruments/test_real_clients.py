"""The emulators satisfy the drivers of Debian's INDI, which know the real instruments."""

import time

import pytest

from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.lx200 import ONSTEP, Lx200Emulator, Lx200Options
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions
from lightapt_drivers.instruments.emulators.mount_model import Motion
from tests.indiserver import served
from tests.real_programs import require

pytestmark = pytest.mark.system

PATIENCE = 30.0
FAST = 60.0
"""Degrees a second."""


def driver(executable, device, home):
    return served(require(executable), device, home)


def connect(it, address):
    """Connect a driver of Debian's to what is at an address."""
    if address.startswith("socket:"):
        host, port = address.removeprefix("socket://").split(":")
        it.set("CONNECTION_MODE.CONNECTION_TCP", "On")
        it.wait("CONNECTION_MODE.CONNECTION_TCP==1", "DEVICE_ADDRESS._STATE<9")
        it.set("DEVICE_ADDRESS.ADDRESS;PORT", f"{host};{port}")
    else:
        it.set("DEVICE_PORT.PORT", address)
    it.connect()


def eventually(condition):
    """Wait until a condition of ours holds, of which nobody sends word."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def slew(it, mount):
    """Have a driver slew to a direction high in the sky, and wait until it has arrived."""
    target = (mount.model.sidereal_time(mount.model.now) / 15 + 1) % 24
    it.set("EQUATORIAL_EOD_COORD.RA;DEC", f"{target};70")
    it.wait("EQUATORIAL_EOD_COORD._STATE==1", "EQUATORIAL_EOD_COORD.DEC==70")
    assert mount.model.ra / 15 == pytest.approx(target, abs=1 / 3600)
    assert (mount.model.dec, mount.model.motion) == (70, Motion.TRACKING)


def test_the_basic_driver_slews_and_syncs(tmp_path):
    mount = Lx200Emulator(Lx200Options(slew_speed=FAST))
    with driver("indi_lx200basic", "LX200 Basic", tmp_path) as it, Line(mount) as line:
        connect(it, line.address)
        slew(it, mount)
        it.set("ON_COORD_SET.SYNC", "On")
        it.wait("ON_COORD_SET.SYNC==1")
        it.set("EQUATORIAL_EOD_COORD.RA;DEC", f"{mount.model.ra / 15};71")
        it.wait("EQUATORIAL_EOD_COORD.DEC==71")
        assert mount.model.dec == 71


@pytest.mark.parametrize(
    ("executable", "device", "options"),
    [
        ("indi_lx200autostar", "LX200 Autostar", Lx200Options(slew_speed=FAST)),
        ("indi_lx200_OnStep", "LX200 OnStep", ONSTEP),
    ],
)
def test_the_full_drivers_set_the_place_slew_and_park(tmp_path, executable, device, options):
    mount = Lx200Emulator(options)
    mount.model.slew_speed = FAST
    with driver(executable, device, tmp_path) as it, Line(mount) as line:
        connect(it, line.address)
        it.wait("GEOGRAPHIC_COORD._STATE<9")
        it.set("GEOGRAPHIC_COORD.LAT;LONG;ELEV", "45.5;10.25;100")
        it.wait("GEOGRAPHIC_COORD.LAT==45.5", "GEOGRAPHIC_COORD._STATE==1")
        assert (mount.model.latitude, mount.model.longitude) == (45.5, 10.25)
        it.set("TIME_UTC.UTC;OFFSET", "2026-01-02T03:04:05;2")
        eventually(lambda: {"SL05:04:05", "SC01/02/26"} <= set(mount.heard))
        slew(it, mount)
        it.set("TELESCOPE_PARK.PARK", "On")
        eventually(lambda: mount.model.motion is Motion.PARKED)
        it.wait("TELESCOPE_PARK._STATE==1", "TELESCOPE_PARK.PARK==1")


# Over a socket: that driver flushes its output before each command, and a pseudo-terminal then takes back what was
# just sent, where a serial port has sent it. And without the end of the version, which it does not read.
def test_the_moonlite_driver_moves_a_focuser(tmp_path):
    focuser = MoonliteEmulator(MoonliteOptions(haste=50, ends_version=False))
    with driver("indi_moonlite_focus", "MoonLite", tmp_path) as it, Line.on_network(focuser) as line:
        connect(it, line.address)
        it.set("ABS_FOCUS_POSITION.FOCUS_ABSOLUTE_POSITION", "20000")
        it.wait("ABS_FOCUS_POSITION._STATE==1", "ABS_FOCUS_POSITION.FOCUS_ABSOLUTE_POSITION==20000")
        assert focuser.position == 20000
        it.set("FOCUS_SYNC.FOCUS_SYNC_VALUE", "500")
        it.wait("ABS_FOCUS_POSITION.FOCUS_ABSOLUTE_POSITION==500")
        assert focuser.position == 500
        focuser.ambient = -3.5
        it.wait("FOCUS_TEMPERATURE.TEMPERATURE==-3.5")
