"""The pages about drivers are true: what they show is run, and nothing of the kit is missing."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

import lightapt_drivers
from lightapt_drivers import Device
from lightapt_drivers.testing import Harness

from .docs_snippets import ROOT, Block, blocks
from .real_programs import require
from .system.rig import LIGHTAPT_SERVER, Stage
from .test_docs import BIN, INDI_TOOLS, follow

TUTORIAL = ROOT / "docs" / "tutorials" / "your-first-driver.md"
TESTING = ROOT / "docs" / "how-to" / "test-a-driver.md"
KIT = ROOT / "docs" / "reference" / "driver-kit.md"
START = "if __name__"
STEPS = (1, 2, 3, 4, 5)


def heading_of(block: Block) -> str:
    """Return the heading under which a block stands."""
    lines = block.page.read_text(encoding="utf-8").splitlines()[: block.line - 1]
    return [line for line in lines if line.startswith("## ")][-1]


def step_of(block: Block) -> int:
    return int(heading_of(block).split()[1].rstrip("."))


def files_after(step: int) -> dict[str, str]:
    """Return the files that a reader has after a step of the tutorial."""
    files: dict[str, str] = {}
    for block in blocks(TUTORIAL, "python"):
        if step_of(block) <= step:
            grow(files, block)
    return files


def grow(files: dict[str, str], block: Block) -> None:
    match block.mark:
        case "device":
            files["heater.py"] = block.text
        case "strap":
            files["strap.py"] = block.text
        case "top":
            files["heater.py"] = block.text + files["heater.py"]
        case "member":
            before, start, after = files["heater.py"].partition(START)
            files["heater.py"] = f"{before.rstrip()}\n\n{indent(block.text, ' ' * 4)}\n\n{start}{after}"
        case mark:
            raise AssertionError(f"{block}: what is {mark!r}?")


def write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def test_the_tutorial_begins_with_ten_lines() -> None:
    lines = [line for line in files_after(1)["heater.py"].splitlines() if line]
    assert len(lines) <= 10


def test_each_step_of_the_tutorial_adds_something() -> None:
    assert {step_of(block) for block in blocks(TUTORIAL, "python")} == set(STEPS)
    assert sorted({step_of(block) for block in blocks(TUTORIAL, "console")}) == list(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_the_tutorial_is_a_driver_without_a_fault(step: int, tmp_path: Path) -> None:
    write(files_after(step), tmp_path)
    question = b'<getProperties version="1.7"/><newSwitchVector device="Dew Heater" name="CONNECTION">'
    question += b'<oneSwitch name="CONNECT">On</oneSwitch></newSwitchVector><pingRequest uid="1"/>'
    words = [sys.executable, "-W", "error", "heater.py"]
    done = subprocess.run(words, cwd=tmp_path, input=question, capture_output=True, timeout=30, check=True)
    assert done.stderr == b""
    assert b'name="POWER"' in done.stdout


@pytest.mark.system
@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_the_tutorial_goes_as_told(step: int, stage: Stage) -> None:
    for tool in INDI_TOOLS:
        require(tool)
    write(files_after(step), stage.folder)
    environment = {"PATH": os.pathsep.join([BIN, os.environ["PATH"]]), "XDG_CONFIG_HOME": str(stage.folder)}
    driver = f"python3 {stage.folder / 'heater.py'}"
    hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", "--driver", driver, **environment).listening()
    for block in blocks(TUTORIAL, "console"):
        if step_of(block) == step and "indi_" in block.text:
            follow(block, folder=stage.folder, port=hub.port)


def test_the_tests_that_are_shown_pass(tmp_path: Path) -> None:
    write(files_after(STEPS[-1]), tmp_path)
    (tmp_path / "test_heater.py").write_text("".join(block.text for block in blocks(TESTING, "python")))
    words = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_heater.py"]
    done = subprocess.run(
        words,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(re.findall(r"(?m)^def test_", block.text)) for block in blocks(TESTING, "python"))
    assert f"{count} passed" in done.stdout


@pytest.mark.parametrize("block", list(blocks(KIT, "python")), ids=str)
def test_devices_of_the_reference_can_be_had_and_connected(block: Block) -> None:
    namespace: dict[str, object] = {"__name__": "reference"}
    exec(compile(block.text, str(block), "exec"), namespace)
    (device,) = [
        value
        for value in namespace.values()
        if isinstance(value, type) and issubclass(value, Device) and value.__module__ == "reference"
    ]

    async def scene() -> None:
        async with Harness(device()) as harness:
            await harness.connect()

    asyncio.run(scene())


def test_every_public_name_is_in_the_reference() -> None:
    words = set(re.findall(r"\w+", KIT.read_text(encoding="utf-8")))
    assert set(lightapt_drivers.__all__) <= words


def test_every_example_is_a_file() -> None:
    for page in (TUTORIAL, KIT):
        for folder in re.findall(r"`(examples/\w+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / folder).is_dir()
