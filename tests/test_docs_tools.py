"""The page about the shell is true: each of its commands is run against the hub that it starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lightapt_clients.commands import COMMANDS

from .docs_snippets import ROOT, blocks
from .system.rig import LIGHTAPT_SERVER, Stage

SHELL = ROOT / "docs" / "how-to" / "use-the-shell.md"
TOOLS = ROOT / "docs" / "reference" / "command-line-tools.md"


@pytest.mark.system
def test_every_command_of_the_page_about_the_shell_succeeds(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    words = ["--driver", "telescope", "--driver", "focuser"]
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
    }
    try:
        hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words, **environment).listening()
        for _ in range(2):
            hub.lines.expect("has the device")
        for block in blocks(SHELL, "console"):
            for line in block.text.splitlines() if block.mark == "run" else ():
                command = re.sub(r"^\$ (lightapt \w+)", rf"\1 -p {hub.port}", line)
                done = subprocess.run(
                    ["bash", "-c", command], capture_output=True, text=True, timeout=90, check=False, env=environment
                )
                assert done.returncode == 0, (line, done.stdout, done.stderr)
    finally:
        stage.close()


def test_every_subcommand_is_in_the_reference() -> None:
    text = TOOLS.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## lightapt {name}\n" not in text] == []
