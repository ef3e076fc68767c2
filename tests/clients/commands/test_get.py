"""The tool that prints properties."""

import io

import pytest

from lightapt_clients.commands import get
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import EnableBlob, SetBlobVector

from ..puppet import CCD1, CONNECTION, COORD, FIRMWARE, LONG, NAMES, OK, coord, later, scene
from .server import telling, telling_all
from .tool import Terminal, parsed, run


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["Mount.COORD.RA"], "Mount.COORD.RA=1\n"),
        (["-1", "Mount.COORD.RA"], "1\n"),
        (["-1", "Mount.COORD.*"], "Mount.COORD.RA=1\nMount.COORD.DEC=2\n"),
        (["Wheel.NAMES.TWO", "Mount.COORD._STATE"], "Wheel.NAMES.TWO=Blue\nMount.COORD._STATE=Idle\n"),
        (["Mount.CONNECTION"], "Mount.CONNECTION.CONNECT=Off\nMount.CONNECTION.DISCONNECT=On\n"),
        (["Mount.COORD._PERM"], "Mount.COORD._PERM=rw\n"),
    ],
)
@scene
async def test_values_are_printed_as_indi_getprop_does(arguments, out):
    async with telling(COORD, CONNECTION, NAMES) as address:
        done = await run(get, *arguments, address=address)
        assert (done.code, done.out, done.err) == (ExitCode.DONE, out, "")


@scene
async def test_a_query_that_finds_nothing_is_told_beside_what_was_found():
    async with telling_all(COORD, NAMES) as address:
        done = await run(get, "-t", str(LONG), "Mount.COORD.RA", "Mount.CORD.RA", address=address)
        assert (done.code, done.out) == (ExitCode.NO, "Mount.COORD.RA=1\n")
        assert "did you mean COORD?" in done.err


@pytest.mark.parametrize("query", ["Wheel", "Wheel.NAMES"])
@scene
async def test_what_is_named_is_waited_for_although_the_server_is_quiet_meanwhile(query):
    async def play(end):
        await end.sync()
        later(LONG / 2)
        for _ in range(3):
            await end.sync()
        await end.say(NAMES)
        await end.sync()
        later(LONG / 4)

    async with telling(COORD, play=play) as address:
        done = await run(get, "-t", str(LONG), query, address=address)
        assert (done.code, done.out) == (ExitCode.DONE, "Wheel.NAMES.ONE=Red\nWheel.NAMES.TWO=Blue\n")


@scene
async def test_json_has_a_property_a_line():
    async with telling(COORD, NAMES) as address:
        done = await run(get, "--json", "Mount.COORD.RA", "Wheel", address=address)
        mount, wheel = done.records
        assert (mount["device"], mount["property"], mount["members"]) == ("Mount", "COORD", {"RA": 1.0})
        assert wheel["members"] == {"ONE": "Red", "TWO": "Blue"}


@scene
async def test_write_only_properties_are_shown_where_that_is_asked():
    async with telling(FIRMWARE, NAMES) as address:
        done = await run(get, "--json", address=address)
        assert [one["device"] for one in done.records] == ["Wheel"]


@scene
async def test_monitoring_prints_updates_until_the_server_goes():
    async def play(end):
        await end.sync()
        await end.say(coord(RA=3.0))
        await end.sync()
        end.close()

    async with telling(COORD, play=play) as address:
        done = await run(get, "-m", "Mount.COORD.RA", address=address)
        assert done.out == "Mount.COORD.RA=1\nMount.COORD.RA=3\n"
        assert done.code is ExitCode.TROUBLE


def a_picture(data):
    async def play(end):
        await end.expect(EnableBlob)
        await end.say(SetBlobVector("Camera", "CCD1", state=OK, members=(OneBlob("CCD1", data, size=3, format=".x"),)))

    return play


@scene
async def test_a_blob_that_is_named_is_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with telling(CCD1, play=a_picture(b"abc")) as address:
        done = await run(get, "Camera.CCD1.CCD1", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, "")
        assert (tmp_path / "Camera.CCD1.CCD1.x").read_bytes() == b"abc"


@scene
async def test_a_file_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Camera.CCD1.CCD1.x").write_bytes(b"old")
    async with telling(CCD1, play=a_picture(b"abc")) as address:
        done = await run(get, "Camera.CCD1.CCD1", address=address)
        assert done.code is ExitCode.TROUBLE
        assert (tmp_path / "Camera.CCD1.CCD1.x").read_bytes() == b"old"


@scene
async def test_people_get_a_table_in_the_drivers_format():
    async with telling(COORD) as address:
        options = parsed(get, "--server", address)
        out = Terminal()
        assert await get.run(options, Console(out, io.StringIO(), has_colour=False)) is ExitCode.DONE
        assert "1:00:00" in out.getvalue()


@scene
async def test_without_a_server_it_is_trouble():
    assert (await run(get, address="127.0.0.1:1")).code is ExitCode.TROUBLE
