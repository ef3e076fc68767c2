"""The same programs of the client library at our hub, at Debian's indiserver and at indipyserver."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from importlib.util import find_spec

import pytest

from lightapt_clients import DisconnectedError, blocking, connect
from lightapt_protocol.messages import GetProperties
from lightapt_protocol.mirror import ChangeKind
from tests.real_programs import require

from .puppets import PATIENCE
from .rig import LIGHTAPT_SERVER, free_port

pytestmark = pytest.mark.system

MOUNT, CAMERA = "Telescope Simulator", "CCD Simulator"
INDIPY = """
import asyncio, sys
from indipyserver import IPyServer

async def main():
    server = IPyServer(host="127.0.0.1", port=int(sys.argv[1]))
    for driver in ("indi_simulator_telescope", "indi_simulator_ccd"):
        server.add_exdriver(driver)
    await server.asyncrun()

asyncio.run(main())
"""


class Observatory:
    """A server with a simulated mount and camera, which can be started again at the same place."""

    def __init__(self, kind, home):
        self.port = free_port()
        self.socket = f"{home}/indi-{os.getpid()}"
        self._command = getattr(self, f"_{kind}")()
        self._home = home
        self._process = None

    def _hub(self):
        words = ("--port", str(self.port), "--unix", self.socket, "--driver", "telescope", "--driver", "ccd")
        return [*LIGHTAPT_SERVER, *words]

    def _indiserver(self):
        drivers = [require(f"indi_simulator_{name}") for name in ("telescope", "ccd")]
        return [require("indiserver"), "-p", str(self.port), "-u", self.socket, "-r", "0", *drivers]

    def _indipyserver(self):
        if find_spec("indipyserver") is None:
            (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("indipyserver is not installed")
        for name in ("telescope", "ccd"):
            require(f"indi_simulator_{name}")
        return [sys.executable, "-c", INDIPY, str(self.port)]

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        environment = {**os.environ, "HOME": str(self._home), "XDG_CONFIG_HOME": str(self._home / ".config")}
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            self._command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment, start_new_session=True
        )

    def stop(self):
        """End the server and its drivers, some of which would outlive it."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def served(kind, home):
    observatory = Observatory(kind, home)
    observatory.start()
    try:
        yield observatory
    finally:
        observatory.stop()


@pytest.fixture(params=["hub", "indiserver", "indipyserver"])
def observatory(request, tmp_path):
    with served(request.param, tmp_path) as observatory:
        yield observatory


async def a_night(address):
    """Point the telescope a bit further, and take a picture."""
    async with connect(address, patience=PATIENCE) as indi:
        mount, camera = await indi.mount(MOUNT, timeout=PATIENCE), await indi.camera(CAMERA, timeout=PATIENCE)
        await mount.connect()
        await camera.connect()
        await mount.unpark()
        ra, dec = mount.position.ra, mount.position.dec - 1.5
        await mount.goto(ra, dec, timeout=PATIENCE)
        assert mount.position.dec == pytest.approx(dec, abs=0.05)
        await mount.device["TELESCOPE_TRACK_STATE"].wait(TRACK_ON=True, timeout=PATIENCE)
        blob = await camera.expose(0.2)
        assert bytes(blob.data[:9]) == b"SIMPLE  ="
        image = blob.image()
        assert image.pixels.shape == (camera.chip.height, camera.chip.width)
        assert image.header["EXPTIME"] == pytest.approx(0.2, abs=0.01)


def in_time(coroutine):
    async def limited():
        async with asyncio.timeout(3 * PATIENCE):
            await coroutine

    asyncio.run(limited())


def test_a_program_points_the_telescope_and_takes_a_picture(observatory):
    in_time(a_night(observatory.address))


def test_a_program_that_does_not_await_does_the_same(observatory):
    with blocking.connect(observatory.address, patience=PATIENCE) as indi:
        mount, camera = indi.mount(MOUNT, timeout=PATIENCE), indi.camera(CAMERA, timeout=PATIENCE)
        mount.connect()
        camera.connect()
        mount.unpark()
        ra, dec = mount.position.ra, mount.position.dec - 1.5
        mount.goto(ra, dec, timeout=PATIENCE)
        assert mount.position.dec == pytest.approx(dec, abs=0.05)
        image = camera.expose(0.2).image()
        assert image.pixels.shape == (camera.chip.height, camera.chip.width)


@pytest.mark.parametrize("kind", ["hub", "indiserver"])
def test_on_the_same_machine_pictures_come_in_shared_memory(kind, tmp_path):
    with served(kind, tmp_path) as observatory:
        in_time(a_night(f"unix:{observatory.socket}"))


async def through_a_restart(observatory):
    async with connect(observatory.address, patience=PATIENCE) as indi:
        camera = await indi.camera(CAMERA, timeout=PATIENCE)
        await camera.connect()
        with indi.connection() as connection, camera.device.changes("CCD_EXPOSURE") as changes:
            async with camera.device.blobs("CCD1") as blobs:
                assert await anext(connection)
                observatory.stop()
                assert not await anext(connection)
                with pytest.raises(DisconnectedError):
                    await indi.send(GetProperties())
                observatory.start()
                assert await anext(connection)
                # The drivers are new: what they had before they were connected is no longer there.
                async for change in changes:
                    if change.kind is ChangeKind.DELETED:
                        break
                await camera.connect()
                await camera.device["CCD_EXPOSURE"].set(CCD_EXPOSURE_VALUE=0.2)
                assert len(await anext(blobs)) > 2880
                kinds = set()
                async for change in changes:
                    kinds.add(change.kind)
                    if kinds >= {ChangeKind.DEFINED, ChangeKind.UPDATED}:
                        break


def test_a_program_goes_on_after_the_server_was_started_again(observatory):
    in_time(through_a_restart(observatory))
