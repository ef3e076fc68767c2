"""The simulated observatory as a whole, through our hub: what Ekos needs, pictures of the sky, devices in step."""

import re
import subprocess
import sys
import time
from functools import partial
from math import cos, radians

import numpy as np
import psutil
import pytest

from lightapt_drivers.sky.frames import j2000, separation, sidereal_time
from lightapt_protocol import fits
from lightapt_protocol.vocabulary import State
from tests.real_programs import require

from .observer import LONG, Observer
from .rig import LIGHTAPT_SERVER
from .stars import brightest, median_radius

pytestmark = pytest.mark.system

MOUNT, CAMERA, FOCUSER, WHEEL = "Telescope Simulator", "CCD Simulator", "Focuser Simulator", "Filter Simulator"
ROTATOR, DOME, WEATHER, GPS = "Rotator Simulator", "Dome Simulator", "Weather Simulator", "GPS Simulator"
CAP, PANEL, POWER, SAFETY = (
    "Dust Cover Simulator",
    "Light Panel Simulator",
    "Power Box Simulator",
    "Safety Monitor Simulator",
)
GUIDE_CAMERA = "Guide Simulator"

EVERY_DEVICE = "CONNECTION DRIVER_INFO DEBUG CONFIG_PROCESS"
EKOS = {
    # What Ekos was seen to need of each kind, and what it uses if it is there.
    (
        "telescope",
        MOUNT,
    ): "EQUATORIAL_EOD_COORD ON_COORD_SET TELESCOPE_ABORT_MOTION TELESCOPE_TRACK_STATE TELESCOPE_PARK "
    "TELESCOPE_MOTION_NS TELESCOPE_MOTION_WE TELESCOPE_SLEW_RATE TELESCOPE_TRACK_MODE TELESCOPE_TRACK_RATE "
    "TELESCOPE_PIER_SIDE TELESCOPE_INFO TELESCOPE_PARK_POSITION TELESCOPE_PARK_OPTION TIME_UTC GEOGRAPHIC_COORD "
    "TELESCOPE_TIMED_GUIDE_NS TELESCOPE_TIMED_GUIDE_WE",
    ("ccd", CAMERA): "CCD_EXPOSURE CCD_ABORT_EXPOSURE CCD_FRAME CCD_BINNING CCD_INFO CCD_FRAME_TYPE UPLOAD_MODE CCD1 "
    "CCD_TEMPERATURE CCD_COOLER CCD_GAIN CCD_OFFSET CCD_TRANSFER_FORMAT CCD_CAPTURE_FORMAT CCD_VIDEO_STREAM SCOPE_INFO "
    "FITS_HEADER UPLOAD_SETTINGS CCD_COMPRESSION",
    ("guidecam", GUIDE_CAMERA): "CCD_EXPOSURE CCD_ABORT_EXPOSURE CCD_FRAME CCD_BINNING CCD_INFO CCD_FRAME_TYPE CCD1",
    ("focuser", FOCUSER): "FOCUS_MOTION ABS_FOCUS_POSITION REL_FOCUS_POSITION FOCUS_MAX FOCUS_ABORT_MOTION "
    "FOCUS_TEMPERATURE FOCUS_BACKLASH_TOGGLE FOCUS_BACKLASH_STEPS FOCUS_SYNC FOCUS_REVERSE_MOTION",
    ("filterwheel", WHEEL): "FILTER_SLOT FILTER_NAME",
    ("rotator", ROTATOR): "ABS_ROTATOR_ANGLE ROTATOR_REVERSE SYNC_ROTATOR_ANGLE ROTATOR_ABORT_MOTION",
    ("dome", DOME): "ABS_DOME_POSITION REL_DOME_POSITION DOME_ABORT_MOTION DOME_MOTION DOME_PARK DOME_SHUTTER "
    "DOME_AUTOSYNC",
    ("weather", WEATHER): "WEATHER_STATUS WEATHER_PARAMETERS WEATHER_UPDATE WEATHER_REFRESH",
    ("gps", GPS): "GEOGRAPHIC_COORD TIME_UTC",
    ("dustcap", CAP): "CAP_PARK",
    ("lightbox", PANEL): "FLAT_LIGHT_CONTROL FLAT_LIGHT_INTENSITY",
    ("switch", POWER): "",
    ("safety", SAFETY): "",
}
PICTURE = 2.0
DECLINATION = 40.0


def hub_of(stage, *drivers):
    """Start a hub with built-in drivers; what they keep is the test's own."""
    command = [*LIGHTAPT_SERVER, "-v", "--port", "0", *(word for driver in drivers for word in ("--driver", driver))]
    return stage.run(*command, XDG_CONFIG_HOME=str(stage.folder / "config")).listening()


@pytest.fixture
def observatory(stage):
    """The observatory of `make run`, connected."""
    hub = hub_of(stage, "telescope", "ccd", "focuser", "filterwheel")
    with Observer(hub.address) as observer:
        observer.connect(MOUNT, CAMERA, FOCUSER, WHEEL)
        yield observer


def goto(observer, *, east=1.0, dec=DECLINATION):
    """Point the mount somewhere that stands high: so many hours east of the meridian."""
    observer.until(lambda: observer.mirror.find(MOUNT, "GEOGRAPHIC_COORD"), "the mount's site")
    observer.set(MOUNT, "MOUNT_DRIVE", SLEW_SPEED=100, ACCELERATION=100)
    longitude = observer.find(MOUNT, "GEOGRAPHIC_COORD").number("LONG")
    ra = (sidereal_time(time.time(), longitude) / 15 + east) % 24
    observer.done(MOUNT, "EQUATORIAL_EOD_COORD", RA=ra, DEC=dec)


@pytest.mark.parametrize(("driver", "device"), EKOS)
def test_a_device_has_all_that_ekos_needs(stage, driver, device):
    with Observer(hub_of(stage, driver).address) as observer:
        observer.connect(device)
        wanted = (EVERY_DEVICE + " " + EKOS[driver, device]).split()
        for name in wanted:
            observer.until(lambda name=name: observer.mirror.find(device, name), f"{device} has {name}")


@pytest.mark.timeout(400)
def test_a_picture_is_solved_to_where_the_mount_points(observatory, tmp_path):
    goto(observatory)
    path = tmp_path / "picture.fits"
    path.write_bytes(observatory.picture_file(CAMERA, PICTURE))
    assert_valid(path)
    header = fits.read_header(path.read_bytes())
    found = solved(path, scale=206.265 * header["XPIXSZ"] / header["FOCALLEN"])
    pointing = observatory.find(MOUNT, "EQUATORIAL_EOD_COORD")
    there = j2000(pointing.number("RA") * 15, pointing.number("DEC"), time.time())
    assert separation(*found, *map(float, there)) < 1 / 60
    assert separation(header["RA"], header["DEC"], *map(float, there)) < 1 / 60


def assert_valid(path):
    done = subprocess.run([require("fitsverify"), "-q", path], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("verification OK"), done.stdout


def solved(path, *, scale):
    """Return where solve-field finds the middle of a picture."""
    scales = ["--scale-units", "arcsecperpix", "--scale-low", str(scale * 0.9), "--scale-high", str(scale * 1.1)]
    command = [
        require("solve-field"),
        "--no-plots",
        "--downsample",
        "2",
        "--overwrite",
        "--dir",
        path.parent,
        *scales,
        path,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * LONG, check=False)
    found = re.search(r"Field center: \(RA,Dec\) = \(([-0-9.]+), ([-0-9.]+)\) deg", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found[1]), float(found[2])


def test_indi_getprop_fetches_a_picture(stage, tmp_path):
    hub = hub_of(stage, "ccd")
    with Observer(hub.address) as observer:
        observer.connect(CAMERA)
        command = [require("indi_getprop"), "-p", str(hub.port), "-t", str(LONG), f"{CAMERA}.CCD1.CCD1"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as getting:
            while getting.poll() is None and not list(tmp_path.iterdir()):
                observer.picture_file(CAMERA, 0.1)
            getting.communicate(timeout=LONG)
    (path,) = tmp_path.iterdir()
    assert_valid(path)


def test_pyindi_client_fetches_a_picture(stage, tmp_path):
    hub = hub_of(stage, "telescope", "ccd")
    path = tmp_path / "picture.fits"
    session = [sys.executable, "-m", "tests.system.pyindi_session", *map(str, hub.address), str(path)]
    done = subprocess.run(session, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr
    assert_valid(path)


def test_half_flux_radii_make_a_v_whose_tip_is_the_best_focus(observatory):
    goto(observatory)
    observatory.set(FOCUSER, "FOCUS_BACKLASH_TOGGLE", INDI_ENABLED=True)
    observatory.set(FOCUSER, "FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=100)
    best = observatory.find(CAMERA, "SIM_FOCUSING").number("SIM_FOCUS_POSITION")
    observatory.done(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=best + 1)
    stars = brightest(observatory.picture(CAMERA, 1.0).pixels, 12)
    offsets = np.array([-300, -200, -100, 0, 100, 200, 300])
    radii = []
    for offset in offsets:
        observatory.done(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=best + offset)
        radii.append(median_radius(observatory.picture(CAMERA, 1.0).pixels, stars))
    assert np.argmin(radii) == 3, radii
    assert (np.diff(radii[:4]) < 0).all(), radii
    assert (np.diff(radii[3:]) > 0).all(), radii
    left, right = np.polyfit(offsets[:3], radii[:3], 1), np.polyfit(offsets[4:], radii[4:], 1)
    assert abs((right[1] - left[1]) / (left[0] - right[0])) < 25, radii  # where the two sides meet


@pytest.mark.parametrize(
    ("axis", "member", "east", "north"),
    [("WE", "TIMED_GUIDE_W", -15.04 * cos(radians(DECLINATION)), 0.0), ("NS", "TIMED_GUIDE_N", 0.0, 15.04)],
)
def test_a_guide_pulse_moves_the_stars_as_it_should(observatory, axis, member, east, north):
    goto(observatory)
    observatory.set(CAMERA, "WCS_CONTROL", WCS_ENABLE=True)
    before = observatory.picture(CAMERA, 1.0)
    rate = observatory.find(MOUNT, "GUIDE_RATE").number(f"GUIDE_RATE_{axis}")
    observatory.done(MOUNT, f"TELESCOPE_TIMED_GUIDE_{axis}", **{member: 1000 / rate})
    after = observatory.picture(CAMERA, 1.0)
    x, y = moved_by(brightest(before.pixels, 8), brightest(after.pixels, 8))
    matrix = np.array([[before.header[f"CD{row}_{column}"] for column in (1, 2)] for row in (1, 2)]) * 3600
    moved = matrix @ (x, y)  # the stars go the other way than the telescope
    assert moved == pytest.approx((-east, -north), abs=0.7), (x, y)


def moved_by(before, after):
    """Return the columns and rows by which stars have moved: each to the nearest of the later ones."""
    ways = np.subtract.outer(np.array(after).T, np.array(before).T)  # kinds: axis, later star, axis, earlier star
    across, down = ways[0, :, 0, :], ways[1, :, 1, :]
    nearest = np.hypot(across, down).argmin(axis=0)
    stars = np.arange(len(before))
    return np.median(across[nearest, stars]), np.median(down[nearest, stars])


def test_a_slaved_dome_follows_the_mount(stage):
    hub = hub_of(stage, "telescope", "dome")
    with Observer(hub.address) as observer:
        observer.connect(MOUNT, DOME)
        observer.set(DOME, "DOME_SPEED", DOME_SPEED_VALUE=10)
        observer.set(DOME, "DOME_PARK", UNPARK=True)
        observer.set(DOME, "DOME_AUTOSYNC", DOME_AUTOSYNC_ENABLE=True)
        observer.wait(DOME, "DOME_AUTOSYNC", DOME_AUTOSYNC_ENABLE=True)
        for east in (3.0, -3.0):
            goto(observer, east=east, dec=20.0)
            observer.until(partial(dome_is_before_mount, observer), "the dome looks where the mount does")


def dome_is_before_mount(observer):
    """Whether the dome rests with its opening where the mount looks, which stands a little beside its middle."""
    dome, mount = observer.find(DOME, "ABS_DOME_POSITION"), observer.find(MOUNT, "HORIZONTAL_COORD")
    away = dome.number("DOME_ABSOLUTE_POSITION") - mount.number("AZ")
    return dome.state is State.OK and abs((away + 180) % 360 - 180) < 12


def test_a_killed_driver_comes_back_with_its_configuration(stage):
    hub = hub_of(stage, "focuser")
    with Observer(hub.address) as observer:
        observer.connect(FOCUSER)
        observer.set(FOCUSER, "FOCUS_SPEED", FOCUS_SPEED_VALUE=3000)
        observer.wait(FOCUSER, "FOCUS_SPEED", FOCUS_SPEED_VALUE=3000.0)
        observer.set(FOCUSER, "CONFIG_PROCESS", CONFIG_SAVE=True)
        observer.wait(FOCUSER, "CONFIG_PROCESS")
        (driver,) = psutil.Process(hub.pid).children()
        driver.kill()
        observer.until(lambda: FOCUSER not in observer.mirror.devices, "the driver is gone")
        observer.connect(FOCUSER)
        observer.wait(FOCUSER, "FOCUS_SPEED", state=None, FOCUS_SPEED_VALUE=3000.0)
