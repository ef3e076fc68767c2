"""The instrument's end of a terminal and of a network bridge."""

import os
import select
import socket

import pytest

from lightapt_drivers.instruments.emulators.ends import Bridge, Terminal

PATIENCE_MS = 20_000


@pytest.fixture(params=[Terminal, Bridge])
def end(request):
    end = request.param()
    yield end
    end.close()


def receive(end):
    """Return the next bytes at an end."""
    while True:
        poll = select.poll()
        for descriptor in end.watched():
            poll.register(descriptor, select.POLLIN)
        ready = poll.poll(PATIENCE_MS)
        assert ready
        if data := b"".join(end.receive(descriptor) for descriptor, _ in ready):
            return data


def connect(bridge):
    return socket.create_connection(("127.0.0.1", int(bridge.address.rpartition(":")[2])))


def test_bytes_go_both_ways_over_a_terminal():
    end = Terminal()
    near = os.open(end.address, os.O_RDWR | os.O_NOCTTY)
    os.write(near, b"\x03:GR#\r\n")
    assert receive(end) == b"\x03:GR#\r\n"
    end.send(b"12:34\n#")
    assert os.read(near, 100) == b"12:34\n#"
    os.close(near)
    end.close()


def test_bytes_go_both_ways_over_a_bridge():
    end = Bridge()
    assert end.address.startswith("socket://127.0.0.1:")
    with connect(end) as near:
        near.sendall(b":GR#")
        assert receive(end) == b":GR#"
        end.send(b"12:34#")
        assert near.recv(100) == b"12:34#"
    end.close()


def test_the_latest_connection_to_a_bridge_counts():
    end = Bridge()
    with connect(end) as first:
        first.sendall(b"1")
        assert receive(end) == b"1"
        with connect(end) as second:
            second.sendall(b"2")
            assert receive(end) == b"2"
            assert first.recv(1) == b""
            end.send(b"3")
            assert second.recv(1) == b"3"
    end.close()


def test_a_bridge_outlives_its_clients():
    end = Bridge()
    for _ in range(3):
        with connect(end) as near:
            near.sendall(b"x")
            assert receive(end) == b"x"
        listener, connection = end.watched()
        assert end.receive(connection) == b""
        assert end.watched() == (listener,)
    end.close()


def test_who_does_not_read_loses_what_comes(end):
    for _ in range(1000):
        end.send(b"x" * 1000)


def test_a_terminal_that_is_closed_is_no_more():
    end = Terminal()
    address = end.address
    end.close()
    with pytest.raises(OSError, match=r".+"):
        os.close(os.open(address, os.O_RDWR | os.O_NOCTTY))
