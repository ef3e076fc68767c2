"""A time limit counts only what there was to hear: what had come by then is read first."""

import asyncio

import pytest

from lightapt_clients import WaitTimeoutError
from lightapt_clients.devices import until_quiet
from lightapt_clients.limits import Alarm, Limit, in_time
from lightapt_protocol.mirror import ChangeKind

from .puppet import BUSY, CCD1, COORD, LONG, NAMES, OK, asked, conversation, coord, later, scene


@scene
async def test_a_block_ends_with_its_time():
    with pytest.raises(TimeoutError):
        async with in_time(0.0) as limit:
            await asyncio.Event().wait()
    assert limit.expired()


@scene
async def test_a_block_without_a_limit_and_one_that_is_done_in_time_are_not_ended():
    for seconds in (None, LONG):
        async with in_time(seconds) as limit:
            await asyncio.sleep(0)
        assert not limit.expired()


@scene
async def test_a_limit_can_be_put_off():
    clock = asyncio.get_running_loop().time
    async with Limit(clock()) as limit:
        limit.reschedule(clock() + LONG)
        for _ in range(10):
            await asyncio.sleep(0)
    assert not limit.expired()
    assert limit.when() > clock()


@scene
async def test_a_limit_can_be_put_off_up_to_the_last_turn():
    clock = asyncio.get_running_loop().time
    for turns in range(5):
        async with in_time(0.0) as limit:
            for _ in range(turns):
                await asyncio.sleep(0)
            limit.reschedule(clock() + LONG)
            for _ in range(10):
                await asyncio.sleep(0)
        assert not limit.expired()


@scene
async def test_an_alarm_that_is_stopped_does_not_ring():
    rung, clock = [], asyncio.get_running_loop().time
    alarm = Alarm(lambda: rung.append(1))
    alarm.set(clock())
    await asyncio.sleep(0)
    alarm.stop()
    assert not alarm.is_set
    for _ in range(10):
        await asyncio.sleep(0)
    assert rung == []


@scene
async def test_a_device_that_turned_busy_in_time_is_heard_although_nobody_had_a_turn():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, grace=LONG))
        await end.say(coord(OK, RA=1.1))
        await end.sync()
        await end.say(coord(BUSY, RA=1.2))
        later(LONG)
        await end.sync()
        assert not setting.done()
        await end.say(coord(OK, RA=5))
        assert (await setting).number("RA") == 5


@scene
async def test_a_condition_that_was_met_in_time_is_met_although_nobody_had_a_turn():
    async with conversation(COORD) as (_, end, indi):
        waiting = asyncio.ensure_future((await indi.device("Mount"))["COORD"].wait(state=OK, timeout=LONG))
        await end.sync()
        await end.say(coord(OK))
        later(LONG)
        assert (await waiting).state is OK


@scene
async def test_a_condition_that_is_not_met_is_late_whatever_comes():
    async with conversation(COORD) as (_, end, indi):
        waiting = asyncio.ensure_future((await indi.device("Mount"))["COORD"].wait(state=OK, timeout=LONG))
        await end.sync()
        await end.say(*[coord(BUSY, RA=number) for number in range(5)])
        later(LONG)
        with pytest.raises(WaitTimeoutError):
            await waiting


@scene
async def test_a_definition_that_came_in_time_makes_it_not_quiet(monkeypatch):
    monkeypatch.setattr("lightapt_clients.devices._QUIET", LONG)
    async with conversation(COORD) as (_, end, indi):
        with indi.changes() as changes:
            waiting = asyncio.ensure_future(until_quiet(changes))
            await end.sync()
            await end.say(NAMES)
            later(LONG)
            await end.sync()
            assert not waiting.done()
            later(LONG)
            await waiting


@scene
async def test_what_is_defined_again_in_time_is_not_taken_for_gone():
    async with conversation(COORD, NAMES, CCD1) as (server, end, indi):
        with indi.changes() as changes:
            end.close()
            end = await server.accept()
            await end.say(COORD)
            await end.sync()
            await end.say(NAMES)
            later(LONG)
            await end.sync()
            later(LONG)
            told = [(change.kind, change.name) for change in [await anext(changes) for _ in range(3)]]
        assert told == [(ChangeKind.DEFINED, "COORD"), (ChangeKind.DEFINED, "NAMES"), (ChangeKind.DELETED, "CCD1")]
