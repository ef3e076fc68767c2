"""The tool that prints what changes."""

import asyncio
import io

import pytest

from lightapt_clients.commands import watch
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.messages import DelProperty, Notice

from ..puppet import BUSY, CONNECTION, COORD, NAMES, coord, later, scene
from .server import telling
from .tool import run

TIME = 4.0
"""Seconds for which it watches, by the clock of its loop."""


@pytest.fixture(autouse=True)
def has_told(monkeypatch):
    """Whether the tool has seen that nothing more is defined, which it decides by the silence itself."""
    event, told = asyncio.Event(), watch.told

    async def telling_of_it(*arguments, **named):
        await told(*arguments, **named)
        event.set()

    monkeypatch.setattr(watch, "told", telling_of_it)
    return event


def changing(has_told):
    """Say something then; when the tool has heard it, let its time be over."""

    async def play(end):
        await has_told.wait()
        await end.say(coord(BUSY, RA=5.0), coord(BUSY, RA=5.0), Notice("Mount", message="on my way"))
        await end.say(DelProperty("Mount", "COORD"))
        await end.sync()
        await end.sync()
        later(TIME)

    return play


@scene
async def test_old_and_new_values_are_printed(has_told):
    async with telling(COORD, NAMES, play=changing(has_told)) as address:
        done = await run(watch, "-t", str(TIME), address=address)
        first, last = done.out.splitlines()
        assert "Mount.COORD Idle → Busy RA: 1:00:00 → 5:00:00" in first
        assert last.endswith("Mount.COORD deleted")
        assert done.code is ExitCode.DONE


@pytest.mark.parametrize(("pattern", "count"), [("Mount", 3), ("*.COORD.RA", 3), ("Wheel", 0), ("Mount.COORD.DEC", 3)])
@scene
async def test_patterns_choose(pattern, count, has_told):
    async with telling(COORD, NAMES, CONNECTION, play=changing(has_told)) as address:
        done = await run(watch, "-t", str(TIME), "--json", "--messages", pattern, address=address)
        assert len(done.records) == count


@scene
async def test_a_record_has_both_values(has_told):
    async with telling(COORD, play=changing(has_told)) as address:
        done = await run(watch, "-t", str(TIME), "--json", address=address)
        record = done.records[0]
        assert (record["change"], record["members"], record["previous"]) == ("updated", {"RA": 5.0}, {"RA": 1.0})
        assert (record["state"], record["previous_state"]) == ("Busy", "Idle")
        assert record["time"]


@scene
async def test_a_server_that_goes_away_is_told():
    class Errors(io.StringIO):
        def write(self, text):
            if "went away; waiting for it" in text:
                later(TIME)
            return super().write(text)

    async def play(end):
        end.close()

    async with telling(COORD, play=play) as address:
        done = await run(watch, "-t", str(TIME), address=address, err=Errors())
        assert (done.code, "went away; waiting for it" in done.err) == (ExitCode.DONE, True)
