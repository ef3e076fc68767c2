"""A hub inside a program of one's own, with the calls that are known from indipyserver.

Drivers of indipydriver run in the same process. Such a driver talks to whatever object it finds in ``_commsobj``, and
is given elements through ``_readdata``: private names, but the ones by which its sister package hosts it, and the only
way that leaves the driver and its class as they are (its other way to the world is the stdin and stdout of the whole
process). Everything on our side of these two names is bytes on a socket pair, see :mod:`.guest`: so limits, bounds,
priorities, counters and the end of a driver are those of any other driver, and the hub never shares an object with it.

No signal handlers are installed and no logging is configured: both are the program's.
"""

from __future__ import annotations

import asyncio
import logging
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Protocol

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Element, Framer
from lightapt_protocol.limits import Limits
from lightapt_protocol.messages import Notice
from lightapt_protocol.timestamps import timestamp_from_datetime
from lightapt_protocol.writer import write

from .config import INDI_PORT, DriverSpec, HubConfig, RemoteSpec
from .guest import READ_SIZE
from .server import HubServer

__all__ = ["Hub", "IndipyDriver"]

_log = logging.getLogger(__name__)
_PATIENCE: Final = 3.0
"""Seconds that a driver has to end when it is told to. It looks whether it has been told once a second."""
_ALL_TRAFFIC: Final = 3

_COMMS: Final = "_commsobj"
"""Where a driver of indipydriver looks for what it talks to."""
_TAKE: Final = "_readdata"
"""Its method that takes an element."""


class IndipyDriver(Protocol):
    """What the hub uses of an ``indipydriver.IPyDriver``."""

    def __iter__(self) -> Iterator[str]:
        """Yield the names of its devices."""
        ...

    async def asyncrun(self) -> None:
        """Run."""
        ...

    def shutdown(self) -> None:
        """End soon."""
        ...


class Hub:
    """A hub to be awaited beside a program's other work; the calls are those of ``indipyserver.IPyServer``.

    Drivers, executables and remotes may be added before it runs, the latter two also while it runs. It runs once.

    Args:
        drivers: Drivers of indipydriver, which run in this process.
        host: The address to listen on; None or empty for all of this machine.
        port: The TCP port; 0 for any free one, which :attr:`port` then tells.
        maxconnections: Most clients at a time; None for as many as come.
        config: Everything else that a hub can be told.

    Attributes:
        stopped: Set when it has ended.

    Raises:
        TypeError: A driver is not one of indipydriver.
        ValueError: Two drivers have a device of the same name.
    """

    def __init__(
        self,
        *drivers: IndipyDriver,
        host: str | None = "localhost",
        port: int = INDI_PORT,
        maxconnections: int | None = None,
        config: HubConfig | None = None,
    ) -> None:
        _check(drivers)
        settings = config or HubConfig()
        most = settings.max_connections if maxconnections is None else maxconnections
        self._config = replace(settings, hosts=(host or "*",), port=port, max_connections=most)
        self._guests = tuple(_EmbeddedDriver(driver, self._config.limits) for driver in drivers)
        self._server: HubServer | None = None
        self._stop = False
        self.stopped = asyncio.Event()

    @property
    def stop(self) -> bool:
        """Whether it has been told to end."""
        return self._stop

    @property
    def port(self) -> int:
        """The TCP port: while it runs the one in use, before that the one asked for."""
        reception = self._server.reception if self._server else None
        return reception.port if reception else self._config.port

    def add_exdriver(self, program: str, *args: str, debug_enable: bool = False, pipes: bool = True) -> None:
        """Add an executable driver.

        Args:
            program: The executable, by path or on PATH.
            args: Its arguments.
            debug_enable: Log the traffic, as ``config.verbosity`` 3 does: that of the whole hub.
            pipes: Two plain pipes, with which every driver can live, for its stdin and stdout. Without them it gets
                a socket pair, over which a native driver hands its pictures on in shared memory.
        """
        self._add(DriverSpec((program, *args), label=program, pipes=pipes), debug_enable=debug_enable)

    def add_remote(
        self, host: str, port: int = INDI_PORT, blob_enable: bool = False, debug_enable: bool = False
    ) -> None:
        """Add a connection to another server, for all of its devices.

        Args:
            host: Where it is.
            port: Its TCP port.
            blob_enable: Whether BLOBs pass over this connection; if so, those that somebody here has asked for do.
            debug_enable: As for :meth:`add_exdriver`.
        """
        self._add(RemoteSpec(host, port, blobs=blob_enable), debug_enable=debug_enable)

    async def asyncrun(self) -> None:
        """Run until :meth:`shutdown`, or until this is cancelled.

        Raises:
            ListenError: The port is in use, or the address is none of this machine's.
        """
        try:
            if not self._stop:
                self._server = HubServer(self._config, guests=self._guests)
                await self._server.run()
        finally:
            self._stop = True
            self.stopped.set()

    def shutdown(self, shutdownmessage: str = "") -> None:
        """End: drivers get to end in order, then :meth:`asyncrun` returns. A message given is logged as an error."""
        if shutdownmessage:
            _log.error("%s", shutdownmessage)
        self._stop = True
        if self._server is not None:
            self._server.stop()

    async def send_message(self, message: str, timestamp: datetime | None = None) -> None:
        """Send a message that is about no device to every client; a timestamp without a zone is taken as UTC."""
        moment = timestamp or datetime.now(UTC)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        notice = Notice(message=message, timestamp=timestamp_from_datetime(moment))
        if self._server is not None and not self._stop:
            self._server.exchange.announce(write(notice))

    def _add(self, spec: DriverSpec | RemoteSpec, *, debug_enable: bool) -> None:
        config = self._config
        if isinstance(spec, DriverSpec):
            config = replace(config, drivers=(*config.drivers, spec))
        else:
            config = replace(config, remotes=(*config.remotes, spec))
        self._config = replace(config, verbosity=_ALL_TRAFFIC) if debug_enable else config
        if self._server is not None:
            self._server.start(spec)


def _check(drivers: tuple[IndipyDriver, ...]) -> None:
    names: set[str] = set()
    for driver in drivers:
        if not (hasattr(driver, _COMMS) and hasattr(driver, _TAKE)):
            raise TypeError(f"{driver!r} is not a driver of indipydriver")
        for name in driver:
            if name in names:
                raise ValueError(f"two of the drivers have a device named {name!r}")
            names.add(name)


class _EmbeddedDriver:
    """A driver of indipydriver as a guest of the hub."""

    def __init__(self, driver: IndipyDriver, limits: Limits) -> None:
        self._driver = driver
        self._limits = limits
        self.label = f"{type(driver).__name__} ({', '.join(driver)})"

    async def live(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Run the driver; see :class:`.guest.Guest`."""
        driver = self._driver
        comms = _Comms(driver, self._limits, reader=reader, writer=writer)
        setattr(driver, _COMMS, comms)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(driver.asyncrun())
            try:
                await comms.is_shut.wait()
            finally:
                driver.shutdown()
                await asyncio.wait((running,), timeout=_PATIENCE)
                running.cancel()


class _Comms:
    """What a driver of indipydriver talks to in place of stdin and stdout; it calls the three methods.

    Attributes:
        is_shut: Set when the driver ends, whatever the reason.
    """

    def __init__(
        self,
        driver: IndipyDriver,
        limits: Limits,
        *,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._driver = driver
        self._take: Callable[[ET.Element], Awaitable[None]] = getattr(driver, _TAKE)
        self._framer = Framer(limits)
        self._reader = reader
        self._writer = writer
        self.is_shut = asyncio.Event()

    async def run_tx(self, element: ET.Element) -> None:
        """Send what the driver says; an element goes out whole even if its sender is cancelled meanwhile."""
        if self.is_shut.is_set():
            return
        self._writer.write(ET.tostring(element) + b"\n")
        try:
            await self._writer.drain()
        except ConnectionError:
            self._driver.shutdown()

    async def run_rx(self) -> None:
        """Hand the driver what the hub sends, one element after the other, until either ends."""
        while not self.is_shut.is_set() and (data := await self._read()):
            for element in self._framer.feed(data):
                await self._take(_tree(element))
        self._driver.shutdown()

    def shutdown(self) -> None:
        """Close the stream behind what has been said."""
        self.is_shut.set()
        self._writer.close()

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(READ_SIZE)
        except ConnectionError:  # the hub has cut it off with something unread
            return b""


def _tree(element: Element | BlobElement) -> ET.Element:
    return ET.fromstring(element.raw if isinstance(element, Element) else b"".join(element.wire()))
