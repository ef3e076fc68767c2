"""What a client knows and follows, as the server tells it: what is behind the client's face."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Collection, Iterator
from dataclasses import replace
from typing import Final

from lightapt_protocol import blobs
from lightapt_protocol.errors import BlobError
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import GetProperties, Message, SetBlobVector
from lightapt_protocol.mirror import Change, ChangeKind, Mirror

from .addresses import TcpAddress, UnixAddress
from .blobs import Arrival, Blob, plain
from .choices import BlobChoices
from .errors import DisconnectedError
from .leftovers import Leftovers
from .limits import Alarm
from .link import Link
from .subscriptions import Arrivals, BlobStream, Changes, Followers, Subscription
from .timing import Timing
from .waiters import Waiters

__all__ = ["Session"]

_log: Final = logging.getLogger(__name__)
_DEFINED: Final = ChangeKind.DEFINED  # an enumeration's members take some time to find
_LONG: Final = 1 << 20
"""Bytes from which on unpacking is left to a thread."""


class Session:
    """Serves its link as :class:`~.link.Listener`: keeps the mirror up, and tells those who follow.

    Attributes:
        mirror: All properties as they are now.
        waiters: Who waits for what.
        link: The connection.
        is_over: Whether it is served no longer.
    """

    def __init__(self, address: TcpAddress | UnixAddress, *, devices: Collection[str], timing: Timing) -> None:
        self.mirror = Mirror()
        self.waiters = Waiters()
        self.link = Link(address, self, devices=devices, timing=timing)
        self.is_over = False
        self._address = address
        self._devices = devices
        self._settle = timing.settle
        self._changes = Followers[Changes]()
        self._connections = Followers[Subscription[bool]]()
        self._arrivals = Followers[Arrivals]()
        self._choices = BlobChoices(self.mirror)
        self._leftovers = Leftovers()
        self._settling = Alarm(self._drop_leftovers)

    async def run(self, *, reconnects: bool) -> None:
        """Serve the connection, and those that follow when it is lost."""
        try:
            await self.link.run(reconnects=reconnects)
        finally:
            self.end()

    def end(self) -> None:
        """End all that is followed and waited for."""
        self.link.close()
        self.is_over = True
        self._settling.stop()
        self.waiters.end(DisconnectedError(f"the connection to {self._address} is closed"))
        self._choices.end()
        for changes in self._changes:
            changes.end()
        for following in self._connections:
            following.end()
        for arrivals in self._arrivals:
            arrivals.end()

    # What is followed.

    def changes(self, device: str, name: str, *, breaks: bool) -> Changes:
        """Follow changes; see :class:`Changes`."""
        changes = Changes(device, name, breaks=breaks, on_close=self._changes.discard)
        self._changes.add(changes)
        if self.is_over:
            changes.end()
        return changes

    def connections(self) -> Subscription[bool]:
        """Follow whether there is a connection."""
        following = Subscription[bool](on_close=self._connections.discard)
        self._connections.add(following)
        following.tell(self.link.fault is None)
        if self.is_over:
            following.end()
        return following

    def arrivals(self, device: str, name: str) -> Arrivals:
        """Follow how much has come of BLOBs; see :class:`Arrivals`."""
        arrivals = Arrivals(device, name, on_close=self._arrivals.discard)
        self._arrivals.add(arrivals)
        if self.is_over:
            arrivals.end()
        return arrivals

    def blobs(self, device: str, name: str, *, newest: bool) -> BlobStream:
        """Follow BLOBs; see :class:`BlobStream`."""
        return BlobStream(device, name, newest=newest, join=self._join, leave=self._leave)

    async def _join(self, stream: BlobStream) -> None:
        if self.is_over:
            stream.end()
        for message in self._choices.joined(stream):
            self.link.say(message)

    async def _leave(self, stream: BlobStream) -> None:
        for message in self._choices.left(stream):
            self.link.say(message)

    # What the link tells.

    def opened(self) -> Iterator[Message]:
        """See :class:`~.link.Listener`."""
        self._leftovers.collect(self.mirror)
        for device in self._devices or ("",):
            yield GetProperties(device)
        yield from self._choices.opened()
        for following in self._connections:
            following.tell(True)
        self.waiters.look_again()

    def answered(self) -> None:
        """See :class:`~.link.Listener`."""
        self._begin_settling()

    def lost(self, fault: DisconnectedError) -> None:
        """See :class:`~.link.Listener`."""
        self._settling.stop()
        for changes in self._changes:
            changes.lost(fault)
        for following in self._connections:
            following.tell(False)
        self.waiters.look_again()

    def wants(self, device: str, name: str) -> bool:
        """See :class:`~.link.Listener`."""
        return self._choices.wants(device, name)

    def arriving(self, arrival: Arrival) -> None:
        """See :class:`~.link.Listener`."""
        for arrivals in self._arrivals:
            arrivals.tell(arrival)

    def heard(self, message: Message) -> Awaitable[None] | None:
        """See :class:`~.link.Listener`."""
        if not isinstance(message, SetBlobVector):
            self._apply(message)
            return None
        # Changes may wait for long in a queue that is not bounded in bytes: they do not carry pictures.
        self._apply(replace(message, members=tuple([replace(one, data=b"") for one in message.members])))
        return self._deliver(message)

    def _apply(self, message: Message) -> None:
        for change in self.mirror.apply(message):
            if change.kind is _DEFINED or self._settling.is_set:
                self._note(change)
            self.waiters.tell(change)
            for changes in self._changes:
                changes.tell(change)

    def _note(self, change: Change) -> None:
        if change.current is None:
            return
        was_left_over = self._leftovers.is_confirmed(change.device, change.name)
        if was_left_over:
            self._begin_settling()
        if change.kind is ChangeKind.DEFINED:
            for message in self._choices.defined(change.current, is_new=was_left_over or change.previous is None):
                self.link.say(message)

    async def _deliver(self, message: SetBlobVector) -> None:
        for one in message.members:
            try:
                format, data = await _plain(one)
            except BlobError as error:
                _log.warning("a BLOB of %s.%s is left out: %s", message.device, message.name, error)
                continue
            blob = Blob(message.device, message.name, one.name, format, data, timestamp=message.timestamp)
            for stream in self._choices.streams_of(message.device, message.name):
                await stream.put(blob)

    # What was known before the connection was lost.

    def _begin_settling(self) -> None:
        self._settling.set(asyncio.get_running_loop().time() + self._settle if self._leftovers else None)

    def _drop_leftovers(self) -> None:
        for message in self._leftovers.drop():
            self._apply(message)


async def _plain(one: OneBlob) -> tuple[str, memoryview]:
    if len(one.data) < _LONG or not blobs.plain_format(one.format)[1]:
        return plain(one)
    return await asyncio.to_thread(plain, one)
