"""Each reader of events has all of them, in order, from when it began; a slow one loses the oldest."""

import asyncio

from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.streams import _MOST_EVENTS, EventStream
from tests.drivers.phd2.scenes import scene


@scene
async def test_who_waits_is_told_and_the_end_comes_after_what_is_there():
    streams = set()
    stream = EventStream(streams)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    stream.put(ev.Paused())
    assert await waiting == ev.Paused()
    stream.put(ev.Resumed())
    stream.close()
    assert [event async for event in stream] == [ev.Resumed()]
    assert streams == set()


@scene
async def test_who_takes_none_loses_the_oldest():
    stream = EventStream(set())
    for frame in range(_MOST_EVENTS + 2):
        stream.put(ev.GuideStep(frame=frame))
    assert stream.dropped == 2
    assert (await anext(stream)).frame == 2


@scene
async def test_the_end_wakes_who_waits():
    with EventStream(set()) as stream:
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
    assert await waiting is None
