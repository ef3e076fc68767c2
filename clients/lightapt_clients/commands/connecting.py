"""A subcommand's connection: to the server that its options name, or by a descriptor that is open already."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..client import Client, connect, connected
from ..transport import Transport
from .exits import CommandError, ExitCode
from .options import address_of

__all__ = ["add_descriptor", "opened"]


def add_descriptor(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a connection that is there already."""
    parser.add_argument(
        "-d", dest="descriptor", metavar="FD", type=int, help="use this descriptor, already open to the server"
    )


@asynccontextmanager
async def opened(options: argparse.Namespace, *, reconnects: bool = False) -> AsyncGenerator[Client]:
    """Connect as the options say, for the length of an ``async with`` block.

    Raises:
        AddressError: They name no address.
        CommandError: The descriptor is no connection.
        DisconnectedError: No server answers there.
    """
    descriptor: int | None = getattr(options, "descriptor", None)
    if descriptor is None:
        async with connect(address_of(options), reconnects=reconnects) as client:
            yield client
        return
    address = address_of(options)
    async with connected(Transport(_socket_of(descriptor)), address, reconnects=False) as client:
        yield client


def _socket_of(descriptor: int) -> socket.socket:
    """Return a socket of one's own for a descriptor, which stays open."""
    try:
        return socket.socket(fileno=os.dup(descriptor))
    except OSError as error:
        raise CommandError(f"-d {descriptor}: it is no connection: {error}", ExitCode.TROUBLE) from error
