"""Alpaca cameras under our hub: our client and pyindi-client get the server's pixels, in a file that is valid."""

import asyncio
import os
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from lightapt_clients import AlertError, connect
from lightapt_protocol import fits
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.cameras import DEVICE, camera
from tests.drivers.alpaca.images import ramp, sent
from tests.drivers.alpaca.recorded import Recorded, Refusal
from tests.drivers.alpaca.test_cover_calibrator import cover_calibrator
from tests.drivers.alpaca.test_observing_conditions import station
from tests.drivers.alpaca.test_switch import switch
from tests.real_programs import require

from .rig import LIGHTAPT_SERVER

pytestmark = pytest.mark.system

PATIENCE = 30.0
ROWS, COLUMNS = 200, 300
SCENES = {
    "mono": ({"sensortype": 0}, ()),
    "bayer": ({"sensortype": 2, "bayeroffsetx": 1, "bayeroffsety": 0}, ()),
    "colour": ({"sensortype": 1}, (3,)),
}
EKOS = """
CCD_EXPOSURE CCD_ABORT_EXPOSURE CCD_FRAME CCD_BINNING CCD_INFO CCD_FRAME_TYPE UPLOAD_MODE CCD1
CCD_TEMPERATURE CCD_COOLER CCD_GAIN CCD_OFFSET CCD_TRANSFER_FORMAT CCD_CAPTURE_FORMAT SCOPE_INFO FITS_HEADER
UPLOAD_SETTINGS CCD_COMPRESSION TELESCOPE_TIMED_GUIDE_NS TELESCOPE_TIMED_GUIDE_WE
"""


def served(*colours, **changes):
    """Return a server with one device of each type; its camera has a larger chip than others."""
    chip = {"cameraxsize": COLUMNS, "cameraysize": ROWS, "numx": COLUMNS, "numy": ROWS}
    devices = {
        DEVICE: camera(4, picture=ramp(ROWS, COLUMNS, *colours) % 65536, **chip, **changes),
        "covercalibrator/0": cover_calibrator(2),
        "switch/0": switch(3),
        "observingconditions/0": station(2),
    }
    return Recorded(devices)


@contextmanager
def hub(stage, server, kind="camera", name="Camera"):
    """A hub with the bridge of one device, and its address for clients."""
    driver = f"alpaca --address {server.address} --type {kind} --number 0 --name {name}"
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / "config")}
    ours = stage.run(*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", driver, **home).listening()
    host, port = ours.address
    try:
        yield f"{host}:{port}"
    finally:
        ours.close()


def seen(address, scene, name="Camera"):
    """Return what a client sees of a hub's device, which is connected."""

    async def whole():
        async with asyncio.timeout(2 * PATIENCE), connect(address) as indi:
            found = await indi.device(name, timeout=PATIENCE)
            await found.connect()
            return await scene(found)

    return asyncio.run(whole())


def verified(path, data):
    """Have fitsverify look at a file, and return its pixels."""
    path.write_bytes(data)
    done = subprocess.run([require("fitsverify"), path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 warning(s) and 0 error(s)" in done.stdout
    return fits.read(data)


@pytest.mark.parametrize("scene", SCENES)
def test_a_picture_is_valid_and_has_the_servers_pixels(stage, tmp_path, scene):
    changes, colours = SCENES[scene]

    async def shoot(found):
        await found["CCD_EXPOSURE"].ready()
        async with found.blobs("CCD1") as blobs:
            await found.set("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.05)
            return bytes((await anext(blobs)).data)

    with served(*colours, **changes) as server, hub(stage, server) as address:
        image = verified(tmp_path / "picture.fits", seen(address, shoot))
    assert np.array_equal(image.pixels, ramp(ROWS, COLUMNS, *colours) % 65536)
    assert image.pixels.dtype == np.uint16
    assert image.header.get("BAYERPAT") == ("GRBG" if scene == "bayer" else None)


def test_pyindi_client_gets_the_servers_pixels(stage, tmp_path):
    if find_spec("PyIndi") is None:
        (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("pyindi-client is not installed")
    script, path = Path(__file__).with_name("pyindi_camera.py"), tmp_path / "picture.fits"
    with served() as server, hub(stage, server) as address:
        command = [sys.executable, str(script), *address.split(":"), "Camera", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
    assert done.returncode == 0, done
    assert np.array_equal(verified(tmp_path / "again.fits", path.read_bytes()).pixels, ramp(ROWS, COLUMNS) % 65536)


def test_all_that_ekos_asks_for_is_there(stage):
    async def look(found):
        await found["CCD_EXPOSURE"].ready()
        return {name: list(found[name]) for name in found}

    with served() as server, hub(stage, server) as address:
        known = seen(address, look)
    for name in EKOS.split():
        assert tuple(known[name])[: len(Standard(name).members)] == Standard(name).members or known[name], name
    assert known["CCD_INFO"] == list(Standard.CCD_INFO.members)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("covercalibrator", "CAP_PARK CAP_ABORT FLAT_LIGHT_CONTROL FLAT_LIGHT_INTENSITY"),
        ("observingconditions", "WEATHER_STATUS WEATHER_PARAMETERS WEATHER_UPDATE WEATHER_REFRESH"),
        ("switch", "SWITCH_0 SWITCH_1 SWITCH_2 SWITCH_NAMES"),
    ],
)
def test_the_other_types_have_what_clients_ask_for(stage, kind, names):
    async def look(found):
        for name in names.split():
            await found[name].ready()

    with served() as server, hub(stage, server, kind, "It") as address:
        seen(address, look, "It")


def test_what_the_camera_refuses_comes_to_the_client_in_its_words(stage):
    async def shoot(found):
        await found["CCD_EXPOSURE"].ready()
        with pytest.raises(AlertError, match="the shutter is stuck"):
            await found.set("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.05)
        server.devices[DEVICE]["imagearray"] = sent(ramp(ROWS, COLUMNS))
        await found["CONNECTION"].wait(state=State.OK)

    with served(startexposure=Refusal(0x500, "the shutter is stuck")) as server, hub(stage, server) as address:
        seen(address, shoot)


def test_an_idle_camera_is_asked_at_most_once_a_second(stage):
    async def wait(found):
        await found["CCD_EXPOSURE"].ready()
        known = server.count("devicestate")
        await asyncio.to_thread(wait_for, lambda: server.count("devicestate") > known + 1)
        begin, first = asyncio.get_running_loop().time(), len(server.asked)
        await asyncio.to_thread(wait_for, lambda: len(server.asked) >= first + 4)
        return asyncio.get_running_loop().time() - begin

    def wait_for(is_so):
        with server.came:
            assert server.came.wait_for(is_so, PATIENCE)

    with served() as server, hub(stage, server) as address:
        assert seen(address, wait) > 3.0
