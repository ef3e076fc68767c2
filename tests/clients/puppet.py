"""A puppet server: the other end of a client's connection, in the hands of a test."""

from __future__ import annotations

import asyncio
import functools
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from lightapt_clients import Timing, connect
from lightapt_clients.addresses import TcpAddress, UnixAddress
from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Framer
from lightapt_protocol.members import DefBlob, DefNumber, DefSwitch, DefText, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    DefBlobVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    NewNumberVector,
    PingReply,
    PingRequest,
    SetNumberVector,
    SetSwitchVector,
)
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState
from lightapt_protocol.writer import write
from tests.system.puppets import MS, PATIENCE

LONG = 10.0
"""Seconds that pass only where a scene puts its clock forward, with :func:`later`."""
FAST = Timing(pauses=(10 * MS, 20 * MS), settle=LONG, steady=1000.0)
PINGS = (PingRequest, PingReply)
IDLE, OK, BUSY, ALERT = State.IDLE, State.OK, State.BUSY, State.ALERT
ON, OFF = SwitchState.ON, SwitchState.OFF

COORD = DefNumberVector(
    "Mount", "COORD", state=IDLE, members=(DefNumber("RA", 1.0, format="%10.6m"), DefNumber("DEC", 2.0, format="%g"))
)
NAMES = DefTextVector("Wheel", "NAMES", members=(DefText("ONE", "Red"), DefText("TWO", "Blue")))
CONNECTION = DefSwitchVector("Mount", "CONNECTION", members=(DefSwitch("CONNECT"), DefSwitch("DISCONNECT", ON)))
ABORT = DefSwitchVector("Mount", "ABORT", rule=SwitchRule.AT_MOST_ONE, members=(DefSwitch("ABORT"),))
CCD1 = DefBlobVector("Camera", "CCD1", perm=Permission.READ_ONLY, members=(DefBlob("CCD1"),))
CCD2 = DefBlobVector("Camera", "CCD2", perm=Permission.READ_ONLY, members=(DefBlob("CCD2"),))
FIRMWARE = DefBlobVector("Camera", "FIRMWARE", perm=Permission.WRITE_ONLY, members=(DefBlob("FILE"),))


def coord(state=None, message="", **values):
    """An update of COORD."""
    members = tuple(OneNumber(name, value) for name, value in values.items())
    return SetNumberVector("Mount", "COORD", state=state, message=message, members=members)


def switches(device, name, state=None, message="", **values):
    """An update of switches."""
    members = tuple(OneSwitch(member, SwitchState(int(value))) for member, value in values.items())
    return SetSwitchVector(device, name, state=state, message=message, members=members)


def scene(play):
    """Make a test of a coroutine function; it must end in time."""

    @functools.wraps(play)
    def test(*arguments, **named):
        async def in_time():
            loop = asyncio.get_running_loop()
            loop.time = Clock(loop.time)
            async with asyncio.timeout(PATIENCE):
                await play(*arguments, **named)

        asyncio.run(in_time())

    return test


class Clock:
    """A loop's clock, which :func:`later` puts forward, also for those who hold it already."""

    def __init__(self, clock):
        self._clock = clock
        self.ahead = 0.0

    def __call__(self):
        return self._clock() + self.ahead


def later(seconds):
    """Have the clock of a scene's loop show a later time."""
    asyncio.get_running_loop().time.ahead += seconds


class End:
    """The server's end of one connection."""

    def __init__(self, sock):
        self.descriptors = []
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._framer = Framer()
        self._waiting = []

    async def expect(self, kind):
        """Return the next message, which must be of a kind; pings are passed over unless one is wanted."""
        message = await self.next()
        while isinstance(message, PINGS) and kind not in PINGS:
            message = await self.next()
        assert isinstance(message, kind), message
        return message

    async def next(self):
        """Return the next message."""
        while not self._waiting:
            self._waiting += await self._more()
        return self._waiting.pop(0)

    async def sync(self):
        """Wait until the client has read all that was said; what it says meanwhile waits to be expected."""
        await self.say(PingRequest("sync"))
        while PingReply("sync") not in self._waiting:
            self._waiting += await self._more()
        self._waiting.remove(PingReply("sync"))

    async def said(self):
        """Return what the client has said up to now, but for pings."""
        await self.sync()
        said, self._waiting = [one for one in self._waiting if not isinstance(one, PINGS)], []
        return said

    async def _more(self):
        data = await self._read()
        assert data, "the client has closed the connection"
        return [_message(element) for element in self._framer.feed(data)]

    async def _read(self):
        if self._socket.family != socket.AF_UNIX:
            return await self._loop.sock_recv(self._socket, 1 << 16)
        await _readable(self._loop, self._socket)
        data, descriptors, _, _ = socket.recv_fds(self._socket, 1 << 16, 16)
        self.descriptors += descriptors
        return data

    async def expect_end(self):
        """Wait until the client has closed the connection."""
        with suppress(ConnectionError):
            while await self._read():
                pass

    async def say(self, *messages):
        """Send messages, or bytes as they stand."""
        await self._loop.sock_sendall(
            self._socket, b"".join(one if isinstance(one, bytes) else write(one) for one in messages)
        )

    def say_with(self, data, *descriptors):
        """Send bytes with descriptors beside them, which are closed."""
        socket.send_fds(self._socket, [data], list(descriptors))
        for descriptor in descriptors:
            os.close(descriptor)

    def close(self):
        """Close the connection."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors.clear()
        self._socket.close()

    def reset(self):
        """Break the connection, as a server does that is killed."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


async def _readable(loop, sock):
    ready = loop.create_future()
    loop.add_reader(sock, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(sock)


def _message(element):
    return parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)


class Puppet:
    """A server."""

    def __init__(self, listening):
        self._listening = listening
        self.ends = []

    @property
    def address(self):
        name = self._listening.getsockname()
        return UnixAddress("@" + name[1:].decode()) if isinstance(name, bytes) else TcpAddress(*name[:2])

    async def accept(self):
        """Wait for the next connection."""
        sock, _ = await asyncio.get_running_loop().sock_accept(self._listening)
        sock.setblocking(False)
        end = End(sock)
        self.ends.append(end)
        return end

    def stop_listening(self):
        """Refuse connections, until :meth:`listen_again`."""
        self._name = self._listening.getsockname()
        self._listening.close()

    def listen_again(self):
        """Listen where it listened before."""
        self._listening = socket.create_server(self._name[:2])
        self._listening.setblocking(False)

    def close(self):
        for end in self.ends:
            end.close()
        self._listening.close()


@asynccontextmanager
async def puppet(*, is_local=False) -> AsyncIterator[Puppet]:
    """A server, on TCP or on a local socket."""
    if is_local:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(f"\0lightapt-test-{os.getpid()}-{id(listening)}")
        listening.listen()
    else:
        listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    server = Puppet(listening)
    try:
        yield server
    finally:
        server.close()


@asynccontextmanager
async def conversation(*definitions, is_local=False, timing=FAST, **options):
    """A server and a client that has been told of some properties: yields the server, its end and the client."""
    async with puppet(is_local=is_local) as server, connect(server.address, timing=timing, **options) as indi:
        end = await server.accept()
        await end.say(*definitions)
        await end.sync()
        yield server, end, indi


async def asked(end, requesting, kind=NewNumberVector):
    """Begin a request; return it when the server has got it."""
    task = asyncio.ensure_future(requesting)
    while not isinstance(await end.next(), kind):
        pass
    return task
