"""When a server has told all that it has."""

import asyncio

import pytest

from lightapt_clients import DisconnectedError
from lightapt_clients.commands.telling import told

from ..puppet import COORD, NAMES, conversation, scene


@scene
async def test_it_is_over_as_soon_as_all_is_there_that_is_wanted():
    async with conversation(COORD) as (_, end, indi):
        waiting = asyncio.create_task(told(indi, lambda: "Wheel" in indi.mirror.devices, timeout=0, quiet=None))
        await end.say(NAMES)
        await waiting


@scene
async def test_it_is_over_when_the_server_is_quiet():
    async with conversation(COORD) as (_, _end, indi):
        await told(indi, timeout=0, quiet=0.02)


@scene
async def test_it_is_over_when_the_time_is():
    async with conversation() as (_, _end, indi):
        await told(indi, timeout=0.02)
        assert not indi.mirror.devices


@scene
async def test_a_server_that_goes_away_is_an_error():
    async with conversation(reconnects=False) as (_, end, indi):
        waiting = asyncio.create_task(told(indi, timeout=0))
        await end.sync()
        end.close()
        with pytest.raises(DisconnectedError):
            await waiting
