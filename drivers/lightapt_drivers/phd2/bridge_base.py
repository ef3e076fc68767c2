"""What all parts of the PHD2 bridge rest on: the connection, its events, and how they become properties."""

from __future__ import annotations

import asyncio
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Generator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final, Self, TypeVar

from lightapt_drivers import (
    CONNECTION,
    GENERAL,
    ButtonVector,
    DefSwitch,
    DefText,
    Device,
    DriverInterface,
    LinkLostError,
    Live,
    LiveNumber,
    Permission,
    RefusedError,
    Standard,
    Switches,
    TextVector,
    every,
    on_connect,
    on_disconnect,
    on_new,
)

from . import events as ev
from .client import Phd2Client
from .errors import LostError, Phd2Error
from .options import DEFAULT_PORT, Options
from .state import State
from .streams import EventStream

__all__ = ["PATIENCE", "Phd2Base", "shown"]

T = TypeVar("T")
PATIENCE: Final = Options(limit=10.0, opening=5.0, heartbeat=2.0)
"""PHD2 may be silent for an exposure's time, and is asked then; no answer means that it hangs."""
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SOON: Final = 0.02
"""Seconds after which it is listened to again, if something went wrong with what it said."""


class Phd2Base(Device):
    """The connection to one PHD2. Parts of the bridge derive from it, and add to three methods, which they pass on.

    :meth:`read` asks PHD2 for what its events do not tell: as the device connects, and when something may differ.
    :meth:`follow` shows the state that the client follows, :meth:`hear` what happens but once.

    Args:
        name: The device's name.
        given: Properties' values that go before what is saved: those of the command line.
        patience: With PHD2.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.AUX
    reconnect_after: ClassVar[tuple[float, ...]] = (0.1, 0.2, 0.5, 1.0)

    address = TextVector(
        Standard.DEVICE_ADDRESS,
        DefText("ADDRESS", "localhost", label="Host"),
        DefText("PORT", str(DEFAULT_PORT), label="Port"),
        label="PHD2's address",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    reconnect = ButtonVector("PHD2_RECONNECT", DefSwitch("RECONNECT", label="Connect anew"), group=CONNECTION)
    version = TextVector(
        "PHD2_VERSION",
        DefText("VERSION", label="PHD2"),
        DefText("INSTANCE", label="Instance"),
        group=GENERAL,
        perm=Permission.READ_ONLY,
    )

    def __init__(
        self,
        name: str = "",
        *,
        given: Mapping[str, Mapping[str, str | float | bool]] = {},
        patience: Options = PATIENCE,
    ) -> None:
        super().__init__(name)
        self._patience = patience
        self._client: Phd2Client | None = None
        self._events: EventStream | None = None
        self._stale = asyncio.Event()
        self._expects_loss = False
        self._given = given
        self.hide(*(live for live in self.vectors.values() if not live.definition.members))
        for vector, members in given.items():
            live = self.vectors[vector]
            live.set(members)
            live.redefine(*live.definition.members)  # to be what CONFIG_DEFAULT returns to

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add where PHD2 is, and how to start it."""
        saved = "goes before what is saved"
        parser.add_argument("--host", help=f"where PHD2 runs; {saved} (default: localhost)")
        parser.add_argument("--port", type=int, help=f"its event server's port; {saved} (default: 4399 + the instance)")
        parser.add_argument(
            "--path", help="the program that PHD2_PROGRAM starts; no client can name another (default: phd2)"
        )
        parser.add_argument("--instance", type=int, help=f"the number of PHD2's instance; {saved} (default: 1)")
        parser.add_argument(
            "--headless", action="store_true", help="start it on a display that nobody sees, by Xvfb; needs no other"
        )

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the device that a command line asks for."""
        given: dict[str, dict[str, str | float | bool]] = {}
        port = options.port or (options.instance and DEFAULT_PORT - 1 + options.instance)
        address = {"ADDRESS": options.host, "PORT": port and str(port)}
        if members := {name: value for name, value in address.items() if value}:
            given[Standard.DEVICE_ADDRESS] = members
        if options.path:
            given["PHD2_PROGRAM_PATH"] = {"PATH": options.path}
        if options.instance:
            given["PHD2_INSTANCE"] = {"NUMBER": float(options.instance)}
        if options.headless:
            given["PHD2_HEADLESS"] = {"ON": True}
        return cls(options.name, given=given)

    # For the parts to add to.

    async def read(self) -> None:
        """Ask PHD2 for what its events do not tell."""

    def follow(self, state: State) -> None:
        """Show what PHD2 does."""
        self.version.change(VERSION=state.version or "", INSTANCE="" if state.instance is None else f"{state.instance}")

    def hear(self, event: ev.Event) -> None:
        """Take note of what happens."""

    # For the parts to use.

    @property
    def phd2(self) -> Phd2Client:
        """The client.

        Raises:
            LinkLostError: There is none.
        """
        if self._client is None:
            raise LinkLostError(f"{self.name} is not connected")
        return self._client

    async def known(self, asking: Awaitable[T]) -> T | None:
        """Return what PHD2 answers, or None if it will not tell: it refuses much while no camera is connected.

        Raises:
            LostError: It does not answer at all.
        """
        try:
            return await asking
        except Phd2Error as error:
            if isinstance(error, LostError) and not self._expects_loss:
                raise
            self.log.debug("%s", error.reason)
            return None

    def place(self) -> tuple[str, int]:
        """Return PHD2's host and port.

        Raises:
            RefusedError: Nobody has said.
        """
        host, port = self.address["ADDRESS"].strip(), self.address["PORT"].strip()
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise RefusedError("set DEVICE_ADDRESS first: the host, and a port from 1 to 65535, such as 4400")
        return host, int(port)

    def is_here(self, host: str) -> bool:
        """Return whether a host is this machine."""
        return host.casefold() in _LOCAL or host.casefold() == socket.gethostname().casefold()

    @contextmanager
    def expecting_loss(self) -> Generator[None]:
        """Have PHD2 end, as it is asked to within the block: unless that fails it is not to be looked for."""
        self._expects_loss = True
        try:
            yield
        except BaseException:
            self._expects_loss = False
            raise

    @contextmanager
    def noticing_loss(self) -> Generator[None]:
        """Have PHD2 looked for if it is lost within the block of a poll; clients are told of it once, by CONNECTION."""
        try:
            yield
        except LostError as error:
            self.engine.link.lose(error.reason)

    def leave(self) -> None:
        """Disconnect from a PHD2 that was asked to end."""
        if self.connection["CONNECT"]:  # also if it is lost, and looked for
            self.request(self.connection, DISCONNECT=True)

    def accept(self, live: Live[T], wanted: Mapping[str, T]) -> None:
        """Show what PHD2 has taken. It is read anew, as an answer on its way may be from before."""
        live.ok(wanted)
        self.reread()

    def catch_up(self) -> None:
        """Show PHD2's state before an operation ends with it: the events that tell of it may still wait."""
        self.follow(self.phd2.state)

    def reread(self) -> None:
        """Have :meth:`read` called soon."""
        self._stale.set()

    # The connection.

    async def restore(self, *, connected: bool, remembered: bool = True) -> None:
        """See :class:`~lightapt_drivers.kit.device.Device`; what the command line says comes behind, and counts."""
        await super().restore(connected=connected, remembered=remembered)
        if not connected:
            for vector, members in self._given.items():
                if self.vectors[vector].definition.perm.writable:
                    self.request(self.vectors[vector], **members)

    @on_connect
    async def _open(self) -> None:
        host, port = self.place()
        self._client = client = Phd2Client(host, port, options=self._patience)
        self._events = client.events()
        self._expects_loss = False
        await client.open()
        await self._learn()

    @on_disconnect
    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()
            self.follow(State())  # nothing is known any more

    @on_new(reconnect)
    async def _connect_anew(self, _: Switches) -> None:
        self.engine.link.lose("it is connected anew, as was asked for")

    async def _learn(self) -> None:
        self._stale.clear()
        self.catch_up()
        await self.read()

    @every(_SOON)
    async def _listen(self) -> None:
        if self._events is None:
            return
        async for event in self._events:
            if isinstance(event, ev.LinkLost) and not self._expects_loss:
                self.engine.link.lose(event.reason)
                return
            self.hear(event)
            self.catch_up()
            if isinstance(event, ev.StateRead):
                self.reread()
            await self.drained()

    @every(_SOON)
    async def _reread(self) -> None:
        await self._stale.wait()
        self._stale.clear()
        with self.noticing_loss():
            await self.read()


def shown(live: LiveNumber, **values: float | None) -> None:
    """Change numbers, but for those that are not known."""
    live.change({name: float(value) for name, value in values.items() if value is not None})
