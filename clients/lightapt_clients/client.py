"""The asyncio client: one connection to an INDI server, kept up, and the devices behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from lightapt_protocol.messages import Message
from lightapt_protocol.mirror import Change, Mirror

from .addresses import TcpAddress, UnixAddress, parse_address
from .devices import Device
from .errors import DisconnectedError, WaitTimeoutError
from .kinds import Camera, Dome, DustCap, FilterWheel, Focuser, Gps, Guider, LightBox, Mount, PowerBox, Rotator, Weather
from .kinds.finding import find
from .limits import in_time
from .opening import open_transport
from .session import Session
from .subscriptions import Arrivals, BlobStream, Changes, Subscription
from .timing import Backoff, Timing
from .transport import Transport

__all__ = ["Client", "Expected", "connect"]

_USUAL: Final = Timing()
T = TypeVar("T")


class Client:
    """A client of an INDI server. Made by :func:`connect`.

    When the connection is lost it is made again, for ever; what was followed goes on being followed. Meanwhile
    properties are as they were last known, and requests fail with DisconnectedError. Afterwards changes tell what has
    become of them: what the devices define again, and what they do not is deleted.

    Attributes:
        address: The server's.
    """

    def __init__(self, address: TcpAddress | UnixAddress, session: Session) -> None:
        self.address = address
        self._session = session
        self._turns: dict[str, asyncio.Lock] = {}

    # What there is.

    @property
    def mirror(self) -> Mirror:
        """All properties as they are now."""
        return self._session.mirror

    @property
    def devices(self) -> Mapping[str, Device]:
        """The devices that are known now, by name."""
        return MappingProxyType({name: Device(self, name) for name in self.mirror.devices})

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to the server at the moment."""
        return self.fault is None

    @property
    def fault(self) -> DisconnectedError | None:
        """Why there is no connection at the moment; None while there is one."""
        return self._session.link.fault

    async def device(self, name: str, *, timeout: float | None = 10.0) -> Device:
        """Wait for a device and return it.

        Raises:
            WaitTimeoutError: It did not appear.
        """

        def known(_: Change | None) -> Device | None:
            return Device(self, name) if name in self.mirror.devices else None

        return await self.wait_for(known, device=name, timeout=timeout, wanted=f"device {name}")

    async def mount(self, name: str = "", *, timeout: float | None = 10.0) -> Mount:
        """Wait for a mount: one by its name, or the first that there is."""
        return await find(self, Mount, name, timeout=timeout)

    async def camera(self, name: str = "", *, timeout: float | None = 10.0) -> Camera:
        """Wait for a camera: one by its name, or the first that there is."""
        return await find(self, Camera, name, timeout=timeout)

    async def focuser(self, name: str = "", *, timeout: float | None = 10.0) -> Focuser:
        """Wait for a focuser: one by its name, or the first that there is."""
        return await find(self, Focuser, name, timeout=timeout)

    async def filter_wheel(self, name: str = "", *, timeout: float | None = 10.0) -> FilterWheel:
        """Wait for a filter wheel: one by its name, or the first that there is."""
        return await find(self, FilterWheel, name, timeout=timeout)

    async def rotator(self, name: str = "", *, timeout: float | None = 10.0) -> Rotator:
        """Wait for a rotator: one by its name, or the first that there is."""
        return await find(self, Rotator, name, timeout=timeout)

    async def dome(self, name: str = "", *, timeout: float | None = 10.0) -> Dome:
        """Wait for a dome: one by its name, or the first that there is."""
        return await find(self, Dome, name, timeout=timeout)

    async def weather(self, name: str = "", *, timeout: float | None = 10.0) -> Weather:
        """Wait for a weather station: one by its name, or the first that there is."""
        return await find(self, Weather, name, timeout=timeout)

    async def dust_cap(self, name: str = "", *, timeout: float | None = 10.0) -> DustCap:
        """Wait for a dust cap: one by its name, or the first that there is."""
        return await find(self, DustCap, name, timeout=timeout)

    async def light_box(self, name: str = "", *, timeout: float | None = 10.0) -> LightBox:
        """Wait for a light box: one by its name, or the first that there is."""
        return await find(self, LightBox, name, timeout=timeout)

    async def guider(self, name: str = "", *, timeout: float | None = 10.0) -> Guider:
        """Wait for a device that takes guide pulses: one by its name, or the first that there is."""
        return await find(self, Guider, name, timeout=timeout)

    async def gps(self, name: str = "", *, timeout: float | None = 10.0) -> Gps:
        """Wait for a GPS receiver: one by its name, or the first that there is."""
        return await find(self, Gps, name, timeout=timeout)

    async def power_box(self, name: str = "", *, timeout: float | None = 10.0) -> PowerBox:
        """Wait for a power box: one by its name, or the first that there is."""
        return await find(self, PowerBox, name, timeout=timeout)

    # What a program follows.

    def changes(self, device: str = "", name: str = "") -> Changes:
        """Follow changes: of all devices, of one, or of one property.

        The data of BLOBs do not come in changes, but by :meth:`blobs`.
        """
        return self._session.changes(device, name, breaks=False)

    def dialogue(self, device: str) -> Changes:
        """Follow what a device says; where the connection is lost meanwhile, DisconnectedError is raised."""
        return self._session.changes(device, "", breaks=True)

    def connection(self) -> Subscription[bool]:
        """Follow whether there is a connection: now, and whenever it is lost or there again."""
        return self._session.connections()

    def blobs(self, device: str, name: str = "", *, newest: bool = False) -> BlobStream:
        """Follow the BLOBs of a device, or of one property of it: they are sent while the stream is entered.

        Args:
            device: The device.
            name: The property; all of the device's, where none is named.
            newest: Whether a BLOB that the program has not taken yet gives way to the next.
        """
        return self._session.blobs(device, name, newest=newest)

    def arrivals(self, device: str, name: str = "") -> Arrivals:
        """Follow how much has come of the BLOBs that are being sent: of a device, or of one property of it.

        It has them sent by nobody: that is for :meth:`blobs`.
        """
        return self._session.arrivals(device, name)

    async def wait_for(
        self,
        check: Callable[[Change | None], T | None],
        *,
        device: str = "",
        name: str = "",
        timeout: float | None = 10.0,
        wanted: str = "what is waited for",
    ) -> T:
        """Wait until `check` returns something else than None, and return that.

        Args:
            check: Asked at once (with None), after each change that concerns it (with that), and when the connection
                is lost or there again (with None).
            device: Changes of this device concern it; of all, where none is named.
            name: Changes of this property.
            timeout: Seconds; None for ever.
            wanted: What to say in the error.

        Raises:
            WaitTimeoutError: There was no time left.
            DisconnectedError: The client was closed.
        """
        with self.expecting(check, device=device, name=name) as expected:
            return await expected(timeout=timeout, wanted=wanted)

    @contextmanager
    def expecting(
        self, check: Callable[[Change | None], T | None], *, device: str = "", name: str = ""
    ) -> Generator[Expected[T]]:
        """As :meth:`wait_for`, for what a program is about to cause: changes count from the beginning of the block.

        What is yielded waits; it takes `timeout` and `wanted`.
        """
        with self._session.waiters.expect(check, device=device, name=name) as found:
            yield Expected(self, found)

    # What a program says.

    async def send(self, message: Message) -> None:
        """Send a message, and return when it is on its way.

        Raises:
            DisconnectedError: There is no connection.
        """
        await self._session.link.send(message)

    def turn(self, device: str) -> asyncio.Lock:
        """Return what is held by who asks a device for things that belong together, as coordinates and what they mean.

        It keeps apart what goes on in this program; other programs know nothing of it.
        """
        return self._turns.setdefault(device, asyncio.Lock())

    def late(self, wanted: str, timeout: float | None) -> WaitTimeoutError:
        """Return the error that something did not come in time; it tells if there is no connection."""
        why = f" ({self.fault})" if self.fault else ""
        return WaitTimeoutError(f"{wanted}: not within {timeout:g} s{why}")


class Expected(Generic[T]):
    """What is going to be found."""

    def __init__(self, client: Client, found: asyncio.Future[T]) -> None:
        self._client = client
        self._found = found

    async def __call__(self, *, timeout: float | None, wanted: str) -> T:
        """Wait for it.

        Raises:
            WaitTimeoutError: There was no time left.
            DisconnectedError: The client was closed.
        """
        limit = in_time(timeout)
        try:
            async with limit:
                return await self._found
        except TimeoutError as error:
            if not limit.expired():
                raise  # of the program's own condition
            raise self._client.late(wanted, timeout) from error


def connect(
    address: str | TcpAddress | UnixAddress = "localhost",
    *,
    devices: Iterable[str] = (),
    reconnects: bool = True,
    patience: float = 0.0,
    timing: Timing = _USUAL,
) -> AbstractAsyncContextManager[Client]:
    """Connect to an INDI server, for the length of an ``async with`` block.

    Args:
        address: ``host``, ``host:port``, ``[IPv6]:port`` or ``unix:path``.
        devices: Only these devices concern the program; all, where none is named.
        reconnects: Whether a lost connection is made again.
        patience: Seconds for which a server that does not answer yet is tried again.
        timing: How patient the client is with a connection.

    Raises:
        AddressError: The text is no address.
        DisconnectedError: No server answers there.
    """
    entered = _connecting(address, devices=devices, reconnects=reconnects, patience=patience, timing=timing)
    return _Connecting(entered)


class _Connecting(AbstractAsyncContextManager[Client]):
    """A client to be, which tells who takes it for one what is missing."""

    def __init__(self, entered: AbstractAsyncContextManager[Client]) -> None:
        self._entered = entered

    async def __aenter__(self) -> Client:
        return await self._entered.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return await self._entered.__aexit__(kind, error, traceback)

    if not TYPE_CHECKING:  # for type checkers a forgotten block is an error anyway

        def __getattr__(self, name: str) -> object:
            words = f"there is no client yet: write `async with connect(...) as indi:`, and in the block indi.{name}"
            raise AttributeError(words)


@asynccontextmanager
async def _connecting(
    address: str | TcpAddress | UnixAddress,
    *,
    devices: Iterable[str],
    reconnects: bool,
    patience: float,
    timing: Timing,
) -> AsyncGenerator[Client]:
    where = address if isinstance(address, TcpAddress | UnixAddress) else parse_address(address)
    transport = await _first(where, patience=patience, timing=timing)
    async with connected(transport, where, devices=devices, reconnects=reconnects, timing=timing) as client:
        yield client


@asynccontextmanager
async def connected(
    transport: Transport,
    address: TcpAddress | UnixAddress,
    *,
    devices: Iterable[str] = (),
    reconnects: bool = True,
    timing: Timing = _USUAL,
) -> AsyncGenerator[Client]:
    """As :func:`connect`, by a connection that is open already: to a server at `address`."""
    session = Session(address, devices=frozenset(devices), timing=timing)
    session.link.open(transport)
    running = asyncio.create_task(session.run(reconnects=reconnects), name=f"INDI client of {address}")
    try:
        yield Client(address, session)
    finally:
        running.cancel()
        await asyncio.wait([running])
        session.end()  # also where it was cancelled before it had begun
        if not running.cancelled() and (error := running.exception()) is not None:
            raise error


async def _first(address: TcpAddress | UnixAddress, *, patience: float, timing: Timing) -> Transport:
    clock = asyncio.get_running_loop().time
    deadline, backoff = clock() + patience, Backoff(timing)
    while True:
        try:
            return await open_transport(address, timeout=timing.connect)
        except DisconnectedError:
            pause = backoff.next_pause()
            if clock() + pause > deadline:
                raise
        await asyncio.sleep(pause)
