"""The page about `lightapt top` is true: its commands run, its table is true, its picture can be taken."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .docs_snippets import ROOT, commands, table
from .docs_top import PICTURE, picture
from .system.puppets import PATIENCE
from .system.rig import LIGHTAPT_SERVER, Server, Stage

PAGE = ROOT / "docs" / "how-to" / "watch-with-top.md"
COMMANDS = list(commands(PAGE))
LIGHTAPT = str(Path(sys.executable).with_name("lightapt"))
MOST_BYTES = 200_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    """The hub that the page starts, on another port."""
    stage = Stage(tmp_path)
    (served,) = [command for command in COMMANDS if command.program == "lightapt-server"]
    try:
        words = [*LIGHTAPT_SERVER, "--port", "0", "-v", *served.words[1:]]
        yield stage.run(*words, XDG_CONFIG_HOME=str(tmp_path)).listening()
    finally:
        stage.close()


def test_every_command_of_the_page_is_one_of_ours() -> None:
    assert {command.program for command in COMMANDS} == {"lightapt-server", "lightapt"}


@pytest.mark.system
def test_the_snapshot_is_as_the_table_says(hub: Server) -> None:
    (once,) = [command for command in COMMANDS if command.words[1:] == ("top", "--json")]
    words = [LIGHTAPT, *once.words[1:], "-p", str(hub.port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE * 3, check=True)
    (record,) = [json.loads(line) for line in done.stdout.splitlines()]
    keys = table(PAGE, "Rates for a script")
    named = {key for cell in keys for key in cell.replace("`", "").split(", ")}
    assert named == record.keys()
    told = keys["devices"][0]
    assert all(f"`{key}`" in told for key in record["devices"][0])
    assert {peer["name"] for peer in record["hub"]["peers"]} >= {"telescope", "ccd", "focuser", "filterwheel"}


@pytest.mark.system
def test_the_picture_can_be_taken_and_shows_the_hub(hub: Server) -> None:
    svg = asyncio.run(picture(f"127.0.0.1:{hub.port}", seconds=0.0))
    assert "telescope" in svg
    assert str(hub.port) not in svg


def test_the_picture_is_small_and_tells_nothing_of_the_machine() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert len(svg.encode()) < MOST_BYTES
    assert "LightAPT" in svg
    assert os.uname().nodename not in svg
    assert "localhost:7624" in svg
    assert "https://" not in svg
