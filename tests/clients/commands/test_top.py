"""`lightapt top` as a command."""

import argparse
import asyncio
import subprocess
import sys

import pytest

from lightapt_clients import DisconnectedError
from lightapt_clients.commands import top
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.session import Session
from tests.clients.puppet import COORD, LONG, coord, later, puppet, scene

from .tool import Terminal, parsed, run


async def watched(*arguments):
    """Run it on a server with one device."""
    async with puppet() as server:

        async def serve():
            end = await server.accept()
            await end.say(COORD, coord(RA=2.0, message="hello"))
            await end.sync()
            later(LONG)

        async with asyncio.TaskGroup() as group:
            group.create_task(serve())
            return await run(top, *arguments, address=f"127.0.0.1:{server.address.port}")


@scene
async def test_a_snapshot_is_one_line_of_json(monkeypatch):
    monkeypatch.setattr(top, "_ONCE", 0.05)
    monkeypatch.setattr(top, "_SETTLE", LONG)
    done = await watched("--json")
    assert done.code is ExitCode.DONE
    (record,) = done.records
    assert record["connected"] is True
    assert record["hub"] is None
    assert record["interval_s"] > 0
    assert [(one["device"], one["message"], one["messages_per_s"]) for one in record["devices"]] == [
        ("Mount", "hello", 0.0)  # what came while it settled is no rate
    ]


@scene
async def test_snapshots_are_printed_so_often(monkeypatch):
    monkeypatch.setattr(top, "_SETTLE", LONG)
    done = await watched("--json", "--interval", "0.1", "--count", "3")
    assert len(done.records) == 3


@scene
async def test_without_a_terminal_it_says_what_to_do():
    done = await run(top)
    assert done.code is ExitCode.TROUBLE
    assert "--json" in done.err


@scene
async def test_where_no_server_is_it_could_not_be_tried():
    done = await run(top, "--json", address="127.0.0.1:1")
    assert done.code is ExitCode.TROUBLE


@pytest.mark.parametrize("words", [("--interval", "0"), ("--interval", "x"), ("--interval", "-1"), ("--count", "0")])
def test_intervals_and_counts_that_make_no_sense_are_refused(words):
    with pytest.raises(argparse.ArgumentError):
        parsed(top, *words)


def test_textual_is_not_loaded_by_the_command():
    words = "import sys, lightapt_clients.commands.top; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False, timeout=60).returncode == 0


@scene
async def test_a_terminal_that_cannot_draw_is_told(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(top.sys, "stdin", Terminal())
    with pytest.raises(CommandError, match="TERM"):
        await top.run(parsed(top), Console(Terminal(), Terminal()))


@scene
async def test_a_server_that_only_closes_is_trouble(monkeypatch):
    is_lost, lost = asyncio.Event(), Session.lost
    monkeypatch.setattr(Session, "lost", lambda *words: (lost(*words), is_lost.set()))
    monkeypatch.setattr(top, "_SETTLE", LONG)
    async with puppet() as server, asyncio.TaskGroup() as group:

        async def close():
            end = await server.accept()
            server.stop_listening()
            end.close()
            await is_lost.wait()
            later(LONG)

        group.create_task(close())
        with pytest.raises(ExceptionGroup) as caught:
            await run(top, "--json", address=str(server.address))
        assert caught.group_contains(DisconnectedError, match="went away")
