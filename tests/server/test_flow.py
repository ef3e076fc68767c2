from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Framer
from lightapt_server import flow as flow_module
from lightapt_server.flow import Flow
from lightapt_server.outbox import Outbox
from lightapt_server.payload import Ledger, Picture
from lightapt_server.routing import Peer, Role

SIZE = 30_000


@pytest.fixture(autouse=True)
def _small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_module, "_BUDGET", 2 * SIZE)
    monkeypatch.setattr(flow_module, "_ROOM", 3 * SIZE // 2)
    monkeypatch.setattr(flow_module, "_SOON", SIZE // 2)
    monkeypatch.setattr(flow_module, "_FAST", 1000)
    monkeypatch.setattr(flow_module, "_INTERVAL", 0.001)


@dataclass(eq=False)
class FakeLink:
    """What flow control asks of a link, with the clock in the test's hands."""

    peer: Peer
    bytes_out: int = 0
    stuck: float = 0.0
    paused: bool = False
    resumed: asyncio.Event = field(default_factory=asyncio.Event)

    def stuck_for(self, now: float) -> float:
        return self.stuck

    def keep_bounds(self) -> None:
        pass

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self.resumed.set()


def picture(ledger: Ledger) -> Picture:
    body = b"AAAA" * (SIZE // 4)
    data = b'<setBLOBVector device="C" name="P"><oneBLOB name="x" size="1" format=".fits">%b</oneBLOB></setBLOBVector>'
    [element] = Framer().feed(data % body)
    assert isinstance(element, BlobElement)
    return Picture(element, ledger=ledger)


def rig() -> tuple[Flow, Ledger, FakeLink, FakeLink]:
    ledger = Ledger()
    camera = FakeLink(Peer(Role.DRIVER, "camera"))
    client = FakeLink(Peer(Role.CLIENT, "client", outbox=Outbox()))
    return Flow({camera.peer: camera, client.peer: client}, ledger, None), ledger, camera, client


def send_all(outbox: Outbox) -> None:
    while outbox:
        outbox.sent(sum(map(len, outbox.gather().pieces)))


def test_who_sends_within_the_budget_does_not_wait():
    async def scenario() -> None:
        flow, ledger, camera, client = rig()
        client.peer.outbox.put_picture(picture(ledger))
        flow.came(camera, SIZE // 2)
        assert not camera.paused

    asyncio.run(scenario())


def test_a_picture_of_any_size_comes_in_where_no_other_is_held():
    async def scenario() -> None:
        flow, _, camera, _ = rig()
        flow.came(camera, 100 * SIZE)
        assert not camera.paused

    asyncio.run(scenario())


def test_who_sends_more_waits_until_others_have_flowed_off():
    async def scenario() -> None:
        flow, ledger, camera, client = rig()
        for _ in range(2):
            client.peer.outbox.put_picture(picture(ledger))
        flow.came(camera, SIZE)
        assert camera.paused
        flow.look()
        assert camera.paused
        send_all(client.peer.outbox)
        assert ledger.held == 0
        flow.look()
        assert not camera.paused

    asyncio.run(scenario())


def test_nobody_waits_for_a_slow_reader():
    async def scenario() -> None:
        flow, ledger, camera, client = rig()
        for _ in range(3):
            client.peer.outbox.put_picture(picture(ledger))
        flow.came(camera, SIZE)
        assert camera.paused
        await asyncio.wait_for(camera.resumed.wait(), 60)
        flow.came(camera, SIZE)  # and not again at once, either
        assert not camera.paused

    asyncio.run(scenario())


def test_who_waits_goes_on_waiting_while_a_fast_reader_reads():
    async def scenario() -> None:
        flow, ledger, camera, client = rig()
        for _ in range(3):
            client.peer.outbox.put_picture(picture(ledger))
        flow.came(camera, SIZE)
        for _ in range(20):
            client.bytes_out += 5000
            flow._tick()
            assert camera.paused
        flow._tick()
        assert not camera.paused

    asyncio.run(scenario())


def test_what_nobody_reads_goes_to_the_spool_while_there_still_is_room():
    async def scenario() -> None:
        flow, ledger, camera, client = rig()
        client.peer.outbox.put_picture(picture(ledger))
        client.stuck = 1.0
        flow.came(camera, 0)
        assert len(client.peer.outbox.to_spool) == 1

    asyncio.run(scenario())


def test_what_all_readers_have_passed_is_let_go_while_the_rest_is_read():
    ledger = Ledger()
    readers = [Outbox(), Outbox()]
    one = picture(ledger)
    before = ledger.held
    for reader in readers:
        reader.put_picture(one)
    readers[0].sent(sum(map(len, readers[0].gather().pieces)))
    assert ledger.held == before
    send_all(readers[1])
    assert ledger.held == 0
