"""The page about pointing and shooting is true: what it shows is run, and answers so but for its figures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from lightapt_clients.commands.naming import FIELDS

from .docs_snippets import ROOT, blocks, commands
from .system.puppets import PATIENCE, eventually
from .system.rig import LIGHTAPT_SERVER, Stage

BIN = str(Path(sys.executable).parent)
PAGE = ROOT / "docs" / "how-to" / "point-and-shoot.md"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def figures_apart(text: str) -> str:
    """Return what a command answers without what differs from day to day."""
    text = re.sub(r"-?\d[\d.:]*", "#", text.replace("not tracking", "tracking"))
    return re.sub(r"(?m)^.* is below the horizon .*\n", "", text)


def steps() -> Iterator[tuple[str, str]]:
    """Yield the commands of the page, but for the server's, and what each answers."""
    for block in blocks(PAGE, "console"):
        for step in re.findall(r"(?m)^\$ .*\n(?:(?!\$ ).*\n)*", block.text):
            command, _, answer = step.partition("\n")
            if "lightapt-server" not in command:
                yield command.removeprefix("$ "), answer


def answer_of(command: str, folder: Path, port: int) -> str:
    shell = f'lightapt() {{ command lightapt "$@" -p {port}; }}\n'
    environment = {**os.environ, "PATH": os.pathsep.join([BIN, os.environ["PATH"]])}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", shell + command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=6 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout)
    return done.stdout


@pytest.mark.system
def test_it_goes_as_told(stage: Stage) -> None:
    (server,) = (command for command in commands(PAGE) if command.program == "lightapt-server")
    config = str(stage.folder / "config")
    hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *server.words[1:], XDG_CONFIG_HOME=config).listening()
    eventually(partial(all_are_there, hub.port), "all devices are there")
    for command, answer in steps():
        found = answer_of(command, stage.folder, hub.port)
        assert figures_apart(found) == figures_apart(answer), f"{command}\n{found}"


def all_are_there(port: int) -> bool:
    done = subprocess.run(
        [os.path.join(BIN, "lightapt"), "devices", "-p", str(port)], stdout=subprocess.PIPE, text=True, check=False
    )
    return all(f"{kind} Simulator" in done.stdout for kind in ("Telescope", "CCD", "Focuser", "Filter"))


def test_names_in_the_commands_have_known_fields() -> None:
    for command, _ in steps():
        assert set(re.findall(r"\{(\w+)\}", command)) <= FIELDS.keys()
