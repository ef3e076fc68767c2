"""The program is started, waited for and ended, whatever it does; and what does not start says why."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from lightapt_drivers.phd2 import connect, launching
from lightapt_drivers.phd2.errors import HostError, LaunchError
from lightapt_drivers.phd2.launching import Launch, Phd2Program, launch, output_path
from lightapt_drivers.phd2.scanning import scan
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.programs import ended, program
from tests.drivers.phd2.scenes import MS, pass_time, scene

PATIENCE = 20_000 * MS
GOODBYE = 100 * MS


@pytest.fixture
def how(tmp_path, instance):
    """Return how to start a program that writes into this folder."""

    def make(path, **options):
        common = {"instance": instance, "headless": False, "timeout": PATIENCE, "output": tmp_path / "output"}
        return Launch(str(path), **common | options)

    return make


@scene
async def test_it_is_started_listens_and_is_ended(tmp_path, how):
    started = how(program(tmp_path))
    async with launch(started) as phd2:
        assert phd2.is_running
        async with connect("localhost", phd2.port) as client:
            assert client.state.instance == started.instance
        with pytest.raises(LaunchError, match="runs already"):
            await Phd2Program(started).start()
    assert not phd2.is_running
    assert await scan("localhost", [phd2.port]) == []
    await phd2.stop()


@scene
async def test_an_address_that_is_not_told_in_time_is_asked_for_again(tmp_path, how, monkeypatch):
    scans = []

    async def slow(*place, **options):
        scans.append(place)
        if len(scans) == 2:
            raise HostError("the question for its address was not answered in time")
        return await scan(*place, **options)

    monkeypatch.setattr(launching, "scan", slow)
    await start_and_stop(how(program(tmp_path)))
    assert len(scans) > 2


async def start_and_stop(how):
    async with launch(how):
        pass


@scene
async def test_one_that_runs_and_is_slow_to_greet_is_not_started_again(tmp_path, how):
    started = how(program(tmp_path))
    async with FakePhd2(port=started.port, frame=None) as slow:
        slow.hang()
        starting = asyncio.ensure_future(start_and_stop(started))
        await slow.has_waiting()
        pass_time(5.0)
        for _ in range(10):
            await asyncio.sleep(0)
        slow.recover()
        with pytest.raises(LaunchError, match="runs already"):
            await starting


@scene
async def test_one_that_does_not_want_to_end_is_ended(tmp_path, how):
    phd2 = Phd2Program(how(program(tmp_path, "stubborn"), goodbye=GOODBYE))
    await phd2.start()
    await phd2.stop()
    assert not phd2.is_running


@scene
async def test_one_that_ends_at_once_tells_its_last_words(tmp_path, how):
    path = program(tmp_path, text="#!/bin/sh\necho no display >&2\nexit 3\n")
    with pytest.raises(LaunchError, match=r"exit code 3\. Its last words: no display"):
        await Phd2Program(how(path)).start()


@scene
async def test_one_that_does_not_listen_is_ended(tmp_path, how):
    path = program(tmp_path, text="#!/bin/sh\nexec sleep 60\n")
    phd2 = Phd2Program(how(path, timeout=100 * MS, goodbye=GOODBYE))
    with pytest.raises(LaunchError, match="does not listen"):
        await phd2.start()
    assert not phd2.is_running


@scene
async def test_who_gives_up_starting_leaves_nothing(tmp_path, how):
    path = program(tmp_path, text="#!/bin/sh\nexec sleep 60\n")
    phd2 = Phd2Program(how(path, goodbye=GOODBYE))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(300 * MS):
            await phd2.start()
    assert not phd2.is_running


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(LaunchError, match="phd2-of-nobody cannot be run"):
        Launch("phd2-of-nobody").command({"PATH": "/usr/bin", "DISPLAY": ":0"})


def test_without_a_display_it_gets_one_that_nobody_sees(tmp_path):
    path, xvfb = str(program(tmp_path)), str(program(tmp_path, "xvfb-run"))
    there, nowhere = {"PATH": str(tmp_path), "DISPLAY": ":0"}, {"PATH": str(tmp_path)}
    assert Launch(path, instance=2).command(there) == [path, "-i", "2"]
    for how, environment in ((Launch(path), nowhere), (Launch(path, headless=True), there)):
        command = how.command(environment)
        assert command[0] == xvfb
        assert command[-3:] == [path, "-i", "1"]
    Path(xvfb).unlink()
    with pytest.raises(LaunchError, match="needs a display"):
        Launch(path).command(nowhere)


@pytest.mark.parametrize("instance", [0, 101])
def test_an_instance_that_cannot_be_is_refused(instance):
    with pytest.raises(LaunchError, match="from 1 to 100"):
        Launch("sh", instance=instance).command({"PATH": "/bin", "DISPLAY": ":0"})


def test_each_instance_has_a_port_of_its_own():
    assert [Launch(instance=number).port for number in (1, 2, 10)] == [4400, 4401, 4409]


@scene
async def test_its_end_is_told_unless_it_was_stopped_here(tmp_path, how):
    phd2 = Phd2Program(how(program(tmp_path)))
    assert await phd2.died() == ""
    await phd2.start()
    dying = asyncio.ensure_future(phd2.died())
    os.killpg(session(tmp_path), signal.SIGKILL)
    words = await dying
    assert words.startswith("PHD2 has ended by SIGKILL. Its last words: ")
    assert "a warning that nobody reads" in words
    assert not phd2.is_running
    await phd2.start()
    dying = asyncio.ensure_future(phd2.died())
    await asyncio.sleep(0)
    await phd2.stop()
    assert await dying == ""


def session(folder):
    """Return the process that writes to the output."""
    wanted = str(folder / "output")
    for process in psutil.process_iter(["pid"]):
        try:
            if any(file.path == wanted for file in process.open_files()):
                return process.pid
        except psutil.Error:
            pass
    raise AssertionError("nobody writes there")


@scene
async def test_one_that_is_closed_by_people_has_not_died(tmp_path, how):
    phd2 = Phd2Program(how(program(tmp_path)))
    await phd2.start()
    async with connect("localhost", phd2.port) as client:
        await client.shutdown()
    assert await phd2.died() == ""
    assert not phd2.is_running
    await phd2.stop()


@scene
async def test_what_a_dead_one_leaves_behind_is_ended(tmp_path, how):
    text = "#!/bin/sh\nsleep 60 &\necho $! > {0}/left\nkill -9 $$\n".replace("{0}", str(tmp_path))
    phd2 = Phd2Program(how(program(tmp_path, text=text)))
    with pytest.raises(LaunchError, match="ended at once, by SIGKILL"):
        await phd2.start()
    left = int((tmp_path / "left").read_text())
    await ended(left)


def test_it_writes_where_the_user_s_state_is_kept():
    assert output_path(2, environment={"XDG_STATE_HOME": "/state"}) == Path("/state/lightapt/phd2-2.log")
    assert output_path(1, environment={}) == Path.home() / ".local/state/lightapt/phd2-1.log"
