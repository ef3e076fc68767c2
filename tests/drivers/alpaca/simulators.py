"""The third-party server `alpaca-simulators` as a real process: all ten types of devices, under a sky of its own."""

import random
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import alpaca_simulators
import pytest
import yaml

from lightapt_drivers.alpaca.places import AlpacaType
from tests.real_programs import script

PATIENCE = 90.0
STARS = 20_000


@contextmanager
def simulators_served(folder):
    """Start the server with its data in a folder, and give its address.

    Device 0 of each type has the interface of before Platform 7, and device 1 that of Platform 7.
    """
    with simulators_begun(folder) as simulators:
        simulators.wait()
        yield simulators.address


@contextmanager
def simulators_begun(folder):
    """The same, for who has other things to do until it serves."""
    config = folder / "simulators.yaml"
    config.write_text(yaml.safe_dump(_configuration(_sky(folder / "stars.db"))))
    with _kept_port() as port, (folder / "simulators.log").open("wb") as log:
        command = [sys.executable, script("alpaca-simulators"), "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen([*command, "--config", str(config)], stdout=log, stderr=log, cwd=folder)
        try:
            yield Simulators(process, port, folder / "simulators.log")
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Simulators:
    """The server's process."""

    process: subprocess.Popen
    port: int
    log: Path

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def wait(self):
        """Wait until it serves."""
        opener, deadline = build_opener(ProxyHandler({})), time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                opener.open(f"http://{self.address}/api/v1/focuser/0/interfaceversion", timeout=2).close()
            except OSError:
                time.sleep(0.05)  # it says nowhere else when it is ready
            else:
                return
        pytest.fail(f"alpaca-simulators did not start:\n{self.log.read_text()[-2000:]}")


def _configuration(sky):
    known = yaml.safe_load((Path(alpaca_simulators.__file__).parent / "config" / "template.yaml").read_text())
    known["devices"]["covercalibrator"][0]["calibratorstate"] = 1  # else it has no light
    known["devices"]["telescope"][0]["slew_rate"] = 60.0  # degrees a second
    for kind, devices in known["devices"].items():
        version = AlpacaType(kind).platform_7
        devices[1] = {**devices[0], "name": f"{devices[0]['name']} 7", "interfaceversion": version}
    return {**known, "tap_source": str(sky)}


def _sky(path):
    """Make a catalogue of stars all over the sky, as the camera's sky wants it."""
    chance = random.Random(7)
    stars = [(chance.uniform(0, 360), chance.uniform(-90, 90), chance.uniform(7, 12), 0.0, 0.0) for _ in range(STARS)]
    with closing(sqlite3.connect(path)) as catalogue, catalogue:
        catalogue.execute("CREATE TABLE gaia_sources (ra REAL, dec REAL, phot_g_mean_mag REAL, pmra REAL, pmdec REAL)")
        catalogue.executemany("INSERT INTO gaia_sources VALUES (?, ?, ?, ?, ?)", stars)
    return path


@contextmanager
def _kept_port():
    """Give a port that the system gives to nobody else, and where who knows it can listen."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]
