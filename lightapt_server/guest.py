"""Drivers that live in the hub's own process, each at the far end of a socket pair.

To the hub a guest is a driver like any other: its bytes come through a framer, what goes to it waits in an outbox with
a bound, and when its end of the pair closes its devices are gone. Nothing of a guest is called by the hub but
:meth:`Guest.live`, and no fault of a guest comes out of :func:`host`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from typing import Final, Protocol

from .link import Exchange, Link
from .outbox import Outbox
from .routing import Peer, Role
from .waiting import OutboxLimits
from .wire import SocketWire

__all__ = ["READ_SIZE", "Guest", "host"]

_log = logging.getLogger(__name__)
READ_SIZE: Final = 256 * 1024
"""Bytes that a guest reads at a time, at most."""
_BUFFER: Final = 1024 * 1024
_LAST_WORDS: Final = 1.0
"""Seconds for which what a guest has written before its end is still taken."""


class Guest(Protocol):
    """A driver in this process."""

    @property
    def label(self) -> str:
        """What log lines call it."""
        ...

    async def live(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Be a driver: read what the hub sends, write what the driver says; return at the end of either side."""
        ...


async def host(guest: Guest, exchange: Exchange, *, max_behind: int) -> None:
    """Make a guest a driver of the hub until it ends, well or badly; cancel this to end it.

    `max_behind` is what may wait for it in memory, in bytes.
    """
    peer = Peer(Role.DRIVER, f"driver {guest.label}", outbox=Outbox(OutboxLimits(memory=max_behind, stream=0)))
    extra = {"driver": guest.label}
    closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ours, theirs = _pair()
    link = Link(exchange, peer, wire=SocketWire(ours), on_closed=closed.set_result)
    try:
        await _live(guest, theirs, closed)
    except Exception:  # noqa: BLE001 - a task's edge: what a guest does wrong ends it, and nobody else
        _log.exception("Driver %s: it has failed, and its devices are gone", guest.label, extra=extra)
    finally:
        link.close("it has ended")
        _log.info("Driver %s: %s", guest.label, closed.result(), extra=extra)


async def _live(guest: Guest, theirs: socket.socket, closed: asyncio.Future[str]) -> None:
    """Let the guest live on its end of the pair, and wait until the hub has read to the end of what it wrote."""
    try:
        reader, writer = await asyncio.open_connection(sock=theirs, limit=_BUFFER)
    except BaseException:
        theirs.close()
        raise
    try:
        await guest.live(reader, writer)
    finally:
        writer.close()
        try:
            await asyncio.wait((closed,), timeout=_LAST_WORDS)
        finally:
            if not closed.done():
                writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


def _pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    theirs.setblocking(False)
    return ours, theirs
