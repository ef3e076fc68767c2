"""A connection to PHD2: lines out, messages in, replies to whom they belong. One connection's life; no second one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .errors import LostError, cut_short, refusal
from .events import Event, parse_event
from .lines import LineReader, Message, encode
from .values import as_mapping, as_text, as_whole

__all__ = ["Link", "connect_link"]

_log = logging.getLogger(__name__)
_MOST_IDS: Final = 2**31 - 1
_MOST_OUTSTANDING: Final = 1000


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    reply: asyncio.Future[object]
    then: Callable[[object], None] | None


class Link(asyncio.Protocol):
    """One connection.

    Attributes:
        has_spoken: Whether any bytes came.

    Args:
        on_event: Is told each event, in order.
        on_skip: Is called when something could not be read.
        on_lost: Is called once, with the reason, when the connection has gone; outstanding calls have failed then.
    """

    def __init__(
        self, on_event: Callable[[Event], None], *, on_skip: Callable[[], None], on_lost: Callable[[str], None]
    ) -> None:
        self.has_spoken = False
        self._on_event = on_event
        self._on_skip = on_skip
        self._on_lost = on_lost
        self._reader = LineReader()
        self._calls: dict[int, _Call] = {}
        self._last_id = 0
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._reason = ""

    # For the client.

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def skipped(self) -> int:
        """Lines that could not be read."""
        return self._reader.skipped

    @property
    def addresses(self) -> tuple[str, str]:
        """Where this end is, and where the other; empty before there is a connection."""
        return self._address("sockname"), self._address("peername")

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is to come."""
        return bool(self._calls)

    def send(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        then: Callable[[object], None] | None = None,
    ) -> asyncio.Future[object]:
        """Send a request, and return what will be its result, or a Phd2Error.

        Args:
            method: PHD2's name of it.
            params: Its parameters.
            then: Is told the result at once: before the events that come after it.

        Raises:
            ParameterError: It is longer than PHD2 reads.
            LostError: There is no connection.
        """
        if self._transport is None or not self.is_open:
            raise LostError(self._reason or "there is no connection to PHD2")
        if len(self._calls) >= _MOST_OUTSTANDING:
            raise LostError(f"PHD2 has not answered {len(self._calls)} requests: does it hang?")
        number = self._last_id % _MOST_IDS + 1
        line = encode(method, params, number=number)
        self._last_id = number
        reply: asyncio.Future[object] = self._loop.create_future()
        self._calls[number] = _Call(method, reply, then)
        reply.add_done_callback(lambda _: self._calls.pop(number, None))
        self._transport.write(line)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("to PHD2: %s", line.decode("ascii").rstrip())
        return reply

    def close(self, reason: str = "the connection to PHD2 was closed") -> None:
        """Break the connection."""
        self._reason = self._reason or reason
        if self._transport is not None:
            self._transport.abort()

    # For the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Pass on what it says."""
        self.has_spoken = True
        skipped = self._reader.skipped
        for message in self._reader.feed(data):
            if _log.isEnabledFor(logging.DEBUG):
                _log.debug("from PHD2: %.1000s", message)
            self._receive(message)
        if self._reader.skipped > skipped:
            _log.info("%d lines from PHD2 could not be read", self._reader.skipped - skipped)
            self._on_skip()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what was asked and is not answered."""
        reason = self._reason or (f"the connection to PHD2 broke: {exc}" if exc else "PHD2 has closed the connection")
        self._reason = reason
        for call in list(self._calls.values()):
            _fail(call, cut_short(reason, f"it answered {call.method}"))
        self._calls.clear()
        self._on_lost(reason)

    def _address(self, end: str) -> str:
        found = None if self._transport is None else self._transport.get_extra_info(end)
        return str(found[0]) if found else ""

    def _receive(self, message: Message) -> None:
        if "Event" in message:
            self._on_event(parse_event(message))
        elif (number := as_whole(message.get("id"))) is not None and (call := self._calls.pop(number, None)):
            _answer(call, message)
        elif "error" in message:
            _log.warning("PHD2 does not understand something: %.200s", message["error"])


async def connect_link(
    host: str,
    port: int,
    *,
    on_event: Callable[[Event], None] = lambda _: None,
    on_skip: Callable[[], None] = lambda: None,
    on_lost: Callable[[Link, str], None] = lambda _link, _reason: None,
) -> Link:
    """Return a connection to a PHD2; see :class:`Link`.

    Args:
        host: Where it runs.
        port: Its instance's.
        on_event: Is told each event.
        on_skip: Is called when something could not be read.
        on_lost: Is called once with the connection that has gone, and the reason.

    Raises:
        OSError: It does not listen there.
    """

    def make() -> Link:
        link = Link(on_event, on_skip=on_skip, on_lost=lambda reason: on_lost(link, reason))
        return link

    _, link = await asyncio.get_running_loop().create_connection(make, host, port)
    return link


def _answer(call: _Call, message: Message) -> None:
    if (error := as_mapping(message.get("error"))) is not None:
        words = as_text(error.get("message")) or "it does not say why"
        _fail(call, refusal(call.method, code=as_whole(error.get("code")) or 0, words=words))
    elif not call.reply.done():
        if call.then is not None:
            call.then(message.get("result"))
        call.reply.set_result(message.get("result"))


def _fail(call: _Call, error: Exception) -> None:
    if not call.reply.done():
        call.reply.set_exception(error)
        call.reply.exception()  # who waits for it is told all the same; who does not, need not be
