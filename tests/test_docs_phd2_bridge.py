"""The page about guiding with PHD2 is true: its commands and programs are run, its tables are the bridge's."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser

import pytest

from lightapt_clients import connect
from lightapt_drivers import Vector
from lightapt_drivers.kit import vectors
from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.phd2.bridge_base import PATIENCE as PATIENCE_WITH_PHD2
from lightapt_drivers.phd2.connection import Options
from lightapt_drivers.phd2.methods import METHODS
from tests.drivers.phd2.fake import FakePhd2

from .docs_snippets import ROOT, blocks, commands
from .system.rig import LIGHTAPT_SERVER, Stage

PAGE = ROOT / "docs" / "how-to" / "guide-with-phd2.md"
TEXT = PAGE.read_text(encoding="utf-8")
BIN = os.path.dirname(sys.executable)
PATIENCE = 200
DECLARED = {vector.name for vector in vectors.declared(Phd2Device)}
OWN = {name for name in DECLARED if name.startswith("PHD2_")}
DRIVER_LINES = [
    shlex.split(command.words[command.words.index("--driver") + 1])
    for command in commands(PAGE)
    if "--driver" in command.words
]


def section(heading):
    return TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def rows(heading):
    """Return the rows of a section's table, without the one at the top."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| ")]
    return [line.split(" | ", 1) for line in lines[1:]]


def code(text):
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?s)```.*?```", "", text))


@pytest.mark.parametrize("line", DRIVER_LINES, ids=shlex.join)
def test_command_lines_of_the_driver_are_understood(line):
    parser = ArgumentParser()
    parser.add_argument("--name", default="PHD2")
    Phd2Device.add_options(parser)
    assert line[0] == "phd2"
    Phd2Device.from_options(parser.parse_args(line[1:]))


def test_every_property_that_is_named_is_declared():
    named = {word for word in code(TEXT) if re.fullmatch(r"(PHD2|TELESCOPE|CONNECTION|DEVICE)(_[A-Z_]+)?", word)}
    assert named <= DECLARED


def test_every_property_of_the_bridge_is_named():
    assert OWN - {word.partition(".")[0] for word in code(TEXT)} == set()


def test_every_method_of_phd2_has_its_property():
    table = rows("From PHD2's methods to properties")
    methods = [word for row in table for word in code(row[0])]
    assert len(methods) == len(set(methods))
    assert set(methods) == METHODS
    assert all(set(code(row[1])) & DECLARED for row in table)


def test_every_function_of_a_phd2_client_has_its_property():
    table = rows("From PHD2's functions to properties")
    assert all(set(re.findall(r"[A-Z][A-Z0-9_]+", " ".join(code(line)))) & DECLARED for _, line in table)


def members_of_all():
    return {name: {one.name for one in live.definition.members} for name, live in Phd2Device().vectors.items()}


def test_every_member_that_is_named_is_declared():
    members = members_of_all()
    named = [word.split(".") for word in code(TEXT) if re.fullmatch(r"[A-Z0-9_]+\.[A-Z_]+", word)]
    assert len(named) > 60
    assert [(name, member) for name, member in named if member not in members[name]] == []


def test_what_the_page_sets_from_a_shell_can_be_set():
    members = members_of_all()
    settings = re.findall(r"PHD2\.(\w+)\.([A-Z_;]+)=", TEXT)
    assert len(settings) > 9
    assert all(set(asked.split(";")) <= members[name] for name, asked in settings)


def test_the_figures_are_the_bridge_s():
    *first, last = Phd2Device.reconnect_after
    assert f"{', '.join(f'{one:g}' for one in first)} and then every second" in TEXT
    assert last == 1.0
    assert f"every {PATIENCE_WITH_PHD2.heartbeat:g} s, and shows within two seconds" in TEXT
    assert PATIENCE_WITH_PHD2.heartbeat < 2
    assert f"the last {Options().window} steps" in TEXT


def test_vectors_are_found_where_they_are_declared():
    assert all(isinstance(vector, Vector) for vector in vectors.declared(Phd2Device))


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def typed(stage, make, *, guides=False, more=()):
    """Run what a function of the hub's port returns, beside a hub with a fake PHD2; return what it prints, and PHD2."""

    async def scene():
        async with FakePhd2() as fake:
            drivers = [f"phd2 --host 127.0.0.1 --port {fake.port}", *more]
            home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / "config")}
            words = [word for driver in drivers for word in ("--driver", driver)]
            command = (*LIGHTAPT_SERVER, "-v", "--port", "0", *words)
            hub = await asyncio.to_thread(lambda: stage.run(*command, **home).listening())
            if guides:
                await guiding(fake, hub.port)
            return await asyncio.to_thread(run, make(hub.port), stage.folder), fake

    return asyncio.run(scene())


async def guiding(fake, port):
    """Have PHD2 guide, and settle soon."""
    fake.model.connected = True
    async with asyncio.timeout(PATIENCE), connect(f"127.0.0.1:{port}") as indi:
        phd2 = await indi.device("PHD2")
        await phd2.connect()
        await phd2.set("PHD2_SETTLE", PIXELS=1.5, TIME=2, TIMEOUT=20)
        await phd2.set("PHD2_GUIDE", GUIDE=True)


def run(command, folder):
    environment = os.environ | {"PATH": os.pathsep.join([BIN, os.environ["PATH"]])}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def programs():
    return [block.text for block in blocks(PAGE, "python") if block.mark == "bridge"]


def script_of(stage, text):
    """Return what makes the command that runs a program at a hub's port."""
    program = stage.folder / "night.py"

    def script(port):
        program.write_text(text.replace("localhost:7624", f"127.0.0.1:{port}"))
        return [sys.executable, str(program)]

    return script


@pytest.mark.system
@pytest.mark.timeout(240)  # it starts a program for each line
def test_what_is_typed_goes_as_told(stage):
    night, comet = (block.text for block in blocks(PAGE, "console") if block.mark == "bridge")
    *begin, stop = [line.removeprefix("$ ") for line in night.splitlines()]
    assert "PHD2_STOP" in stop
    lines = "\n".join([*begin, *(line.removeprefix("$ ") for line in comet.splitlines()), stop])

    def script(port):
        return ["bash", "-e", "-c", f'lightapt() {{ command lightapt "$1" -p {port} "${{@:2}}"; }}\n{lines}']

    printed, fake = typed(stage, script)
    assert "PHD2.PHD2_RMS.TOTAL" in printed
    assert {"guide", "dither", "stop_capture"} <= set(fake.methods)
    assert fake.model.lock_shift["enabled"]


@pytest.mark.system
def test_the_night_in_python_goes_as_told(stage):
    night, _ = programs()
    printed, _ = typed(stage, script_of(stage, night))
    assert re.search(r"guiding to \d\.\d\d arc-seconds", printed)


@pytest.mark.system
def test_the_sequence_dithers_between_pictures_and_ends_when_phd2_guides_no_more(stage):
    _, sequence = programs()
    given = "PICTURES, SECONDS = 20, 120"
    assert given in sequence
    quick = sequence.replace(given, "PICTURES, SECONDS = 2, 0.1")
    script = script_of(stage, quick)

    def twice(port):
        sequence = shlex.join(script(port))
        return [
            "bash",
            "-e",
            "-c",
            f"{sequence}\nlightapt set -p {port} PHD2.PHD2_STOP.STOP=On\nmkdir more\ncd more\n{sequence}",
        ]

    printed, fake = typed(stage, twice, guides=True, more=["ccd"])
    first, *_, last = printed.splitlines()
    assert first == "2 pictures"
    assert re.fullmatch("PHD2 guides no more: .*start guiding first", last)
    assert [one["amount"] for one in fake.asked("dither")] == [3, 3]
    assert [one.name for one in sorted(stage.folder.glob("M81*"))] == ["M81_001.fits", "M81_002.fits"]
