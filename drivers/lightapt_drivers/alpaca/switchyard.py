"""Members of a driver and the one connection that they share: child processes, and devices of this process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import chain, count, repeat
from typing import Final, cast

from lightapt_drivers import time_limit
from lightapt_protocol.errors import ProtocolError

from ..kit.stdio import Port
from .line import ChildLine
from .relay import SERVER, Delivery, Relay

__all__ = ["ChildState", "InnerPort", "Switchyard"]

_log = logging.getLogger(__name__)
_FAREWELL: Final = 6.0
"""Seconds in which a child may end: it has 5 for its hardware."""
_KILLED: Final = 1.0
_RESTARTS: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
_LIVED: Final = 60.0
"""Seconds after which a child that ends is started as quickly as the first time."""


class ChildState(Enum):
    """How a child is."""

    RUNNING = "running"
    WAITING = "waiting"
    """It has ended by itself, and is started again soon."""
    ENDED = "ended"


@dataclass(slots=True)
class _Child:
    """A child process that is to run.

    Attributes:
        command: What to start.
        device: The device that it has.
        told: Called when it has become so.
        task: Keeps it running.
        before: The child that it is to take the place of.
        is_on: Whether its device was connected, or looked for, when it ended.
    """

    command: Sequence[str]
    device: str
    told: Callable[[ChildState], None]
    task: asyncio.Task[None] | None = None
    before: _Child | None = None
    is_on: bool = False


class Switchyard:
    """Runs members behind one port.

    Args:
        port: The server's end.
        environment: Of the children.
        restarts: Seconds to wait before a child that has ended is started again; the last goes on for ever.
        farewell: Seconds in which a child may end.
    """

    def __init__(
        self,
        port: Port,
        *,
        environment: Mapping[str, str],
        restarts: Sequence[float] = _RESTARTS,
        farewell: float = _FAREWELL,
    ) -> None:
        self._port = port
        self._environment = environment
        self._restarts = restarts
        self._farewell = farewell
        self._relay = Relay()
        self._numbers = count()
        self._sinks: dict[int, Callable[[Delivery], None]] = {}
        self._lines: dict[int, ChildLine] = {}
        self._children: dict[str, _Child] = {}
        self._tasks = asyncio.TaskGroup()

    async def run(self, inner: Callable[[Port], Coroutine[None, None, None]], device: str) -> None:
        """Serve the port until its input ends.

        Args:
            inner: What runs in this process behind a port of its own, until that port's input ends.
            device: The device that it has.

        Raises:
            ExceptionGroup: Of ProtocolError, where what came is not INDI; of OSError, where the server takes nothing
                any more.
        """
        own = InnerPort(self._port, said=self._said)
        own.number = self._member(device, own.tell)
        async with self._tasks:
            life = self._tasks.create_task(inner(own))
            try:
                await self._read()
            finally:
                own.end()
                await asyncio.wait([life])
                for name in list(self._children):
                    self._cancel(name)

    def start(self, command: Sequence[str], device: str, *, told: Callable[[ChildState], None]) -> None:
        """Have a child process with this device; it is started again whenever it ends, and connected if it was.

        One that has it already is ended first.

        Args:
            command: What to start.
            device: The device that it has.
            told: Called when it has become so.
        """
        before = self._children.get(device)
        self._cancel(device)
        self._start(_Child(command, device, told, before=before))

    def move(self, command: Sequence[str], device: str) -> None:
        """Have the child of this device started by another command, and connected if it was."""
        self.start(command, device, told=self._children[device].told)

    async def stop(self, device: str) -> None:
        """Have the child of this device no more."""
        if (task := self._cancel(device)) is not None:
            await asyncio.wait([task])

    def _start(self, child: _Child) -> None:
        self._children[child.device] = child
        child.task = self._tasks.create_task(self._keep(child))
        child.task.add_done_callback(lambda _: child.told(ChildState.ENDED))  # also if it never ran

    def _cancel(self, device: str) -> asyncio.Task[None] | None:
        child = self._children.pop(device, None)
        if child is None or child.task is None:
            return None
        child.task.cancel()
        return child.task

    # Messages.

    async def _read(self) -> None:
        while data := await self._port.receive():
            for delivery in self._relay.from_server(data):
                self._deliver(delivery)

    def _said(self, number: int, data: bytes) -> None:
        for delivery in self._relay.from_member(number, data):
            self._deliver(delivery, number)

    def _deliver(self, delivery: Delivery, origin: int = SERVER) -> None:
        if delivery.to != SERVER:
            if (sink := self._sinks.get(delivery.to)) is not None:
                sink(delivery)
            return
        beside = self._lines[origin].descriptors if origin in self._lines else None
        if delivery.attached > len(beside or ()):
            _log.warning("a BLOB came without its memory, and is left out")
            return
        descriptors = [beside.popleft() for _ in range(delivery.attached)] if beside is not None else []
        pieces = cast("Iterable[bytes]", delivery.pieces)  # or what else has bytes
        self._port.send(pieces, size=delivery.size, descriptors=descriptors)

    def _member(self, device: str, sink: Callable[[Delivery], None], *, connect: bool = False) -> int:
        number = next(self._numbers)
        self._sinks[number] = sink
        for delivery in self._relay.add(number, device, connect=connect):
            self._deliver(delivery)
        return number

    def _no_member(self, number: int) -> None:
        for delivery in self._relay.remove(number):
            self._deliver(delivery)
        self._sinks.pop(number, None)

    # Children.

    async def _keep(self, child: _Child) -> None:
        if (before := child.before) is not None:
            await _ended(before)
            child.is_on, child.before = before.is_on, None
        clock = asyncio.get_running_loop().time
        delays = chain(self._restarts, repeat(self._restarts[-1]))
        while True:
            began = clock()
            try:
                await self._live(child)
            except OSError as error:
                _log.warning("%s cannot be started: %s", child.device, error)
            if clock() - began > _LIVED:
                delays = chain(self._restarts, repeat(self._restarts[-1]))
            delay = next(delays)
            _log.warning("the driver of %s has ended; it is started again in %g s", child.device, delay)
            child.told(ChildState.WAITING)
            await asyncio.sleep(delay)

    async def _live(self, child: _Child) -> None:
        with ChildLine(attaches=self._port.attaches) as line:
            stdin, stdout = line.ends
            process = await _process(child.command, stdin=stdin, stdout=stdout, environment=self._environment)
            line.started()
            sink: Callable[[Delivery], None] = lambda delivery: line.send(delivery.pieces, delivery.size)  # noqa: E731
            number = self._member(child.device, sink, connect=child.is_on)
            self._lines[number] = line
            child.told(ChildState.RUNNING)
            try:
                await self._until_it_ends(number, line)
            finally:
                child.is_on = self._relay.is_on(number)
                burial = asyncio.ensure_future(self._bury(process, number, line))
                await _whole(burial)
                burial.result()

    async def _until_it_ends(self, number: int, line: ChildLine) -> None:
        try:
            while data := await line.receive():
                self._said(number, data)
                await self._port.drained()
        except (ProtocolError, BrokenPipeError) as error:
            _log.warning("a child is given up: %s", error)

    async def _bury(self, process: asyncio.subprocess.Process, number: int, line: ChildLine) -> None:
        """End a child, and forget it."""
        self._no_member(number)
        self._lines.pop(number, None)
        line.say_goodbye()
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(line.drain())
            await self._end(process)
            listening.cancel()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Wait until a child that was told to has ended; one that does not is made to."""
        for patience, end in ((self._farewell, process.terminate), (_KILLED, process.kill)):
            try:
                async with time_limit(patience):
                    await process.wait()
                break
            except TimeoutError:
                with suppress(ProcessLookupError):
                    end()
        await process.wait()


async def _process(
    command: Sequence[str], *, stdin: int, stdout: int, environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    """Start a process.

    Raises:
        OSError: It cannot be started, also where a word of the command is none that the system knows.
    """
    try:
        return await asyncio.create_subprocess_exec(*command, stdin=stdin, stdout=stdout, env=dict(environment))
    except ValueError as error:  # a NUL, or what the system's encoding does not have
        raise OSError(f"the system does not take its command: {error}") from error


async def _ended(child: _Child) -> None:
    """Wait until a child that was cancelled has ended, whatever comes meanwhile: there is one of each device."""
    if child.task is not None:
        await _whole(child.task)


async def _whole(task: asyncio.Future[None]) -> None:
    """Wait until a task has ended, however it ends, and however often this is cancelled meanwhile."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


class InnerPort:
    """A :class:`~lightapt_drivers.kit.stdio.Port` for devices of this process, whose other end is the relay.

    Attributes:
        number: The member that it is.
    """

    def __init__(self, port: Port, *, said: Callable[[int, bytes], None]) -> None:
        self.number = SERVER
        self._port = port
        self._said = said
        self._input: asyncio.Queue[bytes] = asyncio.Queue()

    @property
    def attaches(self) -> bool:
        """Whether file descriptors may travel beside the bytes."""
        return False

    async def receive(self) -> bytes:
        """Return what has come; empty at the end."""
        return await self._input.get()

    def send(self, pieces: Iterable[bytes], *, size: int, descriptors: Sequence[int] = ()) -> None:  # noqa: ARG002, RUF100
        """Take what the devices say."""
        for descriptor in descriptors:
            os.close(descriptor)
        self._said(self.number, b"".join(pieces))

    async def drained(self) -> None:
        """Wait while much waits to be written."""
        await self._port.drained()

    def tell(self, delivery: Delivery) -> None:
        """Have the devices receive something."""
        self._input.put_nowait(b"".join(delivery.pieces))

    def end(self) -> None:
        """Have the devices end."""
        self._input.put_nowait(b"")
