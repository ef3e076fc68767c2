"""The tool that calculates with properties."""

import io

import pytest

from lightapt_clients.commands import eval as tool
from lightapt_clients.commands.exits import ExitCode

from ..puppet import CONNECTION, COORD, NAMES, OK, coord, scene
from .server import telling
from .tool import run


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
    async with telling(COORD, NAMES) as address:
        done = await run(tool, "-t", "0.2", expression, address=address)
        assert done.code is ExitCode.TROUBLE
        assert words in done.err


@scene
async def test_not_true_in_time_is_trouble():
    async with telling(COORD) as address:
        assert (await run(tool, "-w", "-t", "0.2", '"Mount.COORD.RA"==7', address=address)).code is ExitCode.TROUBLE


@scene
async def test_an_expression_may_come_by_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1+1\n"))
    assert (await run(tool, "-i", "--json")).records == [{"value": 2.0, "true": True}]
