"""The page about the PHD2 client is true: its programs run, and nothing public is missing."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import socket
import sys

import pytest

from lightapt_drivers import phd2
from lightapt_drivers.phd2 import errors, launching, profiles, scanning
from lightapt_drivers.phd2.client import Phd2Client
from lightapt_drivers.phd2.methods import METHODS

from .docs_snippets import ROOT, Block, blocks
from .drivers.phd2.fake import FakePhd2

PAGE = ROOT / "docs" / "reference" / "phd2-client.md"
PATIENCE = 60.0
SAYS = ["Guiding at Simulator\n", "RA ", f"PHD2 2.6.13dev8 is number 1 on {socket.gethostname()}\n4401\n"]
"""How begins what the programs print, in their order."""
NOT_FOR_USERS = {"PORTS", "cut_short", "refusal", "unknown_host"}


def words() -> set[str]:
    return set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8")))


async def run(program: str) -> tuple[int | None, str]:
    """Run a program with a PHD2; return its exit code, and what it prints."""
    async with asyncio.timeout(PATIENCE), FakePhd2() as fake:
        arguments = ["-W", "error", "-c", program, "127.0.0.1", str(fake.port)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode()


@pytest.mark.parametrize(("block", "says"), list(zip(blocks(PAGE, "python"), SAYS, strict=True)), ids=str)
def test_the_programs_do_what_the_page_says(block: Block, says: str) -> None:
    code, output = asyncio.run(run(block.text))
    assert code == 0, output
    assert output.startswith(says)


@pytest.mark.parametrize("module", [phd2, errors, launching, profiles, scanning])
def test_all_public_names_are_told(module: object) -> None:
    public = {name for name in getattr(module, "__all__", ()) if name not in NOT_FOR_USERS}
    assert public - words() == set()


def test_all_methods_and_all_of_the_state_are_told() -> None:
    client = {name for name in vars(Phd2Client) if not name.startswith("_")} - {"host", "port", "call", "read_state"}
    state = {one.name for one in dataclasses.fields(phd2.State)} - {"version", "instance"}
    assert (METHODS | client | state) - words() == set()
