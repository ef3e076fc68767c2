"""Instruments on the network are connected to by URL."""

import asyncio
import socket

import pytest

from lightapt_drivers.instruments.errors import LinkError, PortMissingError
from lightapt_drivers.instruments.sockets import open_socket

PATIENCE = 20.0


def opened(url):
    return open_socket(url, PATIENCE)


@pytest.mark.parametrize(
    "url",
    ["socket://", "socket://host", "socket://:99", "socket://host:", "socket://host:x", "socket://host:99999"],
)
def test_an_address_has_a_host_and_a_port(url):
    with pytest.raises(LinkError, match=r"write socket://host:port") as raised:
        opened(url)
    assert raised.value.port == url


def test_nobody_there_is_a_missing_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(PortMissingError, match="nothing answers at"):
        opened(f"socket://127.0.0.1:{port}")


def test_a_name_that_nobody_knows_is_a_missing_port(monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(PortMissingError, match=r"nothing answers at socket://dome:99: Name or service not known"):
        opened("socket://dome:99")


def test_bytes_go_both_ways():
    async def scene():
        with socket.create_server(("127.0.0.1", 0)) as server:
            wire = opened(f"socket://127.0.0.1:{server.getsockname()[1]}")
            far, _ = server.accept()
            with far:
                await wire.write(b":GR#")
                assert far.recv(100) == b":GR#"
                far.sendall(b"12:34#")
                assert await wire.read() == b"12:34#"
            wire.close()

    asyncio.run(scene())
