"""The connection of a subcommand."""

import argparse
import asyncio
import os
import socket
import tempfile

import pytest

from lightapt_clients import DisconnectedError
from lightapt_clients.commands.connecting import add_descriptor, opened
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.commands.options import add_server
from lightapt_clients.session import Session

from ..puppet import COORD, puppet, scene
from .server import telling


def options(*arguments):
    parser = argparse.ArgumentParser(add_help=False)
    add_server(parser)
    add_descriptor(parser)
    return parser.parse_args(arguments)


@scene
async def test_it_goes_where_the_options_say():
    async with telling(COORD) as address, opened(options("--server", address)) as client:
        assert str(client.address) == address
        assert await client.device("Mount")


@scene
async def test_a_descriptor_that_is_open_is_used_and_stays_open():
    async with telling(COORD) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as sock:
            async with opened(options("-d", str(sock.fileno()))) as client:
                assert await client.device("Mount")
            assert os.fstat(sock.fileno())


@scene
async def test_what_is_no_connection_is_trouble():
    with tempfile.TemporaryFile() as file, pytest.raises(CommandError, match="no connection") as caught:
        async with opened(options("-d", str(file.fileno()))):
            pass
    assert caught.value.code is ExitCode.TROUBLE


@pytest.mark.parametrize("way", ["--server", "-d"])
@scene
async def test_what_ends_the_session_is_told_however_it_was_opened(way, monkeypatch):
    has_failed = asyncio.Event()

    async def fail(self, *, reconnects):
        has_failed.set()
        raise DisconnectedError("the session has failed")

    monkeypatch.setattr(Session, "run", fail)
    async with puppet() as server:
        with socket.create_connection((server.address.host, server.address.port)) as sock:
            words = str(server.address) if way == "--server" else str(sock.fileno())
            with pytest.raises(DisconnectedError, match="session has failed"):
                async with opened(options(way, words)):
                    await has_failed.wait()
