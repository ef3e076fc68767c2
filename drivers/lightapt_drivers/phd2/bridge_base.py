"""What all parts of the PHD2 bridge rest on: the connection, its events, and how they become properties."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from lightapt_drivers import (
    CONNECTION,
    GENERAL,
    ButtonVector,
    DefSwitch,
    DefText,
    Device,
    DriverError,
    DriverInterface,
    LinkLostError,
    Live,
    LiveNumber,
    Permission,
    RefusedError,
    Standard,
    State,
    Switches,
    Texts,
    TextVector,
    Vector,
    Wanted,
    every,
    on_connect,
    on_disconnect,
    on_new,
)

from . import events as ev
from .client import Phd2Client
from .errors import LostError, Phd2Error
from .options import DEFAULT_PORT, Options
from .places import place_of
from .state import State as Phd2State
from .streams import EventStream

__all__ = ["PATIENCE", "SOON", "Phd2Base", "asks", "numbers", "said", "shown"]

T = TypeVar("T")
D = TypeVar("D", bound="Phd2Base")
_Method: TypeAlias = Callable[[D, Wanted[T]], Coroutine[Any, Any, None]]
PATIENCE: Final = Options(limit=10.0, opening=5.0, heartbeat=1.25)
"""What PHD2 does not tell of itself is asked so often that it is shown within two seconds."""
SOON: Final = 0.02
"""Seconds after which it is listened to again, if something went wrong with what it said."""
_AT_ONCE: Final = 0.25
"""Seconds in which PHD2 answers most of what it is asked: so long the next request waits."""


def asks(
    vector: Vector[T, Any], *, lane: Vector[Any, Any] | None = None
) -> Callable[[_Method[D, T]], Callable[[D, Wanted[T]], Awaitable[None]]]:
    """Call the method with what a client wants of the property, to ask PHD2 for it; see :meth:`Phd2Base.ask_soon`.

    Args:
        vector: The property.
        lane: Another property, if only one of the two can be asked for at a time.
    """

    def decorated(method: _Method[D, T]) -> Callable[[D, Wanted[T]], Awaitable[None]]:
        @wraps(method)
        async def handle(self: D, wanted: Wanted[T]) -> None:
            vectors = self.vectors
            other = vectors[lane.name] if lane else None
            await self.ask_soon(vectors[vector.name], partial(method, self, wanted), lane=other)

        return on_new(vector)(handle)

    return decorated


class Phd2Base(Device):
    """The connection to one PHD2. Parts of the bridge derive from it, and add to four methods, which they pass on.

    :meth:`read` asks PHD2 for what its events do not tell: as the device connects, and when something may differ.
    :meth:`look` asks for the little that may differ without a word.
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
        self._needs_reading = False
        self._expects_loss = False
        self._unanswered: set[asyncio.Task[None]] = set()
        self._given = given
        self.hide(*(live for live in self.vectors.values() if not live.definition.members))
        for vector, members in given.items():
            live = self.vectors[vector]
            live.set(members)
            live.redefine(*live.definition.members)  # to be what CONFIG_DEFAULT returns to

    # For the parts to add to.

    async def read(self) -> None:
        """Ask PHD2 for what its events do not tell."""

    async def look(self) -> None:
        """Ask PHD2 for what differs without a word."""

    def follow(self, state: Phd2State) -> None:
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
        return place_of(self.address["ADDRESS"], self.address["PORT"])

    async def ask_soon(
        self,
        live: Live[Any],
        asking: Callable[[], Coroutine[Any, Any, None]],
        *,
        then: Callable[[], Awaitable[None]] | None = None,
        lane: Live[Any] | None = None,
    ) -> None:
        """Ask PHD2. What it answers at once is done when this returns; else it goes on as an operation of a property.

        So requests keep their order; but while PHD2 does not answer, as it connects its equipment or hangs, the others
        go on: it can be stopped, and left, at any time.

        Args:
            live: The property, which is Busy while the operation goes on.
            asking: Asks.
            then: Called when that is done, for the rest of the operation; None if there is none.
            lane: Another property, in whose lane it is.

        Raises:
            RefusedError: What was asked for before is still under way.
            DriverError: PHD2 has refused, at once.
        """
        if self.is_active(lane or live):
            raise RefusedError(f"what {(lane or live).name} was asked for before is under way: wait until it is done")
        work = asyncio.create_task(asking(), name=f"{live.name} is asked for")

        async def finish() -> None:
            await _outcome(work)
            if then is not None:
                await then()

        try:
            await self._at_once(work)
        except BaseException:
            work.cancel()
            await asyncio.wait([work])
            raise
        if not work.done():
            await self.begin(live, finish, lane=lane)
        elif work.result() is None and then is not None:
            await self.begin(live, then, lane=lane)

    async def _at_once(self, work: asyncio.Task[None]) -> None:
        """Wait for PHD2, but not for long; nor at all if it is at something else: it answers one after the other."""
        self._unanswered = {one for one in self._unanswered if not one.done()}
        await asyncio.wait([work], timeout=0 if self._unanswered else _AT_ONCE)
        self._unanswered.add(work)

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
        self.catch_up()
        live.ok(wanted)
        self.reread()

    def catch_up(self) -> None:
        """Show PHD2's state before an operation ends with it, and all that led there: events of it may still wait."""
        while self._events is not None and (event := self._events.take()) is not None:
            self._show(event, self._events.state)
        if self._client is not None:
            self.follow(self._client.state)

    def reread(self) -> None:
        """Have :meth:`read` called soon."""
        self._needs_reading = True
        self._stale.set()

    # The connection.

    async def restore(self, *, connected: bool, remembered: bool = True) -> None:
        """See :class:`~lightapt_drivers.kit.device.Device`; what the command line says comes behind, and counts."""
        await super().restore(connected=connected, remembered=remembered)
        if not connected:
            for vector, members in self._given.items():
                if self.vectors[vector].definition.perm.writable:
                    self.request(self.vectors[vector], **members)

    @on_new(address)
    async def _set_address(self, wanted: Texts) -> None:
        place = place_of(wanted["ADDRESS"], wanted["PORT"])
        if self._client is not None and self.is_connected and place != (self._client.host, self._client.port):
            words = f"{self.name} stays with the PHD2 at {self._client.host}:{self._client.port}"
            self.address.ok(wanted, message=f"{words} until it is connected anew: PHD2_RECONNECT does that")

    @on_connect
    async def _open(self) -> None:
        host, port = self.place()
        self._client = client = Phd2Client(host, port, options=self._patience)
        self._events = client.events()
        self._expects_loss = False
        try:
            await client.open()
            await self._learn()
        except DriverError as error:
            if self.reconnect.is_busy:
                self.reconnect.alert(f"{error.reason} (it is tried again until it succeeds)", RECONNECT=False)
            raise

    @on_disconnect
    async def _close(self) -> None:
        client, self._client, self._events = self._client, None, None
        if client is not None:
            await client.close()
            self.follow(Phd2State())  # nothing is known any more

    @on_new(reconnect)
    async def _connect_anew(self, _: Switches) -> None:
        self.reconnect.busy(RECONNECT=True)
        self.engine.link.lose("it is connected anew, as was asked for")

    async def _learn(self) -> None:
        self._stale.clear()
        self._needs_reading = False
        self.catch_up()
        await self.read()

    @every(SOON)
    async def _listen(self) -> None:
        if self._events is None:
            return
        if self.reconnect.is_busy and self.is_connected:
            self.reconnect.end(State.OK)  # now that the clients know of the connection
        events = self._events
        async for event in events:
            if events is not self._events:
                return
            self._show(event, events.state)
            await self.drained()

    def _show(self, event: ev.Event, state: Phd2State) -> None:
        """Show what has happened, and what PHD2 did after it."""
        if isinstance(event, ev.LinkLost) and not self._expects_loss:
            self.engine.link.lose(event.reason)
            return
        self.hear(event)
        self.follow(state)
        if isinstance(event, ev.StateRead):
            self._needs_reading = self._needs_reading or event.is_whole
            self._stale.set()

    @every(SOON)
    async def _reread(self) -> None:
        await self._stale.wait()
        self._stale.clear()
        is_whole, self._needs_reading = self._needs_reading, False
        with self.noticing_loss():
            await (self.read() if is_whole else self.look())


def numbers(**values: float | None) -> dict[str, float]:
    """Return numbers to be shown: what PHD2 does not tell is 0, never what it was before."""
    return {name: float(value or 0) for name, value in values.items()}


def shown(live: LiveNumber, *, state: State | None = None, **values: float | None) -> None:
    """Change numbers, as :func:`numbers` has them, and the state if one is given."""
    live.change(numbers(**values), state=state)


def said(device: Phd2Base, live: Live[T], values: Mapping[str, T], *, state: State = State.OK) -> None:
    """Show what PHD2 says of a setting, unless it is just being set; an Alert ends when PHD2 says something else."""
    if not (live.is_busy or device.is_active(live)):
        live.report(values, state=state)


async def _outcome(work: asyncio.Task[None]) -> None:
    """Wait for a task that ends if this is cancelled; if it has failed just then, that is what is told."""
    try:
        await work
    except asyncio.CancelledError:
        if not work.cancelled():
            work.result()
        raise
