"""The tool that sets properties."""

from dataclasses import replace

import pytest

from lightapt_clients.commands import set as tool
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import (
    DefNumberVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    Request,
    SetNumberVector,
)

from ..puppet import ALERT, BUSY, CONNECTION, COORD, LONG, NAMES, OK, coord, scene
from .server import telling, telling_all
from .tool import run


@scene
async def test_it_waits_until_it_is_done():
    async def play(end):
        asked = await end.expect(NewNumberVector)
        assert [(one.name, one.value) for one in asked.members] == [("RA", 5.5), ("DEC", -5.0)]
        await end.say(coord(BUSY), coord(OK, RA=5.5, DEC=-5.0))

    async with telling(COORD, play=play) as address:
        done = await run(tool, "--json", "Mount.COORD.RA;DEC=5:30;-5", address=address)
        assert done.code is ExitCode.DONE
        assert done.records[0]["members"] == {"RA": 5.5, "DEC": -5.0}


@scene
async def test_a_refusal_has_the_drivers_words():
    async def play(end):
        await end.expect(NewNumberVector)
        await end.say(coord(ALERT, "below the horizon"))

    async with telling(COORD, play=play) as address:
        done = await run(tool, "Mount.COORD.RA=5", address=address)
        assert done.code is ExitCode.NO
        assert "below the horizon" in done.err


@scene
async def test_a_switch_that_is_not_as_it_was_set_is_a_failure():
    async def play(end):
        await end.expect(NewSwitchVector)
        await end.say(replace(CONNECTION, state=BUSY), replace(CONNECTION, state=OK))

    async with telling(CONNECTION, play=play) as address:
        done = await run(tool, "Mount.CONNECTION.CONNECT=On", address=address)
        assert done.code is ExitCode.NO
        assert "the device says Ok, but CONNECT is Off" in done.err


@scene
async def test_what_is_typed_is_sent_at_once_and_what_follows_it_is_not():
    said = []

    async def play(end):
        said.extend([await end.expect(NewTextVector), await end.expect(NewSwitchVector)])

    async with telling(play=play) as address:
        words = ["-t", "0.3", "-x", "a.b.c=two words", "-s", "a.d.e=On", "No.Such.Thing=1"]
        done = await run(tool, *words, address=address)
        assert done.code is ExitCode.NO
        assert "No.Such.Thing" in done.err
    assert [one.members[0].name for one in said] == ["c", "e"]


@scene
async def test_without_waiting_it_is_only_sent():
    said = []

    async def play(end):
        said.append(await end.expect(Request))

    async with telling(COORD, play=play) as address:
        assert (await run(tool, "--no-wait", "Mount.COORD.RA=5", address=address)).code is ExitCode.DONE
    assert [one.members[0].value for one in said] == [5.0]


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("Mount.CONNECTION.CONNECT=Maybe", ExitCode.NO, "On or Off"),
        ("Mount.CORD.RA=1", ExitCode.NO, "did you mean COORD?"),
        ("Mount.COORD.R=1", ExitCode.NO, "has no member R"),
        ("Mount.COORD.RA=x", ExitCode.NO, "takes a number"),
        ("rubbish", ExitCode.TROUBLE, "write device.property.member=value"),
    ],
)
@scene
async def test_a_wrong_setting_says_what_to_do(setting, code, words):
    async with telling_all(COORD, CONNECTION, NAMES) as address:
        done = await run(tool, "-t", str(LONG), setting, address=address)
        assert done.code is code
        assert words in done.err


@pytest.mark.parametrize("setting", ["D.P.c.d=2", '{"device": "D", "property": "P", "members": {"c.d": 2}}'])
@scene
async def test_a_member_whose_name_has_a_dot_can_be_set(setting):
    definition = DefNumberVector("D", "P", members=(DefNumber("c.d", 1.0),))

    async def play(end):
        asked = await end.expect(NewNumberVector)
        await end.say(SetNumberVector("D", "P", state=OK, members=asked.members))

    async with telling(definition, play=play) as address:
        done = await run(tool, "--json", setting, address=address)
        assert done.records[0]["members"] == {"c.d": 2.0}


@scene
async def test_settings_behind_one_that_is_late_are_sent_all_the_same():
    said = []

    async def play(end):
        await end.expect(NewNumberVector)
        said.append(await end.expect(NewTextVector))
        await end.say(replace(NAMES, members=(replace(NAMES.members[0], value="Green"), NAMES.members[1])))

    async with telling(COORD, NAMES, play=play) as address:
        done = await run(tool, "--timeout", "0.2", "Mount.COORD.RA=5", "Wheel.NAMES.ONE=Green", address=address)
        assert done.code is ExitCode.NO
        assert "Mount.COORD after a request: not within 0.2 s" in done.err
    assert said[0].members[0].value == "Green"


@scene
async def test_a_server_that_goes_away_ends_it():
    async def play(end):
        await end.expect(NewNumberVector)
        end.close()

    async with telling(COORD, NAMES, play=play) as address:
        done = await run(tool, "Mount.COORD.RA=5", "Wheel.NAMES.ONE=Green", address=address)
        assert done.code is ExitCode.TROUBLE
        assert "Wheel" not in done.err


@scene
async def test_what_the_driver_says_to_it_is_told():
    async def play(end):
        await end.expect(NewNumberVector)
        await end.say(coord(BUSY, "slewing"), coord(BUSY, "slewing"), coord(OK, "there", RA=5.0))

    async with telling(COORD, play=play) as address:
        done = await run(tool, "Mount.COORD.RA=5", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, "")
        assert done.err == "Mount.COORD: slewing\nMount.COORD: there\n"
