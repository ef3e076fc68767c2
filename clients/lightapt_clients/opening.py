"""Connections to servers: from an address to a stream."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import suppress
from typing import Final

from .addresses import TcpAddress, UnixAddress
from .errors import DisconnectedError
from .limits import in_time
from .transport import Transport

__all__ = ["open_transport"]

_OPTIONS: Final = (
    # Whoever is gone is noticed within half a minute, whether or not something was sent meanwhile.
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 5),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 4),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 30_000),
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
)
"""Options of a connection; not every system has all."""
_TURN: Final = 2.0
"""Seconds after which an address that is silent, such as one of a dead IPv6, gives way to the host's next."""


async def open_transport(address: TcpAddress | UnixAddress, *, timeout: float | None = None) -> Transport:
    """Connect to a server.

    Raises:
        DisconnectedError: Nobody listens there, or answers in time.
    """
    try:
        async with in_time(timeout):
            if isinstance(address, UnixAddress):
                return Transport(await _connected_locally(address))
            return Transport(await _connected_to_host(address))
    except TimeoutError as error:
        raise DisconnectedError(f"no INDI server at {address}: it does not answer") from error
    except (OSError, UnicodeError) as error:
        raise DisconnectedError(f"no INDI server at {address}: {_in_words(error)}") from error


def _in_words(error: OSError | UnicodeError) -> str:
    """Return why nobody answers, without the numbers and the repeated address of the system's own words."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"there is no host of that name ({error.strerror if isinstance(error, OSError) else error})"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there (connection refused)"
    return os.strerror(error.errno) if error.errno else str(error)


async def _connected_locally(address: UnixAddress) -> socket.socket:
    """Connect to a path, or where there is no such file to the name in the abstract namespace that INDI servers use."""
    try:
        return await _connected(socket.AF_UNIX, address.name)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        fault = error
    if not address.path.startswith("@") and sys.platform == "linux":
        with suppress(ConnectionRefusedError):
            return await _connected(socket.AF_UNIX, f"\0{address.path}")
    is_absent = isinstance(fault, FileNotFoundError) or address.path.startswith("@")
    raise OSError("there is no such socket") if is_absent else fault


async def _connected_to_host(address: TcpAddress) -> socket.socket:
    """Connect to the first of a host's addresses that answers."""
    loop = asyncio.get_running_loop()
    fault: OSError | None = None
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    for number, (family, _, _, _, where) in enumerate(found, 1):
        try:
            async with in_time(_TURN if number < len(found) else None):
                sock = await _connected(family, where)
        except OSError as error:  # also one that was silent for too long
            fault = error
            continue
        if sock.getsockname() == sock.getpeername():
            # Where nobody listens, the system may pick that very port for this end, and connect it to itself.
            sock.close()
            continue
        for level, name, value in _OPTIONS:
            if (option := getattr(socket, name, None)) is not None:
                sock.setsockopt(level, option, value)
        return sock
    raise fault or OSError("nobody listens there")


async def _connected(family: int, where: tuple[object, ...] | str) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock
