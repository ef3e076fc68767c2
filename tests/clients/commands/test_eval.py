"""The tool that calculates with properties."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile

import pytest

from lightapt_clients.commands import eval as tool
from lightapt_clients.commands.exits import ExitCode

from ..puppet import CONNECTION, COORD, LONG, NAMES, OK, PATIENCE, coord, scene
from .server import telling, telling_all
from .tool import run

WAITING = """
import sys
import tempfile
from lightapt_clients.commands import eval, program
readable = eval._readable
async def telling(descriptor):
    print("reading", flush=True)
    await readable(descriptor)
eval._readable = telling
sys.exit(program.main(["eval", "-i"]))
"""


@pytest.mark.parametrize(
    ("expression", "out", "code"),
    [
        ('"Mount.COORD.RA" + "Mount.COORD.DEC"', "3\n", ExitCode.DONE),
        ('"Mount.CONNECTION.CONNECT"', "0\n", ExitCode.NO),
        ('"Mount.COORD._STATE" == 0', "1\n", ExitCode.DONE),
        ("1/3", "0.333333\n", ExitCode.DONE),
    ],
)
@scene
async def test_the_exit_code_says_whether_it_is_true(expression, out, code):
    async with telling(COORD, CONNECTION) as address:
        done = await run(tool, "-f", expression, address=address)
        assert (done.out, done.code) == (out, code)


@scene
async def test_it_waits_until_it_is_true_and_shows_what_changes():
    async def play(end):
        await end.sync()
        await end.say(coord(OK, RA=2.0), coord(OK, RA=3.0))

    async with telling(COORD, play=play) as address:
        done = await run(tool, "-weo", "-t", "0", '"Mount.COORD.RA" > 2', address=address)
        assert done.code is ExitCode.DONE
        assert done.out.endswith("Mount.COORD.RA=3\n1\n")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('"Wheel.NAMES.ONE"', "no value to calculate with"),
        ('"Mount.CORD.RA"', "did you mean COORD?"),
        ('"Mount"', "no value to calculate with"),
        ("1+", "the expression is wrong"),
    ],
)
@scene
async def test_what_cannot_be_told_is_trouble(expression, words):
    async with telling_all(COORD, NAMES) as address:
        done = await run(tool, "-t", str(LONG), expression, address=address)
        assert done.code is ExitCode.TROUBLE
        assert words in done.err


@scene
async def test_not_true_in_time_is_trouble():
    async with telling_all(COORD) as address:
        done = await run(tool, "-w", "-t", str(LONG), '"Mount.COORD.RA"==7', address=address)
        assert (done.code, "it is not true after 10 s" in done.err) == (ExitCode.TROUBLE, True)


@scene
async def test_an_expression_may_come_by_a_file(monkeypatch):
    with tempfile.TemporaryFile() as file:
        file.write(b"1+1\n")
        file.seek(0)
        monkeypatch.setattr("sys.stdin", file)
        assert (await run(tool, "-i", "--json")).records == [{"value": 2.0, "true": True}]


@scene
async def test_an_expression_may_come_by_a_pipe(monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(reading) as file:
        monkeypatch.setattr("sys.stdin", file)
        running = asyncio.ensure_future(run(tool, "-i", "--json"))
        for part in (b"1+", b"2"):
            os.write(writing, part)
            await asyncio.sleep(0)
        os.close(writing)
        assert (await running).records == [{"value": 3.0, "true": True}]


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_reading_of_stdin(sign, code):
    with subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(sign)
        assert (process.wait(PATIENCE), process.stderr.read()) == (code, b"")


@pytest.mark.parametrize("text", ["1/0", "sqrt(0-1)", "log(0)"])
def test_what_is_no_number_is_trouble(text):
    @scene
    async def play():
        done = await run(tool, text, "--json")
        assert (done.code, done.records) == (ExitCode.TROUBLE, [{"value": None, "true": False}])
        assert "no number" in done.err

    play()
