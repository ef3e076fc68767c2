"""The program PHD2: started, found, ended; and the files with its profiles."""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest

from lightapt_drivers.phd2 import bridge_program
from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.testing import Harness
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import device, play, refused
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.fake_requests import RefusalError

PROGRAM = """#!{python}
import asyncio, sys
sys.path.insert(0, {root!r})
from tests.drivers.phd2.fake import FakePhd2

async def main():
    instance = int(sys.argv[sys.argv.index("-i") + 1])
    async with FakePhd2(port=4399 + instance, instance=instance) as fake:
        while not fake.model.is_over:
            await asyncio.sleep(0.02)

asyncio.run(main())
"""
SETTINGS = "currentProfile=1\n[profile/1]\nname=Simulator\n[profile/1/camera]\npixelsize=3.75\n"


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "phd2"
    path.write_text(PROGRAM.format(python=sys.executable, root=str(Path(__file__).resolve().parents[3])))
    path.chmod(0o755)
    return path


def options(*words):
    parser = ArgumentParser()
    parser.add_argument("--name", default="PHD2")
    Phd2Device.add_options(parser)
    return Phd2Device.from_options(parser.parse_args(words))


def test_the_command_line_says_where_phd2_is_and_how_to_start_it():
    found = options("--host", "pi", "--instance", "3", "--path", "/opt/phd2", "--headless", "--name", "Second")
    assert found.name == "Second"
    assert dict(found.address.values) == {"ADDRESS": "pi", "PORT": "4402"}
    assert found.program_path.value == "/opt/phd2"
    assert found.instance.value == 3
    assert found.headless["ON"]


def test_a_port_of_its_own_goes_before_the_instance_s():
    assert options("--port", "5000", "--instance", "2").address["PORT"] == "5000"


def test_phd2_is_started_and_stopped(program, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":99")

    async def scene():
        bridge = device(4400, PHD2_PROGRAM_PATH={"PATH": str(program)}, PHD2_INSTANCE={"NUMBER": 91.0})
        async with Harness(bridge, patience=30) as harness:
            await harness.request("PHD2_PROGRAM", START=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, START=True)
            await harness.expect("DEVICE_ADDRESS", ADDRESS="localhost", PORT="4490")
            await harness.connect()
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    asyncio.run(scene())


def test_stopping_a_program_leaves_the_connection_to_another_phd2(program, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":99")

    async def scene():
        given = {"PHD2_PROGRAM_PATH": {"PATH": str(program)}, "PHD2_INSTANCE": {"NUMBER": 92.0}}
        async with FakePhd2() as other, Harness(device(other.port, **given), patience=30) as harness:
            await harness.connect()
            await harness.request("PHD2_PROGRAM", START=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, START=True)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await other.die()
            await harness.expect("CONNECTION", state=State.ALERT)  # neither left, nor is its loss expected

    asyncio.run(scene())


def test_a_phd2_that_will_not_end_is_looked_for_when_it_is_lost():
    async def scene(harness, fake):
        fake._methods.shutdown = refuse
        await refused(harness, "PHD2_SHUTDOWN", "busy", SHUTDOWN=True)
        await fake.die()
        await harness.expect("CONNECTION", state=State.ALERT)

    play(scene)


def refuse(_):
    raise RefusalError("busy")


def test_a_program_that_is_not_there_is_told_in_words(tmp_path):
    async def scene():
        async with Harness(device(4490, PHD2_PROGRAM_PATH={"PATH": str(tmp_path / "nothing")})) as harness:
            await harness.request("PHD2_PROGRAM", START=True)
            await harness.expect("PHD2_PROGRAM", state=State.ALERT, STOP=True)
            assert any("is PHD2 installed?" in notice for notice in harness.notices)

    asyncio.run(scene())


def test_a_program_that_was_not_started_here_is_not_stopped_unseen():
    async def scene(harness, fake):
        await refused(harness, "PHD2_PROGRAM", "connect to it first", STOP=True)

    play(scene, connected=False)


def test_stopping_a_connected_phd2_asks_it_to_end():
    async def scene(harness, fake):
        await harness.request("PHD2_PROGRAM", STOP=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        assert "shutdown" in fake.methods

    play(scene)


def test_shutting_down_is_no_lost_connection():
    async def scene(harness, fake):
        await harness.request("PHD2_SHUTDOWN", SHUTDOWN=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        assert "shutdown" in fake.methods
        assert not any("is lost" in notice for notice in harness.notices)

    play(scene)


def test_a_scan_finds_what_listens_and_a_choice_sets_the_address():
    async def scene(harness, fake):
        async with FakePhd2(instance=2) as other:
            low, high = sorted([fake.port, other.port])
            if high - low > 900:
                low = high = other.port
            await harness.request("PHD2_SCAN_PORTS", FIRST=low, LAST=high)
            await harness.request("PHD2_SCAN", SCAN=True)
            await harness.expect("PHD2_SCAN", state=State.OK)
            await harness.request("PHD2_FOUND", **{f"PORT_{other.port}": True})
            await harness.expect("DEVICE_ADDRESS", PORT=str(other.port))

    play(scene, connected=False)


def test_a_range_of_ports_the_wrong_way_round_is_refused():
    async def scene(harness, fake):
        await refused(harness, "PHD2_SCAN_PORTS", "before the first", FIRST=4410, LAST=4400)

    play(scene, connected=False)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    path = tmp_path / ".PHDGuidingV2"
    path.write_text(SETTINGS)
    monkeypatch.setattr(bridge_program, "configuration_path", lambda instance: path)
    monkeypatch.setattr(bridge_program, "scan", _nobody)
    return path


async def _nobody(*_, **__):
    return []


def test_a_profile_is_generated_of_the_current_one(settings):
    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE_COPY", NAME="Newton")
        await harness.expect("PHD2_PROFILE_COPY", state=State.OK)
        await harness.expect("PHD2_PROFILE_FILE", PROFILES="Simulator, Newton")
        assert "pixelsize=3.75" in settings.read_text().partition("[profile/2/camera]")[2]

    play(scene, connected=False)


def test_a_profile_of_a_name_that_is_there_is_refused(settings):
    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE_COPY", NAME="simulator")
        await harness.expect("PHD2_PROFILE_COPY", state=State.ALERT)

    play(scene, connected=False)


def test_an_exported_profile_is_imported(settings, tmp_path):
    exported = tmp_path / "rig.phd"
    exported.write_text("PHD Profile 1\n/name\t1\tRig\n/camera/pixelsize\t1\t2.4\n")

    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE_IMPORT", PATH=str(exported), NAME="Rig")
        await harness.expect("PHD2_PROFILE_FILE", PROFILES="Simulator, Rig")

    play(scene, connected=False)


def test_no_profile_is_written_while_phd2_runs(settings, monkeypatch):
    async def somebody(*_, **__):
        return [object()]

    monkeypatch.setattr(bridge_program, "scan", somebody)

    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE_COPY", NAME="Newton")
        await harness.expect("PHD2_PROFILE_COPY", state=State.ALERT)
        assert any("stop it first" in notice for notice in harness.notices)
        assert settings.read_text() == SETTINGS

    play(scene, connected=False)
