"""A replay is where clients want it, at its end too, and tells how everything was there."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from lightapt_drivers.replaying import replay as module
from lightapt_protocol.members import OneSwitch
from lightapt_protocol.messages import DefNumberVector, DelProperty, NewSwitchVector, Notice
from lightapt_protocol.recording import Entry, EntryKind
from lightapt_protocol.vocabulary import State, SwitchState

from .scenes import CCD1, COORD, FOCUS, HEADER, coord, element, file, picture, pressed, replaying, scene, turned

LOST = Entry(50_000_000, EntryKind.LOST, b"it was closed")
AGAIN = Entry(60_000_000, EntryKind.CONNECTED, b"observatory:7624")


def position(line):
    return line.number("Replay", "REPLAY_POSITION", "SECONDS")


def at_end(line):
    return lambda: line.is_on("PAUSE")


# The end.


@scene
async def test_a_loop_over_nothing_but_definitions_waits_and_hears(tmp_path):
    async with replaying(file(tmp_path / "a", element(0, COORD), element(0.1, FOCUS)), loops=True) as line:
        await line.until(at_end(line))
        await line.sync()
        line.ask(turned("REPLAY_SPEED", "FACTOR", 5))
        await line.until(lambda: line.number("Replay", "REPLAY_SPEED", "FACTOR") == 5)


@scene
async def test_a_loop_over_nothing_waits_and_hears(tmp_path):
    async with replaying(file(tmp_path / "a"), loops=True) as line:
        await line.until(at_end(line))
        await line.sync()


@scene
async def test_a_loop_that_goes_step_by_step_stays_so_when_it_begins_again(tmp_path):
    path = file(tmp_path / "a", element(0, COORD), element(1, coord(5.0)), element(2, coord(6.0)))
    async with replaying(path, speed=0.0, is_playing=False, loops=True) as line:
        for _ in range(2):
            line.ask(pressed("STEP"))
        await line.until(lambda: coord(6.0) in line.said)
        await line.until(lambda: position(line) == 0.0 and line.number("Mount", "COORD", "RA") == 1.0)
        assert line.is_on("PAUSE")
        line.said.clear()
        line.ask(pressed("STEP"))
        await line.until(lambda: position(line) == 1.0)
        assert coord(5.0) in line.said
        assert coord(6.0) not in line.said


# Positions.


@pytest.mark.parametrize("between", [[element(10, coord(5.0))], []])
def test_what_lies_beyond_a_position_is_told_at_its_time(between, tmp_path):
    path = file(tmp_path / "a", element(0, COORD), *between, element(100, FOCUS))

    @scene
    async def play():
        async with replaying(path, speed=1.0, is_playing=False) as line:
            line.ask(turned("REPLAY_POSITION", "SECONDS", 50))
            await line.until(lambda: position(line) == 50)
            assert line.mirror.find("Mount", "COORD")
            assert not line.mirror.find("Focuser", "POSITION")
            line.ask(pressed("STEP"))
            await line.until(lambda: line.mirror.find("Focuser", "POSITION"))

    play()


@scene
async def test_pictures_on_the_way_leave_others_their_turn(tmp_path, monkeypatch):
    path = file(tmp_path / "a", element(0, CCD1), *(picture(second, bytes(70_000)) for second in range(1, 50)))
    async with replaying(path, speed=1.0, is_playing=False) as line:
        await line.until(lambda: line.mirror.find("Camera", "CCD1"))
        await line.sync()
        turns = []
        sleep = asyncio.sleep

        async def counted(delay):
            turns.append(delay)
            await sleep(delay)

        monkeypatch.setattr(module.asyncio, "sleep", counted)
        line.ask(turned("REPLAY_POSITION", "SECONDS", 40))
        await line.until(lambda: position(line) == 40)
        assert turns.count(0) >= 40


@scene
async def test_there_is_no_position_behind_the_end(tmp_path):
    path = file(tmp_path / "a", element(0, COORD), element(1, coord(5.0)), element(7, coord(6.0)))
    async with replaying(path, speed=1.0, is_playing=False) as line:
        line.ask(turned("REPLAY_POSITION", "SECONDS", 1e8))
        await line.until(lambda: line.number("Mount", "COORD", "RA") == 6.0)
        await line.until(lambda: position(line))
        assert position(line) == 7.0


# The connection.


@scene
async def test_devices_go_with_the_connection_and_those_that_come_back_are_there_again(tmp_path):
    path = file(tmp_path / "a", element(0, COORD), element(0, FOCUS), element(9, coord(5.0)), LOST, AGAIN)
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert DelProperty("Focuser", "POSITION") in line.said
        assert list(line.mirror.devices) == ["Replay"]
    path = file(tmp_path / "b", element(0, COORD), element(0, FOCUS), LOST, AGAIN, element(61, COORD))
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert list(line.mirror.devices) == ["Replay", "Mount"]


@pytest.mark.parametrize(("seconds", "there"), [(40, True), (55, False), (70, False)])
def test_a_position_behind_a_lost_connection_knows_nothing_from_before(seconds, there, tmp_path):
    path = file(tmp_path / "a", element(0, FOCUS), element(9, coord(5.0)), LOST, AGAIN, element(61, COORD))

    @scene
    async def play():
        async with replaying(path, speed=1.0, is_playing=False) as line:
            line.ask(turned("REPLAY_POSITION", "SECONDS", seconds))
            await line.until(lambda: position(line) == min(seconds, 61))  # where it ends
            assert (line.mirror.find("Focuser", "POSITION") is not None) is there

    play()


@scene
async def test_a_part_that_follows_on_a_missing_one_tells_what_was_known(tmp_path):
    later = replace(HEADER, started=HEADER.started + timedelta(seconds=100), part=2)
    first = file(tmp_path / "a", element(0, FOCUS), element(1, coord(3.0)))
    third = file(tmp_path / "c", element(0, COORD, EntryKind.STATE), element(1, coord(8.0)), header=later)
    async with replaying(first, third) as line:
        await line.until(at_end(line))
        assert list(line.mirror.devices) == ["Replay", "Mount"]
        assert [one for one in line.of("Mount") if isinstance(one, DefNumberVector)]


# What the panel cannot do.


@scene
async def test_the_panel_answers_what_it_cannot_do(tmp_path):
    async with replaying(file(tmp_path / "a", element(0, COORD))) as line:
        await line.until(at_end(line))
        line.said.clear()
        off, on = OneSwitch("DISCONNECT", SwitchState.ON), OneSwitch("CONNECT", SwitchState.ON)
        line.ask(NewSwitchVector("Replay", "CONNECTION", members=(off,)))
        line.ask(NewSwitchVector("Replay", "CONNECTION", members=(on,)))
        line.ask(turned("NOTHING", "X", 1))
        await line.sync()
        refused, done, unknown = line.said
        assert (refused.name, refused.state) == ("CONNECTION", State.ALERT)
        assert "cannot be set" in refused.message
        assert (done.name, done.state, done.message) == ("CONNECTION", State.OK, "")
        assert isinstance(unknown, Notice)
