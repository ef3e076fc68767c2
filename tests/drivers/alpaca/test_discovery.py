"""Discovery finds every server once, on this host as on others, and takes no garbage for one."""

import asyncio
import socket

import pytest

from lightapt_drivers.alpaca.discovery import Interface, _first_open, address_of, interfaces, search, ways
from tests.drivers.alpaca.responder import responding

LOOPBACK = Interface("lo", 1, "127.0.0.1", 8)
LAN = Interface("eth0", 2, "192.168.1.5", 24)
LINK = Interface("eth0", 2, "fe80::1", 64)
OWN = [LOOPBACK, LAN, LINK]


def searched(port, *, seconds=0.3, times=3):
    return asyncio.run(search(seconds=seconds, times=times, port=port))


def ports(found):
    return sorted(address.rpartition(":")[2] for address in found)


def test_a_server_on_this_host_is_found_once():
    with responding({"AlpacaPort": 11111}) as responder:
        assert ports(searched(responder.port)) == ["11111"]


def test_several_servers_of_one_host_are_found():
    with responding({"AlpacaPort": 11111}, {"AlpacaPort": 11112}) as responder:
        assert ports(searched(responder.port)) == ["11111", "11112"]


def test_the_question_is_repeated():
    with responding() as responder:
        searched(responder.port, times=3)
        assert responder.heard >= 3


def test_garbage_is_passed_over():
    with responding(b"", b"\xff\xfe", b"{}", b"[" * 900, {"AlpacaPort": 11111}) as responder:
        assert ports(searched(responder.port)) == ["11111"]


def test_nobody_is_found_where_nobody_is():
    with responding() as responder:
        assert searched(responder.port) == []


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


def test_a_server_of_this_host_is_known_by_an_address_where_it_listens():
    async def scene():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            return await _first_open([f"127.0.0.2:{port}", f"127.0.0.1:{port}"]) == f"127.0.0.1:{port}"

    assert asyncio.run(scene())
