"""Time limits hold, also in a task that is being cancelled."""

import asyncio

import pytest

from lightapt_drivers import time_limit

SHORT, LONG = 0.01, 30.0


def test_what_takes_too_long_is_ended():
    async def scene():
        with pytest.raises(TimeoutError):
            async with time_limit(SHORT):
                await asyncio.sleep(LONG)

    asyncio.run(scene())


def test_what_is_in_time_may_put_the_limit_off():
    async def scene():
        async with time_limit(SHORT) as limit:
            limit.reschedule(None)
            await asyncio.sleep(2 * SHORT)
        return limit.expired()

    assert not asyncio.run(scene())


def test_who_was_cancelled_may_undo_something_within_limits():
    async def undo(log):
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            with pytest.raises(TimeoutError):
                async with time_limit(LONG), time_limit(SHORT):
                    await asyncio.sleep(LONG)
            log.append("undone")
            raise

    async def scene():
        log = []
        task = asyncio.create_task(undo(log))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return log, task.cancelled()

    assert asyncio.run(scene()) == (["undone"], True)


def test_who_is_cancelled_within_a_limit_is_cancelled():
    async def scene():
        async def wait():
            async with time_limit(LONG):
                await asyncio.sleep(LONG)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(scene())
