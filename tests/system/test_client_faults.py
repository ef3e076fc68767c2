"""Clients that talk nonsense, do not read, or go without a word: only they feel it, and nothing is leaked."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lightapt_server import reception

from .bystanders import Bystanders
from .phrases import GET, attached, choose, define, get, inline, order, update
from .puppets import Client, eventually
from .rig import Server, Stage

pytestmark = pytest.mark.system

MIB = 1 << 20
BLOB = b"<newBLOBVector device='Nobody' name='LEVEL'><oneBLOB name='B' format='.fits' %b>%b</oneBLOB></newBLOBVector>"

KILL_THE_REFERENCE = {
    "a size that is no number": BLOB % (b"size='abc'", b"AAAA"),
    "a size beyond all numbers": BLOB % (b"size='99999999999999999999999'", b"AAAA"),
    "a negative enclen": BLOB % (b"size='3' enclen='-1000'", b"AAAA"),
    "an enclen of 1 and much data": BLOB % (b"size='3' enclen='1'", b"AAAA" * 100_000),
}
MALFORMED = {
    "text": b"Hello, is anybody there?\r\n",
    "HTTP": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "zeros": bytes(1000),
    "noise": bytes(range(256)) * 10,
    "tags that cross": b"<newNumberVector device='Bystander' name='LEVEL'><oneNumber></newNumberVector></oneNumber>",
    "an end without a beginning": b"</newNumberVector>",
    "a document type": b"<!DOCTYPE a [<!ENTITY b 'c'>]><getProperties version='1.7' device='&b;'/>",
    "an entity that nobody defined": b"<getProperties version='1.7' device='&b;'/>",
    "too deep": b"<a>" * 1000 + b"</a>" * 1000,
    "a second attribute of one name": b"<getProperties version='1.7' version='1.7'/>",
    "a picture that is not base64": inline("Bystander", b"", verb="new").replace(b"></one", b">?!?!</one"),
    "an attached picture without a descriptor": attached("Bystander", 3, verb="new"),
}
ENDLESS = {"blanks": b" ", "a tag": b"x", "a comment": b"-!", "text": b"a "}
BEGINNINGS = {"blanks": b"", "a tag": b"<", "a comment": b"<!--", "text": b"<message>"}


@pytest.fixture
def hub(stage: Stage) -> Server:
    """A hub with a driver; small bounds."""
    return stage.hub(stage.driver(), max_behind=1, spool=8)


@pytest.fixture
def bystanders(stage: Stage, hub: Server) -> Iterator[Bystanders]:
    """A driver and a client that are disturbed by nothing, in a hub that holds in the end what it held before."""
    pair = Bystanders(stage, hub, stage.drivers[0])
    pair.exchange(3)
    before = hub.holdings()
    yield pair
    pair.exchange(3)
    hub.expect_holdings(before)


class TestNonsense:
    @pytest.mark.parametrize("message", KILL_THE_REFERENCE.values(), ids=KILL_THE_REFERENCE)
    def test_what_kills_the_reference_does_nothing(
        self, stage: Stage, hub: Server, bystanders: Bystanders, message: bytes
    ) -> None:
        client = stage.client(hub)
        client.send_in_vain(message + get("Bystander"))
        client.sync_in_vain()
        bystanders.ignore_orders()
        client.reset()

    @pytest.mark.parametrize("nonsense", MALFORMED.values(), ids=MALFORMED)
    def test_malformed_input_costs_its_sender_the_link(
        self, stage: Stage, hub: Server, bystanders: Bystanders, nonsense: bytes
    ) -> None:
        client = stage.client(hub)
        client.send(nonsense)
        assert client.expect_end() == b""
        hub.lines.expect(r"client .*: malformed input: ")

    @pytest.mark.parametrize("what", ENDLESS)
    def test_what_never_ends_costs_no_memory(
        self, stage: Stage, hub: Server, bystanders: Bystanders, what: str
    ) -> None:
        before = hub.memory()
        client = stage.client(hub)
        client.send_in_vain(BEGINNINGS[what] + ENDLESS[what] * (10 * MIB))
        assert hub.memory() - before < 24 * MIB
        client.reset()

    def test_half_an_element_is_nothing(self, stage: Stage, hub: Server, bystanders: Bystanders) -> None:
        client = stage.client(hub)
        client.send(order("Bystander", 666)[:-5])
        client.reset()
        hub.lines.expect(r"client .*: it closed the connection \(Connection reset by peer\)")

    def test_descriptors_that_belong_to_nothing_are_closed(self, stage: Stage) -> None:
        dome = stage.driver()
        name = f"lightapt-test-{os.getpid()}"
        hub = stage.hub(dome, unix=name)
        dome.expect_only(GET)
        client = stage.client_of(name)
        client.sync()
        before = hub.holdings()
        for _ in range(100):
            client.send(b" ", [0] * 16)
        client.sync()
        hub.expect_holdings(before)
        client.send(b"<message message='")
        for _ in range(100):
            client.send_in_vain(b" ", [0] * 16)
        hub.lines.expect("malformed input: .*descriptors")


class TestLeaving:
    def test_a_thousand_come_and_go(self, stage: Stage, hub: Server, bystanders: Bystanders) -> None:
        for leave in (Client.close, Client.reset):
            for _ in range(500):
                client = Client(hub.address)
                client.send(GET)
                leave(client)
            bystanders.expect_questions(500)  # before the system has more of them waiting than it takes
        bystanders.exchange(10)  # who has left without a word is found out when something goes to it

    def test_one_that_is_killed_while_it_is_sent_a_picture(
        self, stage: Stage, hub: Server, bystanders: Bystanders
    ) -> None:
        ccd = stage.driver("ccd")
        hub = stage.hub(ccd)
        stay, leave = (viewer(stage, hub) for _ in range(2))
        before = hub.holdings()
        ccd.send(inline("CCD", bytes(3 * MIB)))
        leave.expect(b"<oneBLOB")
        leave.reset()
        stay.expect(b"</setBLOBVector>")
        eventually(lambda: hub.holdings().descriptors == before.descriptors - 1, "its descriptor is closed")

    def test_a_half_closed_one_is_served_to_the_end(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        served = threading.Event()
        look = reception._Client._look_again

        def look_when_served(client: Any) -> None:
            if served.is_set():
                look(client)
            else:
                client._loop.call_later(0.01, client._look_again)

        monkeypatch.setattr(reception, "_LINGER", 0.01)
        monkeypatch.setattr(reception._Client, "_look_again", look_when_served)
        dome = stage.driver()
        hub = stage.inside(dome)
        dome.expect_only(GET)
        client = stage.client(hub)
        client.send(GET)
        client.half_close()
        dome.expect_only(GET)
        dome.send(define("Dome"))
        client.expect_only(define("Dome"))
        served.set()
        assert client.expect_end().strip() == b""


class TestNotReading:
    def test_pictures_wait_in_the_spool_and_then_all_come(self, stage: Stage) -> None:
        ccd = stage.driver("ccd")
        hub = stage.hub(ccd, max_behind=1, spool=100)
        slow, fast = viewer(stage, hub, receives=4096), viewer(stage, hub)
        before = hub.holdings()
        pictures = [inline("CCD", number.to_bytes(4, "big") * (MIB // 4)) for number in range(30)]
        for picture in pictures:
            ccd.send(picture)
            assert same(fast.expect(b"</setBLOBVector>"), picture)
        eventually(lambda: spooled(hub) > 10, "the spool is filled")
        for picture in pictures:
            assert same(slow.expect(b"</setBLOBVector>"), picture)
        eventually(lambda: spooled(hub) == 0, "the spool is emptied")
        hub.expect_holdings(before)

    def test_beyond_the_spool_it_is_cut_off_and_the_others_are_not_disturbed(
        self, stage: Stage, hub: Server, bystanders: Bystanders
    ) -> None:
        ccd = stage.driver("ccd")
        hub = stage.hub(ccd, max_behind=1, spool=8)
        slow, fast = viewer(stage, hub, receives=4096), viewer(stage, hub)
        before = hub.holdings()
        for number in range(30):
            ccd.send(inline("CCD", number.to_bytes(4, "big") * (MIB // 4)))
            fast.expect(b"</setBLOBVector>")
        hub.lines.expect(r"client .*: too slow: \d+ MB behind, and the spool is full")
        eventually(lambda: spooled(hub) == 0, "the spool is emptied")
        slow.expect_end()
        eventually(lambda: hub.holdings().descriptors == before.descriptors - 1, "its descriptor is closed")

    def test_small_messages_beyond_the_bound_cut_it_off(
        self, stage: Stage, hub: Server, bystanders: Bystanders
    ) -> None:
        flood = stage.driver("flood")
        hub = stage.hub(flood, max_behind=1)
        slow = stage.client(hub, receives=4096)
        slow.send(get("Flood"))
        slow.sync()
        flood.send(define("Flood"))
        flood.do(f"puppet.flood({update('Flood', 1)!r}, 200_000)")
        hub.lines.expect(r"client .*: too slow: \d+ MB behind")

    def test_frames_of_a_video_give_way_to_newer_ones(self, stage: Stage) -> None:
        ccd = stage.driver("ccd")
        hub = stage.hub(ccd, stream_behind=2, spool=0)
        slow, fast = viewer(stage, hub, receives=4096), viewer(stage, hub)
        frames = [inline("CCD", number.to_bytes(4, "big") * (MIB // 4), kind=".stream") for number in range(30)]
        for frame in frames:
            ccd.send(frame)
            assert same(fast.expect(b"</setBLOBVector>"), frame)
        slow.send(b"<pingRequest uid='end'/>")
        got = [part + b"</setBLOBVector>" for part in slow.expect(b"<pingReply").split(b"</setBLOBVector>")[:-1]]
        assert len(got) < 25
        assert same(got[-1].removesuffix(b"</setBLOBVector>"), frames[-1])


def viewer(stage: Stage, hub: Server, *, receives: int = 0) -> Client:
    """A client that wants pictures."""
    client = stage.client(hub, receives=receives)
    client.send(get("CCD") + choose("Also"))
    client.sync()
    return client


def same(got: bytes, picture: bytes) -> bool:
    """Whether what came before an end tag is the picture, white space aside."""
    return b"".join((got + b"</setBLOBVector>").split()) == b"".join(picture.split())


def spooled(hub: Server) -> int:
    """The megabytes in the spool."""
    hub.signal(signal.SIGUSR1)
    return int(hub.lines.expect(r"(\d+) MB in the spool")[1])
