"""Stdin and stdout as they may be: a socket, pipes, files, a terminal."""

import asyncio
import io
import os
import pty
import socket
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from lightapt_drivers.stdio import Stdio
from lightapt_protocol.shared_memory import create

LARGE = b"0123456789abcdef" * 500_000  # more than any socket or pipe holds
PATIENCE = 20.0


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
def on_pipes():
    with ExitStack() as stack:
        (their_in, our_out), (our_in, their_out) = [
            [stack.enter_context(io.FileIO(end, mode)) for end, mode in zip(os.pipe(), "rw", strict=True)]
            for _ in range(2)
        ]
        port = stack.enter_context(Stdio(their_in.fileno(), their_out.fileno()))
        yield port, FarEnd(our_in, our_out, our_out.close)


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
            sending = asyncio.create_task(port.send([LARGE, b"end"]))
            await asyncio.sleep(0)
            assert not sending.done()
            data = await far.read(len(LARGE) + 3)
            await sending
            await port.flush()
            return data

    assert asyncio.run(scene()) == LARGE + b"end"


@STREAMS
def test_messages_keep_their_order_and_are_never_mixed(stream):
    messages = [bytes([letter]) * 300_000 for letter in b"abcde"]

    async def scene():
        with stream() as (port, far):
            async with asyncio.TaskGroup() as tasks:
                for message in messages:
                    tasks.create_task(port.send([message[:1000], message[1000:]]))
                reading = tasks.create_task(far.read(1_500_000))
            return reading.result()

    assert asyncio.run(scene()) == b"".join(messages)


def test_a_message_arrives_whole_even_if_its_sender_is_cancelled():
    async def scene():
        with on_socket() as (port, far):
            sending = asyncio.create_task(port.send([LARGE]))
            await asyncio.sleep(0)
            sending.cancel()
            reading = asyncio.create_task(far.read(len(LARGE) + 4))
            await port.send([b"next"])
            return await reading

    assert asyncio.run(scene()) == LARGE + b"next"


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
                await port.send([b"never read"])
            return await port.receive()

    assert asyncio.run(scene()) == b""


@STREAMS
def test_a_sender_learns_that_nobody_reads_any_more(stream):
    async def scene():
        with stream() as (port, far):
            sending = asyncio.create_task(port.send([LARGE]))
            await asyncio.sleep(0)
            far.reading.close()
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                await sending

    asyncio.run(scene())


def test_descriptors_travel_with_their_message_and_are_closed_here():
    async def scene():
        ours, theirs = socket.socketpair()
        with ours, theirs, Stdio(theirs.fileno(), theirs.fileno()) as port:
            assert port.attaches
            descriptor = create(7)
            os.pwrite(descriptor, b"picture", 0)
            await port.send([b"plain"])
            await port.send([b"<a/>", b"<b/>"], descriptors=[descriptor])
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
            sending = asyncio.create_task(port.send([LARGE]))
            await asyncio.sleep(0)
            behind = asyncio.create_task(port.send([b"<a/>"], descriptors=[descriptor]))
            await asyncio.sleep(0)
            sending.cancel()
            behind.cancel()
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
                await port.send([LARGE])
                await port.flush()
            return data

    assert asyncio.run(scene()) == [b"<getProperties/>", b""]
    assert (tmp_path / "out").read_bytes() == LARGE


def test_a_terminal_serves_too_and_is_left_as_it_was():
    async def scene():
        with ExitStack() as stack:
            ours, theirs = (stack.enter_context(io.FileIO(end, "r+")) for end in pty.openpty())
            port, far = stack.enter_context(Stdio(theirs.fileno(), theirs.fileno())), FarEnd(ours, ours, ours.close)
            assert os.get_blocking(theirs.fileno())
            far.write(b"<getProperties/>\n")
            received = await port.receive()
            await port.send([b"<message/>\n"])
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
