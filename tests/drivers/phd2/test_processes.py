"""A program that is let go of lives on; it is in nobody's pipe and in no terminal's hands, and its end is told."""

import asyncio
import os
import subprocess
import sys
import threading

import psutil
import pytest

from lightapt_drivers.phd2 import processes
from lightapt_drivers.phd2.processes import Detached
from tests.drivers.phd2.programs import ROOT, ended
from tests.drivers.phd2.scenes import MS, PATIENCE, scene
from tests.system.puppets import eventually

STARTER = """
import asyncio, os, sys
from pathlib import Path
from lightapt_drivers.phd2.processes import Detached

async def main():
    process = Detached.start(["sleep", "60"], environment=os.environ,
                             output=Path(sys.argv[1]))
    print(process._process.pid)

asyncio.run(main())
"""


def start(*command, output=None):
    return Detached.start(command, environment=os.environ, output=output)


@scene
async def test_it_ends_with_its_exit_code():
    process = start("sh", "-c", "exit 3")
    assert (await process.ended(), process.is_running, process.ending) == (3, False, "with the exit code 3")


@scene
async def test_it_is_told_and_made_to_end_with_all_that_it_has_started(tmp_path):
    process = start("sh", "-c", "trap 'exit 7' TERM; sleep 60 & wait", output=tmp_path / "output")
    own = psutil.Process(process._process.pid)
    await asyncio.to_thread(eventually, lambda: [one.name() for one in own.children()] == ["sleep"], "a child")
    (child,) = own.children()
    process.terminate()
    assert await process.ended() == 7
    await ended(child.pid)
    process.kill()  # nothing is left: that is no error
    stubborn = start("sh", "-c", "trap '' TERM; sleep 60 & wait")
    stubborn.kill()
    assert (await stubborn.ended(), stubborn.ending) == (-9, "by SIGKILL")


@scene
async def test_its_last_lines_are_kept(tmp_path):
    output = tmp_path / "a" / "b" / "output"
    for round in range(2):
        process = start("sh", "-c", f"seq 1000; echo {round} >&2; echo", output=output)
        await process.ended()
        assert process.last_words() == ["997", "998", "999", "1000", str(round)]
    assert output.read_text().splitlines().count("1000") == 1  # each begins a new one
    old = output.with_name("output.old")
    assert old.read_text().splitlines()[-2] == "0"  # and the one before is kept
    assert {one.stat().st_mode & 0o077 for one in (output, old)} == {0}


@scene
async def test_a_long_output_begins_anew_and_nothing_of_it_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_MOST", 1000)
    monkeypatch.setattr(processes, "_LOOK", 10 * MS)
    output, go = tmp_path / "output", tmp_path / "go"
    process = start("sh", "-c", f"seq 1000; while ! test -e {go}; do sleep 0.01; done; echo more", output=output)
    old = tmp_path / "output.old"
    await asyncio.to_thread(eventually, lambda: old.exists() and output.stat().st_size == 0, "a new beginning")
    assert old.read_text().split()[-1] == "1000"
    assert old.stat().st_mode & 0o077 == 0
    go.touch()
    assert await process.ended() == 0
    assert output.read_text() == "more\n"


@scene
async def test_a_slow_disk_holds_up_nobody(tmp_path, monkeypatch):
    began, goes_on, copy = asyncio.Event(), threading.Event(), processes._copy
    loop = asyncio.get_running_loop()

    def slow(source, target):
        loop.call_soon_threadsafe(began.set)
        assert goes_on.wait(PATIENCE)
        copy(source, target)

    monkeypatch.setattr(processes, "_copy", slow)
    monkeypatch.setattr(processes, "_MOST", 1000)
    monkeypatch.setattr(processes, "_LOOK", 10 * MS)
    output, go = tmp_path / "output", tmp_path / "go"
    long = f"seq 1000; while ! test -e {go}; do sleep 0.01; done"
    process = start("sh", "-c", f"{long}; rm {go}; {long}", output=output)
    try:
        for _ in range(2):  # it looks again
            await began.wait()
            began.clear()
            goes_on.set()
            await asyncio.to_thread(eventually, lambda: output.stat().st_size == 0, "a new beginning")
            goes_on.clear()
            go.touch()
        assert await process.ended() == 0
    finally:
        goes_on.set()
        process.kill()


@scene
async def test_a_long_line_is_cut(tmp_path):
    process = start("sh", "-c", "printf '%3000d' 7", output=tmp_path / "output")
    await process.ended()
    (line,) = process.last_words()
    assert len(line) <= 200


@scene
async def test_where_no_file_can_be_had_it_runs_all_the_same(tmp_path):
    (tmp_path / "file").write_text("")
    process = start("sh", "-c", "echo words", output=tmp_path / "file" / "output")
    assert await process.ended() == 0
    assert process.last_words() == []


def test_it_outlives_who_started_it_and_holds_nothing_of_his(tmp_path):
    output = tmp_path / "output"
    # The pipe ends when nobody holds it any more: it would not, were it the program's stdout, too.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", STARTER, str(output)],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "drivers")},
    )
    process = psutil.Process(int(done.stdout))
    try:
        assert process.is_running()
        assert os.getsid(process.pid) == process.pid
        held = {os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (0, 1, 2)}
        assert held == {"/dev/null", str(output)}
    finally:
        process.kill()


@scene
async def test_what_cannot_be_run_is_an_error(tmp_path):
    with pytest.raises(OSError, match="nothing"):
        start(str(tmp_path / "nothing"), output=tmp_path / "output")
