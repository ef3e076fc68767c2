"""The pages about programs are true: what they show is run, and nothing public of the library is missing."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import lightapt_clients
from lightapt_clients import blocking, connect, kinds

from .docs_snippets import ROOT, Block, blocks
from .system.puppets import PATIENCE
from .system.rig import LIGHTAPT_SERVER, Server, Stage

TUTORIAL = ROOT / "docs" / "tutorials" / "your-first-program.md"
REFERENCE = ROOT / "docs" / "reference" / "client-library.md"
EXAMPLES = sorted((ROOT / "examples" / "clients").glob("*.py"))
MOUNT = "Telescope Simulator"
PYTHON = ("python", "py")
"""How fences begin: `py` where a snippet is a part of a program, and none by itself."""


def programs() -> dict[str, str]:
    """Return the programs that a reader of the tutorial has in the end."""
    files: dict[str, str] = {}
    for block in blocks(TUTORIAL, *PYTHON):
        if block.mark == "add":
            files["observe"] += block.text
        else:
            assert block.mark not in files, block
            files[block.mark] = block.text
    return files


def shown(name: str) -> list[str]:
    """Return what the tutorial says that a program prints, as it grows: under the headings of that program."""
    found, current = list[str](), ""
    for block in blocks(TUTORIAL, *PYTHON, "text"):
        if block.language in PYTHON:
            current = "observe" if block.mark == "add" else block.mark
        elif current == name:
            found.append(block.text)
    return found


def masked(text: str) -> str:
    """Return a text in which numbers do not matter."""
    return re.sub(r"\d+", "0", text)


def run(program: str | Path, folder: Path, *arguments: str) -> str:
    """Run a program, and return what it prints."""
    words = [sys.executable, "-W", "error", *(["-c", program] if isinstance(program, str) else [str(program)])]
    done = subprocess.run(
        [*words, *arguments], cwd=folder, capture_output=True, text=True, timeout=3 * PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def at(hub: Server, text: str) -> str:
    """Return a program that speaks to a hub in place of the usual one."""
    changed = re.sub(r'connect\("localhost(:7624)?"', f'connect("127.0.0.1:{hub.port}"', text)
    assert changed != text
    return changed


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def hub(stage: Stage) -> Server:
    """A hub as the tutorial starts it, whose mount is faster."""
    return started(stage, "telescope", "ccd")


def started(stage: Stage, *drivers: str) -> Server:
    words = [word for driver in drivers for word in ("--driver", driver)]
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / ".config")}
    hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words, **home).listening()
    with blocking.connect(f"127.0.0.1:{hub.port}") as indi:
        mount = indi.device(MOUNT, timeout=PATIENCE)
        mount.connect()
        mount["MOUNT_DRIVE"].ready()
        mount.set("MOUNT_DRIVE", SLEW_SPEED=100, ACCELERATION=100)
    return hub


@pytest.mark.system
@pytest.mark.parametrize("name", ["observe", "watch", "properties"])
def test_the_programs_of_the_tutorial_print_what_it_shows(name: str, hub: Server, tmp_path: Path) -> None:
    assert set(programs()) == {"observe", "watch", "properties"}
    printed = masked(run(at(hub, programs()[name]), tmp_path))
    assert shown(name)
    for text in shown(name):
        assert masked(text) in printed


def test_what_the_first_program_prints_grows_from_step_to_step() -> None:
    texts = [masked(text) for text in shown("observe")]
    assert len(texts) == 4
    for before, after in pairwise(texts):
        assert after.startswith(before)


def test_the_first_program_begins_with_five_lines() -> None:
    first = next(blocks(TUTORIAL, *PYTHON))
    assert len([line for line in first.text.splitlines() if line]) == 5


@pytest.mark.system
def test_the_snippets_of_the_reference_run(hub: Server, tmp_path: Path) -> None:
    for block in blocks(REFERENCE, *PYTHON):
        match block.mark:
            case "program":
                run(at(hub, block.text), tmp_path)
            case "awaited":
                asyncio.run(awaited(block, hub))
            case "blocking":
                with blocking.connect(f"127.0.0.1:{hub.port}") as indi:
                    exec(compile(block.text, str(block), "exec"), {"indi": indi})
            case mark:
                raise AssertionError(f"{block}: what is {mark!r}?")


async def awaited(block: Block, hub: Server) -> None:
    """Run a snippet that awaits, with a client."""
    code = compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with asyncio.timeout(3 * PATIENCE), connect(f"127.0.0.1:{hub.port}") as indi:
        namespace = {"indi": indi}
        running = eval(code, namespace)
        if inspect.isawaitable(running):
            await running


@pytest.mark.system
def test_the_example_of_a_series_saves_pictures(hub: Server, tmp_path: Path) -> None:
    printed = run(EXAMPLES[0], tmp_path, "13:23:55", "54:55:31", "0.2", "2", f"127.0.0.1:{hub.port}")
    assert "picture 2 of 2" in printed
    assert [path.name for path in sorted(tmp_path.glob("*.fits"))] == ["picture-001.fits", "picture-002.fits"]


@pytest.mark.system
def test_the_example_that_watches_tells_of_changes_and_of_the_connection(hub: Server) -> None:
    words = [sys.executable, "-u", str(EXAMPLES[1]), f"127.0.0.1:{hub.port}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = {"connected": False, f"{MOUNT} CONNECTION defined": False}
        for line in process.stdout:
            found |= {words: True for words in found if line.startswith(words)}
            if all(found.values()):
                break
        hub.close()
        assert any(line.startswith("no connection") for line in process.stdout)
        process.terminate()


@pytest.mark.system
def test_the_example_that_stops_parks_when_the_weather_turns(stage: Stage, tmp_path: Path) -> None:
    hub = started(stage, "telescope", "ccd", "weather")
    words = [sys.executable, "-u", str(EXAMPLES[2]), "0.2", f"127.0.0.1:{hub.port}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("picture 1:")
        with blocking.connect(f"127.0.0.1:{hub.port}") as indi:
            indi.weather().disconnect()
        assert [line.strip() for line in process.stdout if not line.startswith("picture")] == [
            "no longer safe",
            "parked",
        ]
    assert process.returncode == 0


def test_every_public_name_is_in_the_reference() -> None:
    words = set(re.findall(r"\w+", REFERENCE.read_text(encoding="utf-8")))
    for module in (lightapt_clients, kinds, blocking):
        assert set(module.__all__) <= words


@pytest.mark.parametrize("name", [name for name in kinds.__all__ if inspect.isclass(getattr(kinds, name))])
def test_every_verb_is_in_the_reference(name: str) -> None:
    one = getattr(kinds, name)
    words = set(re.findall(r"\w+", REFERENCE.read_text(encoding="utf-8")))
    if issubclass(one, kinds.Kind):
        assert {verb for verb in vars(one) if not verb.startswith("_")} - {"interface", "essential"} <= words


@pytest.mark.parametrize("one", [lightapt_clients.Client, lightapt_clients.Device, lightapt_clients.Property])
def test_every_method_is_in_the_reference(one: type) -> None:
    words = set(re.findall(r"\w+", REFERENCE.read_text(encoding="utf-8")))
    assert {name for name in dir(one) if not name.startswith("_")} - {"dialogue", "late"} <= words


def test_every_example_is_there() -> None:
    for page in (TUTORIAL, REFERENCE):
        for folder in re.findall(r"`(examples/\w+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / folder).is_dir()
