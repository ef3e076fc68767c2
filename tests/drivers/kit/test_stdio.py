"""Stdin and stdout as they may be: a socket, pipes, files, a terminal."""

import asyncio
import gc
import io
import os
import pty
import socket
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from lightapt_drivers.kit import stdio
from lightapt_drivers.kit.stdio import Stdio
from lightapt_protocol.shared_memory import create

LARGE = b"0123456789abcdef" * 500_000  # more than any socket or pipe holds
PATIENCE = 60.0


@dataclass
class FarEnd:
    """The server's end: where it reads and writes, and how it says that this was all."""

    reading: socket.socket | io.FileIO
    writing: socket.socket | io.FileIO
    finish: Callable[[], None]

    def write(self, data):
        os.write(self.writing.fileno(), data)

    async def read(self, size):
        """Read so many bytes of what comes."""
        loop, data = asyncio.get_running_loop(), b""
        async with asyncio.timeout(PATIENCE):
            while len(data) < size:
                ready = asyncio.Event()
                loop.add_reader(self.reading, ready.set)
                await ready.wait()
                loop.remove_reader(self.reading)
                data += os.read(self.reading.fileno(), 1 << 20)
        return data


@contextmanager
def on_socket(*, pair=socket.socketpair):
    ours, theirs = pair()
    with ours, theirs, Stdio(theirs.fileno(), theirs.fileno()) as port:
        yield port, FarEnd(ours, ours, lambda: ours.shutdown(socket.SHUT_WR))


def on_tcp():
    def pair():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            theirs = socket.create_connection(listening.getsockname())
            return listening.accept()[0], theirs

    return on_socket(pair=pair)


@contextmanager
def open_pipe():
    reading, writing = os.pipe()
    with io.FileIO(reading, "r") as source, io.FileIO(writing, "w") as target:
        yield source, target


@contextmanager
def on_pipes():
    with ExitStack() as stack:
        (their_in, our_out), (our_in, their_out) = (stack.enter_context(open_pipe()) for _ in range(2))
        port = stack.enter_context(Stdio(their_in.fileno(), their_out.fileno()))
        yield port, FarEnd(our_in, our_out, our_out.close)


def send(port, *pieces, descriptors=()):
    port.send(pieces, size=sum(map(len, pieces)), descriptors=descriptors)


STREAMS = pytest.mark.parametrize("stream", [on_socket, on_tcp, on_pipes])


@STREAMS
def test_what_comes_is_received(stream):
    async def scene():
        with stream() as (port, far):
            waiting = asyncio.create_task(port.receive())
            await asyncio.sleep(0)
            far.write(b"<getProperties/>")
            return await waiting

    assert asyncio.run(scene()) == b"<getProperties/>"


@STREAMS
def test_a_large_message_waits_for_its_reader_and_arrives_whole(stream):
    async def scene():
        with stream() as (port, far):
            send(port, LARGE, b"end")
            waiting = asyncio.create_task(port.drained())
            await asyncio.sleep(0)
            assert not waiting.done()
            data = await far.read(len(LARGE) + 3)
            await waiting
            await port.flush()
            return data

    assert asyncio.run(scene()) == LARGE + b"end"


@STREAMS
def test_messages_keep_their_order_and_are_never_mixed(stream):
    messages = [bytes([letter]) * 300_000 for letter in b"abcde"]

    async def scene():
        with stream() as (port, far):
            for message in messages:
                send(port, message[:1000], message[1000:])
            return await far.read(1_500_000)

    assert asyncio.run(scene()) == b"".join(messages)


def test_a_message_goes_on_when_who_waits_for_it_gives_up():
    async def scene():
        with on_socket() as (port, far):
            send(port, LARGE)
            waiting = asyncio.create_task(port.drained())
            await asyncio.sleep(0)
            waiting.cancel()
            send(port, b"next")
            return await far.read(len(LARGE) + 4)

    assert asyncio.run(scene()) == LARGE + b"next"


@STREAMS
def test_what_little_waits_makes_nobody_wait(stream):
    async def scene():
        with stream() as (port, far):
            send(port, LARGE)
            await far.read(len(LARGE) - 1000)
            await port.drained()

    asyncio.run(scene())


def test_pieces_are_asked_for_when_they_can_be_written():
    asked = []

    def pieces():
        for number in range(1000):
            asked.append(number)
            yield b"x" * 100_000

    async def scene():
        with on_socket() as (port, far):
            port.send(pieces(), size=100_000_000)
            await asyncio.sleep(0)
            assert len(asked) < 100
            while len(asked) < 1000:
                await far.read(1)

    asyncio.run(scene())


def test_a_long_message_leaves_the_loop_its_turns():
    turn, asked_in = 0, []

    def pieces():
        for _ in range(50):
            asked_in.append(turn)
            yield b"x"

    async def scene():
        nonlocal turn
        with on_socket() as (port, _):
            port.send(pieces(), size=50)
            while len(asked_in) < 50:
                turn += 1
                await asyncio.sleep(0)

    asyncio.run(scene())
    # The next piece is got ready when one is written: two belong to the first turn.
    assert all(asked_in.count(turn) <= 2 for turn in asked_in)


@STREAMS
def test_the_end_of_the_input_is_empty(stream):
    async def scene():
        with stream() as (port, far):
            far.finish()
            return await port.receive()

    assert asyncio.run(scene()) == b""


def test_a_server_that_went_and_left_something_unread_is_the_end():
    async def scene():
        ours, theirs = socket.socketpair()
        with theirs, Stdio(theirs.fileno(), theirs.fileno()) as port:
            with ours:
                send(port, b"never read")
            return await port.receive()

    assert asyncio.run(scene()) == b""


@STREAMS
@pytest.mark.parametrize("who", [Stdio.drained, Stdio.flush, Stdio.receive])
def test_all_who_wait_learn_that_nobody_reads_any_more(stream, who):
    async def scene():
        with stream() as (port, far):
            send(port, LARGE)
            waiting = asyncio.create_task(who(port))
            await asyncio.sleep(0)
            far.reading.close()
            if who is Stdio.receive and stream is not on_pipes:  # one socket ends in both directions
                assert await waiting == b""
                return
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                await waiting

    asyncio.run(scene())


def test_a_server_that_leaves_too_much_unread_is_as_good_as_gone(monkeypatch):
    monkeypatch.setattr(stdio, "_LIMIT", 2 * len(LARGE))
    descriptor, later = create(7), create(7)

    async def scene():
        with on_socket() as (port, _):
            receiving = asyncio.create_task(port.receive())
            send(port, LARGE)
            send(port, b"<a/>", descriptors=[descriptor])
            send(port, LARGE)
            for who in (receiving, port.drained(), port.receive()):
                with pytest.raises(BrokenPipeError, match="the server has left 8000004 bytes unread"):
                    await who
            send(port, b"<a/>", descriptors=[later])

    asyncio.run(scene())
    for gone in (descriptor, later):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(gone)


def test_one_message_may_be_of_any_size(monkeypatch):
    monkeypatch.setattr(stdio, "_LIMIT", 1000)

    async def scene():
        with on_socket() as (port, far):
            send(port, LARGE)
            return await far.read(len(LARGE))

    assert asyncio.run(scene()) == LARGE


def test_descriptors_travel_with_their_message_and_are_closed_here():
    async def scene():
        ours, theirs = socket.socketpair()
        with ours, theirs, Stdio(theirs.fileno(), theirs.fileno()) as port:
            assert port.attaches
            descriptor = create(7)
            os.pwrite(descriptor, b"picture", 0)
            send(port, b"plain")
            send(port, b"<a/>", b"<b/>", descriptors=[descriptor])
            await port.flush()
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(descriptor)
            return ours.recvmsg(5, 100), socket.recv_fds(ours, 100, 4)

    (plain, rights, *_), (data, descriptors, *_) = asyncio.run(scene())
    assert (plain, rights) == (b"plain", [])
    assert data.startswith(b"<a/>")
    content = [os.pread(descriptor, 100, 0) for descriptor in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    assert content == [b"picture"]


def test_descriptors_that_did_not_get_away_are_closed():
    async def scene():
        descriptor = create(7)
        with on_socket() as (port, _):
            send(port, LARGE)
            send(port, b"<a/>", descriptors=[descriptor])
        return descriptor

    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(asyncio.run(scene()))


@pytest.mark.parametrize(("stream", "attaches"), [(on_socket, True), (on_tcp, False), (on_pipes, False)])
def test_only_a_unix_socket_passes_descriptors(stream, attaches):
    with stream() as (port, _):
        assert port.attaches is attaches


def test_files_serve_too(tmp_path):
    (tmp_path / "in").write_bytes(b"<getProperties/>")

    async def scene():
        with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as target:
            with Stdio(source.fileno(), target.fileno()) as port:
                data = [await port.receive(), await port.receive()]
                send(port, LARGE)
                await port.flush()
            return data

    assert asyncio.run(scene()) == [b"<getProperties/>", b""]
    assert (tmp_path / "out").read_bytes() == LARGE


def test_a_file_as_input_and_nobody_who_reads_end_without_a_murmur(tmp_path, caplog):
    (tmp_path / "in").write_bytes(b"<getProperties/>")

    async def scene():
        with ExitStack() as stack:
            source = stack.enter_context((tmp_path / "in").open("rb"))
            reading, writing = stack.enter_context(open_pipe())
            port = stack.enter_context(Stdio(source.fileno(), writing.fileno()))
            await port.receive()
            reading.close()
            send(port, b"<a/>")
            with pytest.raises(BrokenPipeError):
                await port.receive()
        gc.collect()  # an exception that nobody asked for would be logged now

    asyncio.run(scene())
    assert caplog.text == ""


def test_a_terminal_serves_too_and_is_left_as_it_was():
    async def scene():
        with ExitStack() as stack:
            ours, theirs = (stack.enter_context(io.FileIO(end, "r+")) for end in pty.openpty())
            port, far = stack.enter_context(Stdio(theirs.fileno(), theirs.fileno())), FarEnd(ours, ours, ours.close)
            assert os.get_blocking(theirs.fileno())
            far.write(b"<getProperties/>\n")
            received = await port.receive()
            send(port, b"<message/>\n")
            return received, await far.read(len(b"<getProperties/>\r\n<message/>\r\n"))

    received, shown = asyncio.run(scene())
    assert received == b"<getProperties/>\n"
    assert b"<message/>" in shown


def test_afterwards_all_is_as_it_was():
    reading, writing = os.pipe()
    with Stdio(reading, writing):
        assert not os.get_blocking(reading)
    assert os.get_blocking(reading)
    assert os.get_blocking(writing)
    os.close(reading)
    os.close(writing)
