"""The line to a child passes bytes both ways and descriptors one way, and never waits for the child."""

import asyncio
import os
import socket
from array import array

import pytest

from lightapt_drivers.alpaca import line as line_module
from lightapt_drivers.alpaca.line import ChildLine
from tests.drivers.kit.scenes import descriptors


def on(line_scene, *, attaches=True):
    """Play a scene with a line and the child's two ends of it."""

    async def whole():
        with ChildLine(attaches=attaches) as line:
            stdin, stdout = (os.dup(end) for end in line.ends)
            line.started()
            try:
                return await line_scene(line, stdin, stdout)
            finally:
                os.close(stdin)
                os.close(stdout)

    return asyncio.run(whole())


@pytest.mark.parametrize("attaches", [True, False])
def test_bytes_pass_both_ways(attaches):
    async def scene(line, stdin, stdout):
        line.send([b"get", bytearray(b"Prop"), memoryview(b"erties")], 13)
        assert os.read(stdin, 100) == b"getProperties"
        os.write(stdout, b"def")
        assert await line.receive() == b"def"

    on(scene, attaches=attaches)


@pytest.mark.parametrize("attaches", [True, False])
def test_the_end_of_a_child_is_the_end_of_what_it_says(attaches):
    async def scene():
        with ChildLine(attaches=attaches) as line:
            line.started()
            return await line.receive()

    assert asyncio.run(scene()) == b""


def test_descriptors_come_with_the_bytes():
    async def scene(line, stdin, stdout):
        reading, writing = os.pipe()
        with socket.socket(fileno=os.dup(stdout)) as child:
            child.sendmsg([b"set"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [writing]))])
        os.close(writing)
        assert await line.receive() == b"set"
        passed = line.descriptors.popleft()
        os.write(passed, b"here")
        os.close(passed)
        assert os.read(reading, 10) == b"here"
        os.close(reading)

    on(scene)


def test_a_child_hears_the_end_of_its_input():
    async def scene(line, stdin, stdout):
        line.say_goodbye()
        assert os.read(stdin, 10) == b""
        os.write(stdout, b"bye")
        assert await line.receive() == b"bye"

    on(scene)


def test_a_child_that_reads_nothing_is_given_up_in_the_end():
    async def scene(line, stdin, stdout):
        receiving = asyncio.create_task(line.receive())
        await asyncio.sleep(0)
        for _ in range(20):
            line.send([bytes(1_000_000)], 1_000_000)
        with pytest.raises(BrokenPipeError):
            await receiving

    on(scene)


@pytest.mark.parametrize("attaches", [True, False])
def test_nothing_stays_open(attaches):
    before = descriptors()

    async def scene(line, stdin, stdout):
        reading, writing = os.pipe()
        if attaches:
            with socket.socket(fileno=os.dup(stdout)) as child:
                child.sendmsg([b"set"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [writing]))])
            await line.receive()
        os.close(reading)
        os.close(writing)

    on(scene, attaches=attaches)
    assert descriptors() <= before


def test_what_a_child_says_as_it_ends_is_taken_and_let_go():
    async def scene(line, stdin, stdout):
        reading, writing = os.pipe()
        with socket.socket(fileno=os.dup(stdout)) as child:
            child.sendmsg([b"set"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [writing]))])
            child.shutdown(socket.SHUT_WR)
        os.close(writing)
        line.say_goodbye()
        await line.drain()
        assert os.read(reading, 1) == b""
        os.close(reading)

    on(scene)


def test_a_child_that_took_nothing_is_heard_to_its_end(monkeypatch):
    monkeypatch.setattr(line_module, "_LIMIT", 100_000)

    async def scene(line, stdin, stdout):
        for _ in range(50):
            line.send([bytes(100_000)], 100_000)
        with pytest.raises(BrokenPipeError):
            await line.receive()
        line.say_goodbye()
        os.write(stdout, b"set")
        with socket.socket(fileno=os.dup(stdout)) as child:
            child.shutdown(socket.SHUT_WR)
        await line.drain()
        assert await line.receive() == b""

    on(scene)
