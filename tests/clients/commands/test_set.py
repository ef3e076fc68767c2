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
from lightapt_protocol.vocabulary import SwitchRule

from ..actor import DEVICE, serving, switches
from ..puppet import ALERT, BUSY, CONNECTION, COORD, IDLE, LONG, NAMES, OK, coord, scene
from .server import telling, telling_all
from .tool import run

SWITCHES = {
    "CONNECTION": ("CONNECT", "DISCONNECT"),
    "TELESCOPE_TRACK_STATE": ("TRACK_ON", "TRACK_OFF"),
    "TELESCOPE_MOTION_NS": ("MOTION_NORTH", "MOTION_SOUTH"),
    "TELESCOPE_PARK": ("PARK", "UNPARK"),
    "RECORD_STREAM": ("RECORD_ON", "RECORD_DURATION_ON", "RECORD_FRAME_ON", "RECORD_OFF"),
    "SCAN": ("PAUSE", "START", "STOP"),
}


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


def shown(state, on, name="CONNECTION"):
    return replace(switches(name, *SWITCHES[name], on=on), state=state)


@scene
async def test_what_another_client_has_set_otherwise_meanwhile_is_a_failure():
    async with serving() as (actor, address):
        actor.plays["CONNECTION"] = lambda _: (
            shown(BUSY, "CONNECT"),
            shown(BUSY, "DISCONNECT"),
            shown(OK, "DISCONNECT"),
        )
        done = await run(tool, f"{DEVICE}.CONNECTION.CONNECT=On", address=address)
        assert done.code is ExitCode.NO
        assert "the device says Ok, but CONNECT is Off" in done.err


@pytest.mark.parametrize("name", ["RECORD_STREAM", "SCAN"])
def test_a_switch_that_goes_off_when_it_is_done_is_no_failure(name):
    _, start, *_, stop = SWITCHES[name]

    @scene
    async def play():
        async with serving(shown(IDLE, stop, name)) as (actor, address):
            actor.plays[name] = lambda _: (shown(BUSY, start, name), shown(IDLE, stop, name))
            done = await run(tool, "--json", f"{DEVICE}.{name}.{start}=On", address=address)
            assert (done.code, done.err) == (ExitCode.DONE, "")
            assert done.records[0]["state"] == "Idle"

    play()


@scene
async def test_a_button_of_any_rule_springs_back():
    scan = switches("SCAN", *SWITCHES["SCAN"], rule=SwitchRule.ANY_OF_MANY)
    async with serving(scan) as (actor, address):
        actor.plays["SCAN"] = lambda _: (replace(scan, state=BUSY), replace(scan, state=OK))
        done = await run(tool, f"{DEVICE}.SCAN.START=On", address=address)
        assert (done.code, done.err) == (ExitCode.DONE, "")


@pytest.mark.parametrize(
    ("name", "on"),
    [("TELESCOPE_TRACK_STATE", "TRACK_ON"), ("TELESCOPE_MOTION_NS", "MOTION_NORTH"), ("RECORD_STREAM", "RECORD_ON")],
)
def test_what_lasts_is_done_when_it_has_begun(name, on):
    @scene
    async def play():
        async with serving(shown(IDLE, SWITCHES[name][-1], name)) as (actor, address):
            other = SWITCHES[name][-1]
            actor.plays[name] = lambda _: (shown(BUSY, other, name), shown(BUSY, on, name))
            done = await run(tool, "--json", f"{DEVICE}.{name}.{on}=On", address=address)
            assert (done.code, done.err) == (ExitCode.DONE, "")
            assert done.records[0] | {"state": "Busy"} == done.records[0]
            assert done.records[0]["members"] == {on: True}

    play()


@scene
async def test_parking_is_waited_for():
    async with serving(shown(IDLE, "UNPARK", "TELESCOPE_PARK")) as (actor, address):
        actor.plays["TELESCOPE_PARK"] = lambda _: (shown(BUSY, "PARK", "TELESCOPE_PARK"),)
        done = await run(tool, "--timeout", "0.2", f"{DEVICE}.TELESCOPE_PARK.PARK=On", address=address)
        assert done.code is ExitCode.NO
        assert f"{DEVICE}.TELESCOPE_PARK is still Busy: it may go on." in done.err


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
