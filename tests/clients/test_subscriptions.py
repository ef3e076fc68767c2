"""Queues between the reader and the program: in order, bounded, and with an end."""

import asyncio

import pytest

from lightapt_clients import Arrival, Blob, DisconnectedError
from lightapt_clients import subscriptions as module
from lightapt_clients.subscriptions import Arrivals, BlobStream, Changes, Followers, Subscription
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Change, ChangeKind

from .puppet import scene


def change(device="Mount", name="COORD"):
    return Change(ChangeKind.NOTICE, Notice(device), device=device, name=name)


def blob(size=3, name="CCD1"):
    return Blob("Camera", name, name, ".fits", memoryview(bytes(size)))


class Stream:
    """A stream of BLOBs, and who joined and left."""

    def __init__(self, *, newest=False):
        self.told = []
        self.stream = BlobStream("Camera", "CCD1", newest=newest, join=self.join, leave=self.leave)

    async def join(self, _):
        self.told.append("joined")

    async def leave(self, _):
        self.told.append("left")


@scene
async def test_what_is_told_is_yielded_in_order_until_the_end():
    following = Subscription(on_close=lambda _: None)
    for news in (1, 2):
        following.tell(news)
    following.end()
    assert [news async for news in following] == [1, 2]


@scene
async def test_news_wake_who_waits_for_them():
    following = Subscription(on_close=lambda _: None)
    waiting = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    following.tell("news")
    assert await waiting == "news"


@scene
async def test_a_block_ends_it():
    closed = []
    with Subscription(on_close=closed.append) as following:
        pass
    assert closed == [following]
    assert [news async for news in following] == []


@scene
async def test_of_too_many_the_oldest_are_dropped_and_counted(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 2)
    following = Subscription(on_close=lambda _: None)
    for news in range(5):
        following.tell(news)
    following.end()
    assert [news async for news in following] == [3, 4]
    assert following.missed == 3


@pytest.mark.parametrize(
    ("device", "name", "count"), [("", "", 3), ("Mount", "", 2), ("Mount", "COORD", 1), ("", "COORD", 2)]
)
def test_changes_are_those_of_a_device_or_a_property(device, name, count):
    @scene
    async def play():
        changes = Changes(device, name, on_close=lambda _: None)
        for one in (change(), change(name="PARK"), change("Dome")):
            changes.tell(one)
        changes.end()
        assert len([one async for one in changes]) == count

    play()


@scene
async def test_a_loss_is_raised_once_behind_what_came_before_it_where_it_is_wanted():
    changes = Changes("", "", breaks=True, on_close=lambda _: None)
    changes.tell(change())
    changes.lost(DisconnectedError("lost"))
    await anext(changes)
    with pytest.raises(DisconnectedError):
        await anext(changes)
    changes.tell(change("Dome"))
    assert (await anext(changes)).device == "Dome"


@scene
async def test_a_loss_is_passed_over_where_it_is_not_wanted():
    changes = Changes("", "", on_close=lambda _: None)
    changes.lost(DisconnectedError("lost"))
    changes.tell(change())
    assert await anext(changes)


@pytest.mark.parametrize(("name", "members"), [("", ["A", "B"]), ("CCD1", ["A"])])
def test_arrivals_are_of_a_device_or_of_one_property_of_it(name, members):
    @scene
    async def play():
        arrivals = Arrivals("Camera", name, on_close=lambda _: None)
        for device, prop, member in (("Camera", "CCD1", "A"), ("Camera", "CCD2", "B"), ("Other", "CCD1", "C")):
            arrivals.tell(Arrival(device, prop, member, 1, None))
        arrivals.end()
        assert [one.member async for one in arrivals] == members

    play()


@scene
async def test_a_stream_joins_and_leaves_with_its_block():
    kept = Stream()
    async with kept.stream:
        assert kept.told == ["joined"]
    assert kept.told == ["joined", "left"]


@scene
async def test_blobs_come_in_their_order():
    stream, first, second = Stream().stream, blob(), blob()
    await stream.put(first)
    await stream.put(second)
    stream.end()
    assert [one async for one in stream] == [first, second]


@scene
async def test_a_program_that_falls_behind_makes_the_reader_wait(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 10)
    stream = Stream().stream
    for _ in range(2):
        await stream.put(blob(5))
    waiting = asyncio.ensure_future(stream.put(blob(5)))
    await asyncio.sleep(0)
    assert not waiting.done()
    await anext(stream)
    await waiting
    assert stream.missed == 0


@scene
async def test_a_blob_larger_than_the_bound_is_taken_alone(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 10)
    stream = Stream().stream
    await stream.put(blob(100))
    assert len(await anext(stream)) == 100


@scene
async def test_the_reader_does_not_wait_for_who_has_left(monkeypatch):
    monkeypatch.setattr(module, "_MOST_BYTES", 1)
    kept = Stream()
    async with kept.stream as stream:
        await stream.put(blob())
        waiting = asyncio.ensure_future(stream.put(blob()))
        await asyncio.sleep(0)
    await waiting


@scene
async def test_of_video_the_newest_is_kept():
    stream = Stream(newest=True).stream
    blobs = [blob() for _ in range(3)]
    for one in blobs:
        await stream.put(one)
    assert await anext(stream) is blobs[-1]
    assert stream.missed == 2


@scene
async def test_a_blob_that_is_dropped_takes_no_room(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 2)
    monkeypatch.setattr(module, "_MOST_BYTES", 10)
    stream = Stream().stream
    for _ in range(3):
        await stream.put(blob(3))
    assert stream.missed == 1
    for _ in range(2):
        await anext(stream)
    waiting = asyncio.ensure_future(stream.put(blob(10)))
    await asyncio.sleep(0)
    assert waiting.done()


@scene
async def test_followers_are_those_that_somebody_has():
    followers = Followers()
    kept, closed, gone = (Subscription(on_close=followers.discard) for _ in range(3))
    for one in (kept, closed, gone):
        followers.add(one)
    assert list(followers) == [kept, closed, gone]
    closed.close()
    del gone, one
    assert list(followers) == [kept]
    assert len(followers) == 1


@scene
async def test_a_follower_that_leaves_while_they_are_told_disturbs_nobody():
    followers, told = Followers(), []
    leaving, staying = (Subscription(on_close=followers.discard) for _ in range(2))
    followers.add(leaving)
    followers.add(staying)
    for one in followers:
        told.append(one)
        leaving.close()
    assert told == [leaving, staying]
