"""The servers that are measured: how each is started, what it has used, and how it ends."""

from __future__ import annotations

import contextlib
import enum
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import programs

_START_LIMIT = 60.0
_END_LIMIT = 5.0


class Side(enum.Enum):
    """Who is measured."""

    REFERENCE = "reference"
    OURS = "ours"
    RELAY = "relay"


class ServerError(Exception):
    """A server did not start, or ended before its time."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        tail = "".join(log.read_text(errors="replace").splitlines(keepends=True)[-10:])
        super().__init__(f"{shlex.join(command)} ended or does not listen; its last words:\n{tail}")
        self.command = tuple(command)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a server is to listen on and to serve: a driver, another hub, or both."""

    port: int
    unix: str
    driver: Path | None = None
    remote_port: int | None = None


@dataclass(frozen=True, slots=True)
class Commands:
    """The command lines of the sides.

    `hub` is what is measured as ours; a program with "indiserver" in its name gets that program's flags.
    """

    reference: str
    hub: tuple[str, ...]
    relay: Path

    def line(self, side: Side, setup: Setup) -> list[str]:
        """The words that start a side's server."""
        match side:
            case Side.REFERENCE:
                return [self.reference, *_indiserver_words(setup)]
            case Side.RELAY:
                return [str(self.relay), str(setup.port), str(setup.driver)]
            case Side.OURS if "indiserver" in Path(self.hub[0]).name:
                return [*self.hub, *_indiserver_words(setup)]
            case Side.OURS:
                return [*self.hub, *_lightapt_words(setup)]


OUR_COMMAND = (sys.executable, "-m", "lightapt_server")


def _indiserver_words(setup: Setup) -> list[str]:
    words = ["-p", str(setup.port), "-u", setup.unix]
    if setup.driver is not None:
        words.append(str(setup.driver))
    if setup.remote_port is not None:
        words.append(f"@localhost:{setup.remote_port}")
    return words


def _lightapt_words(setup: Setup) -> list[str]:
    words = ["--port", str(setup.port), "--unix", setup.unix]
    if setup.driver is not None:
        words += ["--driver", str(setup.driver)]
    if setup.remote_port is not None:
        words += ["--remote", f"@127.0.0.1:{setup.remote_port}"]
    return words


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    setup: Setup
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """The process that is measured: the server's own, not those of its drivers."""
        return self.process.pid

    def cpu_seconds(self) -> float:
        """CPU time, user and system, of all threads that the process has or had, to the nanosecond."""
        return time.clock_gettime(_cpu_clock(self.pid))


def _cpu_clock(pid: int) -> int:
    # clock_getcpuclockid(3): the kernel's number for the CPU clock of another process (CPUCLOCK_SCHED is 2).
    return ~pid << 3 | 2


@contextlib.contextmanager
def running(commands: Commands, side: Side, setup: Setup, *, log: Path) -> Generator[Server]:
    """A server that listens, in a process group of its own; all of the group has ended afterwards.

    Raises:
        ServerError: It ended, or does not listen in time.
    """
    line = commands.line(side, setup)
    with log.open("wb") as sink:
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True)
    try:
        if not _listens(process, setup.port):
            raise ServerError(line, log)
        yield Server(setup, process)
        if process.poll() is not None:
            raise ServerError(line, log)
    finally:
        _end(process)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    limit = time.monotonic() + _START_LIMIT
    while process.poll() is None and time.monotonic() < limit:
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port), timeout=1),
        ):
            return True
        time.sleep(0.01)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process, signal.SIGTERM)
    try:
        process.wait(_END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _signal_group(process, signal.SIGKILL)  # drivers that outlive their server


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def reference_command() -> str:
    """Debian's indiserver.

    Raises:
        MissingProgramError: It is not installed.
    """
    return programs.find("indiserver", "install Debian's indi-bin")
