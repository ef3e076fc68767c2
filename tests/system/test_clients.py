"""Clients that people have, and real drivers, at a running hub; and BLOBs as descriptors where both ends can."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from lightapt_protocol import shared_memory
from tests.real_programs import require

from .phrases import GET, attached, choose, define_blob, get, inline
from .puppets import PATIENCE, Client, eventually
from .rig import LIGHTAPT_SERVER, Server, Stage

pytestmark = pytest.mark.system

MOUNT, CAMERA = "Telescope Simulator", "CCD Simulator"
DATA = bytes(range(256)) * 5000


@pytest.fixture
def local() -> str:
    """A name for the hub's local socket."""
    return f"lightapt-test-{os.getpid()}"


@pytest.fixture
def observatory(stage: Stage, tmp_path: Path, local: str) -> Server:
    """A hub with Debian's simulated mount and camera."""
    drivers = [str(require(f"indi_simulator_{name}")) for name in ("telescope", "ccd")]
    words = [word for driver in drivers for word in ("--driver", driver)]
    hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "--unix", local, "-v", *words, HOME=str(tmp_path)).listening()
    for _ in (MOUNT, CAMERA):
        hub.lines.expect(f"has the device '({MOUNT}|{CAMERA})'")
    return hub


def tool(name: str, hub: Server, *arguments: str) -> str:
    """Run one of libindi's tools; return what it prints."""
    command = [str(require(name)), "-p", str(hub.port), "-t", str(PATIENCE), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
    assert done.returncode == 0, done
    return done.stdout


class TestTools:
    def test_get_set_and_eval_drive_the_mount(self, observatory: Server) -> None:
        connect = f"{MOUNT}.CONNECTION.CONNECT"
        assert tool("indi_getprop", observatory, connect) == f"{connect}=Off\n"
        tool("indi_setprop", observatory, f"{connect}=On")
        tool("indi_eval", observatory, "-w", f'"{connect}"==1')
        unparked = f"{MOUNT}.TELESCOPE_PARK.UNPARK"
        tool("indi_setprop", observatory, f"{unparked}=On")
        tool("indi_eval", observatory, "-w", f'"{unparked}"==1')
        place = f"{MOUNT}.EQUATORIAL_EOD_COORD"
        right_ascension = float(tool("indi_getprop", observatory, "-1", f"{place}.RA"))
        tool("indi_setprop", observatory, f"{place}.RA;DEC={right_ascension};89")
        tool("indi_eval", observatory, "-w", f'abs("{place}.DEC"-89)<0.1')


class TestPyIndi:
    @pytest.mark.parametrize("way", ["TCP", "local socket"])
    def test_a_night_with_mount_and_camera(self, observatory: Server, local: str, way: str) -> None:
        if find_spec("PyIndi") is None:
            (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("pyindi-client is not installed")
        host = "127.0.0.1" if way == "TCP" else f"localhost:{local}"
        command = [sys.executable, str(Path(__file__).with_name("pyindi_session.py")), host, str(observatory.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
        assert done.returncode == 0, done
        result = json.loads(done.stdout.splitlines()[-1])
        assert result["begins"] == "SIMPLE  ="
        assert result["size"] > 1_000_000
        assert result["size"] % 2880 == 0


class TestAttached:
    """Both ways of carrying a BLOB, from either kind of driver to either kind of client, and back."""

    @pytest.fixture
    def hub(self, stage: Stage, local: str) -> Server:
        hub = stage.hub(stage.driver("ccd"), unix=local)
        stage.drivers[0].expect_only(GET)
        stage.drivers[0].send(define_blob("CCD"))
        stage.drivers[0].sync()
        return hub

    @staticmethod
    def viewers(stage: Stage, hub: Server, local: str) -> tuple[Client, Client]:
        """One on TCP, one on the local socket."""
        clients = stage.client(hub, "remote"), stage.client_of(local, "local")
        for client in clients:
            client.send(get("CCD") + choose("Also"))
            client.sync()
        return clients

    @pytest.mark.parametrize("kind", ["inline", "attached"])
    def test_of_a_driver_each_client_gets_the_form_that_suits_it(
        self, stage: Stage, hub: Server, local: str, kind: str
    ) -> None:
        (ccd,) = stage.drivers
        remote, near = self.viewers(stage, hub, local)
        ccd.sync()
        before = hub.holdings()
        if kind == "inline":
            ccd.send(inline("CCD", DATA))
        else:
            memory = shared_memory.create(len(DATA))
            os.write(memory, DATA)
            ccd.send(attached("CCD", len(DATA)), [memory])
            os.close(memory)
        found = remote.expect_match(rb"<oneBLOB([^>]*)>([A-Za-z0-9+/=\s]*)</oneBLOB>")
        assert base64.b64decode(found[2]) == DATA
        assert b"attached" not in found[1]
        assert b"enclen" not in found[1]
        found = near.expect_match(rb"<oneBLOB([^>]*)>\s*</oneBLOB>")
        assert re.search(rb"""\battached=["']true["']""", found[1])
        assert f'size="{len(DATA)}"'.encode() in found[1].replace(b"'", b'"')
        assert os.pread(near.descriptors[0], len(DATA) + 1, 0)[: len(DATA)] == DATA
        near.close()
        remote.reset()
        eventually(lambda: hub.holdings().shared_memory == before.shared_memory, "the memory is given back")

    def test_an_upload_reaches_the_driver_inline_whichever_way_it_came(
        self, stage: Stage, hub: Server, local: str
    ) -> None:
        (ccd,) = stage.drivers
        ccd.sync()
        remote, near = stage.client(hub), stage.client_of(local)
        memory = shared_memory.create(len(DATA))
        os.write(memory, DATA)
        near.send(attached("CCD", len(DATA), verb="new"), [memory])
        os.close(memory)
        remote.send(inline("CCD", DATA, verb="new"))
        for _ in range(2):
            found = ccd.expect_match(rb"<newBLOBVector[^>]*>\s*<oneBLOB[^>]*>([A-Za-z0-9+/=\s]*)</oneBLOB>")
            assert base64.b64decode(found[1]) == DATA

    def test_memory_that_is_larger_than_the_blob_is_cut_to_its_size(
        self, stage: Stage, hub: Server, local: str
    ) -> None:
        (ccd,) = stage.drivers
        remote, _ = self.viewers(stage, hub, local)
        memory = shared_memory.create(1 << 20)
        os.write(memory, b"abc")
        ccd.send(attached("CCD", 3), [memory])
        os.close(memory)
        assert remote.expect_match(rb"<oneBLOB[^>]*>(.*)</oneBLOB>")[1] == base64.b64encode(b"abc")

    def test_a_driver_whose_descriptor_is_missing_is_started_again(self, stage: Stage, hub: Server) -> None:
        (ccd,) = stage.drivers
        ccd.send(attached("CCD", 3))
        ccd.appear()
        hub.lines.expect("Driver ccd: malformed input: an attached BLOB without a descriptor")
