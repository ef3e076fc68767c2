"""A driver's process: started on a socket pair (or two pipes), its stderr passed on, ended gracefully."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from typing import Final

from .config import DriverSpec
from .system import when_ended
from .wire import DescriptorWire, PipeWire, Wire

__all__ = ["Child"]

_log = logging.getLogger(__name__)
_LONGEST_LINE: Final = 64 * 1024
_PATIENCE: Final = (1.0, 3.0)
"""Seconds that a driver has to end at the end of its input, and then after SIGTERM."""
_BUFFER: Final = 1024 * 1024
_USAGE: Final = 2
"""What programs exit with that can make nothing of their arguments; not those of libindi, which exit with 1."""


class Child:
    """A running driver.

    Attributes:
        wire: Its stdin and stdout.
        pid: Its process.
    """

    def __init__(self, spec: DriverSpec, process: subprocess.Popen[bytes], *, wire: Wire, stderr: _Stderr) -> None:
        self._spec = spec
        self._stderr = stderr
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        when_ended(process, self._ended.set_result)
        self.wire = wire
        self.pid = process.pid

    @classmethod
    async def start(cls, spec: DriverSpec, environment: Mapping[str, str]) -> Child:
        """Start a driver.

        Raises:
            OSError: It cannot be started.
        """
        with _Ends(pipes=spec.pipes) as ends:
            stderr = await _Stderr.reading(ends)
            try:
                process = _started(spec, environment, ends)
            except BaseException:
                stderr.close()
                raise
            return cls(spec, process, wire=ends.take(), stderr=stderr)

    async def relay_stderr(self) -> None:
        """Pass its stderr on to the log, line by line, to the end."""
        stream = self._stderr.stream
        while True:
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
        code = await asyncio.shield(self._ended)
        return f"killed by signal {-code}" if code < 0 else f"exited with code {code}"

    @property
    def has_refused(self) -> bool:
        """Whether it has ended as programs do that can make nothing of their arguments."""
        return self._ended.done() and self._ended.result() == _USAGE

    async def end(self) -> str:
        """End it: its input is closed already; then SIGTERM, then SIGKILL. Return how it ended."""
        try:
            for patience, number in zip(_PATIENCE, (signal.SIGTERM, signal.SIGKILL), strict=True):
                # No asyncio.timeout: before Python 3.11.3 it fails where its task was cancelled before (gh-102780).
                if (await asyncio.wait([self._ended], timeout=patience))[0]:
                    break
                self._signal(number)
            return await self.wait()
        except asyncio.CancelledError:  # nobody will wait for it any more
            self.kill()
            raise

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Read its stderr no more: whoever it has started may hold that open for ever."""
        self._stderr.close()

    def _signal(self, number: signal.Signals) -> None:
        """To all of its session: what was started may be a script around the driver."""
        if not self._ended.done():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)


def _started(spec: DriverSpec, environment: Mapping[str, str], ends: _Ends) -> subprocess.Popen[bytes]:
    """Start a process that has its own ends and nothing else of ours.

    Not through the event loop: uvloop gives a child second copies of its ends, so that it could not close one.
    """
    return subprocess.Popen(
        spec.argv,
        stdin=ends.stdin,
        stdout=ends.stdout,
        stderr=ends.stderr,
        env=spec.child_environment(environment),
        start_new_session=True,  # Ctrl-C is for the hub, which then ends its drivers in order
    )


class _Stderr:
    """Where a driver's stderr is read, to the end or until it is closed here."""

    def __init__(self, stream: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        self.stream = stream
        self._transport = transport

    @classmethod
    async def reading(cls, ends: _Ends) -> _Stderr:
        stream = asyncio.StreamReader(limit=_LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(stream)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: protocol, ends.take_stderr())
        return cls(stream, transport)

    def close(self) -> None:
        self._transport.close()


class _Ends:
    """Both ends of a driver's stdin, stdout and stderr; on leaving, what nobody has taken is closed."""

    def __init__(self, *, pipes: bool) -> None:
        reading, self.stderr = os.pipe()
        self._stderr: FileIO | None = FileIO(reading)
        self._wire: Wire | None = None
        if pipes:
            self.stdin, writing = os.pipe()
            reading, self.stdout = os.pipe()
            self._theirs = [self.stdin, self.stdout, self.stderr]
            self._wire = PipeWire(reading, writing)
        else:
            ours, theirs = socket.socketpair()
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            self.stdin = self.stdout = theirs.detach()
            self._theirs = [self.stdin, self.stderr]
            self._wire = DescriptorWire(ours)

    def __enter__(self) -> _Ends:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._theirs:
            os.close(descriptor)
        for untaken in (self._wire, self._stderr):
            if untaken is not None:
                untaken.close()

    def take(self) -> Wire:
        """Return our end of stdin and stdout, which is the caller's from now on."""
        wire, self._wire = self._wire, None
        if wire is None:
            raise ValueError("taken already")
        return wire

    def take_stderr(self) -> FileIO:
        """Return our end of stderr, which is the caller's from now on."""
        stderr, self._stderr = self._stderr, None
        if stderr is None:
            raise ValueError("taken already")
        return stderr
