"""What is told of a motion: that the server is gone meanwhile, and whether the device has stopped when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from lightapt_protocol.mirror import Change
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State

from ..client import Client
from ..devices import Device, Property
from ..errors import AlertError, ClientError, DisconnectedError, WaitTimeoutError
from .console import Console
from .exits import CommandError

__all__ = [
    "LostError",
    "stopping",
    "take_note",
    "telling_of_loss",
    "telling_what_goes_on",
    "telling_what_was_begun",
]

_CONFIRMED: Final = 2.0
"""Seconds that a device has to confirm that it stops."""
_MOMENT: Final = 0.2
"""Seconds in which it shows whether the loss of a connection is the end."""


@contextmanager
def telling_of_loss(client: Client, console: Console, *, patience: float | None) -> Generator[None]:
    """Say once that the server went away, and for how long the block waits for it.

    Args:
        client: Whose server it is.
        console: Where it is said.
        patience: Seconds that the block may take; None for ever.
    """
    most = "" if patience is None else f", for {patience:g} s at most from the beginning"
    timer: asyncio.TimerHandle | None = None

    def say(fault: ClientError) -> None:
        console.note(f"lightapt: {fault}; waiting for the server to come back{most}")

    def look(_: Change | None) -> None:
        nonlocal timer
        if client.fault is not None and timer is None:  # what fails at once does not wait
            timer = asyncio.get_running_loop().call_later(_MOMENT, say, client.fault)

    try:
        with client.expecting(look):
            yield
    finally:
        if timer is not None:
            timer.cancel()


@contextmanager
def telling_what_goes_on(device: str, console: Console, *, doing: str, hint: str = "") -> Generator[None]:
    """Say what a device may still do, where the block is cancelled: it is not stopped by that.

    Args:
        device: The device.
        console: Where it is said.
        doing: What it may still do.
        hint: What to do then.
    """
    try:
        yield
    except asyncio.CancelledError:
        console.note(f"{device} was not told to stop: it may still {doing}.{hint and f' {hint}'}")
        raise


class LostError(CommandError):
    """The server went away when a device had begun, and nobody knows what has become of that."""


@contextmanager
def telling_what_was_begun(motion: Property, *, doing: str, lost: str) -> Generator[None]:
    """Say what may be the case, and what to do, where the server goes away in the block when a device has begun.

    Args:
        motion: The property that is Busy meanwhile.
        doing: What the device may still do.
        lost: What to do then.

    Raises:
        LostError: That happened.
    """
    has_begun = False

    def look(_: Change | None) -> None:
        nonlocal has_begun
        has_begun = has_begun or (motion.exists and motion.state is State.BUSY)

    with motion.client.expecting(look, device=motion.device.name, name=motion.name):
        try:
            yield
        except DisconnectedError as error:
            if not has_begun:
                raise
            raise LostError(f"{error}\n{motion.device.name} had begun, and may still {doing}. {lost}") from error


@asynccontextmanager
async def stopping(
    motion: Property,
    abort: str,
    console: Console,
    *,
    patience: float | None,
    hint: str = "",
    doing: str = "move",
    lost: str,
) -> AsyncGenerator[None]:
    """Tell of a motion that the block waits for, and that is stopped when the block is cancelled.

    It is only said to be stopped when the device has confirmed that: by an answer to `abort`, or as it comes to rest.

    Args:
        motion: The property that is Busy meanwhile.
        abort: The button that stops it.
        console: Where it is told.
        patience: Seconds that it may take; None for ever.
        hint: The command that stops it later; nothing is said of a motion that is late, where there is none.
        doing: What the device may still do.
        lost: What to do where the server went away when the device had begun.

    Raises:
        CommandError: It takes too long, or the driver has lost the hardware.
        LostError: The server went away.
    """
    device, client = motion.device.name, motion.client
    halt = _Halt(motion, abort)
    with client.expecting(halt.look, device=device), telling_of_loss(client, console, patience=patience):
        try:
            with telling_what_was_begun(motion, doing=doing, lost=lost):
                yield
        except asyncio.CancelledError:
            take_note()
            is_stopped = await _is_confirmed(halt)
            if not is_stopped:
                console.note(f"{device} could not be told to stop: it may still {doing}.")
            elif hint:
                console.note(f"{device} is stopped.")
            raise
        except WaitTimeoutError as error:
            if not hint:
                raise
            raise CommandError(f"{error}\n{device} may still {doing}; `{hint}` stops it.") from error
        except AlertError as error:
            if not hint or not _is_out_of_reach(motion.device):
                raise
            raise CommandError(f"{error}\n{device} cannot be told to stop: it may still {doing}.") from error


class _Halt:
    """Whether a motion has come to an end. What is in Alert may still move, and so may what the driver has lost.

    Args:
        motion: The property that is Busy meanwhile.
        abort: The button that stops it.
    """

    def __init__(self, motion: Property, abort: str) -> None:
        self.motion = motion
        self._abort = abort
        self._has_begun = False
        self._is_answered = False
        self._was_lost = False

    def look(self, change: Change | None) -> None:
        """Take note of what has changed."""
        self._has_begun = self._has_begun or self._is_busy
        self._was_lost = self._was_lost or not self.motion.client.is_connected
        if change is not None and change.name == self._abort and not self._was_lost:  # then it is defined again
            self._is_answered = change.current is not None and change.current.state in (State.OK, State.IDLE)

    def is_over(self, change: Change | None) -> bool | None:
        """Take note of a change; return True if the device has stopped, None as long as that is not known."""
        self.look(change)
        is_still = self._is_answered or (self._has_begun and self._is_at_rest)
        return True if is_still and self.motion.client.is_connected else None

    @property
    def _is_at_rest(self) -> bool:
        motion = self.motion
        return motion.exists and motion.state in (State.OK, State.IDLE) and not _is_out_of_reach(motion.device)

    @property
    def _is_busy(self) -> bool:
        return self.motion.exists and self.motion.state is State.BUSY


def _is_out_of_reach(device: Device) -> bool:
    """Whether a driver says that it has lost the hardware."""
    connection = device[Standard.CONNECTION]
    return connection.exists and connection.state is State.ALERT


def take_note() -> None:
    """Take note of being cancelled: before Python 3.11.3 time limits fail in whoever has not (gh-102780)."""
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()


async def _is_confirmed(halt: _Halt) -> bool:
    """Wait until a device has stopped; return whether it has."""
    client = halt.motion.client
    try:
        if client.is_connected:
            return await client.wait_for(halt.is_over, device=halt.motion.device.name, timeout=_CONFIRMED)
    except ClientError:
        pass
    return False
