"""A link: the bytes of one peer, in and out, between its wire and its outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import Element, Framer
from lightapt_protocol.limits import Limits

from .routing import Peer
from .switchboard import Switchboard
from .wire import Wire

__all__ = ["Exchange", "Link", "Trace"]

_log = logging.getLogger(__name__)
_TURN: Final = 1024 * 1024
"""Bytes written to one peer before the others get their turn."""

_GONE: Final = "it closed the connection"


class Trace(Protocol):
    """Who is shown the traffic."""

    def received(self, peer: Peer, elements: list[Element | BlobElement]) -> None:
        """Look at what a peer has sent."""
        ...


class Exchange:
    """All links of a hub, and the switchboard between them.

    Attributes:
        board: The switchboard.
        links: The link of each peer.
        cut_off: Peers cut off for being too slow, ever.
    """

    def __init__(self, board: Switchboard, *, limits: Limits, trace: Trace | None = None) -> None:
        self.board = board
        self.limits = limits
        self.trace = trace
        self.links: dict[Peer, Link] = {}
        self.cut_off = 0
        self.on_spool: Callable[[Link], None] | None = None

    def flush(self) -> None:
        """Write what the switchboard has put into outboxes."""
        dirty = self.board.dirty
        while dirty:
            link = self.links.get(dirty.pop())
            if link is not None:
                link.flush()

    def say(self, device: bytes, text: str) -> None:
        """Send a message about a device to whom it concerns."""
        self.board.say(device, text)
        self.flush()


class Link:
    """One peer's link. It is open from its making until `on_closed` is called, once, with the reason.

    Attributes:
        peer: Whose link it is.
        elements_in: Elements received.
        bytes_in: Bytes received.
        bytes_out: Bytes written.
        heard: When something was last received (the loop's clock, in s).
    """

    __slots__ = (
        "_answered",
        "_closed",
        "_exchange",
        "_framer",
        "_is_waiting",
        "_loop",
        "_on_closed",
        "_on_end",
        "_wire",
        "bytes_in",
        "bytes_out",
        "elements_in",
        "heard",
        "peer",
    )

    def __init__(
        self,
        exchange: Exchange,
        peer: Peer,
        *,
        wire: Wire,
        on_closed: Callable[[str], None],
        on_end: Callable[[], bool] | None = None,
    ) -> None:
        self._exchange = exchange
        self._wire = wire
        self._on_closed = on_closed
        self._on_end = on_end
        self._framer = Framer(exchange.limits)
        self._loop = asyncio.get_running_loop()
        self._is_waiting = False  # for the wire to become writable, or for a picture to be made
        self._closed = False
        self.peer = peer
        self.bytes_in = self.bytes_out = self.elements_in = 0
        self.heard = self._loop.time()
        self._answered = 0
        exchange.links[peer] = self
        self._loop.add_reader(wire.reading, self._readable)
        exchange.board.joined(peer)
        exchange.flush()

    @property
    def unanswered(self) -> int:
        """How many elements have been sent to the peer since it last spoke."""
        return self.peer.outbox.queued - self._answered

    @property
    def is_blocked(self) -> bool:
        """Whether something waits that the peer does not take."""
        return self._is_waiting and bool(self.peer.outbox)

    def close(self, reason: str) -> None:
        """Cut the link."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._wire.reading)
        self._loop.remove_writer(self._wire.writing)
        self._wire.close()
        del self._exchange.links[self.peer]
        self._exchange.board.left(self.peer)
        self._on_closed(reason)
        self._exchange.flush()

    # In.

    def _readable(self) -> None:
        try:
            data = self._wire.receive()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self.close(f"read: {error.strerror}")
            return
        if data:
            self._take(data)
        else:
            self._end()

    def _take(self, data: bytes) -> None:
        framer, exchange = self._framer, self._exchange
        self.bytes_in += len(data)
        self.heard = self._loop.time()
        self._answered = self.peer.outbox.queued
        elements = framer.feed(data)
        fault: ProtocolError | None = None
        if elements:
            self.elements_in += len(elements)
            if exchange.trace is not None:
                exchange.trace.received(self.peer, elements)
            try:
                exchange.board.receive(self.peer, elements, self._wire.descriptors)
            except ProtocolError as error:
                fault = error
        exchange.flush()
        fault = fault or framer.error
        if fault is not None:
            self.close(f"malformed input: {fault}")

    def _end(self) -> None:
        """The peer will send no more; whether it still reads only its owner can tell."""
        self._loop.remove_reader(self._wire.reading)
        if self._on_end is None or not self._on_end():
            self.close(_GONE + (" within a message" if self._framer.partial else ""))

    # Out.

    def flush(self) -> None:
        """Write what waits, as far as the peer takes it now."""
        outbox = self.peer.outbox
        if outbox.to_spool and self._exchange.on_spool is not None:
            self._exchange.on_spool(self)
        if outbox.overdue:
            self._exchange.cut_off += 1
            self.close(f"too slow: {outbox.overdue}")
        elif not self._is_waiting and not self._closed:
            self._write()

    def _write(self) -> None:
        outbox, wire = self.peer.outbox, self._wire
        most = _TURN
        while outbox:
            parcel = outbox.gather()
            if not parcel.pieces:
                if outbox:
                    self._is_waiting = True
                    self._loop.call_soon(self._made)
                return
            try:
                count = wire.send(parcel)
            except (BlockingIOError, InterruptedError):
                count = 0
            except OSError as error:
                gone = self.peer.half_closed and isinstance(error, ConnectionError)
                self.close(_GONE if gone else f"write: {error.strerror}")
                return
            outbox.sent(count)
            self.bytes_out += count
            most -= count
            if most <= 0 or count < sum(map(len, parcel.pieces)):
                self._is_waiting = True
                self._loop.add_writer(wire.writing, self._writable)
                return

    def _writable(self) -> None:
        self._is_waiting = False
        self._write()
        if not self._is_waiting and not self._closed:
            self._loop.remove_writer(self._wire.writing)

    def _made(self) -> None:
        self._is_waiting = False
        if not self._closed:
            self._write()
