"""Pictures that wait on disk: bounded, shared, and given back."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from lightapt_protocol.framing import BlobElement
from lightapt_server.outbox import Outbox
from lightapt_server.payload import Picture
from lightapt_server.routing import Peer, Role
from lightapt_server.spool import Spool
from lightapt_server.waiting import OutboxLimits

from .puppets import blob, elements_of

SIZE = 400_000


def picture(letter: str) -> Picture:
    (element,) = elements_of(blob("CCD", body=letter * SIZE).encode())
    assert isinstance(element, BlobElement)
    return Picture(element)


class FarBehind:
    """A link whose peer reads nothing for now."""

    def __init__(self, *pictures: Picture) -> None:
        self.outbox = Outbox(OutboxLimits(memory=SIZE, stream=0))
        self.peer = Peer(Role.CLIENT, "client", outbox=self.outbox)
        self.bytes_out = 0
        for each in pictures:
            self.outbox.put_picture(each)
        self.outbox.relieve()

    def keep_bounds(self) -> None: ...

    def stuck_for(self, now: float) -> float:
        return now

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def drained(self) -> bytes:
        out = bytearray()
        while self.outbox:
            data = b"".join(self.outbox.gather().pieces)
            self.outbox.sent(len(data))
            out += data
        return bytes(out)


def spooled(spool: Spool, *links: FarBehind) -> None:
    """Let the spool take what the links' outboxes want to be rid of."""

    async def run() -> None:
        for link in links:
            spool.take(link.outbox, link)
        async with asyncio.timeout(60):
            task = asyncio.create_task(spool.run())
            while spool.writing:  # noqa: ASYNC110 - nobody is told of the last picture
                await asyncio.sleep(0.001)
            task.cancel()

    asyncio.run(run())


def test_what_was_spooled_comes_out_as_it_went_in_and_its_place_is_given_back(tmp_path: Path) -> None:
    spool = Spool(10 * SIZE, tmp_path)
    link = FarBehind(*map(picture, "ABC"))
    assert len(link.outbox.to_spool) == 2
    spooled(spool, link)
    assert 2 * SIZE < spool.used < 3 * SIZE
    assert list(tmp_path.iterdir()) == []  # unlinked: nothing outlives the hub
    data = link.drained()
    assert [data.count(letter * SIZE) for letter in (b"A", b"B", b"C")] == [1, 1, 1]
    assert data.index(b"A" * 9) < data.index(b"B" * 9) < data.index(b"C" * 9)
    assert spool.used == 0


def test_one_copy_serves_all_that_are_behind(tmp_path: Path) -> None:
    spool = Spool(10 * SIZE, tmp_path)
    shared = picture("B")
    links = [FarBehind(picture("A"), shared) for _ in range(3)]
    spooled(spool, *links)
    assert spool.used < 2 * SIZE
    assert all(b"B" * SIZE in link.drained() for link in links)
    del shared
    assert spool.used == 0


def test_without_room_the_outbox_is_told_at_once(tmp_path: Path) -> None:
    link = FarBehind(*map(picture, "ABC"))
    Spool(SIZE // 2, tmp_path).take(link.outbox, link)
    assert "the spool is full" in link.outbox.overdue


def test_a_disk_that_fails_is_a_full_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = Spool(10 * SIZE, tmp_path / "none")
    link = FarBehind(*map(picture, "AB"))
    spooled(spool, link)
    assert link.outbox.overdue
    assert "cannot be spooled" in caplog.text
    assert spool.used == 0


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    link = FarBehind(*map(picture, "ABCD"))
    spooled(Spool(10 * SIZE, tmp_path), link)
    link.outbox.clear()
    del link
    assert len(os.listdir("/proc/self/fd")) == before
