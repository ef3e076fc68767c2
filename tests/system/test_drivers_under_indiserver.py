"""The built-in drivers under Debian's indiserver, asked by its own tools and by a raw client."""

import socket
import subprocess
from contextlib import contextmanager

import pytest
from astropy.io import fits

from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import SetBlobVector
from lightapt_protocol.parser import parse_blob
from tests.real_programs import require, script

pytestmark = pytest.mark.system

MOUNT, CAMERA = "Telescope Simulator", "CCD Simulator"
PATIENCE = "30"


class Server:
    """An indiserver with our two drivers."""

    def __init__(self, port):
        self.port = port

    def get(self, prop):
        """Return the value of a property's member."""
        return self._tool("indi_getprop", "-1", prop)

    def set(self, spec):
        self._tool("indi_setprop", spec)

    def wait(self, *conditions):
        """Wait until conditions hold, each of a property's member or attribute."""
        self._tool("indi_eval", "-wo", " && ".join(conditions))

    def connect(self, device):
        self.set(f"{device}.CONNECTION.CONNECT=On")
        self.wait(f'"{device}.CONNECTION._STATE"==1', f'"{device}.CONNECTION.CONNECT"==1')

    def _tool(self, name, *arguments):
        done = subprocess.run(
            [require(name), "-p", str(self.port), "-t", PATIENCE, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (name, arguments, done.stdout, done.stderr)
        return done.stdout.strip()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@contextmanager
def indiserver(*drivers):
    port = free_port()
    own = f"/tmp/indiserver-{port}"  # the usual name of its unix socket is there once a machine
    argv = [require("indiserver"), "-v", "-u", own, "-p", str(port), "-r", "0", *map(script, drivers)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stderr:
                if "listening to port" in line:
                    break
            else:
                pytest.fail("indiserver does not listen")
            yield Server(port)
        finally:
            process.terminate()
            process.stderr.read()


@pytest.fixture
def server():
    with indiserver("lightapt-telescope", "lightapt-ccd") as running:
        yield running


def test_both_say_what_they_are(server):
    assert server.get(f"{MOUNT}.DRIVER_INFO.DRIVER_INTERFACE") == "1"
    assert server.get(f"{CAMERA}.DRIVER_INFO.DRIVER_INTERFACE") == "2"


def test_a_slew_arrives(server):
    server.connect(MOUNT)
    server.set(f"{MOUNT}.EQUATORIAL_EOD_COORD.RA;DEC=0.5;85")
    server.wait(f'"{MOUNT}.EQUATORIAL_EOD_COORD._STATE"==1', f'"{MOUNT}.EQUATORIAL_EOD_COORD.DEC"==85')
    assert float(server.get(f"{MOUNT}.EQUATORIAL_EOD_COORD.RA")) == 0.5
    assert server.get(f"{MOUNT}.TELESCOPE_TRACK_STATE.TRACK_ON") == "On"


def test_a_parked_mount_refuses(server):
    server.connect(MOUNT)
    server.set(f"{MOUNT}.TELESCOPE_PARK.PARK=On")
    server.wait(f'"{MOUNT}.TELESCOPE_PARK._STATE"==1', f'"{MOUNT}.TELESCOPE_PARK.PARK"==1')
    server.set(f"{MOUNT}.EQUATORIAL_EOD_COORD.RA;DEC=0.5;85")
    server.wait(f'"{MOUNT}.EQUATORIAL_EOD_COORD._STATE"==3')


def test_an_exposure_ends(server):
    server.connect(CAMERA)
    server.set(f"{CAMERA}.CCD_EXPOSURE.CCD_EXPOSURE_VALUE=0.1")
    server.wait(f'"{CAMERA}.CCD_EXPOSURE._STATE"==1', f'"{CAMERA}.CCD_EXPOSURE.CCD_EXPOSURE_VALUE"==0')


def test_pictures_reach_a_client_one_after_another(server, tmp_path):
    server.connect(CAMERA)
    with socket.create_connection(("127.0.0.1", server.port), timeout=float(PATIENCE)) as client:
        client.sendall(
            f'<getProperties version="1.7" device="{CAMERA}"/><enableBLOB device="{CAMERA}">Also</enableBLOB>'.encode()
        )
        for number in range(3):  # the second and third come only if the server's answers are understood
            path = tmp_path / f"{number}.fits"
            path.write_bytes(expose(client))
            with fits.open(path) as units:
                assert units[0].data.shape == (1024, 1280)
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
