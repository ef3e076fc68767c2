"""The client for programs that do not await: scripts, notebooks. It is the same client, in a thread of its own.

    with connect("localhost") as indi:
        camera = indi.camera()
        camera.connect()
        blob = camera.expose(2.0)

All is as in :mod:`lightapt_clients`; what is awaited there, waits here. It may be used from any thread. Ctrl-C cancels
what is waited for, which stops a motion that is under way. In a notebook ``indi = connect()`` does without a block,
and ``indi.close()`` ends it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Final, Self, TypeVar

from lightapt_protocol.mirror import Change, Mirror

from . import client
from .addresses import TcpAddress, UnixAddress
from .blobs import Arrival, Blob
from .blocking_devices import Device, KindFace, Property
from .blocking_kinds import (
    Camera,
    Dome,
    DustCap,
    FilterWheel,
    Focuser,
    Gps,
    Guider,
    LightBox,
    Mount,
    PowerBox,
    Rotator,
    Weather,
)
from .errors import DisconnectedError
from .faces import Face, Waits
from .portal import Followed, Following, Portal
from .timing import Timing

__all__ = [
    "Camera",
    "Client",
    "Device",
    "Dome",
    "DustCap",
    "FilterWheel",
    "Focuser",
    "Followed",
    "Following",
    "Gps",
    "Guider",
    "KindFace",
    "LightBox",
    "Mount",
    "PowerBox",
    "Property",
    "Rotator",
    "Weather",
    "connect",
]

_USUAL: Final = Timing()
T = TypeVar("T")


class Client(Face[client.Client]):
    """A client of an INDI server; see :class:`.client.Client`. Made by :func:`connect`; ends with its block."""

    __slots__ = ("_stack",)

    def __init__(self, portal: Portal, inner: client.Client, stack: ExitStack) -> None:
        super().__init__(portal, inner)
        self._stack = stack

    def __del__(self) -> None:
        if self.portal.is_open:
            words = f"the client of {self.address} was not closed, and its thread goes on: use a with block, or close()"
            warnings.warn(words, ResourceWarning, source=self, stacklevel=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def close(self) -> None:
        """Close the connection, and end all that is followed."""
        self._stack.close()

    @property
    def address(self) -> TcpAddress | UnixAddress:
        """The server's."""
        return self.inner.address

    @property
    def mirror(self) -> Mirror:
        """All properties as they are now; it changes meanwhile, in another thread."""
        return self.inner.mirror

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to the server at the moment."""
        return self.inner.is_connected

    @property
    def fault(self) -> DisconnectedError | None:
        """Why there is no connection at the moment; None while there is one."""
        return self.inner.fault

    @property
    def devices(self) -> Mapping[str, Device]:
        """The devices that are known now, by name."""
        known = self.portal.call(lambda: dict(self.inner.devices))
        return {name: Device(self.portal, device) for name, device in known.items()}

    def device(self, name: str, *, timeout: float | None = 10.0) -> Device:
        """Wait for a device and return it; raises WaitTimeoutError."""
        return Device(self.portal, self.portal.run(self.inner.device(name, timeout=timeout)))

    send = Waits(client.Client.send)

    def wait_for(
        self,
        check: Callable[[Change | None], T | None],
        *,
        device: str = "",
        name: str = "",
        timeout: float | None = 10.0,
        wanted: str = "what is waited for",
    ) -> T:
        """Wait until `check` returns something else than None, and return that; see :meth:`.client.Client.wait_for`.

        `check` is called in the client's own thread, and must not wait for anything.
        """
        waiting = self.inner.wait_for(check, device=device, name=name, timeout=timeout, wanted=wanted)
        return self.portal.run(waiting)

    def changes(self, device: str = "", name: str = "") -> Followed[Change]:
        """Follow changes: of all devices, of one, or of one property; see :meth:`.client.Client.changes`."""
        return Followed(self.portal, lambda: self.inner.changes(device, name))

    def connection(self) -> Followed[bool]:
        """Follow whether there is a connection: now, and whenever it is lost or there again."""
        return Followed(self.portal, self.inner.connection)

    @contextmanager
    def blobs(self, device: str, name: str = "", *, newest: bool = False) -> Generator[Following[Blob]]:
        """Follow the BLOBs of a device, for the length of a block; see :meth:`.client.Client.blobs`."""
        stream = self.portal.call(lambda: self.inner.blobs(device, name, newest=newest))
        with self.portal.entered(stream) as blobs:
            yield Following(self.portal, blobs)

    def arrivals(self, device: str, name: str = "") -> Followed[Arrival]:
        """Follow how much has come of the BLOBs of a device; see :meth:`.client.Client.arrivals`."""
        return Followed(self.portal, lambda: self.inner.arrivals(device, name))

    # The standard kinds.

    def mount(self, name: str = "", *, timeout: float | None = 10.0) -> Mount:
        """Wait for a mount: one by its name, or the first that there is."""
        return Mount(self.portal, self.portal.run(self.inner.mount(name, timeout=timeout)))

    def camera(self, name: str = "", *, timeout: float | None = 10.0) -> Camera:
        """Wait for a camera: one by its name, or the first that there is."""
        return Camera(self.portal, self.portal.run(self.inner.camera(name, timeout=timeout)))

    def focuser(self, name: str = "", *, timeout: float | None = 10.0) -> Focuser:
        """Wait for a focuser: one by its name, or the first that there is."""
        return Focuser(self.portal, self.portal.run(self.inner.focuser(name, timeout=timeout)))

    def filter_wheel(self, name: str = "", *, timeout: float | None = 10.0) -> FilterWheel:
        """Wait for a filter wheel: one by its name, or the first that there is."""
        return FilterWheel(self.portal, self.portal.run(self.inner.filter_wheel(name, timeout=timeout)))

    def rotator(self, name: str = "", *, timeout: float | None = 10.0) -> Rotator:
        """Wait for a rotator: one by its name, or the first that there is."""
        return Rotator(self.portal, self.portal.run(self.inner.rotator(name, timeout=timeout)))

    def dome(self, name: str = "", *, timeout: float | None = 10.0) -> Dome:
        """Wait for a dome: one by its name, or the first that there is."""
        return Dome(self.portal, self.portal.run(self.inner.dome(name, timeout=timeout)))

    def weather(self, name: str = "", *, timeout: float | None = 10.0) -> Weather:
        """Wait for a weather station: one by its name, or the first that there is."""
        return Weather(self.portal, self.portal.run(self.inner.weather(name, timeout=timeout)))

    def dust_cap(self, name: str = "", *, timeout: float | None = 10.0) -> DustCap:
        """Wait for a dust cap: one by its name, or the first that there is."""
        return DustCap(self.portal, self.portal.run(self.inner.dust_cap(name, timeout=timeout)))

    def light_box(self, name: str = "", *, timeout: float | None = 10.0) -> LightBox:
        """Wait for a light box: one by its name, or the first that there is."""
        return LightBox(self.portal, self.portal.run(self.inner.light_box(name, timeout=timeout)))

    def guider(self, name: str = "", *, timeout: float | None = 10.0) -> Guider:
        """Wait for a device that takes guide pulses: one by its name, or the first that there is."""
        return Guider(self.portal, self.portal.run(self.inner.guider(name, timeout=timeout)))

    def gps(self, name: str = "", *, timeout: float | None = 10.0) -> Gps:
        """Wait for a GPS receiver: one by its name, or the first that there is."""
        return Gps(self.portal, self.portal.run(self.inner.gps(name, timeout=timeout)))

    def power_box(self, name: str = "", *, timeout: float | None = 10.0) -> PowerBox:
        """Wait for a power box: one by its name, or the first that there is."""
        return PowerBox(self.portal, self.portal.run(self.inner.power_box(name, timeout=timeout)))


def connect(
    address: str | TcpAddress | UnixAddress = "localhost",
    *,
    devices: Iterable[str] = (),
    reconnects: bool = True,
    patience: float = 0.0,
    timing: Timing = _USUAL,
) -> Client:
    """Connect to an INDI server, for the length of a ``with`` block or until it is closed; see :func:`.client.connect`.

    Raises:
        AddressError: The text is no address.
        DisconnectedError: No server answers there.
    """
    connecting = client.connect(address, devices=devices, reconnects=reconnects, patience=patience, timing=timing)
    with ExitStack() as stack:
        portal = stack.enter_context(Portal())
        inner = stack.enter_context(portal.entered(connecting))
        return Client(portal, inner, stack.pop_all())
