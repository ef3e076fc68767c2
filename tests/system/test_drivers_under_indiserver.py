"""The built-in drivers under Debian's indiserver, asked by its own tools and by a raw client."""

import socket
import subprocess

import pytest
from astropy.io import fits

from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import SetBlobVector
from lightapt_protocol.parser import parse_blob
from tests.indiserver import served
from tests.real_programs import require, script

from .puppets import PATIENCE

pytestmark = pytest.mark.system

MOUNT, CAMERA = "Telescope Simulator", "CCD Simulator"


@pytest.fixture
def mount(tmp_path):
    with served(script("lightapt-telescope"), MOUNT, tmp_path) as device:
        yield device


@pytest.fixture
def camera(tmp_path):
    with served(script("lightapt-ccd"), CAMERA, tmp_path) as device:
        yield device


def test_a_mount_says_what_it_is(mount):
    assert mount.get("DRIVER_INFO.DRIVER_INTERFACE") == "5"


def test_a_camera_says_what_it_is(camera):
    assert camera.get("DRIVER_INFO.DRIVER_INTERFACE") == "2"


def test_a_slew_arrives(mount):
    mount.connect()
    mount.set("MOUNT_DRIVE.SLEW_SPEED;ACCELERATION", "100;100")
    mount.set("EQUATORIAL_EOD_COORD.RA;DEC", "0.5;85")
    mount.wait("EQUATORIAL_EOD_COORD._STATE==1", "EQUATORIAL_EOD_COORD.DEC<85.001")
    assert float(mount.get("EQUATORIAL_EOD_COORD.RA")) == pytest.approx(0.5, abs=0.001)
    assert mount.get("TELESCOPE_TRACK_STATE.TRACK_ON") == "On"


def test_a_parked_mount_refuses(mount):
    mount.connect()
    mount.set("TELESCOPE_PARK.PARK", "On")
    mount.wait("TELESCOPE_PARK._STATE==1", "TELESCOPE_PARK.PARK==1")
    mount.set("EQUATORIAL_EOD_COORD.RA;DEC", "0.5;85")
    mount.wait("EQUATORIAL_EOD_COORD._STATE==3")


def test_an_exposure_ends(camera):
    camera.connect()
    camera.set("CCD_EXPOSURE.CCD_EXPOSURE_VALUE", "0.1")
    camera.wait("CCD_EXPOSURE._STATE==1", "CCD_EXPOSURE.CCD_EXPOSURE_VALUE==0")


def test_pictures_reach_a_client_one_after_another(camera, tmp_path):
    camera.connect()
    with socket.create_connection(("127.0.0.1", camera.port), timeout=PATIENCE) as client:
        client.sendall(
            f'<getProperties version="1.7" device="{CAMERA}"/><enableBLOB device="{CAMERA}">Also</enableBLOB>'.encode()
        )
        for number in range(3):  # the second and third come only if the server's answers are understood
            path = tmp_path / f"{number}.fits"
            path.write_bytes(expose(client))
            with fits.open(path) as units:
                assert units[0].data.shape == (1800, 2400)
                assert units[0].header["INSTRUME"] == CAMERA
            found = subprocess.run([require("fitsverify"), "-q", path], capture_output=True, text=True, check=False)
            assert found.stdout.startswith("verification OK"), found.stdout


def expose(client):
    """Return the picture of an exposure."""
    client.sendall(
        f'<newNumberVector device="{CAMERA}" name="CCD_EXPOSURE">'
        '<oneNumber name="CCD_EXPOSURE_VALUE">0.01</oneNumber></newNumberVector>'.encode()
    )
    framer, picture = Framer(), None
    while True:
        data = client.recv(1 << 20)
        assert data, "the server closed the connection"
        for element in framer.feed(data):
            if isinstance(element, BlobElement):
                message = parse_blob(element)
                assert isinstance(message, SetBlobVector)
                assert message.members[0].size == len(message.members[0].data)
                picture = bytes(message.members[0].data)
            elif element.name == b"CCD_EXPOSURE" and b'state="Ok"' in element.raw and picture is not None:
                return picture
