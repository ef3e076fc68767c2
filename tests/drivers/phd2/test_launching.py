"""The program is started, waited for and ended, whatever it does; and what does not start says why."""

import asyncio
import sys
from pathlib import Path

import pytest

from lightapt_drivers.phd2 import connect
from lightapt_drivers.phd2.errors import LaunchError
from lightapt_drivers.phd2.launching import Launch, Phd2Program, launch
from lightapt_drivers.phd2.scanning import scan
from tests.drivers.phd2.scenes import scene

ROOT = Path(__file__).resolve().parents[3]
INSTANCE = 97  # nobody's
PROGRAM = """#!{python}
import asyncio, signal, sys
sys.path.insert(0, {root!r})
from tests.drivers.phd2.fake import FakePhd2

async def main():
    instance = int(sys.argv[sys.argv.index("-i") + 1])
    if "stubborn" in sys.argv[0]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    async with FakePhd2(port=4399 + instance, instance=instance) as fake:
        print("a warning that nobody reads " * 10_000)
        while not fake.model.is_over or "stubborn" in sys.argv[0]:
            await asyncio.sleep(0.01)

asyncio.run(main())
"""


def program(folder, name="phd2", text=PROGRAM):
    path = folder / name
    path.write_text(text.format(python=sys.executable, root=str(ROOT)))
    path.chmod(0o755)
    return str(path)


@scene
async def test_it_is_started_listens_and_is_ended(tmp_path):
    how = Launch(program(tmp_path), instance=INSTANCE, headless=False, timeout=20)
    async with launch(how) as phd2:
        assert phd2.is_running
        async with connect("localhost", phd2.port) as client:
            assert client.state.instance == INSTANCE
        with pytest.raises(LaunchError, match="runs already"):
            await Phd2Program(how).start()
    assert not phd2.is_running
    assert await scan("localhost", [phd2.port]) == []
    await phd2.stop()


@scene
async def test_one_that_does_not_want_to_end_is_ended(tmp_path):
    path = program(tmp_path, "stubborn")
    phd2 = Phd2Program(Launch(path, instance=INSTANCE, headless=False, timeout=20, goodbye=0.1))
    await phd2.start()
    await phd2.stop()
    assert not phd2.is_running


@scene
async def test_one_that_ends_at_once_tells_its_last_words(tmp_path):
    path = program(tmp_path, text="#!/bin/sh\necho no display >&2\nexit 3\n")
    with pytest.raises(LaunchError, match=r"exit code 3\. Its last words: no display"):
        await Phd2Program(Launch(path, instance=INSTANCE, headless=False)).start()


@scene
async def test_one_that_does_not_listen_is_ended(tmp_path):
    path = program(tmp_path, text="#!/bin/sh\nexec sleep 60\n")
    phd2 = Phd2Program(Launch(path, instance=INSTANCE, headless=False, timeout=0.1, goodbye=0.2))
    with pytest.raises(LaunchError, match="does not listen"):
        await phd2.start()
    assert not phd2.is_running


@scene
async def test_who_gives_up_starting_leaves_nothing(tmp_path):
    path = program(tmp_path, text="#!/bin/sh\nexec sleep 60\n")
    phd2 = Phd2Program(Launch(path, instance=INSTANCE, headless=False, goodbye=0.2))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await phd2.start()
    assert not phd2.is_running


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(LaunchError, match="phd2-of-nobody cannot be run"):
        Launch("phd2-of-nobody").command({"PATH": "/usr/bin", "DISPLAY": ":0"})


def test_without_a_display_it_gets_one_that_nobody_sees(tmp_path):
    path, xvfb = program(tmp_path), program(tmp_path, "xvfb-run")
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
