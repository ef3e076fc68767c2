"""Looking for instances of PHD2 that run: each listens at a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from lightapt_drivers import time_limit

from .errors import HostError, unknown_host
from .events import Event, Version, parse_event
from .lines import LineReader

__all__ = ["PORTS", "Found", "scan"]

PORTS: Final = range(4400, 4410)
"""Where the first ten instances listen."""
_AT_ONCE: Final = 64
_READ_SIZE: Final = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """A PHD2 that runs.

    Attributes:
        host: Where.
        port: Its event server's.
        instance: Its number there.
        version: Its version, with the subversion.
        name: Its host's name, as PHD2 tells it.
    """

    host: str
    port: int
    instance: int
    version: str
    name: str


async def scan(host: str = "localhost", ports: Iterable[int] = PORTS, *, timeout: float = 2.0) -> list[Found]:
    """Return the instances of PHD2 that greet at these ports, by port; other programs that listen there are none.

    Args:
        host: Where to look.
        ports: Which.
        timeout: Seconds for each to greet.

    Raises:
        HostError: There is no such host, or its address is not told within the seconds for one.
    """
    await _see_known(host, timeout)
    turn = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        looks = [tasks.create_task(_look(host, port, turn, timeout)) for port in ports]
    return [found for look in looks if (found := look.result()) is not None]


async def _see_known(host: str, timeout: float) -> None:
    """See that a host has an address.

    Raises:
        HostError: It has none, or whoever knows does not answer in time.
    """
    try:
        async with time_limit(timeout):
            await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError, TimeoutError) as error:
        raise HostError(unknown_host(host, error)) from error


async def _look(host: str, port: int, turn: asyncio.Semaphore, timeout: float) -> Found | None:
    async with turn:
        with suppress(OSError, TimeoutError):
            async with time_limit(timeout):
                return await _greeting(host, port)
    return None


async def _greeting(host: str, port: int) -> Found | None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        event = await _first_event(reader)
    finally:
        writer.transport.abort()
    if not isinstance(event, Version):
        return None
    version = f"{event.version or ''}{event.subversion or ''}"
    return Found(host, port, event.instance or port - PORTS[0] + 1, version, event.host or host)


async def _first_event(reader: asyncio.StreamReader) -> Event | None:
    lines = LineReader()
    while data := await reader.read(_READ_SIZE):
        for message in lines.feed(data):
            return parse_event(message)
        if lines.skipped:
            return None
    return None
