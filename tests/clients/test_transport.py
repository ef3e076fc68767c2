"""A stream carries bytes and memory, whole, whatever happens to those who wait."""

import asyncio
import os
import socket

import pytest

from lightapt_clients import DisconnectedError
from lightapt_clients import transport as module
from lightapt_clients.transport import Transport

from .puppet import MS, scene

MUCH = bytes(range(256)) * 40_000


class Pair:
    """A transport, and the other end of its stream."""

    def __init__(self, family=socket.AF_UNIX):
        self.other, mine = socket.socketpair(family)
        self.other.setblocking(False)
        self.loop = asyncio.get_running_loop()
        self.transport = Transport(mine)

    def __enter__(self):
        return self.transport, self

    def __exit__(self, *_):
        self.transport.close()
        self.other.close()

    async def read(self, count):
        data = b""
        while len(data) < count and (more := await self.loop.sock_recv(self.other, 1 << 20)):
            data += more
        return data

    def send_fds(self, data, count):
        files = [os.open(os.devnull, os.O_RDONLY) for _ in range(count)]
        socket.send_fds(self.other, [data], files)
        for file in files:
            os.close(file)


@scene
async def test_what_is_sent_is_received_and_the_end_is_empty():
    with Pair() as (transport, pair):
        pair.other.send(b"hello")
        assert await transport.receive() == b"hello"
        pair.other.close()
        assert await transport.receive() == b""


@scene
async def test_bytes_that_come_later_are_waited_for():
    with Pair() as (transport, pair):
        for data in (b"one", b"two"):
            receiving = asyncio.ensure_future(transport.receive())
            await asyncio.sleep(0)
            pair.other.send(data)
            assert await receiving == data


@scene
async def test_silence_is_told_and_bytes_after_it_are_not_lost():
    with Pair() as (transport, pair):
        assert await transport.receive(patience=5 * MS) is None
        pair.other.send(b"late")
        assert await transport.receive(patience=5 * MS) == b"late"


@scene
async def test_bytes_that_came_while_nobody_had_a_turn_are_no_silence(monkeypatch):
    with Pair() as (transport, pair):

        async def is_readable(_):
            pair.other.send(b"late")
            return False

        monkeypatch.setattr(transport, "_readable", is_readable)
        assert await transport.receive(patience=5 * MS) == b"late"


@scene
async def test_who_is_cancelled_while_receiving_loses_nothing():
    with Pair() as (transport, pair):
        receiving = asyncio.ensure_future(transport.receive())
        await asyncio.sleep(0)
        receiving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await receiving
        pair.other.send(b"kept")
        assert await transport.receive() == b"kept"


@scene
async def test_bytes_that_nobody_reads_do_not_keep_the_loop_busy():
    with Pair() as (transport, pair):
        receiving = asyncio.ensure_future(transport.receive())
        await asyncio.sleep(0)
        pair.other.send(b"one")
        await receiving
        pair.other.send(b"two")
        transport._wake()  # as the loop does now, time and again
        assert not transport._is_watched
        assert await transport.receive() == b"two"


@scene
async def test_a_broken_stream_is_a_lost_connection():
    with Pair() as (transport, pair):
        transport._socket.close()
        with pytest.raises(DisconnectedError):
            await transport.receive()
        pair.transport._out.clear()


@scene
async def test_a_large_message_arrives_whole_and_nothing_comes_between_its_pieces():
    with Pair() as (transport, pair):
        pieces = [MUCH[start : start + 100_000] for start in range(0, len(MUCH), 100_000)]
        large = asyncio.ensure_future(transport.send(pieces))
        await asyncio.sleep(0)
        small = asyncio.ensure_future(transport.send([b"small"]))
        await asyncio.sleep(0)
        transport.send_soon(b"soon")
        assert await pair.read(len(MUCH) + 9) == MUCH + b"smallsoon"
        await large
        await small


@scene
async def test_who_is_cancelled_while_sending_does_not_cut_the_message_off():
    with Pair() as (transport, pair):
        sending = asyncio.ensure_future(transport.send([MUCH]))
        await asyncio.sleep(0)
        assert not sending.done()
        sending.cancel()
        assert await pair.read(len(MUCH)) == MUCH


@scene
async def test_descriptors_travel_beside_the_first_piece_and_the_caller_keeps_his():
    with Pair() as (transport, pair):
        file = os.open(os.devnull, os.O_RDONLY)
        await transport.send([b"first", b"second"], descriptors=(file,))
        os.fstat(file)
        os.close(file)
        data, (received,), _, _ = socket.recv_fds(pair.other, 100, 4)
        os.close(received)
        assert data == b"first"
        assert await pair.read(6) == b"second"


@scene
async def test_sending_to_nobody_fails_and_so_does_what_waits_to_be_sent():
    with Pair() as (transport, pair):
        waiting = asyncio.ensure_future(transport.send([MUCH]))
        await asyncio.sleep(0)
        pair.other.close()
        with pytest.raises(DisconnectedError):
            await waiting
        with pytest.raises(DisconnectedError):
            await transport.send([b"more"])


@scene
async def test_what_waits_to_be_sent_fails_when_it_is_closed():
    with Pair() as (transport, _):
        waiting = asyncio.ensure_future(transport.send([MUCH], descriptors=(0,)))
        await asyncio.sleep(0)
        transport.close()
        with pytest.raises(DisconnectedError):
            await waiting


@scene
async def test_answers_for_a_server_that_does_not_read_them_have_a_bound():
    with Pair() as (transport, _):
        waiting = asyncio.ensure_future(transport.send([MUCH]))
        await asyncio.sleep(0)
        for _ in range(module._MOST_OWED):
            transport.send_soon(b"answer")
        with pytest.raises(DisconnectedError, match="does not read"):
            transport.send_soon(b"answer")
        waiting.cancel()


@scene
async def test_descriptors_are_given_in_their_order():
    with Pair() as (transport, pair):
        pair.send_fds(b"two", 2)
        await transport.receive()
        first, second = transport.take_descriptor(), transport.take_descriptor()
        assert None not in (first, second)
        assert transport.take_descriptor() is None
        os.close(first)
        os.close(second)


@scene
async def test_descriptors_that_belong_to_nothing_have_a_bound_and_are_closed():
    before = len(os.listdir("/proc/self/fd"))
    with Pair() as (transport, pair):
        for _ in range(module._MOST_DESCRIPTORS // 200):
            pair.send_fds(b"x", 200)
            await transport.receive()
        pair.send_fds(b"x", 200)
        with pytest.raises(DisconnectedError, match="belongs to no BLOB"):
            await transport.receive()
    assert len(os.listdir("/proc/self/fd")) == before
