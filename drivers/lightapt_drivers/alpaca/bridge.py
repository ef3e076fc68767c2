"""What all bridged Alpaca devices share: the device at the other end, its actions, and how often it is looked at."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, ClassVar, Final, Self, TypeVar

from lightapt_drivers import (
    CONNECTION,
    GENERAL,
    ButtonVector,
    DefSwitch,
    DefText,
    Device,
    DriverError,
    HardwareError,
    LinkLostError,
    Permission,
    Switches,
    TextVector,
    every,
    on_connect,
    on_disconnect,
    operation,
    time_limit,
)

from .errors import AlpacaError, LostError
from .look import Look, Missing
from .management import unique_id
from .places import Place
from .polling import Pace
from .session import Ask, Limits, Session, if_told

__all__ = ["AlpacaDevice"]

T = TypeVar("T")
_ACTIONS: Final = "Actions"
_SHOWN: Final = 1000
"""Characters of a device's words that are shown."""


class AlpacaDevice(Device):
    """Stands for an Alpaca device. A type fills in :meth:`read`, and declares what the device can in ``on_connect``.

    Name it last among a type's bases: then the device is connected before the type and its other bases begin, and is
    let go of after they have ended.

    All that is shown is read in one place, :meth:`read`, which is called often while something moves and seldom while
    nothing does. What begins a motion calls :meth:`act`, then waits with :meth:`follow` until it is over.

    Args:
        name: The device's name.
        place: Where it is.
        limits: How long it has for its answers.
    """

    executable: ClassVar[str] = "lightapt-alpaca"

    alpaca_device = TextVector(
        "ALPACA_DEVICE",
        DefText("ADDRESS", label="Server"),
        DefText("TYPE", label="Type"),
        DefText("NUMBER", label="Number"),
        label="Alpaca device",
        group=CONNECTION,
        perm=Permission.READ_ONLY,
        always=True,
    )
    alpaca_info = TextVector(
        "ALPACA_INFO",
        DefText("NAME", label="Name"),
        DefText("DESCRIPTION", label="Description"),
        DefText("DRIVER_INFO", label="Driver"),
        DefText("DRIVER_VERSION", label="Driver's version"),
        DefText("INTERFACE_VERSION", label="Interface version"),
        DefText("UNIQUE_ID", label="Unique ID"),
        label="Alpaca information",
        group=GENERAL,
        perm=Permission.READ_ONLY,
    )
    alpaca_action = ButtonVector("ALPACA_ACTION", label="Do", group=_ACTIONS, timeout=180)
    alpaca_parameters = TextVector(
        "ALPACA_ACTION_PARAMETERS", DefText("PARAMETERS", label="Parameters"), label="With", group=_ACTIONS
    )
    alpaca_answer = TextVector(
        "ALPACA_ACTION_ANSWER",
        DefText("ANSWER", label="Answer"),
        label="Answer",
        group=_ACTIONS,
        perm=Permission.READ_ONLY,
    )

    def __init__(self, name: str = "", *, place: Place, limits: Limits | None = None) -> None:
        super().__init__(name or place.default_name)
        self.place = place
        self._alpaca_limits = limits
        self._alpaca_session: Session | None = None
        self._alpaca_pace = Pace()
        self._alpaca_missing = Missing()
        self._alpaca_awake = asyncio.Event()
        self._alpaca_looking = asyncio.Lock()
        self._alpaca_watchers: set[asyncio.Future[None]] = set()
        self.alpaca_device.set(ADDRESS=place.address, TYPE=place.type.title, NUMBER=str(place.number))
        self.show(self.polling_period)

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Leave it to the driver's program: it knows which type it is to be."""

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the device that a command line asks for."""
        return cls(options.name, place=options.place)

    # For a type to fill in.

    async def read(self, look: Look) -> bool:
        """Read what the device says of itself and tell it; return whether something moves.

        Called again and again while it is connected. What it raises is told once; a LinkLostError ends the link.
        """
        raise NotImplementedError

    def look_failed(self) -> None:
        """Take note that a look failed, for a type of which nobody is to rely on what was so before."""

    # For a type to use.

    @property
    def session(self) -> Session:
        """The device at the other end.

        Raises:
            LinkLostError: There is none.
        """
        if self._alpaca_session is None:
            raise LostError(f"{self.name} is not connected")
        return self._alpaca_session

    async def offers(self, ask: Ask[object]) -> bool:
        """Return whether the device has a capability (``Can…``); what it cannot tell it has not."""
        return await self.session.offers(ask)

    async def act(self, ask: Ask[T], *, limit: float | None = None) -> T:
        """Have the device begin something, and look often at what becomes of it."""
        try:
            return await self.session.act(ask, limit=limit)
        finally:
            self.hurry()

    async def stop(self, ask: Ask[T]) -> T:
        """Have the device stop something, though it may be busy with another call."""
        try:
            return await self.session.stop(ask)
        finally:
            self.hurry()

    def hurry(self) -> None:
        """Look at the device at once, and often for a while."""
        self._alpaca_pace.hurry(asyncio.get_running_loop().time())
        self._alpaca_awake.set()

    def spends(self, requests: int) -> None:
        """Take note of requests that come again and again besides the looks: these wait for them."""
        self._alpaca_pace.spent(requests, idle=self.polling_period.value / 1000)

    async def look_now(self) -> None:
        """Look at the device; for ``on_connect``, so that properties are defined with what is so.

        Raises:
            AlpacaError: It does not tell.
        """
        await self._alpaca_look()

    async def looked(self) -> None:
        """Wait for the next look.

        Raises:
            DriverError: It failed: what is known of the device is old.
        """
        watcher = asyncio.get_running_loop().create_future()
        self._alpaca_watchers.add(watcher)
        try:
            await watcher
        finally:
            self._alpaca_watchers.discard(watcher)

    async def follow(self, done: Callable[[], bool], *, limit: float, what: str = "it") -> None:
        """Wait until looks show that something is over: `done` is asked after each that begins from now on.

        Args:
            done: Returns whether it is.
            limit: Seconds.
            what: What should end, for the error.

        Raises:
            HardwareError: It takes longer.
        """
        try:
            async with time_limit(limit):
                await self._alpaca_follow(done)
        except TimeoutError:
            raise HardwareError(f"{what} has not ended after {limit:g} s") from None

    def is_hopeless(self, error: DriverError) -> bool:
        """See :class:`Device`. What a device says of itself is not: as its hardware starts it refuses this and that."""
        return not isinstance(error, AlpacaError) and super().is_hopeless(error)

    # What every bridged device does.

    @on_connect
    async def _open_alpaca(self) -> None:
        self._alpaca_session = Session(self.place, limits=self._alpaca_limits, log=self.log)
        self._alpaca_pace, self._alpaca_missing = Pace(), Missing()
        await self._alpaca_session.connect()
        await self._alpaca_learn()

    @on_disconnect
    async def _close_alpaca(self) -> None:
        session, self._alpaca_session = self._alpaca_session, None
        if session is None:
            return
        if session.is_lost:  # nobody is there to be told
            session.close()
        else:
            await session.disconnect()

    @every(0.0)
    async def _alpaca_look_when_due(self) -> None:
        clock = asyncio.get_running_loop().time
        while (wait := self._alpaca_pace.due - clock()) > 0:
            self._alpaca_awake.clear()
            try:
                async with time_limit(wait):
                    await self._alpaca_awake.wait()
            except TimeoutError:
                break
        await self._alpaca_look()

    @operation(alpaca_action)
    async def _alpaca_do_action(self, wanted: Switches) -> None:
        name, parameters = wanted.choice, self.alpaca_parameters.value
        if not name:
            return
        try:
            answer = await self.act(lambda device: device.do(name, parameters))
        except AlpacaError as error:
            self.alpaca_answer.alert(error.reason, ANSWER="")
            raise
        self.alpaca_answer.ok(ANSWER=str(answer)[:_SHOWN])

    # How.

    async def _alpaca_look(self) -> None:
        """Look, pace the next, and tell who waits for it."""
        clock, idle = asyncio.get_running_loop().time, self.polling_period.value / 1000
        async with self._alpaca_looking:
            watchers, began, before = list(self._alpaca_watchers), clock(), self.session.requests
            self._alpaca_pace.begins(began, idle=idle)
            try:
                state = await self.session.state()
                look = Look(self.session, state, missing=self._alpaca_missing, now=began)
                moves = await self.read(look)
                look.settle()
            except DriverError as error:
                self._alpaca_pace.failed(clock(), idle=idle)
                self.look_failed()
                _tell(watchers, error)
                raise
            requests = self.session.requests - before
            self._alpaca_pace.looked(
                began, clock(), moves=moves, requests=requests, one_request=look.has_state, idle=idle
            )
            _tell(watchers, None)

    async def _alpaca_follow(self, done: Callable[[], bool]) -> None:
        while True:
            self.hurry()
            try:
                await self.looked()
            except LinkLostError:
                raise
            except DriverError:  # told by the poll; the next look may succeed
                continue
            if done():
                return

    async def _alpaca_learn(self) -> None:
        """Learn who the device is, and which actions it has."""
        session = self.session
        self.alpaca_info.ok(await _facts(session))
        actions = [name for name in await if_told(session.texts(lambda device: device.SupportedActions)) or [] if name]
        if actions:
            self.alpaca_action.redefine(*(DefSwitch(name) for name in dict.fromkeys(actions)))
        change = self.show if actions else self.hide
        change(self.alpaca_action, self.alpaca_parameters, self.alpaca_answer)


async def _facts(session: Session) -> dict[str, str]:
    """Return what a device says of itself, by the members of ALPACA_INFO."""
    return {
        "NAME": await _said(session, lambda device: device.Name),
        "DESCRIPTION": await _said(session, lambda device: device.Description),
        "DRIVER_INFO": await _said(session, lambda device: device.get("driverinfo")),
        "DRIVER_VERSION": await _said(session, lambda device: device.DriverVersion),
        "INTERFACE_VERSION": str(session.version),
        "UNIQUE_ID": await unique_id(session.place) or "",
    }


async def _said(session: Session, ask: Ask[Any]) -> str:
    """Return what a device says of itself, which may be nothing."""
    return (await if_told(session.text(ask)) or "")[:_SHOWN]


def _tell(watchers: list[asyncio.Future[None]], error: DriverError | None) -> None:
    for watcher in watchers:
        if watcher.done():
            continue
        if error is None:
            watcher.set_result(None)
        else:
            watcher.set_exception(error)
