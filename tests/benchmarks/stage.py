"""The stage of a measurement: a server with the puppet behind it and clients before it."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.system.rig import free_port

from . import load, programs, servers
from .load import ONE_BY_ONE, Load, Pace, Span, Tag
from .programs import Program
from .puppets import CONTROL, PUPPET, Emission, Puppet, order
from .servers import Commands, Server, Setup, Side

PROPERTIES = {PUPPET: 3, CONTROL: 2, None: 5}
"""How many definitions of a puppet with one device answer a getProperties of a device, or of all."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Servers (the last is the one that the clients talk to) and the clients of one load process."""

    servers: tuple[Server, ...]
    load: Load

    @property
    def server(self) -> Server:
        """The server that the clients talk to."""
        return self.servers[-1]

    def reader(self, *, device: str | None = PUPPET, blobs: bool = False, unix: bool = False) -> Span:
        """One more client that knows a device's properties, or all that there are, and hears of all that changes."""
        setup = self.server.setup
        client = self.load.open_unix(setup.unix) if unix else self.load.open_tcp(setup.port)
        self.load.forget()
        named = "" if device is None else f" device='{device}'"
        self.load.send(client, f"<getProperties version='1.7'{named}/>")
        self.load.wait(client, Tag.DEF, PROPERTIES[device])
        if blobs:
            self.load.send(client, f"<enableBLOB{named}>Also</enableBLOB>")
        self.load.ping(client, 1, pause_us=0)  # from here on the server has read all of the above
        return client

    def readers(self, count: int, *, blobs: bool = False, unix: bool = False) -> Span:
        """As many more clients as asked for."""
        spans = [self.reader(blobs=blobs, unix=unix) for _ in range(count)]
        return Span(spans[0].first, spans[-1].last)

    def cpu_of_drive(
        self, readers: Span, emission: Emission, total: int, *, pace: Pace = ONE_BY_ONE, size: int = 0
    ) -> float:
        """CPU seconds of the server while the readers get `total` messages, after one window to warm up."""
        self.load.drive(readers, emission, pace.window, pace=pace, size=size)
        before = self.server.cpu_seconds()
        self.load.drive(readers, emission, total, pace=pace, size=size)
        return self.server.cpu_seconds() - before

    def order(self, client: Span, emission: Emission, count: int, *, report: bool = False) -> None:
        """Orders messages of the puppet, and does not wait for them."""
        self.load.send(client, order(emission, count, report=report))


@dataclass(frozen=True, slots=True)
class Stage:
    """All that measurements share: a directory for what they leave, the command lines, and how much to measure."""

    directory: Path
    commands: Commands
    quick: bool
    patience: float
    _numbers: Iterator[int]

    def amount(self, full: int, quick: int) -> int:
        """How much of something: the full measure, or enough to see that it works."""
        return quick if self.quick else full

    @contextlib.contextmanager
    def serving(self, side: Side, puppet: Puppet = Puppet()) -> Generator[Scene]:  # noqa: B008 - frozen
        """One server of a side with a puppet of its own."""
        with self._server(side, driver=self._driver(side, puppet)) as server, self.load() as clients:
            yield Scene((server,), clients)

    @contextlib.contextmanager
    def chain(self, side: Side) -> Generator[Scene]:
        """Two servers of a side: one with the puppet, and one that knows only the first."""
        with (
            self._server(side, driver=self._driver(side, Puppet())) as far,
            self._server(side, remote_port=far.setup.port) as near,
            self.load() as clients,
        ):
            yield Scene((far, near), clients)

    @contextlib.contextmanager
    def load(self) -> Generator[Load]:
        """A load process without clients."""
        with load.running(self._program(Program.LOAD), patience=self.patience) as clients:
            yield clients

    def _driver(self, side: Side, puppet: Puppet) -> Path:
        pings = side is not Side.RELAY  # it knows no XML, and so answers none
        return Puppet(puppet.devices, pings).wrapper(self._program(Program.PUPPET_DRIVER))

    def _program(self, program: Program) -> Path:
        return programs.compile_program(program, self.directory)

    def _server(
        self, side: Side, *, driver: Path | None = None, remote_port: int | None = None
    ) -> contextlib.AbstractContextManager[Server]:
        number = next(self._numbers)
        unix = f"/tmp/lightapt-bench-{os.getpid()}-{number}"
        setup = Setup(free_port(), unix, driver, remote_port)
        log = self.directory / f"{number:03}-{side.value}.log"
        return servers.running(self.commands, side, setup, log=log)


def make_stage(directory: Path, hub: tuple[str, ...], *, quick: bool, patience: float = 120.0) -> Stage:
    """A stage in an existing directory; everything is compiled.

    Raises:
        MissingProgramError: The reference, or a C compiler, is not installed.
    """
    relay = programs.compile_program(Program.RELAY, directory)
    for program in Program:
        programs.compile_program(program, directory)
    commands = Commands(servers.reference_command(), hub, relay)
    return Stage(directory, commands, quick, patience, itertools.count())
