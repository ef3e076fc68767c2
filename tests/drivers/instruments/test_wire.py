"""A wire waits on the event loop, and knows when the port has gone."""

import asyncio
import os
import socket
import threading
import tty

import pytest

from lightapt_drivers.instruments.errors import LinkLostError
from lightapt_drivers.instruments.wire import Wire

PATIENCE = 20.0


class Pair:
    """A wire, and the instrument's end of it."""

    def __init__(self):
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        os.set_blocking(self.near, False)
        self.closed = 0
        self.wire = Wire("the port", self.near, self._close)

    def _close(self):
        self.closed += 1
        os.close(self.near)

    def hang_up(self):
        os.close(self.far)


def play(scene):
    async def main():
        async with asyncio.timeout(PATIENCE):
            await scene(Pair())

    asyncio.run(main())


async def soon(awaitable):
    """Start it, and return it once it waits."""
    task = asyncio.ensure_future(awaitable)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not task.done()
    return task


def test_what_comes_is_read():
    async def scene(pair):
        os.write(pair.far, b"12:34#")
        assert await pair.wire.read() == b"12:34#"

    play(scene)


def test_reading_waits_for_what_comes_later():
    async def scene(pair):
        reading = await soon(pair.wire.read())
        os.write(pair.far, b"1")
        assert await reading == b"1"

    play(scene)


def test_nothing_is_there_to_take_and_that_is_no_fault():
    async def scene(pair):
        assert pair.wire.take() == b""
        assert pair.wire.is_open

    play(scene)


def test_what_is_written_arrives():
    async def scene(pair):
        await pair.wire.write(b":GR#")
        assert os.read(pair.far, 100) == b":GR#"

    play(scene)


def test_writing_waits_for_who_reads_slowly():
    async def scene(pair):
        much = bytes(range(256)) * 1000
        writing = await soon(pair.wire.write(much))
        read = bytearray()
        os.set_blocking(pair.far, False)
        while len(read) < len(much):
            try:
                read += os.read(pair.far, 65536)
            except BlockingIOError:
                await asyncio.sleep(0)
        await writing
        assert read == much

    play(scene)


@pytest.mark.parametrize("act", ["read", "write"])
def test_a_port_that_was_unplugged_has_gone(act):
    async def scene(pair):
        pair.hang_up()
        with pytest.raises(LinkLostError, match="the port has gone"):
            await (pair.wire.read() if act == "read" else pair.wire.write(b"x"))
        assert not pair.wire.is_open
        assert pair.closed == 1

    play(scene)


def test_a_reader_hears_of_the_plug_being_pulled():
    async def scene(pair):
        reading = await soon(pair.wire.read())
        pair.hang_up()
        with pytest.raises(LinkLostError, match="has gone"):
            await reading

    play(scene)


def test_a_port_that_has_gone_stays_so_and_says_why():
    async def scene(pair):
        pair.hang_up()
        for _ in range(2):
            with pytest.raises(LinkLostError, match="has gone"):
                pair.wire.take()

    play(scene)


def test_a_peer_that_closes_its_socket_has_gone():
    async def scene(_):
        near, far = socket.socketpair()
        near.setblocking(False)
        wire = Wire("socket://there:1", near.fileno(), near.close)
        far.close()
        with pytest.raises(LinkLostError, match="socket://there:1 has gone"):
            await wire.read()

    play(scene)


def test_closing_ends_the_wait_of_a_reader():
    async def scene(pair):
        reading = await soon(pair.wire.read())
        pair.wire.close()
        with pytest.raises(LinkLostError, match="the port is closed"):
            await reading

    play(scene)


def test_closing_again_does_nothing():
    async def scene(pair):
        pair.wire.close()
        pair.wire.close()
        assert pair.closed == 1

    play(scene)


def test_nothing_is_watched_between_reads():
    async def scene(pair):
        reading = await soon(pair.wire.read())
        os.write(pair.far, b"x")
        await reading
        assert not asyncio.get_running_loop().remove_reader(pair.near)

    play(scene)


def test_the_last_words_are_waited_for():
    async def scene(pair):
        sent = []
        wire = Wire("the port", pair.near, lambda: None, drain=lambda: sent.append(threading.current_thread()))
        await wire.drain(PATIENCE)
        assert sent != [threading.main_thread()]
        wire.close()
        await wire.drain(PATIENCE)
        assert len(sent) == 1

    play(scene)


def test_the_last_words_are_not_waited_for_for_ever():
    async def scene(pair):
        gone = threading.Event()
        wire = Wire("the port", pair.near, gone.set, drain=lambda: gone.wait(PATIENCE) and None)
        await wire.drain(0.01)
        assert not gone.is_set()
        wire.close()

    play(scene)


def test_closing_lets_go_of_the_ports_number_at_once():
    async def scene(pair):
        other = Pair()
        reading = await soon(pair.wire.read())
        pair.wire.close()
        os.dup2(other.near, pair.near)  # another port gets the number that has become free
        wire = Wire("another port", pair.near, lambda: os.close(pair.near))
        watching = await soon(wire.read())
        with pytest.raises(LinkLostError):
            await reading
        os.write(other.far, b"x")
        assert await watching == b"x"

    play(scene)
