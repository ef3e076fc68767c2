"""Discovery finds every server once, on this host as on others, and takes no garbage for one."""

import asyncio
import socket
from types import SimpleNamespace

import pytest

from lightapt_drivers.alpaca import discovery
from lightapt_drivers.alpaca.discovery import Interface, _first_open, address_of, interfaces, search, ways
from tests.drivers.alpaca.movers import PATIENCE
from tests.drivers.alpaca.responder import responding

LOOPBACK = Interface("lo", 1, "127.0.0.1", 8)
LAN = Interface("eth0", 2, "192.168.1.5", 24)
LINK = Interface("eth0", 2, "fe80::1", 64)
OWN = [LOOPBACK, LAN, LINK]
TIMES = 3


class Pauses:
    """Those of a search: each lasts until one more question is answered, and all of these answers have been heard."""

    def __init__(self, responder):
        self._responder = responder
        self._listener = discovery._Listener
        self._asked = self._heard = 0
        self._moved = asyncio.Event()

    async def sleep(self, _):
        self._asked += 1
        await asyncio.to_thread(self._until_answered)
        async with asyncio.timeout(PATIENCE):
            while self._heard < self._asked * len(self._responder.answers):
                self._moved.clear()
                await self._moved.wait()

    def listener(self, own):
        """Return a listener that is listened to."""

        def hear(*datagram):
            take(*datagram)
            self._heard += 1
            self._moved.set()

        listener = self._listener(own)
        take, listener.datagram_received = listener.datagram_received, hear
        return listener

    def _until_answered(self):
        with self._responder.answered:
            assert self._responder.answered.wait_for(lambda: self._responder.heard >= self._asked, PATIENCE)


@pytest.fixture
def searched(monkeypatch):
    """Return what a search finds, whatever time the answers take."""

    def found(responder):
        pauses = Pauses(responder)
        monkeypatch.setattr(discovery, "_Listener", pauses.listener)
        monkeypatch.setattr(discovery, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": pauses.sleep}))
        return asyncio.run(search(times=TIMES, port=responder.port))

    return found


def ports(found):
    return sorted(address.rpartition(":")[2] for address in found)


def test_a_server_on_this_host_is_found_once(searched):
    with responding({"AlpacaPort": 11111}) as responder:
        assert ports(searched(responder)) == ["11111"]


def test_several_servers_of_one_host_are_found(searched):
    with responding({"AlpacaPort": 11111}, {"AlpacaPort": 11112}) as responder:
        assert ports(searched(responder)) == ["11111", "11112"]


def test_the_question_is_repeated(searched):
    with responding() as responder:
        searched(responder)
        assert responder.heard >= TIMES


def test_garbage_is_passed_over(searched):
    with responding(b"", b"\xff\xfe", b"{}", b"[" * 900, {"AlpacaPort": 11111}) as responder:
        assert ports(searched(responder)) == ["11111"]


def test_nobody_is_found_where_nobody_is(searched):
    with responding() as responder:
        assert searched(responder) == []


def test_nobody_is_waited_for_longer_than_one_wants():
    with responding() as responder:
        assert asyncio.run(search(seconds=0.03, port=responder.port)) == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"null",
        b"7",
        b'{"AlpacaPort": "11111"}',
        b'{"AlpacaPort": true}',
        b'{"AlpacaPort": 0}',
        b'{"AlpacaPort": 65536}',
        b'{"alpacaport": 1}',
        b'{"AlpacaPort": 1.5}',
    ],
)
def test_an_answer_without_a_port_is_none(answer):
    assert address_of(answer, ("192.168.1.20", 32227)) is None


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        (("192.168.1.20", 32227), "192.168.1.20:11111"),
        (("2001:db8::7", 32227, 0, 0), "[2001:db8::7]:11111"),
        (("fe80::7", 32227, 0, 2), "[fe80::7%eth0]:11111"),
        (("fe80::7%eth0", 32227, 0, 2), "[fe80::7%eth0]:11111"),
        (("fe80::7", 32227, 0, 9), "[fe80::7%9]:11111"),
    ],
)
def test_an_address_is_where_the_answer_comes_from_and_the_port_that_it_tells(origin, address):
    assert address_of(b'{"AlpacaPort": 11111}', origin, OWN) == address


@pytest.mark.parametrize(
    ("found", "best"),
    [
        (["127.0.0.1:1", "192.168.1.5:1"], [["192.168.1.5:1", "127.0.0.1:1"]]),
        (["192.168.1.5:1", "127.0.0.1:1", "[fe80::1%eth0]:1"], [["192.168.1.5:1", "[fe80::1%eth0]:1", "127.0.0.1:1"]]),
        (["127.0.0.1:1", "192.168.1.5:2"], [["127.0.0.1:1"], ["192.168.1.5:2"]]),
        (["192.168.1.20:1", "192.168.1.21:1"], [["192.168.1.20:1"], ["192.168.1.21:1"]]),
        (["[::1]:1", "127.0.0.1:1"], [["127.0.0.1:1", "[::1]:1"]]),
    ],
)
def test_a_server_of_this_host_counts_once_and_first_by_the_address_that_others_know(found, best):
    assert ways(found, OWN) == best


def test_broadcasts_go_to_the_whole_network():
    assert [one.broadcast for one in OWN] == ["127.255.255.255", "192.168.1.255", ""]


def test_this_host_knows_its_own_addresses():
    assert "127.0.0.1" in [one.address for one in interfaces()]


def test_a_server_of_this_host_is_known_by_an_address_where_it_listens(monkeypatch):
    monkeypatch.setattr(discovery, "_OPEN", PATIENCE)

    async def scene():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            return await _first_open([f"127.0.0.2:{port}", f"127.0.0.1:{port}"]) == f"127.0.0.1:{port}"

    assert asyncio.run(scene())
