"""Byte streams of three kinds, and what travels beside them."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

import pytest

from lightapt_server.waiting import Parcel
from lightapt_server.wire import DescriptorWire, PipeWire, SocketWire


@pytest.fixture
def pair() -> Iterator[tuple[DescriptorWire, socket.socket]]:
    """A wire, and the socket at its other end."""
    ours, theirs = socket.socketpair()
    wire = DescriptorWire(ours)
    yield wire, theirs
    wire.close()
    theirs.close()


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_pieces_are_written_in_order_and_what_is_not_taken_is_told(pair: tuple[DescriptorWire, socket.socket]) -> None:
    wire, peer = pair
    assert wire.send(Parcel([b"ab", memoryview(b"cd")], [])) == 4
    assert peer.recv(10) == b"abcd"
    taken = wire.send(Parcel([bytes(1 << 24)], []))
    assert 0 < taken < 1 << 24
    with pytest.raises(BlockingIOError):
        list(iter(lambda: wire.send(Parcel([bytes(1 << 20)], [])), 0))


@pytest.mark.parametrize("descriptors", [[], [0]])
def test_more_pieces_than_the_system_takes_are_written_bit_by_bit(
    pair: tuple[DescriptorWire, socket.socket], descriptors: list[int]
) -> None:
    wire, peer = pair
    assert wire.send(Parcel([b"x"] * 5000, descriptors)) == 1024
    assert peer.recv(5000) == b"x" * 1024


def test_nothing_to_read_blocks_and_the_end_is_empty(pair: tuple[DescriptorWire, socket.socket]) -> None:
    wire, peer = pair
    with pytest.raises(BlockingIOError):
        wire.receive()
    peer.close()
    assert wire.receive() == b""


def test_descriptors_travel_beside_the_bytes_and_stay_ours_to_close(
    pair: tuple[DescriptorWire, socket.socket],
) -> None:
    wire, peer = pair
    with open(os.devnull) as file:
        socket.send_fds(peer, [b"ab"], [file.fileno()] * 3)
        assert wire.receive() == b"ab"
        assert len(wire.descriptors) == 3
        used = wire.descriptors.popleft()
        assert os.path.samestat(os.fstat(used), os.fstat(file.fileno()))
        assert not os.get_inheritable(used)
        kept = list(wire.descriptors)
        wire.drop_descriptors()
        assert not any(map(is_open, kept))
        os.close(used)
        wire.send(Parcel([b"cd"], [file.fileno()]))
        data, given, _, _ = socket.recv_fds(peer, 10, 4)
        assert (data, len(given)) == (b"cd", 1)
        os.close(given[0])


def test_descriptors_that_nobody_used_are_closed_with_the_stream() -> None:
    ours, theirs = socket.socketpair()
    wire = DescriptorWire(ours)
    socket.send_fds(theirs, [b"x"], [theirs.fileno()])
    wire.receive()
    (descriptor,) = wire.descriptors
    wire.close()
    assert not is_open(descriptor)
    theirs.close()


def test_an_error_shows_beside_what_may_still_be_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        peer = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
    wire = SocketWire(accepted)
    assert wire.trouble() is None
    peer.sendall(b"last words")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    assert wire.receive() == b"last words"
    assert isinstance(wire.trouble(), ConnectionResetError)
    wire.close()


def test_pipes_are_a_stream_too() -> None:
    (their_input, writing), (reading, their_output) = os.pipe(), os.pipe()
    wire = PipeWire(reading, writing)
    assert wire.send(Parcel([b"x"] * 2000, [])) == 1024
    assert os.read(their_input, 5000) == b"x" * 1024
    with pytest.raises(BlockingIOError):
        wire.receive()
    os.write(their_output, b"cd")
    assert wire.receive() == b"cd"
    os.close(their_output)
    assert wire.receive() == b""
    assert wire.trouble() is None
    os.close(their_input)
    with pytest.raises(BrokenPipeError):
        wire.send(Parcel([b"ab"], []))
    wire.close()
