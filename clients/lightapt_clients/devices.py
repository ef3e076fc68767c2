"""Devices and properties as a program has them: live views of the client's mirror."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from lightapt_protocol.members import BytesLike, DefNumber
from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Change, ChangeKind
from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.vocabulary import State

from .answers import GRACE
from .dialogues import USUAL_PATIENCE, Patience, answered, patience_of
from .errors import AbortedError, DisconnectedError, MissingError
from .limits import in_time
from .requests import Value, is_number, member_value, otherwise, request_for
from .subscriptions import Arrivals, BlobStream, Changes
from .uploads import upload_for

if TYPE_CHECKING:
    from .client import Client

__all__ = ["Device", "Property", "Value", "until_quiet"]

T = TypeVar("T")
_NO_VALUES: Final[Mapping[str, Value]] = {}
_QUIET: Final = 0.25
"""Seconds without a new property after which a device that has been connected has defined them all."""


class Device:
    """A device of a server. It is a view: cheap to make, and always as the device is now.

    Attributes:
        client: Whose it is.
        name: Its name.
    """

    __slots__ = ("client", "name")

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    def __repr__(self) -> str:
        return f"<Device {self.name!r} of {self.client.address}>"

    def __getitem__(self, name: str) -> Property:
        return Property(self, name)

    def __contains__(self, name: str) -> bool:
        return name in self.properties

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)

    @property
    def properties(self) -> Mapping[str, Snapshot]:
        """Its properties at this moment, by name."""
        return self.client.mirror.devices.get(self.name, {})

    @property
    def is_connected(self) -> bool:
        """Whether it is connected to its hardware: CONNECT is on, in state Ok."""
        connection = self.properties.get("CONNECTION")
        return connection is not None and connection.state is State.OK and connection.is_on("CONNECT")

    async def connect(self, *, timeout: float | None = 30.0) -> None:
        """Have it connect to its hardware, and wait until it is, and has defined the properties that come with that.

        Raises:
            AlertError: It cannot.
            AbortedError: It says that it is done, and is not connected.
            WaitTimeoutError: It did not in time.
        """
        await self["CONNECTION"].ready(timeout=timeout)
        if not self.is_connected:
            with self.changes() as changes:
                await self._switch("CONNECT", timeout=timeout)
                await until_quiet(changes)

    async def disconnect(self, *, timeout: float | None = 30.0) -> None:
        """Have it let go of its hardware.

        Raises:
            AlertError: It cannot.
            AbortedError: It says that it is done, and is still connected.
            WaitTimeoutError: It did not in time.
        """
        await self["CONNECTION"].ready(timeout=timeout)
        await self._switch("DISCONNECT", timeout=timeout)

    async def _switch(self, member: str, *, timeout: float | None) -> None:
        connection = self["CONNECTION"]
        request = request_for(connection.now, {member: True})
        found = await connection.set({member: True}, timeout=timeout)
        if words := otherwise(found, request):
            raise AbortedError(self.name, found.name, f"the device says {found.state.name.capitalize()}, but {words}")

    async def set(
        self, name: str, values: Mapping[str, Value] = _NO_VALUES, /, *, timeout: float | None = 60.0, **members: Value
    ) -> Snapshot:
        """Ask for values of a property, and wait until it is so; see :meth:`Property.set`."""
        return await self[name].set({**values, **members}, timeout=timeout)

    def changes(self, name: str = "") -> Changes:
        """Follow what changes of it."""
        return self.client.changes(self.name, name)

    def blobs(self, name: str = "", *, newest: bool = False) -> BlobStream:
        """Follow its BLOBs; see :meth:`Client.blobs`."""
        return self.client.blobs(self.name, name, newest=newest)

    def arrivals(self, name: str = "") -> Arrivals:
        """Follow how much has come of its BLOBs; see :meth:`Client.arrivals`."""
        return self.client.arrivals(self.name, name)


async def until_quiet(changes: Changes) -> None:
    """Wait until no property has been defined for a while."""
    clock = asyncio.get_running_loop().time
    with suppress(TimeoutError):
        async with in_time(_QUIET) as limit:
            async for change in changes:
                if change.kind is ChangeKind.DEFINED:
                    limit.reschedule(clock() + _QUIET)


class Property:
    """A property of a device. It is a view, and may be made before the device has the property.

    Attributes:
        device: Whose it is.
        name: Its name.
    """

    __slots__ = ("device", "name")

    def __init__(self, device: Device, name: str) -> None:
        self.device = device
        self.name = name

    def __repr__(self) -> str:
        return f"<Property {self}>"

    def __str__(self) -> str:
        return f"{self.device.name}.{self.name}"

    def __getitem__(self, member: str) -> Value:
        """Return a number, a text, whether a switch is on, or a light.

        Raises:
            MissingError: There is no such member, or no such property.
        """
        one = self.now.members.get(member)
        value = None if one is None else member_value(one)
        if value is None:
            raise MissingError(f"{self} has no member {member} with a value, but {', '.join(self)}")
        return value

    def __contains__(self, member: str) -> bool:
        return self.exists and member in self.now.members

    def __iter__(self) -> Iterator[str]:
        return iter(self.now.members)

    @property
    def client(self) -> Client:
        """Whose it is."""
        return self.device.client

    @property
    def now(self) -> Snapshot:
        """The property as it is at this moment.

        Raises:
            MissingError: The device has none of this name.
            DisconnectedError: Nobody knows whether it has, as the connection is lost.
        """
        found = self.device.properties.get(self.name)
        if found is None and (fault := self.client.fault) is not None:
            raise DisconnectedError(f"{self} is not known: {fault}")
        if found is None:
            raise MissingError(f"{self.device.name} has no property {self.name}")
        return found

    @property
    def exists(self) -> bool:
        """Whether the device has it."""
        return self.name in self.device.properties

    @property
    def state(self) -> State:
        """Its state."""
        return self.now.state

    @property
    def choice(self) -> str:
        """The name of the first switch that is on; empty where none is."""
        return next(iter(self.now.switches_on()), "")

    def number(self, member: str) -> float:
        """Return a number.

        Raises:
            MissingError: There is no such number.
        """
        return self._read(lambda: self.now.number(member))

    def maximum(self, member: str) -> float:
        """Return the most that a number may be; infinity where the device sets no limit.

        Raises:
            MissingError: There is no such number.
        """
        self.number(member)
        one = self.now.members[member]
        return one.max if isinstance(one, DefNumber) and one.max > one.min else math.inf

    def text(self, member: str) -> str:
        """Return a text.

        Raises:
            MissingError: There is no such text.
        """
        return self._read(lambda: self.now.text(member))

    def is_on(self, member: str) -> bool:
        """Return whether a switch is on.

        Raises:
            MissingError: There is no such switch.
        """
        return self._read(lambda: self.now.is_on(member))

    def _read(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except KeyError as error:
            raise MissingError(f"{self}: {error.args[0]}") from error

    def changes(self) -> Changes:
        """Follow what changes of it."""
        return self.device.changes(self.name)

    async def ready(self, *, timeout: float | None = 10.0) -> Snapshot:
        """Wait until the device has it, and return it.

        Raises:
            WaitTimeoutError: It has not in time.
        """
        return await self.wait(timeout=timeout)

    async def wait(
        self,
        check: Callable[[Snapshot], object] = lambda _: True,
        /,
        *,
        state: State | None = None,
        timeout: float | None = 60.0,
        **members: Value,
    ) -> Snapshot:
        """Wait until the property is there, in this state, with these values, and `check` says yes.

        Raises:
            WaitTimeoutError: It is not so in time.
        """

        def is_so(_: Change | None) -> Snapshot | None:
            now = self.device.properties.get(self.name)
            if now is None or state not in (None, now.state):
                return None
            return now if all(_has(now, name, value) for name, value in members.items()) and check(now) else None

        said = [f"{name}={value}" for name, value in members.items()]
        wanted = " ".join([str(self), *([state.name.capitalize()] if state else []), *said])
        return await self.client.wait_for(
            is_so, device=self.device.name, name=self.name, timeout=timeout, wanted=wanted
        )

    async def ask(self, values: Mapping[str, Value] = _NO_VALUES, /, **members: Value) -> None:
        """Ask for these values, and do not wait for what becomes of it.

        Raises:
            MissingError: The device has no such property, or it no such member.
            RequestError: It cannot be set to that.
            DisconnectedError: There is no connection to the server.
        """
        await self.client.send(request_for(self.now, {**values, **members}))

    async def set(
        self,
        values: Mapping[str, Value] = _NO_VALUES,
        /,
        *,
        timeout: float | None = 60.0,
        grace: float = GRACE,
        settle: float = 0.0,
        **members: Value,
    ) -> Snapshot:
        """Ask for these values, wait until the device has done it, and return the property as it is then.

        Done is the state Ok or Idle with the values that were asked for, or after the device was Busy with it. A
        device that says Ok at once, but shows other values, has perhaps done it and rounded, or has not begun: that
        counts as done when it does not turn Busy soon.

        Args:
            values: What to ask for, by member; also as keywords.
            timeout: Seconds; None for ever.
            grace: Seconds that count as soon.
            settle: Seconds in which a device that shows the values at once may yet turn Busy.
            members: As `values`.

        Raises:
            AlertError: The device turned it to Alert; with the driver's words.
            MissingError: The device has no such property, or it no such member.
            RequestError: It cannot be set to that.
            WaitTimeoutError: It was not done in time.
            DisconnectedError: There is no connection to the server, or it was lost before the device had begun.
        """
        request = request_for(self.now, {**values, **members})
        return await self._answered(request, timeout=timeout, patience=patience_of(grace, settle))

    async def start(
        self, values: Mapping[str, Value] = _NO_VALUES, /, *, timeout: float | None = 10.0, **members: Value
    ) -> Snapshot:
        """As :meth:`set`, but return also when the device has begun with it: when it is Busy.

        Raises:
            AlertError: The device turned it to Alert; with the driver's words.
            MissingError: The device has no such property, or it no such member.
            RequestError: It cannot be set to that.
            WaitTimeoutError: It was not begun in time.
            DisconnectedError: There is no connection to the server, or it was lost before the device had begun.
        """
        request = request_for(self.now, {**values, **members})
        return await self._answered(request, timeout=timeout, until_begun=True)

    async def send_blob(
        self, data: BytesLike, *, format: str, member: str = "", timeout: float | None = 60.0
    ) -> Snapshot:
        """Send a BLOB to the device, and wait until it has taken it: by shared memory where the connection allows.

        Args:
            data: The bytes; they must not change before this returns.
            format: A file name's ending such as ``.fits``.
            member: The member; the first where none is named.
            timeout: Seconds; None for ever.

        Raises:
            AlertError: The device turned the property to Alert; with the driver's words.
            MissingError: The device has no such property, or it no such member.
            RequestError: It is no property that takes BLOBs.
            WaitTimeoutError: The device has not answered in time.
            DisconnectedError: There is no connection to the server, or it was lost meanwhile.
        """
        request = upload_for(self.now, data, format=format, member=member)
        return await self._answered(request, timeout=timeout)

    async def _answered(
        self,
        request: AnyRequest,
        *,
        timeout: float | None,
        patience: Patience = USUAL_PATIENCE,
        until_begun: bool = False,
    ) -> Snapshot:
        return await answered(
            self.client, request, self.now, timeout=timeout, patience=patience, until_begun=until_begun
        )


def _has(prop: Snapshot, name: str, value: Value) -> bool:
    member = prop.members.get(name)
    if isinstance(member, DefNumber) and isinstance(value, int | float):
        return is_number(member, value)
    return member is not None and member_value(member) == value
