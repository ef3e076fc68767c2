"""Connections are made to what listens, and nothing else."""

import asyncio
import socket

import pytest

from lightapt_clients import DisconnectedError, TcpAddress, UnixAddress, opening
from lightapt_clients.opening import open_transport

from .puppet import LONG, MS, later, puppet, scene


def unused_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.mark.parametrize("is_local", [False, True])
def test_a_server_that_listens_is_reached(is_local):
    @scene
    async def play():
        async with puppet(is_local=is_local) as server:
            transport = await open_transport(server.address, timeout=LONG)
            end = await server.accept()
            await end.say(b"hello")
            assert await transport.receive() == b"hello"
            assert transport.takes_descriptors is is_local
            transport.close()

    play()


@scene
async def test_a_path_that_is_no_file_is_looked_for_in_the_abstract_namespace():
    async with puppet(is_local=True) as server:
        transport = await open_transport(UnixAddress(server.address.path.removeprefix("@")))
        transport.close()


@scene
async def test_a_socket_that_is_a_file_is_reached_by_its_path(tmp_path):
    path = tmp_path / "indi"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        transport = await open_transport(UnixAddress(str(path)))
        transport.close()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (TcpAddress("127.0.0.1", 1), "nobody listens there (connection refused)"),
        (TcpAddress("no.such.host.invalid"), "there is no host of that name ("),
        (TcpAddress("a" * 70), "there is no host of that name ("),
        (UnixAddress("/no/such/socket"), "there is no such socket"),
        (UnixAddress("@lightapt-test-nobody"), "there is no such socket"),
    ],
    ids=str,
)
def test_where_nobody_listens_the_address_is_in_the_error_and_the_reason_in_words(address, why):
    @scene
    async def play():
        with pytest.raises(DisconnectedError) as caught:
            await open_transport(address)
        assert str(caught.value).startswith(f"no INDI server at {address}: {why}")
        assert "Errno" not in str(caught.value)

    play()


@scene
async def test_whoever_does_not_answer_in_time_is_no_server():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        others = [socket.socket() for _ in range(4)]  # they fill its queue, and then it answers nobody
        for other in others:
            other.setblocking(False)
            other.connect_ex(deaf.getsockname())
        with pytest.raises(DisconnectedError, match="does not answer"):
            await open_transport(TcpAddress(*deaf.getsockname()), timeout=20 * MS)
        for other in others:
            other.close()


@scene
async def test_a_connection_to_itself_is_none(monkeypatch):
    monkeypatch.setattr(socket.socket, "getpeername", socket.socket.getsockname)
    async with puppet() as server:
        with pytest.raises(DisconnectedError, match="nobody listens"):
            await open_transport(server.address)


@scene
async def test_an_address_that_is_silent_gives_way_to_the_next(monkeypatch):
    monkeypatch.setattr(opening, "_TURN", 20 * MS)
    async with puppet() as server:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(0)
            waiting = [socket.socket() for _ in range(4)]
            for sock in waiting:  # the system answers no further ones
                sock.setblocking(False)
                sock.connect_ex(silent.getsockname())
            answers = [
                (socket.AF_INET, socket.SOCK_STREAM, 0, "", where)
                for where in (silent.getsockname(), (server.address.host, server.address.port))
            ]

            async def addresses(*_, **__):
                return answers

            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", addresses)
            transport = await open_transport(TcpAddress("both"), timeout=LONG)
            transport.close()
            for sock in waiting:
                sock.close()


@scene
async def test_an_address_that_answers_in_time_is_taken_although_nobody_had_a_turn(monkeypatch):
    monkeypatch.setattr(opening, "_TURN", LONG)
    async with puppet() as server:
        found = [(server.address.host, server.address.port), ("127.0.0.1", 1)]

        async def addresses(*_, **__):
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", where) for where in found]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", addresses)
        opening_it = asyncio.ensure_future(open_transport(TcpAddress("both")))
        await asyncio.sleep(0)
        later(LONG)
        (await opening_it).close()


@scene
async def test_a_socket_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DisconnectedError, match="there is no such socket"):
        await open_transport(UnixAddress(str(tmp_path / "none")))
