"""Each reader of events has all of them, in order, from when it began; a slow one loses the oldest."""

import asyncio

from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.state import State
from lightapt_drivers.phd2.streams import _MOST_BYTES, EventStream
from tests.drivers.phd2.scenes import scene


@scene
async def test_who_waits_is_told_and_the_end_comes_after_what_is_there():
    streams = set()
    stream = EventStream(streams)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    stream.put(ev.Paused(), state=State())
    assert await waiting == ev.Paused()
    stream.put(ev.Resumed(), state=State())
    stream.close()
    assert [event async for event in stream] == [ev.Resumed()]
    assert streams == set()


@scene
async def test_each_event_comes_with_the_state_after_it():
    stream = EventStream(set())
    for frame in range(3):
        stream.put(ev.GuideStep(frame=frame), state=State(stars_lost=frame))
    assert (stream.take().frame, stream.state.stars_lost) == (0, 0)
    assert ((await anext(stream)).frame, stream.state.stars_lost) == (1, 1)
    assert (stream.take().frame, stream.take(), stream.state.stars_lost) == (2, None, 2)


def long(number):
    return ev.Alert(message=f"{number} {'!' * (_MOST_BYTES // 20)}")  # a character counts as four bytes


def kept(stream):
    stream.close()
    return stream


@scene
async def test_who_takes_none_loses_the_oldest_beyond_so_many_bytes():
    stream = EventStream(set())
    for number in range(6):
        stream.put(long(number), state=State())
    assert stream.dropped == 2
    assert [int(event.message.split()[0]) async for event in kept(stream)] == [2, 3, 4, 5]


@scene
async def test_small_events_are_kept_by_thousands():
    stream = EventStream(set())
    for frame in range(500):
        stream.put(ev.GuideStep(frame=frame), state=State())
    assert stream.dropped == 0
    for _ in range(20_000):
        stream.put(ev.Paused(), state=State())
    assert 500 < stream.dropped < 20_000


@scene
async def test_the_newest_is_kept_however_long_it_is():
    stream = EventStream(set())
    stream.put(ev.Paused(), state=State())
    stream.put(ev.UnknownEvent(called="Vast", members={"words": ["!" * 2 * _MOST_BYTES]}), state=State())
    stream.put(ev.Resumed(), state=State())
    assert stream.dropped == 2
    assert [event async for event in kept(stream)] == [ev.Resumed()]


@scene
async def test_an_unknown_event_of_any_depth_is_weighed():
    deep = ev.UnknownEvent(called="Deep", members={"in": deepest(100_000)})
    stream = EventStream(set())
    for _ in range(3):
        stream.put(deep, state=State())
    assert stream.dropped == 2


def deepest(levels):
    inner = []
    for _ in range(levels):
        inner = [inner]
    return inner


@scene
async def test_the_end_wakes_who_waits():
    with EventStream(set()) as stream:
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
    assert await waiting is None
