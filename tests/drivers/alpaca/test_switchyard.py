"""Child processes share one connection to the server; what happens to one of them is no matter to the others."""

import asyncio
import os
import sys
from collections import deque
from pathlib import Path

import pytest

from lightapt_drivers import Device, Driver
from lightapt_drivers.alpaca import line
from lightapt_drivers.alpaca.switchyard import ChildState, Switchyard
from lightapt_drivers.testing import MemoryPort
from lightapt_protocol import shared_memory
from lightapt_protocol.members import OneNumber, OneSwitch
from lightapt_protocol.messages import (
    GetProperties,
    NewNumberVector,
    NewSwitchVector,
    PingReply,
    PingRequest,
    SetBlobVector,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State, SwitchState
from lightapt_protocol.writer import write

PATIENCE = 90.0
LINGERS = """
import os, sys
from lightapt_protocol.messages import DefSwitchVector
from lightapt_protocol.members import DefSwitch
from lightapt_protocol.writer import write
os.write(1, write(DefSwitchVector("Third", "CONNECTION", members=(DefSwitch("CONNECT"),))))
os.close(0)
os.close(1)
open(sys.argv[1]).read()
"""
"""A driver that ends its output at once, and itself when its file, a FIFO, has ended."""
BABBLES = """
import os, sys
from lightapt_protocol.messages import DefSwitchVector
from lightapt_protocol.members import DefSwitch
from lightapt_protocol.writer import write
os.write(1, write(DefSwitchVector("Third", "CONNECTION", members=(DefSwitch("CONNECT"),))))
while os.read(0, 65536):
    pass
for _ in range(100):
    os.write(1, b" " * 100_000)
open(sys.argv[1], "w").write("ended by itself")
"""
"""A driver that has much to say when it is to end, and then writes its file."""
MEMBER = str(Path(__file__).with_name("members.py"))


class Host(Device):
    """The device of the process itself."""


class Server:
    """Plays the server to a switchyard."""

    def __init__(self, *, attaches):
        self.port = MemoryPort(said=self._heard, attaches=attaches)
        self.mirror = Mirror()
        self.pictures = deque()
        self.replies = []
        self.states = []
        self._moved = asyncio.Event()
        self.yard = Switchyard(self.port, environment=os.environ, restarts=(0.05,), farewell=0.3)

    async def __aenter__(self):
        run = self.yard.run(lambda inner: Driver(inner, [Host("Host")]).run(), "Host")
        self._life = asyncio.create_task(run)
        self.say(GetProperties())
        await self.until(lambda: self.mirror.find("Host", "DRIVER_INFO"))
        return self

    async def __aexit__(self, *_):
        self.port.tell(b"")
        async with asyncio.timeout(PATIENCE):
            await self._life

    def start(self, name):
        self.run([sys.executable, MEMBER, name], name)

    def run(self, command, name):
        self.yard.start(command, name, told=self._told)

    def say(self, message):
        self.port.tell(write(message))

    def number(self, device, name, member, value):
        self.say(NewNumberVector(device, name, members=(OneNumber(member, value),)))

    def push(self, device, button):
        self.say(NewSwitchVector(device, "END", members=(OneSwitch(button, SwitchState.ON),)))

    def connect(self, device):
        self.say(NewSwitchVector(device, "CONNECTION", members=(OneSwitch("CONNECT", SwitchState.ON),)))

    def is_on(self, device):
        found = self.mirror.find(device, "CONNECTION")
        return found is not None and found.is_on("CONNECT") and found.state is State.OK

    def value(self, device, name, member="VALUE"):
        found = self.mirror.find(device, name)
        return None if found is None else found.number(member)

    async def until(self, is_so):
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._moved.clear()
                await self._moved.wait()

    def _told(self, state):
        self.states.append(state)
        self._moved.set()

    def _heard(self, message, descriptors):
        self.mirror.apply(message)
        if isinstance(message, PingReply):
            self.replies.append(message.uid)
        if isinstance(message, PingRequest):
            self.say(PingReply(message.uid))
        if isinstance(message, SetBlobVector):
            for one in message.members:
                data = bytes(one.data)
                if one.attached:
                    data = b"".join(bytes(piece) for piece in shared_memory.pieces(descriptors[0], one.size))
                    os.close(descriptors[0])
                self.pictures.append((message.device, one.attached, data))
        self._moved.set()


def play(scene, *, attaches=True):
    async def whole():
        async with Server(attaches=attaches) as server:
            for name in ("First", "Second"):
                server.start(name)
            for name in ("First", "Second"):
                await server.until(lambda name=name: server.value(name, "COUNT") == 0)
            await scene(server)

    asyncio.run(whole())


def processes():
    """The processes that this one has started, and that have not ended."""
    return {int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def test_what_the_server_asks_of_a_device_is_done_by_its_process():
    async def scene(server):
        server.number("Second", "COUNT", "VALUE", 5)
        await server.until(lambda: server.value("Second", "COUNT") == 5)
        assert server.value("First", "COUNT") == 0

    play(scene)


def test_processes_snoop_on_one_another():
    async def scene(server):
        server.number("First", "COUNT", "VALUE", 7)
        await server.until(lambda: server.value("Second", "HEARD") == 7)

    play(scene)


def test_a_ping_is_answered_by_all_together():
    async def scene(server):
        server.say(PingRequest("1"))
        await server.until(lambda: server.replies == ["1"])

    play(scene)


@pytest.mark.parametrize("attaches", [True, False], ids=["attached", "inline"])
def test_large_pictures_pass_whole(attaches):
    size = 100_000_000 if attaches else 10_000_000

    async def scene(server):
        for device in ("First", "Second"):
            server.number(device, "PICTURE", "BYTES", size)
        await server.until(lambda: len(server.pictures) == 2)
        assert {device for device, _, _ in server.pictures} == {"First", "Second"}
        for _, attached, data in server.pictures:
            assert (attached, len(data), data[:4], data[-4:]) == (attaches, size, b"head", b"tail")
        for device in ("First", "Second"):  # the server's word that it is done has come to the one who waits for it
            await server.until(lambda device=device: server.value(device, "PICTURE", "BYTES") == size)

    play(scene, attaches=attaches)


def test_a_process_that_dies_leaves_nothing_and_is_started_again():
    async def scene(server):
        server.number("First", "COUNT", "VALUE", 7)
        await server.until(lambda: server.value("First", "COUNT") == 7)
        server.push("First", "DIE")
        await server.until(lambda: server.mirror.find("First", "COUNT") is None)
        assert server.value("Second", "COUNT") == 0
        await server.until(lambda: server.value("First", "COUNT") == 0)
        assert server.states.count(ChildState.WAITING) == 1
        assert server.states[-1] is ChildState.RUNNING

    play(scene)


def test_devices_whose_processes_die_come_back_as_they_were():
    async def scene(server):
        server.connect("First")
        await server.until(lambda: server.is_on("First"))
        for device in ("First", "Second"):
            server.number(device, "COUNT", "VALUE", 7)
            await server.until(lambda device=device: server.value(device, "COUNT") == 7)
            server.push(device, "DIE")
            await server.until(lambda device=device: server.value(device, "COUNT") == 0)
        await server.until(lambda: server.is_on("First"))
        assert not server.is_on("Second")

    play(scene)


def test_a_device_is_moved_to_another_process_as_it_was():
    async def scene(server):
        server.connect("First")
        await server.until(lambda: server.is_on("First"))
        server.yard.move([sys.executable, MEMBER, "First"], "First")
        await server.until(lambda: server.mirror.find("First", "CONNECTION") is None)
        await server.until(lambda: server.is_on("First"))
        assert ChildState.WAITING not in server.states

    play(scene)


def test_a_device_that_is_started_twice_has_one_process():
    async def scene(server):
        others = processes()
        server.start("First")
        await server.until(lambda: server.mirror.find("First", "CONNECTION") is None)
        await server.until(lambda: server.value("First", "COUNT") == 0)
        assert len(processes()) == len(others)
        assert ChildState.WAITING not in server.states

    play(scene)


def test_a_device_that_is_stopped_while_it_is_moved_stays_so():
    async def scene(server):
        server.yard.move([sys.executable, MEMBER, "First"], "First")
        await asyncio.sleep(0)
        await server.yard.stop("First")
        assert server.mirror.find("First", "CONNECTION") is None
        assert server.states[-1] is ChildState.ENDED

    play(scene)


def test_a_process_that_hangs_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(line, "_LIMIT", 300_000)

    async def scene(server):
        server.push("First", "HANG")
        server.number("Second", "COUNT", "VALUE", 5)
        await server.until(lambda: server.value("Second", "COUNT") == 5)
        filler = NewNumberVector("First", "COUNT", members=(OneNumber("VALUE", 1.0),))
        for _ in range(5):
            server.port.tell(write(filler) * 2000)  # more than may wait for it
        await server.until(lambda: ChildState.WAITING in server.states)
        server.number("Second", "COUNT", "VALUE", 6)
        await server.until(lambda: server.value("Second", "COUNT") == 6)

    play(scene)


def test_a_process_that_is_stopped_stays_so():
    async def scene(server):
        await server.yard.stop("First")
        assert server.mirror.find("First", "COUNT") is None
        assert server.states[-1] is ChildState.ENDED
        server.number("Second", "COUNT", "VALUE", 5)
        await server.until(lambda: server.value("Second", "COUNT") == 5)

    play(scene)


def test_one_that_is_stopped_while_it_waits_to_be_started_again_has_ended():
    async def scene(server):
        server.yard._restarts = (60.0,)
        server.run(["/nonexistent/driver"], "Third")
        await server.until(lambda: server.states[-1] is ChildState.WAITING)
        await server.yard.stop("Third")
        assert server.states[-1] is ChildState.ENDED

    play(scene)


def test_one_that_is_stopped_before_it_has_begun_has_ended():
    async def scene(server):
        server.start("Third")
        await server.yard.stop("Third")
        assert server.states[-1] is ChildState.ENDED

    play(scene)


def test_one_that_is_stopped_while_it_ends_is_over_when_that_returns(tmp_path):
    path = tmp_path / "end"
    os.mkfifo(path)

    async def scene(server):
        server.yard._farewell = PATIENCE
        others = processes()
        server.run([sys.executable, "-c", LINGERS, str(path)], "Third")
        await server.until(lambda: server.mirror.find("Third", "CONNECTION"))
        await server.until(lambda: server.mirror.find("Third", "CONNECTION") is None)  # its output has ended
        assert processes() > others
        stopping = asyncio.create_task(server.yard.stop("Third"))
        await asyncio.to_thread(path.write_text, "")
        await stopping
        assert processes() == others

    play(scene)


@pytest.mark.parametrize("attaches", [True, False])
def test_one_that_has_much_to_say_as_it_ends_is_heard_out(tmp_path, attaches):
    path = tmp_path / "end"

    async def scene(server):
        server.yard._farewell = PATIENCE
        server.run([sys.executable, "-c", BABBLES, str(path)], "Third")
        await server.until(lambda: server.mirror.find("Third", "CONNECTION"))
        await server.yard.stop("Third")
        assert path.read_text() == "ended by itself"

    play(scene, attaches=attaches)


@pytest.mark.parametrize(
    "command",
    [["/nonexistent/driver"], [sys.executable, "a\0b"], [sys.executable, "\ud800"]],
    ids=["missing", "a NUL", "a surrogate"],
)
def test_what_cannot_be_started_is_tried_again(command, caplog):
    async def scene(server):
        server.run(command, "Third")
        await server.until(lambda: server.states.count(ChildState.WAITING) > 1)

    play(scene)
    assert "Third cannot be started" in caplog.text
