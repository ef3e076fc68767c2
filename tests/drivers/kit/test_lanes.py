"""A lane holds one task at a time."""

import asyncio

from lightapt_drivers.kit.lanes import Lanes
from tests.drivers.kit.scenes import turns


def with_lanes(scene):
    async def play():
        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(tasks)
            try:
                return await scene(lanes)
            finally:
                await lanes.cancel(lanes.names())

    return asyncio.run(play())


async def for_ever():
    await asyncio.Event().wait()


def test_a_lane_is_busy_until_its_task_is_done():
    async def scene(lanes):
        done = asyncio.Event()
        assert not lanes.is_busy("A")
        lanes.start("A", done.wait())
        assert (lanes.is_busy("A"), lanes.is_busy("B"), lanes.names()) == (True, False, ["A"])
        done.set()
        await turns(3)
        assert (lanes.is_busy("A"), lanes.names()) == (False, [])

    with_lanes(scene)


def test_all_is_over_when_it_is_cancelled():
    ended = []

    async def slow_to_stop():
        try:
            await for_ever()
        finally:
            await turns(5)
            ended.append(True)

    async def scene(lanes):
        lanes.start("A", slow_to_stop())
        lanes.start("B", for_ever())
        await turns()
        assert await lanes.cancel(["A"])
        assert ended == [True]
        assert (lanes.is_busy("A"), lanes.is_busy("B")) == (False, True)

    with_lanes(scene)


def test_to_cancel_nothing_is_no_fault():
    async def scene(lanes):
        return await lanes.cancel(["A"])

    assert with_lanes(scene) is False


def test_what_cancels_its_own_lane_goes_on():
    went_on = []

    async def scene(lanes):
        async def cancel_all():
            await turns()
            assert await lanes.cancel(["A", "B"])
            went_on.append(lanes.is_busy("B"))

        lanes.start("B", for_ever())
        await lanes.start("A", cancel_all())

    with_lanes(scene)
    assert went_on == [False]


def test_a_lane_is_free_at_once_for_the_next():
    async def scene(lanes):
        lanes.start("A", for_ever())
        await turns()
        await lanes.cancel(["A"])
        second = lanes.start("A", for_ever())
        await turns(3)  # the end of the first must not free the lane of the second
        assert lanes.is_busy("A")
        assert not second.done()

    with_lanes(scene)


def test_of_two_who_want_a_lane_at_once_the_last_has_it_and_the_other_is_over():
    async def scene(lanes):
        started = []

        async def take(name):
            await lanes.cancel(["A"])
            started.append((name, lanes.start("A", for_ever())))

        lanes.start("A", for_ever())
        await turns()
        await asyncio.gather(take("first"), take("second"))
        (_, first), (_, second) = started
        assert (first.done(), second.done(), lanes.is_busy("A")) == (True, False, True)

    with_lanes(scene)


def test_what_is_cancelled_at_once_has_still_begun():
    async def scene():
        steps = []

        async def work():
            steps.append("begun")
            try:
                await asyncio.Event().wait()
            finally:
                steps.append("undone")

        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(tasks)
            lanes.start("lane", work())
            assert await lanes.cancel(["lane"])
        return steps

    assert asyncio.run(scene()) == ["begun", "undone"]
