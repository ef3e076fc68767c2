"""Instruments on the network: a serial line behind a TCP port (``socket://host:port``)."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit

from .errors import LinkError, PortMissingError
from .wire import Wire

__all__ = ["SCHEME", "open_socket"]

SCHEME: Final = "socket://"
"""What the name of a network port begins with, as in pyserial's URLs."""


def open_socket(url: str, timeout: float) -> Wire:
    """Connect to ``socket://host:port`` within some seconds for each of the host's addresses. It blocks.

    Raises:
        LinkError: The URL is none.
        PortMissingError: Nobody answers there.
    """
    host, port = _address(url)
    try:
        connection = socket.create_connection((host, port), timeout)
    except OSError as error:  # of which a name that nobody knows is one
        raise PortMissingError(f"nothing answers at {url}: {error.strerror or error}", port=url) from error
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A bridge that loses its power says nothing: without probes its absence would be noticed by no one who waits.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return Wire(url, connection.fileno(), connection.close)


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is no number
        host = port = None
    if not host or not port:
        raise LinkError(f"{url} names no port on the network: write {SCHEME}host:port", port=url)
    return host, port
