"""A link: the bytes of one peer, in and out, between its wire and its outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.framing import Element, Framer
from lightapt_protocol.limits import Limits

from .flow import Flow, PictureStore
from .outbox import Outbox
from .routing import Peer
from .switchboard import Switchboard
from .wire import Wire

__all__ = ["Exchange", "Link", "Trace"]

_log = logging.getLogger(__name__)
_TURN: Final = 1024 * 1024
"""Bytes written to one peer before the others get their turn."""

_LAST_WORDS: Final = 8 * 1024 * 1024
"""Bytes that are still read from a peer that reads nothing more."""
_LAST: Final = 4
"""How many elements are looked at for a picture: a camera says little more at once."""
_MOST_DESCRIPTORS: Final = 64
"""Descriptors that may wait for the element that they belong to; libindi sends 16 at most."""

_GONE: Final = "it closed the connection"


class Trace(Protocol):
    """Who is shown the traffic."""

    def received(self, peer: Peer, elements: list[Element | BlobElement]) -> None:
        """Look at what a peer has sent."""
        ...


def _nobody(_: str) -> None:
    """Whom the end of a link concerns that has ended."""


class Exchange:
    """All links of a hub, and the switchboard between them.

    Attributes:
        board: The switchboard.
        links: The link of each peer.
        cut_off: Peers cut off for being too slow, ever.
        store: Where pictures wait for peers that are far behind, if anywhere.
        flow: What keeps the memory of pictures small.
    """

    def __init__(
        self, board: Switchboard, *, limits: Limits, trace: Trace | None = None, store: PictureStore | None = None
    ) -> None:
        self.board = board
        self.limits = limits
        self.trace = trace
        self.links: dict[Peer, Link] = {}
        self.cut_off = 0
        self.store = store
        self._is_flushing = False
        self.flow = Flow(self.links, board.ledger, store)

    def flush(self) -> None:
        """Write what the switchboard has put into outboxes."""
        if self._is_flushing:  # by a link that was closed on the way: its news for the others are seen to below
            return
        self._is_flushing = True
        dirty = self.board.dirty
        try:
            while dirty:
                link = self.links.get(dirty.pop())
                if link is not None:
                    link.flush()
        finally:
            self._is_flushing = False

    def say(self, device: bytes, text: str) -> None:
        """Send a message about a device to whom it concerns."""
        self.board.say(device, text)
        self.flush()

    def announce(self, raw: bytes) -> None:
        """Send a message that names no device to every client."""
        self.board.tell_all(raw)
        self.flush()


class Link:
    """One peer's link. It is open from its making until `on_closed` is called, once, with the reason.

    Attributes:
        peer: Whose link it is.
        elements_in: Elements received.
        bytes_in: Bytes received.
        bytes_out: Bytes written.
        heard: When something was last received (the loop's clock, in s).
        is_paused: Whether flow control keeps it from reading.
    """

    __slots__ = (
        "_answered",
        "_closed",
        "_exchange",
        "_framer",
        "_is_exempt",
        "_is_making",
        "_is_waiting",
        "_loop",
        "_on_closed",
        "_on_end",
        "_progressed",
        "_wire",
        "bytes_in",
        "bytes_out",
        "elements_in",
        "heard",
        "is_paused",
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
        self._is_making = False  # a form of a picture that this peer wants
        self._is_exempt = False  # from flow control
        self.is_paused = False
        self._is_waiting = False  # for the wire to become writable, or for a picture to be made
        self._closed = False
        self.peer = peer
        self.bytes_in = self.bytes_out = self.elements_in = 0
        self.heard = self._loop.time()
        self._progressed = self.heard
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
        self.peer.outbox.clear()
        del self._exchange.links[self.peer]
        self._on_closed(reason)
        self._exchange.board.left(self.peer)
        self._exchange.flush()
        # What waited, and what had come of an element, may be large: it is not left to the garbage collector.
        self._on_closed, self._on_end = _nobody, None
        self.peer.outbox = Outbox()
        self._framer = Framer()
        self._exchange.flow.forget(self)

    # In.

    def _readable(self) -> None:
        try:
            data = self._wire.receive()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._broken("read", error)
            return
        if not data:
            self._end()
            return
        self._take(data)
        if not self._closed and (trouble := self._wire.trouble()):
            self._read_to_the_end(trouble, "read")

    def _read_to_the_end(self, trouble: OSError, doing: str) -> None:
        """The link is broken, and libuv tells of that only once: what can still be read has to be read now."""
        with suppress(OSError):
            most = _LAST_WORDS
            while not self._closed and most > 0 and (data := self._wire.receive()):
                self._take(data)
                most -= len(data)
        self._broken(doing, trouble)

    def _take(self, data: bytes) -> None:
        framer, exchange = self._framer, self._exchange
        self.bytes_in += len(data)
        self.heard = self._loop.time()
        self._answered = self.peer.outbox.queued
        elements = framer.feed(data)
        fault = ""  # the text only: an error holds the frames that it came through, and these what was received
        if elements:
            self.elements_in += len(elements)
            if exchange.trace is not None:
                exchange.trace.received(self.peer, elements)
            try:
                exchange.board.receive(self.peer, elements, self._wire.descriptors)
            except ProtocolError as error:
                fault = str(error)
        exchange.flush()
        if self._closed:
            return
        receiving = framer.receiving
        has_picture = receiving or any(isinstance(element, BlobElement) for element in elements[-_LAST:])
        if has_picture and not self._is_exempt:
            exchange.flow.came(self, receiving)
        fault = fault or str(framer.error or "") or self._check_descriptors()
        if fault:
            self.close(f"malformed input: {fault}")

    def _check_descriptors(self) -> str:
        """Let go of descriptors that came with no BLOB; return what is wrong if a BLOB gathers too many."""
        wire = self._wire
        if not self._framer.partial:
            wire.drop_descriptors()
        if len(wire.descriptors) > _MOST_DESCRIPTORS:
            return f"more than {_MOST_DESCRIPTORS} descriptors for one element"
        return ""

    def _end(self) -> None:
        """The peer will send no more; whether it still reads only its owner can tell."""
        self._loop.remove_reader(self._wire.reading)
        if self._on_end is None or not self._on_end():
            self.close(_GONE + (" within a message" if self._framer.partial else ""))

    def _broken(self, doing: str, error: OSError) -> None:
        """Who ends while something is under way to it has just gone; the rest is worth a warning."""
        gone = isinstance(error, ConnectionError)
        self.close(f"{_GONE} ({error.strerror})" if gone else f"{doing}: {error.strerror}")

    # Out.

    def flush(self) -> None:
        """Write what waits, as far as the peer takes it now, and see to the bounds of what does not go."""
        if not self._is_waiting and not self._closed:
            self._progressed = self._loop.time()  # nothing waited until now
            self._write()
        self.peer.outbox.relieve()
        self.keep_bounds()

    def stuck_for(self, now: float) -> float:
        """Return for how long, in s, the peer has taken nothing of what waits for it; 0 where nothing waits."""
        return now - self._progressed if self._is_waiting and not self._is_making else 0.0

    def pause(self) -> None:
        """Read nothing more."""
        self.is_paused = True
        self._loop.remove_reader(self._wire.reading)

    def resume(self) -> None:
        """Read again."""
        self.is_paused = False
        self.heard = self._loop.time()
        if not self._closed:
            self._loop.add_reader(self._wire.reading, self._readable)

    def exempt(self) -> None:
        """Read on whatever pictures take: the peer has ended, and what it has sent is all that comes."""
        self._is_exempt = True
        if self.is_paused:
            self._exchange.flow.forget(self)
            self.resume()

    def keep_bounds(self) -> None:
        """See to what the outbox wants spooled, and cut off a peer that is too slow."""
        outbox, store = self.peer.outbox, self._exchange.store
        if outbox.to_spool and store is not None and not self._closed:
            store.take(outbox, self)
        if outbox.overdue and not self._closed:
            self._exchange.cut_off += 1
            self.close(f"too slow: {outbox.overdue}")

    def _write(self) -> None:
        outbox, wire = self.peer.outbox, self._wire
        most = _TURN
        while outbox:
            try:
                parcel = outbox.gather()
            except OSError as error:
                self._loop.call_soon(self.close, f"the spool cannot be read: {error.strerror}")
                return
            if not parcel.pieces:
                if outbox:
                    self._is_waiting = self._is_making = True
                    self._loop.call_soon(self._made)
                return
            try:
                count = wire.send(parcel)
            except (BlockingIOError, InterruptedError):
                count = 0
            except OSError as error:
                # It reads no more; what it has sent before is still to be read.
                self._is_waiting = True
                self._loop.remove_writer(wire.writing)
                self._loop.call_soon(self._read_to_the_end, error, "write")
                return
            if count:
                outbox.sent(count)
                self.bytes_out += count
                self._progressed = self._loop.time()
            most -= count
            if most <= 0 or count < sum(map(len, parcel.pieces)):
                self._is_waiting = True
                self._loop.add_writer(wire.writing, self._writable)
                return

    def _writable(self) -> None:
        self._is_waiting = False
        self._write()
        if self._exchange.flow.is_holding:
            self._exchange.flow.look()
        if not self._is_waiting and not self._closed:
            self._loop.remove_writer(self._wire.writing)

    def _made(self) -> None:
        self._is_waiting = self._is_making = False
        self._progressed = self._loop.time()
        if not self._closed:
            self._write()
