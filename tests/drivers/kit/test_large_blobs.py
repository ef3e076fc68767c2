"""A picture of any size leaves the loop its turns: other devices go on, and nothing is counted in seconds here."""

import asyncio
import io
import os
import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest

from lightapt_drivers import BlobVector, DefBlob, DefNumber, Device, Driver, NumberVector, on_new
from lightapt_drivers.kit import stdio
from lightapt_drivers.kit.stdio import Stdio
from tests.drivers.kit.scenes import PATIENCE, descriptors, new, turns

SIZE = 64_000_000


class Camera(Device):
    """A camera that is told by the test when to send."""

    image = BlobVector("IMAGE", DefBlob("IMAGE"), always=True)


class Clock(Device):
    """A device beside it."""

    tick = NumberVector("TICK", DefNumber("COUNT", 0.0), always=True)

    def __init__(self):
        super().__init__()
        self.heard = asyncio.Event()

    @on_new(tick)
    async def hear(self, wanted):
        self.heard.set()


class Turns:
    """Counts the turns of the loop."""

    def __init__(self):
        self.count = 0
        self._handle = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self):
        self.count += 1
        self._handle = asyncio.get_running_loop().call_soon(self._turn)

    def stop(self):
        self._handle.cancel()


class Reader:
    """Reads all that comes, in a thread, once it is told to."""

    def __init__(self, descriptor):
        self.count = 0
        self._begin = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(descriptor,))
        self._thread.start()

    def _read(self, descriptor):
        self._begin.wait()
        while data := os.read(descriptor, 1 << 20):
            self.count += len(data)

    def begin(self):
        self._begin.set()

    def end(self):
        self.begin()
        self._thread.join(PATIENCE)


@contextmanager
def on_pipes():
    """Two pipes, as a port, and what the server has of them."""
    with ExitStack() as stack:
        theirs, ours = ([io.FileIO(end, mode) for end, mode in zip(os.pipe(), "rw", strict=True)] for _ in range(2))
        for end in (theirs[0], ours[0]):
            stack.enter_context(end)
        writing = stack.enter_context(ours[1])
        reader = Reader(ours[0].fileno())
        stack.callback(reader.end)
        stack.callback(writing.close)
        asking = stack.enter_context(theirs[1])
        with Stdio(theirs[0].fileno(), writing.fileno()) as port:
            yield port, asking, reader


@contextmanager
def running(port, *devices):
    """Run devices until the block ends."""
    life = asyncio.ensure_future(Driver(port, devices).run())
    yield life
    life.cancel()


async def defined(camera):
    await turns(3)
    camera.image.define()


def test_down_a_pipe_it_goes_piece_by_piece():
    async def scene():
        camera = Camera()
        with on_pipes() as (port, _, reader), running(port, camera):
            await defined(camera)
            reader.begin()
            counted = Turns()
            await camera.image.send(bytes(SIZE), format=".raw")
            await port.flush()
            counted.stop()
        return counted.count, reader.count

    turned, arrived = asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert arrived > SIZE * 4 / 3
    assert turned > 500  # pieces of the encoding, and what a pipe takes at once


def test_into_shared_memory_it_is_copied_slice_by_slice():
    async def scene():
        camera = Camera()
        ours, theirs = socket.socketpair()
        with ours, theirs, Stdio(theirs.fileno(), theirs.fileno()) as port, running(port, camera):
            await defined(camera)
            counted = Turns()
            await camera.image.send(bytes(SIZE), format=".raw")
            counted.stop()
        return counted.count

    before = descriptors()
    assert asyncio.run(asyncio.wait_for(scene(), PATIENCE)) > 50
    assert descriptors() == before


def test_what_is_given_up_while_it_is_copied_gives_its_memory_back():
    async def scene():
        camera = Camera()
        ours, theirs = socket.socketpair()
        with ours, theirs, Stdio(theirs.fileno(), theirs.fileno()) as port, running(port, camera):
            await defined(camera)
            held = descriptors()
            sending = asyncio.ensure_future(camera.image.send(bytes(SIZE), format=".raw"))
            await turns(3)
            assert descriptors() > held
            sending.cancel()
            await asyncio.wait([sending])
            assert descriptors() == held

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def test_another_device_hears_while_it_goes():
    async def scene():
        camera, clock = Camera(), Clock()
        with on_pipes() as (port, asking, reader), running(port, camera, clock):
            await defined(camera)
            sending = asyncio.ensure_future(camera.image.send(bytes(SIZE), format=".raw"))
            asking.write(new("Number", "Clock", "TICK", COUNT=1).encode())
            await clock.heard.wait()
            assert not sending.done()
            reader.begin()
            await sending

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def test_a_second_picture_waits_until_the_first_is_nearly_written():
    async def scene():
        camera = Camera()
        with on_pipes() as (port, _, reader), running(port, camera):
            await defined(camera)
            first, second = (
                asyncio.ensure_future(camera.image.send(bytes(4_000_000), format=".raw")) for _ in range(2)
            )
            await turns(100)
            assert not first.done()
            waiting = port._waiting
            reader.begin()
            await second
        return waiting

    assert asyncio.run(asyncio.wait_for(scene(), PATIENCE)) < 6_000_000


def test_a_server_that_never_reads_ends_the_driver(monkeypatch):
    monkeypatch.setattr(stdio, "_LIMIT", 100_000)

    async def scene():
        clock = Clock()
        with on_pipes() as (port, _, _), running(port, clock) as life:
            await turns(3)
            clock.tick.define()
            while not life.done():
                for _ in range(100):
                    clock.tick.set(COUNT=1.0)
                await turns()
            await life

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert caught.group_contains(BrokenPipeError, match="bytes unread")
