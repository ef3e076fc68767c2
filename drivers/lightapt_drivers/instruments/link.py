"""The link to an instrument: one exchange at a time, each within its time, always in step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from lightapt_drivers import time_limit

from .errors import AnswerError, LinkSilentError, LinkTimeoutError, PortMissingError
from .ports import open_serial
from .queries import Framing, Manner, Query
from .sockets import SCHEME, open_socket
from .wire import Wire

__all__ = ["ONCE", "Link", "Patience", "open_link"]

_log = logging.getLogger(__name__)
_LONGEST_ANSWER: Final = 4096
"""Bytes after which what comes is no answer, but an instrument of another kind."""
_STALE_READS: Final = 16
"""Reads of what nobody asked for before it is left to spoil the next answer: a loop without end would help no one."""
_QUIET: Final = 0.1
"""Seconds without a byte after which nothing more is taken to come of an exchange that failed."""
_UNQUIET: Final = 1.0
"""Seconds of waiting for that, at most: some instruments never stop talking."""

_LAST_WORDS: Final = 0.5
"""Seconds for a last command to be sent, such as to stop: at 9600 baud those of 400 characters."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How patient a link is with who does not answer.

    Attributes:
        attempts: How many exchanges in a row may have no answer, or half of one, before the link is taken for lost;
            and how often a question is put that may be repeated. With 1 a silence is but a timeout.
        factor: How many times as long as usual answers may take: more than 1 for radio links and slow bridges.
    """

    attempts: int = 1
    factor: float = 1.0


ONCE: Final = Patience()
"""Whoever does not answer is not asked again."""


async def open_link(
    port: str, *, baud: int = 9600, timeout: float = 10.0, patience: Patience = ONCE, log: logging.Logger = _log
) -> Link:
    """Open a serial port by its path, or a network port as ``socket://host:port``.

    Args:
        port: The port.
        baud: The speed of a serial port.
        timeout: Seconds until it must be open.
        patience: With who does not answer later.
        log: Where each exchange is logged, for debugging.

    Raises:
        LinkError: It cannot be opened; the subclass says why.
    """
    try:
        async with time_limit(timeout):
            return Link(await _in_thread(lambda: _open(port, baud, timeout)), patience, log=log)
    except TimeoutError:
        raise PortMissingError(f"{port} could not be opened within {timeout:g} s", port=port) from None


def _open(port: str, baud: int, timeout: float) -> Wire:
    return open_socket(port, timeout) if port.startswith(SCHEME) else open_serial(port, baud)


async def _in_thread(open_wire: Callable[[], Wire]) -> Wire:
    """Open a wire in a thread: Bluetooth and networks take their time. If nobody waits any more, it is closed."""
    opening = asyncio.get_running_loop().run_in_executor(None, open_wire)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unwanted)
        raise


def _close_unwanted(opening: asyncio.Future[Wire]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


class Link:
    """An open port to an instrument; a context manager that closes it.

    After an exchange that failed the link waits until the line is quiet before it sends anything, so that what comes
    late is not taken for the answer to what is asked next.
    """

    def __init__(self, wire: Wire, patience: Patience = ONCE, *, log: logging.Logger = _log) -> None:
        self._wire = wire
        self._patience = patience
        self._log = log
        self._turn = asyncio.Lock()
        self._in_step = True
        self._silences = 0

    @property
    def port(self) -> str:
        """The port, as it was given."""
        return self._wire.port

    @property
    def is_open(self) -> bool:
        """Whether the port is still there, as far as is known."""
        return self._wire.is_open

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def drain(self) -> None:
        """Wait until the last command has been sent, which would be lost if the port were closed at once."""
        await self._wire.drain(_LAST_WORDS)

    def close(self) -> None:
        """Close the port; an exchange that is under way fails with a LinkLostError."""
        self._wire.close()

    async def ask(self, query: Query[_T]) -> _T:
        """Put a question, again and again if it may be repeated, and return what the answer says.

        Raises:
            LinkTimeoutError: The answer has not come in time, or not the whole of it.
            LinkSilentError: Nor have those of the exchanges before, and patience is at its end.
            LinkLostError: The port has gone.
            AnswerError: The answer is not what the protocol says.
        """
        attempts = self._patience.attempts if query.manner is Manner.AGAIN else 1
        for attempt in range(1, attempts):
            try:
                return await self._ask(query)
            except (LinkTimeoutError, AnswerError) as error:
                self._log.debug("attempt %d of %d: %s", attempt, attempts, error, extra={"port": self.port})
        return await self._ask(query)

    async def _ask(self, query: Query[_T]) -> _T:
        timeout = query.timeout * self._patience.factor
        try:
            answer = await self.exchange(query.command, query.framing, timeout=timeout)
        except LinkTimeoutError as error:
            if query.manner is not Manner.PROBE:
                self._count(error)
            raise
        if answer:  # of mere commands nobody knows whether they were heard
            self._silences = 0
        try:
            return query.read(answer)
        except AnswerError:
            self._in_step = False  # it may have been a piece of something longer
            raise

    def _count(self, silence: LinkTimeoutError) -> None:
        self._silences += 1
        if self._silences >= self._patience.attempts > 1:
            times, self._silences = self._silences, 0
            raise LinkSilentError(silence, times=times) from silence

    async def exchange(self, command: bytes, framing: Framing, *, timeout: float) -> bytes:
        """Send a command, and return its answer. Whoever comes while another exchange is under way waits for its end.

        Args:
            command: The bytes to send; what has come before they are sent is thrown away.
            framing: Where the answer ends.
            timeout: Seconds for sending and answering.

        Raises:
            LinkTimeoutError: The answer has not come in time, or not the whole of it.
            LinkLostError: The port has gone.
            AnswerError: Far too much came.
        """
        async with self._turn:
            await self._find_step()
            self._in_step = False
            answer = await self._exchange(command, framing, timeout)
            self._in_step = True
        if self._log.isEnabledFor(logging.DEBUG):
            self._log.debug("%s: %r -> %r", self.port, command, answer, extra={"port": self.port})
        return answer

    async def _exchange(self, command: bytes, framing: Framing, timeout: float) -> bytes:
        received = bytearray()
        try:
            async with time_limit(timeout):
                await self._wire.write(command)
                await self._receive(received, framing)
        except TimeoutError:
            data = bytes(received)
            raise LinkTimeoutError(port=self.port, command=command, received=data, seconds=timeout) from None
        answer = bytes(received)
        if len(answer) > _LONGEST_ANSWER:
            raise AnswerError("no end is in sight", command=command, answer=answer)
        return answer[: framing.end(answer)]

    async def _receive(self, received: bytearray, framing: Framing) -> None:
        while framing.end(bytes(received)) is None and len(received) <= _LONGEST_ANSWER:
            try:
                silence = framing.patience(bytes(received))
                async with time_limit(None if silence is None else silence * self._patience.factor):
                    received += await self._wire.read()
            except TimeoutError:  # nothing more will come
                return

    async def _find_step(self) -> None:
        """Throw away what is left of earlier exchanges; where one failed, also what of it is still to come."""
        for _ in range(_STALE_READS):
            if not self._wire.take():
                break
        if self._in_step:
            return
        try:
            async with time_limit(_UNQUIET):
                while True:
                    async with time_limit(_QUIET):
                        await self._wire.read()
        except TimeoutError:
            pass
