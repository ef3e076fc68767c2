"""The program PHD2: started, found, ended; and the files with its profiles."""

import asyncio
import os
import signal
from argparse import ArgumentParser
from functools import partial

import pytest

from lightapt_drivers.phd2 import bridge_program, connect
from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.testing import Harness
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import QUICK, device, play, refused
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.fake_requests import RefusalError
from tests.drivers.phd2.programs import ended, program, running
from tests.drivers.phd2.scenes import MS

SETTINGS = "currentProfile=1\n[profile/1]\nname=Simulator\n[profile/1/camera]\npixelsize=3.75\n"


@pytest.fixture
def phd2(tmp_path, monkeypatch):
    """A PHD2 to be started: how to, and where it writes; what a test leaves running is killed."""
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield program(tmp_path)
    for process in running(tmp_path / "phd2"):
        process.kill()


def starting(path, instance, port=None, **options):
    """A device that starts a program as this instance."""
    given = {"PHD2_PROGRAM_PATH": {"PATH": str(path)}, "PHD2_INSTANCE": {"NUMBER": float(instance)}}
    return device(port or 4399 + instance, **options, **given)


async def started(harness):
    await harness.request("PHD2_PROGRAM", START=True)
    await harness.expect("PHD2_PROGRAM", state=State.OK, START=True)


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


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        *(("--instance", value, "from 1 to 100") for value in ("-3", "0", "101", "two")),
        *(("--port", value, "from 1 to 65535") for value in ("-1", "0", "65536", "70000", "abc", "9" * 5000)),
    ],
)
def test_a_number_that_cannot_be_is_a_mistake_of_the_command_line(option, value, words, capsys):
    with pytest.raises(SystemExit) as caught:
        options(option, value)
    assert caught.value.code == 2
    assert f"argument {option}: must be a whole number {words}, not" in capsys.readouterr().err


def test_an_output_that_cannot_be_kept_is_told(phd2, instance, tmp_path, monkeypatch):
    plain = tmp_path / "plain"
    plain.touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(plain))

    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            assert any("kept nowhere: " in notice and str(plain) in notice for notice in harness.notices)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)

    asyncio.run(scene())


def test_phd2_is_started_and_stopped(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            await harness.expect("DEVICE_ADDRESS", ADDRESS="localhost", PORT=str(4399 + instance))
            await harness.connect()
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    asyncio.run(scene())


def test_a_program_that_runs_is_not_taken_for_another_instance(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            await harness.request("PHD2_INSTANCE", NUMBER=instance - 1)
            await refused(harness, "PHD2_PROGRAM", f"as instance {instance}: stop it first", START=True)
            await harness.expect("DEVICE_ADDRESS", PORT=str(4399 + instance))
            assert len(running(phd2)) == 1
            await harness.request("PHD2_INSTANCE", NUMBER=instance)
            await started(harness)  # it is

    asyncio.run(scene())


def test_stopping_a_program_leaves_the_connection_to_another_phd2(phd2, instance):
    async def scene():
        async with FakePhd2() as other, Harness(starting(phd2, instance, other.port), patience=30) as harness:
            await harness.connect()
            await started(harness)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await other.die()
            await harness.expect("CONNECTION", state=State.ALERT)  # neither left, nor is its loss expected

    asyncio.run(scene())


def test_a_program_that_is_killed_is_told_and_can_be_started_again(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            await harness.connect()
            for _ in range(2):
                (process,) = running(phd2)
                os.killpg(process.pid, signal.SIGKILL)
                await harness.expect("PHD2_PROGRAM", state=State.ALERT, STOP=True, START=False)
                assert any("PHD2 has ended by SIGKILL" in notice for notice in harness.notices)
                await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
                harness.said.clear()
                await started(harness)
                await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)

    asyncio.run(scene())


def test_a_program_that_is_closed_at_its_window_is_off_without_an_alert(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            async with connect("localhost", 4399 + instance) as window:
                await window.shutdown()
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            assert not any("has ended" in notice for notice in harness.notices)

    asyncio.run(scene())


def test_a_program_that_hangs_is_stopped_and_not_looked_for(phd2, instance, monkeypatch):
    monkeypatch.setattr(bridge_program, "Launch", partial(bridge_program.Launch, goodbye=100 * MS))

    async def scene():
        async with Harness(starting(phd2, instance, patience=QUICK), patience=30) as harness:
            await started(harness)
            await harness.connect()
            (process,) = running(phd2)
            process.suspend()
            await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await harness.expect("CONNECTION", DISCONNECT=True)

    asyncio.run(scene())


def test_the_end_of_the_driver_leaves_phd2_at_work_and_the_next_driver_stops_it(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            (process,) = running(phd2)
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await refused(
                harness, "PHD2_PROGRAM", f"runs already, at port {4399 + instance}: connect to it", START=True
            )
            await harness.connect()
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        await ended(process.pid)

    asyncio.run(scene())


def test_no_client_names_the_program_that_is_run(tmp_path):
    async def scene():
        file = tmp_path / "PHD2.xml"
        file.write_text(
            '<INDIDriver><newTextVector device="PHD2" name="PHD2_PROGRAM_PATH">'
            '<oneText name="PATH">/bin/sh</oneText></newTextVector></INDIDriver>'
        )
        async with Harness(device(4400), folder=tmp_path) as harness:
            await refused(harness, "PHD2_PROGRAM_PATH", "read-only", PATH="/bin/sh")
            assert harness.find("PHD2_PROGRAM_PATH").text("PATH") == "phd2"

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


def test_a_program_that_has_ended_cannot_be_stopped_and_that_is_said(phd2, instance):
    async def scene():
        async with Harness(starting(phd2, instance), patience=30) as harness:
            await started(harness)
            await harness.request("PHD2_PROGRAM", STOP=True)
            await harness.expect("PHD2_PROGRAM", state=State.OK, STOP=True)
            await refused(harness, "PHD2_PROGRAM", "PHD2 does not run any more", STOP=True)

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
            await harness.request("DEVICE_ADDRESS", ADDRESS="192.0.2.7")  # nor is it looked for at another host
            await harness.request("PHD2_FOUND", **{f"PORT_{other.port}": True})
            await harness.expect("DEVICE_ADDRESS", ADDRESS="127.0.0.1", PORT=str(other.port))

    play(scene, connected=False)


def test_a_scan_that_finds_nothing_says_so_at_its_property():
    async def scene(harness, fake):
        await fake.die()
        await harness.request("PHD2_SCAN_PORTS", FIRST=fake.port, LAST=fake.port)
        await refused(harness, "PHD2_SCAN", f"no PHD2 listens on 127.0.0.1 at the port {fake.port}:", SCAN=True)

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


@pytest.mark.parametrize(("path", "words"), [(" ", "PATH is empty"), ("~nobody-at-all/rig", "no such file")])
def test_a_path_that_leads_nowhere_is_told(settings, path, words):
    async def scene(harness, fake):
        await refused(harness, "PHD2_PROFILE_IMPORT", words, PATH=path, NAME="Rig")

    play(scene, connected=False)


@pytest.mark.parametrize(
    ("name", "members"),
    [("PHD2_PROFILE_COPY", {"NAME": "Newton"}), ("PHD2_PROFILE_IMPORT", {"PATH": "rig.phd", "NAME": "Rig"})],
)
def test_no_profile_is_written_here_for_a_phd2_elsewhere(settings, name, members):
    async def scene(harness, fake):
        await harness.request("DEVICE_ADDRESS", ADDRESS="192.0.2.7")
        await refused(harness, name, "PHD2 is at 192.0.2.7", f"{settings} is this machine's", **members)
        assert settings.read_text() == SETTINGS

    play(scene, connected=False)


def test_no_profile_is_written_here_for_a_phd2_behind_a_tunnel(settings):
    async def scene(harness, fake):
        fake.model.host = "elsewhere"
        await harness.connect()
        await refused(harness, "PHD2_PROFILE_COPY", "PHD2 is at 127.0.0.1", "is this machine's", NAME="Newton")
        assert settings.read_text() == SETTINGS

    play(scene, connected=False)


def test_no_profile_is_written_while_phd2_runs(settings, monkeypatch):
    async def somebody(*_, timeout, **__):
        return [object()] if timeout > 5 else []  # it is at something else, and greets late

    monkeypatch.setattr(bridge_program, "scan", somebody)

    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE_COPY", NAME="Newton")
        await harness.expect("PHD2_PROFILE_COPY", state=State.ALERT)
        assert any("stop it first" in notice for notice in harness.notices)
        assert settings.read_text() == SETTINGS

    play(scene, connected=False)
