"""The third-party server `alpaca-simulators` as a real process: all ten types of devices, under a sky of its own."""

import random
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import alpaca_simulators
import pytest
import yaml

from lightapt_drivers.alpaca.places import AlpacaType
from tests.real_programs import script

PATIENCE = 60.0
STARS = 20_000


@contextmanager
def simulators_served(folder):
    """Start the server with its data in a folder, and give its address.

    Device 0 of each type has the interface of before Platform 7, and device 1 that of Platform 7.
    """
    config = folder / "simulators.yaml"
    config.write_text(yaml.safe_dump(_configuration(_sky(folder / "stars.db"))))
    port = _free_port()
    log = (folder / "simulators.log").open("wb")
    command = [sys.executable, script("alpaca-simulators"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, "--config", str(config)], stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_served(port, process, folder / "simulators.log")
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        log.close()


def _configuration(sky):
    known = yaml.safe_load((Path(alpaca_simulators.__file__).parent / "config" / "template.yaml").read_text())
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


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_until_served(port, process, log):
    opener, deadline = build_opener(ProxyHandler({})), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            opener.open(f"http://127.0.0.1:{port}/api/v1/focuser/0/interfaceversion", timeout=2).close()
        except OSError:
            time.sleep(0.05)  # it says nowhere else when it is ready
        else:
            return
    pytest.fail(f"alpaca-simulators did not start:\n{log.read_text()[-2000:]}")
