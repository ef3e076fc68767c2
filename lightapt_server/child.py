"""A driver's process: started on a socket pair (or two pipes), its stderr passed on, ended gracefully."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from .config import DriverSpec
from .wire import DescriptorWire, PipeWire, Wire

__all__ = ["Child"]

_log = logging.getLogger(__name__)
_LONGEST_LINE: Final = 64 * 1024
_PATIENCE: Final = (1.0, 3.0)
"""Seconds that a driver has to end at the end of its input, and then after SIGTERM."""
_BUFFER: Final = 1024 * 1024


class Child:
    """A running driver.

    Attributes:
        wire: Its stdin and stdout.
        pid: Its process.
    """

    def __init__(self, spec: DriverSpec, process: Process, wire: Wire) -> None:
        self._spec = spec
        self._process = process
        self.wire = wire
        self.pid = process.pid

    @classmethod
    async def start(cls, spec: DriverSpec, environment: Mapping[str, str]) -> Child:
        """Start a driver.

        Raises:
            OSError: It cannot be started.
        """
        with _Ends(pipes=spec.pipes) as ends:
            process = await asyncio.create_subprocess_exec(
                *spec.argv,
                stdin=ends.stdin,
                stdout=ends.stdout,
                stderr=PIPE,
                env=spec.child_environment(environment),
                process_group=0,  # Ctrl-C is for the hub, which then ends its drivers in order
                limit=_LONGEST_LINE,
            )
            return cls(spec, process, ends.take())

    async def relay_stderr(self) -> None:
        """Pass its stderr on to the log, line by line, to the end."""
        stream = self._process.stderr
        while stream is not None:
            try:
                line = await stream.readuntil()
            except asyncio.IncompleteReadError as error:
                line = error.partial
            except asyncio.LimitOverrunError:
                line = await stream.read(_LONGEST_LINE)
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            _log.warning("Driver %s: %s", self._spec.label, text, extra={"driver": self._spec.label})

    async def wait(self) -> str:
        """Wait for its end, and return how it ended."""
        code = await self._process.wait()
        return f"killed by signal {-code}" if code < 0 else f"exited with code {code}"

    async def end(self) -> str:
        """End it: its input is closed already; then SIGTERM, then SIGKILL. Return how it ended."""
        for patience, signal in zip(_PATIENCE, (self._process.terminate, self._process.kill), strict=True):
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    return await self.wait()
            with suppress(ProcessLookupError):
                signal()
        return await self.wait()

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()


class _Ends:
    """Both ends of a driver's stdin and stdout; on leaving, what nobody has taken is closed."""

    def __init__(self, *, pipes: bool) -> None:
        self._theirs: list[int] = []
        self._wire: Wire | None = None
        if pipes:
            self.stdin, writing = os.pipe()
            reading, self.stdout = os.pipe()
            self._theirs = [self.stdin, self.stdout]
            self._wire = PipeWire(reading, writing)
        else:
            ours, theirs = socket.socketpair()
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self.stdin = self.stdout = theirs.detach()
            self._theirs = [self.stdin]
            self._wire = DescriptorWire(ours)

    def __enter__(self) -> _Ends:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._theirs:
            os.close(descriptor)
        if self._wire is not None:
            self._wire.close()

    def take(self) -> Wire:
        """Return our end, which is the caller's from now on."""
        wire, self._wire = self._wire, None
        if wire is None:
            raise ValueError("taken already")
        return wire
