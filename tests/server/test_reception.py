"""Where clients come in: addresses, limits, and what becomes of who sends no more."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from collections import deque
from collections.abc import Awaitable, Callable

import pytest

from lightapt_protocol.limits import Limits
from lightapt_server import reception as reception_module
from lightapt_server.config import HubConfig
from lightapt_server.link import Exchange
from lightapt_server.reception import ListenError, Reception
from lightapt_server.switchboard import Switchboard

PING = b"<pingRequest uid='1'/>"


def open_for(config: HubConfig, act: Callable[[Reception], Awaitable[None]]) -> None:
    """Open a reception, and play an act in it."""

    async def run() -> None:
        reception = Reception(Exchange(Switchboard(b"hub"), limits=Limits()), config)
        reception.open()
        try:
            async with asyncio.timeout(60):
                await act(reception)
        finally:
            reception.close()

    asyncio.run(run())


async def connected(address: tuple[str, int] | str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(address, str):
        return await asyncio.open_unix_connection(address)
    return await asyncio.open_connection(*address)


def test_one_free_port_is_taken_for_both_families() -> None:
    async def act(reception: Reception) -> None:
        assert reception.port
        for host in ("127.0.0.1", "::1"):
            reader, writer = await connected((host, reception.port))
            writer.write(PING)
            assert await reader.readuntil(b"/>") == b"<pingReply uid='1'/>"
            writer.close()
        assert reception.welcomed == 2

    open_for(HubConfig(port=0), act)


def test_a_local_socket_is_in_the_abstract_namespace() -> None:
    name = f"lightapt-test-{os.getpid()}"

    async def act(_: Reception) -> None:
        reader, writer = await connected(f"\0{name}")
        writer.write(PING)
        assert await reader.readuntil(b"/>") == b"<pingReply uid='1'/>"
        writer.close()

    open_for(HubConfig(port=0, unix=name), act)


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (("127.0.0.1",), "is in use: another INDI server runs there"),
        (("192.0.2.1",), "cannot listen on 192.0.2.1"),
        (("no.such.host.invalid",), "cannot listen on no.such.host.invalid"),
        (("a..b",), "cannot be the name of a host|cannot listen on a..b"),
    ],
)
def test_where_it_cannot_listen_is_said_in_one_line_and_nothing_stays_open(hosts: tuple[str, ...], words: str) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        config = HubConfig(port=other.getsockname()[1], hosts=hosts)
        with pytest.raises(ListenError, match=words):
            open_for(config, lambda _: asyncio.sleep(0))
    assert len(os.listdir("/proc/self/fd")) == before


def test_clients_beyond_the_limit_are_turned_away_until_one_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception_module, "_LINGER", 0.01)

    async def act(reception: Reception) -> None:
        _, first = await connected(("127.0.0.1", reception.port))
        reader, second = await connected(("127.0.0.1", reception.port))
        assert await reader.read() == b""
        second.close()
        first.close()
        while reception.clients:  # noqa: ASYNC110 - leaving is no event for others
            await asyncio.sleep(0.005)
        reader, third = await connected(("127.0.0.1", reception.port))
        third.write(PING)
        await reader.readuntil(b"/>")
        third.close()

    open_for(HubConfig(port=0, max_connections=1), act)


def test_a_half_closed_client_stays_as_long_as_anything_goes_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception_module, "_LINGER", 0.01)
    look, words = reception_module._Client._look_again, deque(b"<message message='%d'/>" % n for n in range(10))

    def say_something_and_look(client: reception_module._Client) -> None:
        if words:
            client._peer.outbox.put(words.popleft(), b"")
            client._link.flush()
        look(client)

    monkeypatch.setattr(reception_module._Client, "_look_again", say_something_and_look)

    async def act(reception: Reception) -> None:
        reader, writer = await connected(("127.0.0.1", reception.port))
        writer.write_eof()
        for number in range(10):
            assert b"%d" % number in await reader.readuntil(b"/>")
        assert await reader.read() == b""
        writer.close()
        assert reception.clients == set()

    open_for(HubConfig(port=0), act)


def test_without_descriptors_it_pauses_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reception_module, "_PAUSE", 0.05)

    async def act(reception: Reception) -> None:
        reader, writer = await connected_in_vain(reception.port)
        while "cannot take in a client now" not in caplog.text:  # noqa: ASYNC110 - a line in the log is no event
            await asyncio.sleep(0.01)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        writer.write(PING)
        assert await reader.readuntil(b"/>") == b"<pingReply uid='1'/>"
        writer.close()

    async def connected_in_vain(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect, and let nobody open anything before the loop turns."""
        sock = socket.create_connection(("127.0.0.1", port))
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        return await asyncio.open_connection(sock=sock)

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        open_for(HubConfig(port=0, hosts=("127.0.0.1",)), act)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
