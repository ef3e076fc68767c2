"""Whether a server that says nothing is still there: it is asked."""

from __future__ import annotations

from typing import Final

from lightapt_protocol.messages import PingReply, PingRequest
from lightapt_protocol.writer import write

from .errors import DisconnectedError
from .timing import Timing
from .transport import Transport

__all__ = ["Pulse"]

_UID: Final = "lightapt"
"""Of our pings; one at a time is under way."""


class Pulse:
    """Receives from a server, and asks it whether it is there when it has been silent for long.

    Only a server that answers is taken for lost when it does not. Of the next connection that holds until something
    has come by it: the system accepts connections for a program that is stopped.

    Args:
        timing: How patient it is.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._is_new = True
        self._is_asked = False
        self._answers = False

    def begin(self, transport: Transport) -> None:
        """Begin with a connection: the server is asked at once, to know whether it is one that answers."""
        self._is_new = True
        self._ask(transport)

    async def receive(self, transport: Transport) -> bytes:
        """Return what came next; empty at the end of the stream.

        Raises:
            DisconnectedError: The server has been silent for too long, or the connection broke.
        """
        while (data := await transport.receive(patience=self._patience)) is None:
            if self._is_asked and self._answers:
                raise DisconnectedError(f"the server has not answered for {self._timing.answer:g} s")
            self._ask(transport)
        self._is_asked = False
        if data and self._is_new:
            self._is_new = self._answers = False
        return data

    def take(self, transport: Transport, message: PingRequest | PingReply) -> None:
        """Take a ping: the server's question is answered."""
        if isinstance(message, PingRequest):
            transport.send_soon(write(PingReply(message.uid)))
        elif message.uid == _UID:
            self._answers = True

    @property
    def _patience(self) -> float:
        return self._timing.answer if self._is_asked else self._timing.silence

    def _ask(self, transport: Transport) -> None:
        transport.send_soon(write(PingRequest(_UID)))
        self._is_asked = True
