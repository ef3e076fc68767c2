"""The tool that prints what changes."""

import pytest

from lightapt_clients.commands import watch
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.messages import DelProperty, Notice

from ..puppet import BUSY, CONNECTION, COORD, NAMES, coord, scene
from .server import telling
from .tool import run


async def changing(end):
    """Say something when the tool has seen that nothing more is defined."""
    import asyncio

    await asyncio.sleep(0.4)  # the tool decides by the silence itself that the server has told all
    await end.say(coord(BUSY, RA=5.0), coord(BUSY, RA=5.0), Notice("Mount", message="on my way"))
    await end.say(DelProperty("Mount", "COORD"))


@scene
async def test_old_and_new_values_are_printed():
    async with telling(COORD, NAMES, play=changing) as address:
        done = await run(watch, "-t", "0.8", address=address)
        first, last = done.out.splitlines()
        assert "Mount.COORD Idle → Busy RA: 1:00:00 → 5:00:00" in first
        assert last.endswith("Mount.COORD deleted")
        assert done.code is ExitCode.DONE


@pytest.mark.parametrize(("pattern", "count"), [("Mount", 3), ("*.COORD.RA", 3), ("Wheel", 0), ("Mount.COORD.DEC", 3)])
@scene
async def test_patterns_choose(pattern, count):
    async with telling(COORD, NAMES, CONNECTION, play=changing) as address:
        done = await run(watch, "-t", "0.8", "--json", "--messages", pattern, address=address)
        assert len(done.records) == count


@scene
async def test_a_record_has_both_values():
    async with telling(COORD, play=changing) as address:
        done = await run(watch, "-t", "0.8", "--json", address=address)
        record = done.records[0]
        assert (record["change"], record["members"], record["previous"]) == ("updated", {"RA": 5.0}, {"RA": 1.0})
        assert (record["state"], record["previous_state"]) == ("Busy", "Idle")
        assert record["time"]


@scene
async def test_a_server_that_goes_away_is_told():
    async def play(end):
        end.close()

    async with telling(COORD, play=play) as address:
        done = await run(watch, "-t", "0.4", address=address)
        assert "went away; waiting for it" in done.err
