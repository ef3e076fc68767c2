"""The connection to a server: kept alive, noticed when it is lost, and made again. Knows of INDI only how to ping."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Container, Iterable
from typing import Final, NoReturn, Protocol

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.messages import Message, PingReply, PingRequest
from lightapt_protocol.writer import write

from .addresses import TcpAddress, UnixAddress
from .blobs import Arrival
from .decoder import Decoder
from .errors import DisconnectedError
from .opening import open_transport
from .pulse import Pulse
from .timing import Backoff, Timing
from .transport import Transport
from .uploads import on_the_wire

__all__ = ["Link", "Listener"]

_log: Final = logging.getLogger(__name__)
_PINGS: Final = (PingRequest, PingReply)


class Listener(Protocol):
    """Whom a link serves."""

    def opened(self) -> Iterable[Message]:
        """Take note that there is a connection, and return what to say first."""
        ...

    def answered(self) -> None:
        """Take note that the server has said a first thing by this connection: before, it may be none that runs."""
        ...

    def heard(self, message: Message) -> Awaitable[None] | None:
        """Take a message; the next is not read before what this returns is done."""
        ...

    def lost(self, fault: DisconnectedError) -> None:
        """Take note that the connection is lost."""
        ...

    def wants(self, device: str, name: str) -> bool:
        """Whether the BLOBs of a property are wanted."""
        ...

    def arriving(self, arrival: Arrival) -> None:
        """Take note of how much has come of a BLOB."""
        ...


class Link:
    """One client's connection, and those that follow when it is lost.

    Args:
        address: The server's.
        listener: Whom it serves.
        devices: Only what these say is told; all, where none is named.
        timing: How patient it is.
    """

    def __init__(
        self,
        address: TcpAddress | UnixAddress,
        listener: Listener,
        *,
        devices: Container[str] = (),
        timing: Timing,
    ) -> None:
        self._address = address
        self._listener = listener
        self._devices = devices
        self._timing = timing
        self._transport: Transport | None = None
        self._pulse = Pulse(timing)
        self._fault = DisconnectedError(f"there is no connection to {address} yet")

    @property
    def fault(self) -> DisconnectedError | None:
        """Why there is no connection at the moment; None while there is one."""
        return None if self._transport is not None else self._fault

    async def send(self, message: Message) -> None:
        """Send a message, and return when it is on its way.

        Raises:
            DisconnectedError: There is no connection.
        """
        transport = self._transport
        if transport is None:
            raise DisconnectedError(str(self._fault))
        with on_the_wire(message, by_memory=transport.takes_descriptors) as (pieces, descriptors):
            await transport.send(pieces, descriptors=descriptors)

    def say(self, message: Message) -> None:
        """Send a short message soon, if there is a connection."""
        if self._transport is not None:
            self._transport.send_soon(write(message))

    def open(self, transport: Transport) -> None:
        """Begin with a connection; :meth:`run` serves it."""
        self._transport = transport
        for message in self._listener.opened():
            self.say(message)
        self._pulse.begin(transport)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            self._fault = DisconnectedError(f"the connection to {self._address} is closed")

    async def run(self, *, reconnects: bool) -> None:
        """Serve the connection, and those that follow; until it is cancelled, or not to be made again.

        What has come already is not read before tasks that were begun as early as this one have had a turn: so those
        that follow changes from the beginning hear all.
        """
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(0)
        backoff = Backoff(self._timing)
        while self._transport is not None:
            began = clock()
            await self._serve(self._transport)
            backoff.held(clock() - began)
            if reconnects:
                self.open(await self._found_again(backoff))

    async def _found_again(self, backoff: Backoff) -> Transport:
        while True:
            await asyncio.sleep(backoff.next_pause())
            try:
                return await open_transport(self._address, timeout=self._timing.connect)
            except DisconnectedError as error:
                _log.debug("%s", error)

    async def _serve(self, transport: Transport) -> None:
        try:
            await self._read(transport)
        except (ProtocolError, DisconnectedError) as error:
            fault = DisconnectedError(f"the connection to {self._address} is lost: {error}")
        finally:
            self.close()
        self._fault = fault
        _log.warning("%s", fault)
        self._listener.lost(fault)

    async def _read(self, transport: Transport) -> NoReturn:
        heard = self._listener.heard
        decoder = Decoder(
            transport.take_descriptor,
            devices=self._devices,
            wants=self._listener.wants,
            arriving=self._listener.arriving,
        )
        if data := await self._pulse.receive(transport):
            self._listener.answered()
        while data:
            for message in decoder.feed(data):
                if isinstance(message, _PINGS):
                    self._pulse.take(transport, message)
                elif (waiting := heard(message)) is not None:
                    await waiting
            data = await self._pulse.receive(transport)
        raise DisconnectedError(f"it was closed{' within a message' if decoder.is_within else ''}")
