"""What all kinds of devices have in common: a device, its properties, and how a motion is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import ClassVar, Final

from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Change
from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import PropertyKind, State

from ..devices import Device, Property, Value, until_quiet
from ..dialogues import answered, lost_with, patience_of
from ..errors import AbortedError, ClientError, DisconnectedError, MissingError, WaitTimeoutError
from ..requests import otherwise, request_for
from .goals import OK_IS_ALL, Goal, as_asked

__all__ = ["LONG", "Kind"]

LONG: Final = 300.0
"""Seconds that a motion may take."""
_COMING: Final = 3.0
"""Seconds in which a device that has just been connected defines its properties."""
_SLOW: Final = 5.0
"""Seconds that a device may take to begin with a motion: it talks to its hardware first, over slow lines."""
_SETTLE: Final = 0.2
"""Seconds in which a device that shows at once where it is going to turns Busy."""
_NO_VALUES: Final[Mapping[str, Value]] = {}


class Kind:
    """A device as one of a kind, with verbs in place of properties. The device may be of several kinds.

    Every verb raises MissingError where the device lacks the property that it needs, AlertError where the device
    refuses or fails, AbortedError where it ends without having done it, WaitTimeoutError where it takes too long, and
    DisconnectedError.

    Attributes:
        device: The device.
    """

    interface: ClassVar[DriverInterface]
    """By which such a device makes itself known."""
    essential: ClassVar[Standard]
    """The property that every device of the kind has."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device.name

    async def connect(self, *, timeout: float | None = 30.0) -> None:
        """Have it connect to its hardware, and wait until it has told all that it can."""
        with self.device.changes() as changes:
            await self.device.connect(timeout=timeout)
            if not self._has(self.essential):
                with suppress(WaitTimeoutError):  # a mount that cannot be sent lacks it, and has verbs all the same
                    await self.device[self.essential].ready(timeout=_COMING)
                await until_quiet(changes)

    async def disconnect(self, *, timeout: float | None = 30.0) -> None:
        """Have it let go of its hardware."""
        await self.device.disconnect(timeout=timeout)

    # For the kinds.

    def _has(self, name: str) -> bool:
        return name in self.device

    async def _property(self, name: str) -> Property:
        """Return a property that a verb needs; it may be just coming.

        Raises:
            MissingError: The device has none of this name.
            DisconnectedError: The device is gone with its server.
        """
        client, fault = self.device.client, None

        def is_there(_: Change | None) -> bool | None:
            nonlocal fault
            fault = client.fault or fault  # it may be there again before the device is
            return self._has(name) or None

        try:
            await client.wait_for(is_there, device=self.name, timeout=_COMING)
        except WaitTimeoutError:
            fault = fault or await lost_with(client, self.name)
            if fault is not None:
                raise DisconnectedError(f"{self.name} cannot be asked: {fault}") from None
            if self.name not in client.mirror.devices:
                words = f"{self.name} is not there any more; its driver may have ended, or is being restarted"
                raise MissingError(words) from None
            hint = "" if self.device.is_connected else "; it is not connected"
            raise MissingError(f"{self.name} has no property {name}, which that needs{hint}") from None
        return self.device[name]

    async def _set(self, name: str, /, *, timeout: float | None = 60.0, **members: Value) -> Snapshot:
        """Set a property. Of numbers drivers may make others, and of texts; switches are as asked, or it is not done.

        Raises:
            AbortedError: The device says that it is done, and has chosen something else.
        """
        prop = await self._property(name)
        request = request_for(prop.now, members)
        found = await prop.set(members, timeout=timeout)
        if found.kind is PropertyKind.SWITCH and otherwise(found, request):
            raise AbortedError(self.name, name, _in_words(found, request))
        return found

    async def _start(self, name: str, /, **members: Value) -> Snapshot:
        """As :meth:`_set`, for what is Busy as long as it lasts: tracking, cooling."""
        return await (await self._property(name)).start(members)

    async def _press(self, name: str, member: str, *, timeout: float | None = 30.0) -> None:
        await self._set(name, timeout=timeout, **{member: True})

    async def _move(
        self,
        name: str,
        values: Mapping[str, Value] = _NO_VALUES,
        /,
        *,
        timeout: float | None,
        grace: float | None = None,
        abort: str = "",
        goal: Goal | None = None,
        echoes: bool = False,
        sent: Callable[[], None] = lambda: None,
        **members: Value,
    ) -> Snapshot:
        """Set what moves something, and wait until it is there; who is cancelled meanwhile stops it.

        Args:
            name: The property.
            values: What to set; also as keywords.
            timeout: Seconds that it may take.
            grace: Seconds in which a device that seems to have done it at once may yet begin; some, if not given.
            abort: The button that stops it, if the device has it.
            goal: Whether a device that has ended is where it was sent; by its values if not given.
            echoes: Whether the device shows what it was asked for as it begins.
            sent: Called when the request is on its way.
            members: As `values`.

        Raises:
            AbortedError: It stopped elsewhere, or says that it is done and is elsewhere.
        """
        before = (await self._property(name)).now
        request = request_for(before, {**values, **members})
        reached = as_asked(request) if goal is None else goal

        def is_there(now: Snapshot) -> bool:
            return reached(now, before)

        async with self._stopping(abort):
            found = await answered(
                self.device.client,
                request,
                before,
                timeout=timeout,
                patience=patience_of(_SLOW if grace is None else grace, _SETTLE),
                echoes=echoes,
                is_there=(lambda _: False) if goal is OK_IS_ALL else is_there,  # another's Ok is no sign of one's own
                sent=sent,
            )
        if not is_there(found):
            raise AbortedError(self.name, name, _in_words(found, request))
        return found

    @asynccontextmanager
    async def _stopping(self, abort: str) -> AsyncGenerator[None]:
        """Press a button, if there is one, when the block is cancelled."""
        try:
            yield
        except asyncio.CancelledError:
            if abort and self._has(abort):
                with suppress(ClientError):
                    await self.device[abort].ask(ABORT=True)
            raise


def _in_words(found: Snapshot, request: AnyRequest) -> str:
    """Return how a motion ended elsewhere, or what a device shows that says it is done."""
    shown = otherwise(found, request)
    if found.state is State.IDLE:
        return f"it stopped before it was done (the device says Idle){f': {shown}' if shown else ''}"
    return f"the device says Ok, but {shown or 'it is not so'}"
