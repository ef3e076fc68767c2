"""Recorded Alpaca cameras under our hub, of kinds that `alpaca-simulators` lack: Bayer and colour, and a broken one.

A client gets the server's pixels, in a file that is valid.
"""

import subprocess

import numpy as np
import pytest

from lightapt_clients import AlertError
from lightapt_protocol import fits
from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.cameras import camera
from tests.drivers.alpaca.images import ramp, sent
from tests.drivers.alpaca.recorded import Recorded, Refusal
from tests.real_programs import require

from .alpaca_hub import PATIENCE, connected, hub, seen
from .rig import Stage

pytestmark = pytest.mark.system

ROWS, COLUMNS = 200, 300
CAMERAS = {
    "mono": ({"sensortype": 0}, ()),
    "bayer": ({"sensortype": 2, "bayeroffsetx": 1, "bayeroffsety": 0}, ()),
    "colour": ({"sensortype": 1}, (3,)),
    "stuck": ({"startexposure": Refusal(0x500, "the shutter is stuck")}, ()),
}
NUMBERS = {name: number for number, name in enumerate(CAMERAS)}


def place_of(name):
    return f"camera/{NUMBERS[name]}"


def pixels(*colours):
    return ramp(ROWS, COLUMNS, *colours) % 65536


@pytest.fixture(scope="module")
def server():
    """A server with all of them; their chips are larger than others'."""
    chip = {"cameraxsize": COLUMNS, "cameraysize": ROWS, "numx": COLUMNS, "numy": ROWS}
    devices = {
        place_of(name): camera(4, picture=pixels(*colours), **chip, **changes)
        for name, (changes, colours) in CAMERAS.items()
    }
    managed = [
        {"DeviceName": name, "DeviceType": "Camera", "DeviceNumber": number, "UniqueID": f"u-{number}"}
        for name, number in NUMBERS.items()
    ]
    with Recorded(devices, managed=managed) as server:
        yield server


@pytest.fixture(scope="module")
def address(server, tmp_path_factory):
    """A hub with a bridge to each."""
    stage = Stage(tmp_path_factory.mktemp("cameras"))
    try:
        with hub(stage, "--address", server.address) as address:
            yield address
    finally:
        stage.close()


async def shot(indi, name):
    found = await connected(indi, name)
    await found["CCD_EXPOSURE"].ready(timeout=PATIENCE)
    async with found.blobs("CCD1") as blobs:
        await found.set("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.05)
        return bytes((await anext(blobs)).data)


def verified(path, data):
    """Have fitsverify look at a file, and return its pixels."""
    path.write_bytes(data)
    done = subprocess.run([require("fitsverify"), path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 warning(s) and 0 error(s)" in done.stdout
    return fits.read(data)


@pytest.mark.parametrize("name", ["mono", "bayer", "colour"])
def test_a_picture_is_valid_and_has_the_servers_pixels(address, tmp_path, name):
    image = verified(tmp_path / "picture.fits", seen(address, lambda indi: shot(indi, name)))
    _, colours = CAMERAS[name]
    assert np.array_equal(image.pixels, pixels(*colours))
    assert image.pixels.dtype == np.uint16
    assert image.header.get("BAYERPAT") == ("GRBG" if name == "bayer" else None)


def test_ekos_is_told_the_colours_of_a_bayer_camera_only(address):
    async def look(indi):
        found = {name: await connected(indi, name) for name in ("mono", "bayer")}
        pattern = await found["bayer"]["CCD_CFA"].ready(timeout=PATIENCE)
        assert {name: pattern.text(name) for name in pattern.members}["CFA_TYPE"] == "GRBG"
        assert "CCD_CFA" not in found["mono"]

    seen(address, look)


def test_what_the_camera_refuses_comes_to_the_client_in_its_words(server, address):
    async def refused(indi):
        with pytest.raises(AlertError, match="the shutter is stuck"):
            await shot(indi, "stuck")
        server.devices[place_of("stuck")]["imagearray"] = sent(pixels())
        await (await indi.device("stuck", timeout=PATIENCE))["CONNECTION"].wait(state=State.OK, timeout=PATIENCE)

    seen(address, refused)
