"""What keeps a device running: its requests in their order, its operations and polls, and what goes wrong in them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lightapt_protocol.members import DefMember
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyRequest,
    AnyUpdate,
    Definition,
    DelProperty,
    GetProperties,
    NewBlobVector,
    Request,
    Update,
)
from lightapt_protocol.vocabulary import State

from .configuration import ConfigurationFile
from .errors import DriverError, HardwareError, LinkLostError, RefusedError
from .handlers import OnNew, Poll, WhileBusy
from .lanes import Lanes
from .link import Link
from .live import Live
from .requests import wanted_members
from .wanted import Wanted
from .wire import Wire

if TYPE_CHECKING:
    from .device import Device

__all__ = ["Engine", "Item"]

_INBOX: Final = 1000
"""Messages that wait for a device before its driver reads no more."""

Heard: TypeAlias = AnyDefinition | AnyUpdate | DelProperty
"""What another device says."""
Item: TypeAlias = GetProperties | AnyRequest | Heard | Callable[[], None] | None
"""What a device is given: a message, what to call when all before it is dealt with, or the end."""


class Engine:
    """Runs one device.

    Attributes:
        wire: The way to the server.
        file: Where the device's configuration is kept; None for nowhere.
        lanes: What goes on in the background.
        link: The connection to the hardware.
    """

    def __init__(self, device: Device, wire: Wire, file: ConfigurationFile | None, tasks: asyncio.TaskGroup) -> None:
        self.wire = wire
        self.file = file
        self.lanes = Lanes(tasks)
        self.link = Link(device, self)
        self._device = device
        self._inbox: asyncio.Queue[Item] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._own: deque[AnyRequest] = deque()
        self._period_changed = asyncio.Event()
        self._replaced: set[Live[Any]] = set()

    async def give(self, item: Item) -> None:
        """Have something dealt with in its turn; None is the end. Waits while much waits already.

        But not while a BLOB is on its way: what the device does may be to wait for the word that it has arrived, which
        comes behind.
        """
        if not self._has_room.is_set():
            await _one_of(self._has_room, self.wire.is_asking)
        self.put(item)

    def put(self, item: Item) -> None:
        """As :meth:`give`, for what comes from this same driver: nothing waits."""
        self._inbox.put_nowait(item)
        if self._inbox.qsize() >= _INBOX:
            self._has_room.clear()

    def ask(self, request: AnyRequest) -> None:
        """Have the device obey a request of its own, before all that waits."""
        self._own.append(request)
        self._inbox.put_nowait(_nothing)  # or nobody might look

    async def run(self) -> None:
        """Deal with what is given, until the end; however it ends, the hardware is let go of."""
        self.start_polls(always=True)
        try:
            await self._deal()
        finally:
            await self.link.end()
            await self.lanes.cancel(self.lanes.names())

    async def _deal(self) -> None:
        while (item := await self._next()) is not None:
            match item:
                case GetProperties():
                    self._device.tell(item.name)
                case Request():
                    await self._request(item)
                case Definition() | Update() | DelProperty():
                    await self._hear(item)
                case _:
                    item()
            await self.wire.drained()

    async def _next(self) -> Item:
        if self._own:
            return self._own.popleft()
        item = await self._inbox.get()
        self._has_room.set()
        return item

    def start_polls(self, *, always: bool) -> None:
        """Start what is done again and again: for ever, or while there is a connection."""
        for number, (poll, method) in enumerate(self._device.handlers.polls):
            if poll.always is always:
                self.lanes.start(_poll_lane(number), self._poll(poll, method))

    async def stop(self) -> None:
        """End all that goes on while there is a connection, but for the caller."""
        polls = enumerate(self._device.handlers.polls)
        lasting = {_poll_lane(number) for number, (poll, _) in polls if poll.always}
        await self.lanes.cancel(set(self.lanes.names()) - lasting - {Link.LANE})

    def period_changed(self) -> None:
        """Have polls follow the new POLLING_PERIOD at once."""
        self._period_changed.set()
        self._period_changed = asyncio.Event()

    async def attempt(self, doing: Awaitable[None], *, live: Live[Any] | None = None, quiet: bool = False) -> bool:
        """Do what a driver's method does, and return whether it was done.

        If not, the clients are told: by the property concerned, where there is one; else in the log, or (where it is
        known already: `quiet`) only in that for debugging. That the hardware is lost the connection tells, once.
        """
        error = await self.fault(doing, quiet=quiet)
        if error is None:
            return True
        if live is not None:
            live.alert(error.reason)
        is_loss = isinstance(error, LinkLostError)
        is_told = is_loss and (self.link.is_up or self.link.is_lost)
        if (live is None or not live.is_defined) and not isinstance(error, _MistakeError):
            self._device.log.log(_level(quiet=quiet or is_told), "%s", error.reason)
        if is_loss:
            self.link.lose(error.reason)
        return False

    async def fault(self, doing: Awaitable[None], *, quiet: bool = False) -> DriverError | None:
        """Do what a driver's method does, and return what went wrong; a mistake of the driver is logged, too."""
        try:
            await doing
        except DriverError as error:
            return error
        except OSError as error:  # the hardware's: what goes wrong on the wire ends the driver in any case
            return HardwareError(": ".join(filter(None, [type(error).__name__, str(error)])))
        except Exception as error:
            # The edge: a driver's mistake costs this one request. The log holds the rest of the story.
            self._device.log.log(_level(quiet=quiet), "a mistake in the driver: %r", error, exc_info=not quiet)
            return _MistakeError("a mistake in the driver: see its log")
        return None

    def begin(
        self, live: Live[Any], doing: Callable[[], Awaitable[None]], *, lane: str, before: Mapping[str, Any]
    ) -> None:
        """Start an operation whose property is Busy already; if it fails, switches are again as `before`."""
        task = self.lanes.start(lane, self._operate(live, doing, before))
        task.add_done_callback(partial(self._over, live))

    async def replace(self, lane: str, live: Live[Any]) -> None:
        """End what goes on in a lane, for an operation of this property to begin there; one at a time for a property.

        A property whose own operation is replaced stays Busy: Idle would tell who asked for the first that it is over.
        """
        self._replaced.add(live)
        try:
            await self.lanes.cancel([lane])
        finally:
            self._replaced.discard(live)

    def is_replaced(self, live: Live[Any]) -> bool:
        """Whether the operation of a property is being cancelled for another of the same to begin."""
        return live in self._replaced

    def refuse(self, live: Live[Any], reason: str) -> None:
        """Turn a property to Alert because of a request, and back to Busy if its operation goes on."""
        was_operating = self._is_operating(live)
        live.alert(reason)
        self._go_on(live, was_operating=was_operating)

    def _is_operating(self, live: Live[Any]) -> bool:
        return live.is_busy and self.lanes.is_busy(self._device.handlers.lane(live.name))

    # Requests.

    async def _request(self, request: AnyRequest) -> None:
        live = self._device.vectors.get(request.name)
        if live is None or not self._device.is_due(live):
            hint = "" if self._device.is_connected else " while it is not connected"
            self._device.say(f"{self._device.name} has no property {request.name}{hint}")
            return
        was_operating = self._is_operating(live)
        if not await self.attempt(self._obey(request, live), live=live):
            self._go_on(live, was_operating=was_operating)

    def _go_on(self, live: Live[Any], *, was_operating: bool) -> None:
        """Have a property Busy again whose operation was not touched by a request that failed; a connection stands."""
        if live is self._device.connection and self.link.is_up:
            live.ok()  # Alert would say that the hardware is lost
        elif was_operating and live.state is State.ALERT and self.lanes.is_busy(self._device.handlers.lane(live.name)):
            live.busy()

    async def _obey(self, request: AnyRequest, live: Live[Any]) -> None:
        members = wanted_members(request, live.definition)
        if not self._device.is_available(live):
            raise RefusedError(f"{self._device.name} cannot be reached: it is tried again until it can")
        wanted = _wanted(request, live, members)
        role, method = self._device.handlers.new.get(live.name, (OnNew(live.name), _grant))
        if role.lane:
            await self._start(role, live, method, wanted, members)
            return
        before, told = live.definition, live.told
        await method(wanted)
        if live.definition is before:
            live.grant(members)
        elif live.told == told:
            live.set()  # the method found that nothing differs; the client waits for a word all the same

    async def _start(
        self,
        role: OnNew,
        live: Live[Any],
        method: Callable[[Wanted[Any]], Awaitable[None]],
        wanted: Wanted[Any],
        members: Mapping[str, DefMember],
    ) -> None:
        if role.while_busy is WhileBusy.JOIN and self._is_operating(live) and dict(wanted) == live.values:
            live.busy()
            return
        if role.while_busy is WhileBusy.REFUSE and self.lanes.is_busy(role.lane):
            raise RefusedError(f"{self._device.name} is busy: wait, or abort that first")
        await self.replace(role.lane, live)
        before = live.values
        live.begin(members)
        self.begin(live, partial(method, wanted), lane=role.lane, before=before)

    async def _operate(self, live: Live[Any], doing: Callable[[], Awaitable[None]], before: Mapping[str, Any]) -> None:
        begun = live.values
        try:
            done = await self.attempt(_call(doing), live=live)
        except asyncio.CancelledError:
            if live.is_busy and live.values == begun:
                live.change(before, state=State.BUSY if self.is_replaced(live) else State.IDLE)
            raise
        if done and live.is_busy:
            live.end(State.OK)
        elif not done and live.values == begun:
            live.change(before)

    def _over(self, live: Live[Any], task: asyncio.Task[None]) -> None:
        """End an operation that was cancelled, maybe before its first step, unless the next of its property begins."""
        if task.cancelled() and live.is_busy and not self.is_replaced(live):
            live.end(State.IDLE)

    # Polls and snooping.

    async def _poll(self, poll: Poll, method: Callable[[], Awaitable[None]]) -> None:
        clock = asyncio.get_running_loop().time
        ailing = False  # what goes wrong again and again is told once
        while True:
            began = clock()
            ailing = not await self.attempt(_call(method), quiet=ailing)
            await self.wire.drained()
            await self._pause(poll, began)

    async def _pause(self, poll: Poll, began: float) -> None:
        """Wait for the next turn: the period counts from the beginning of the last, and may change meanwhile."""
        clock = asyncio.get_running_loop().time
        while True:
            seconds = self._device.polling_period.value / 1000 if poll.seconds is None else poll.seconds
            changed = self._period_changed
            try:
                async with asyncio.timeout(max(0.0, began + seconds - clock())):
                    await changed.wait()
            except TimeoutError:
                return

    async def _hear(self, message: Heard) -> None:
        for member, snoop in self._device.snoops.items():
            for change in snoop.heard(message):
                for role, method in self._device.handlers.snoops:
                    if role.member == member and (not role.names or change.name in role.names):
                        await self.attempt(_call(method, change))


class _MistakeError(DriverError):
    """The driver has a mistake, which is in its log."""


def _level(*, quiet: bool) -> int:
    return logging.DEBUG if quiet else logging.WARNING


def _wanted(request: AnyRequest, live: Live[Any], members: Mapping[str, DefMember]) -> Wanted[Any]:
    if isinstance(request, NewBlobVector):
        return Wanted({one.name: one for one in request.members}, tuple(one.name for one in request.members))
    return live.wanted(members, tuple(one.name for one in request.members))


async def _call(method: Callable[..., Awaitable[None]], *arguments: object) -> None:
    """Call a driver's method, so that what goes wrong does so when this is awaited."""
    await method(*arguments)


async def _one_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


async def _grant(_: Wanted[Any]) -> None:
    """Leave it to the kit to make the property what is wanted."""


def _nothing() -> None:
    """Do nothing, in its turn."""


def _poll_lane(number: int) -> str:
    return f"poll {number}"
