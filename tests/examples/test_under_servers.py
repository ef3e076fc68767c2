"""Examples under INDI servers: ours, as a program and within one, and Debian's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drivers.kit.scenes import new
from tests.drivers.kit.server_ends import PROGRAMS
from tests.examples.test_drivers import example
from tests.real_programs import require
from tests.system.puppets import Client
from tests.system.rig import LIGHTAPT_SERVER, Server, Stage, free_port

pytestmark = pytest.mark.system

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
MOUNT = "Telescope Simulator"
GET = b'<getProperties version="1.7"/>'
EMBEDDING = """
import asyncio, sys
from lightapt_server import Hub

hub = Hub(port=int(sys.argv[1]))
for path in sys.argv[2:]:
    hub.add_exdriver(path, pipes=False)
asyncio.run(hub.asyncrun())
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def our_hub(stage: Stage, *paths: Path) -> Server:
    words = [word for path in paths for word in ("--driver", str(path))]
    return stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words, PATH=PATH).listening()


def embedded_hub(stage: Stage, *paths: Path) -> Server:
    port = free_port()
    words = [sys.executable, "-c", EMBEDDING, str(port), *map(str, paths)]
    return stage.run(*words, PATH=PATH).listening_on(port)


def indiserver(stage: Stage, *paths: Path) -> Server:
    port = free_port()
    own = f"/tmp/indiserver-{port}"  # the usual name of its unix socket is there once a machine
    words = ["-v", "-u", own, "-p", str(port), "-r", "0", *map(str, paths)]
    return stage.run(require("indiserver"), *words, PATH=PATH).listening_on(port)


SERVERS = pytest.mark.parametrize("server", [our_hub, embedded_hub, indiserver])


def settled(tag: str, device: str, name: str, state: str, value: str = "") -> bytes:
    """Return the pattern of a message, however a server lays it out."""
    head = rf'<{tag}(?=[^>]*\bdevice="{device}")(?=[^>]*\bname="{name}")(?=[^>]*\bstate="{state}")[^>]*>'
    return rf"(?s){head}(?:(?!</{tag}).)*?>\s*{value}".encode()


def connected(client: Client, device: str) -> None:
    """Ask for a device until it is there, and connect it."""
    client.send(GET)
    client.expect_match(settled("defSwitchVector", device, "CONNECTION", "Idle"))
    client.send(new("Switch", device, "CONNECTION", CONNECT="On").encode())
    client.expect_match(settled("setSwitchVector", device, "CONNECTION", "Ok", "On"))


@SERVERS
def test_a_lid_turns(stage: Stage, server) -> None:
    client = stage.client(server(stage, example("lid")))
    connected(client, "Lid")
    client.send(new("Number", "Lid", "ANGLE", DEGREES=3).encode())
    client.expect_match(settled("setNumberVector", "Lid", "ANGLE", "Busy"))
    client.expect_match(settled("setNumberVector", "Lid", "ANGLE", "Ok", "3"))


@SERVERS
def test_pictures_come_one_after_another(stage: Stage, server) -> None:
    client = stage.client(server(stage, example("all_sky_camera")))
    connected(client, "All Sky Camera")
    client.send(b'<enableBLOB device="All Sky Camera">Also</enableBLOB>')
    for _ in range(3):
        client.send(new("Number", "All Sky Camera", "EXPOSE", SECONDS=0.01).encode())
        head = client.expect_match(rb'<oneBLOB[^>]*\bsize="(\d+)"')
        assert int(head[1]) % 2880 == 0
        client.expect(b"</setBLOBVector>")


@SERVERS
def test_a_lamp_follows_the_telescope_of_another_driver(stage: Stage, server) -> None:
    mount = stage.executable("mount.py", f"#!{sys.executable}\n{(PROGRAMS / 'mount.py').read_text()}")
    client = stage.client(server(stage, example("warning_lamp"), mount))
    connected(client, MOUNT)
    client.send(new("Number", MOUNT, "EQUATORIAL_EOD_COORD", RA=1, DEC=2).encode())
    client.expect_match(settled("setLightVector", "Warning Lamp", "LAMP", "Idle", "Alert"))
    client.send(new("Switch", MOUNT, "TELESCOPE_ABORT_MOTION", ABORT="On").encode())
    client.expect_match(settled("setLightVector", "Warning Lamp", "LAMP", "Idle", "Idle"))


def test_debian_s_tools_ask_and_set(stage: Stage) -> None:
    hub = our_hub(stage, example("power_strip"))
    client = stage.client(hub)
    connected(client, "Power Strip")
    words = [require("indi_setprop"), "-p", str(hub.port), "Power Strip.OUTLETS.MOUNT=On"]
    subprocess.run(words, check=True, timeout=30)
    client.expect_match(settled("setSwitchVector", "Power Strip", "OUTLETS", "Ok", "On"))
    words = [require("indi_getprop"), "-p", str(hub.port), "Power Strip.OUTLETS.*"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout
    assert dict(re.findall(r"OUTLETS\.(\w+)=(\w+)", shown)) == {"MOUNT": "On", "CAMERA": "Off", "LAPTOP": "Off"}
