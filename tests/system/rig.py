"""The rig: a hub between puppets, so that a test of the whole reads as a transcript.

    dome = stage.driver("dome")
    hub = stage.hub(dome)
    client = stage.client(hub)
    client.send(GET)
    dome.expect(GET)

A hub runs as a process of its own, or (`stage.inside`) in a thread of the test, which can then look into it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, TypeVar

import psutil
import uvloop

from lightapt_server import config_file
from lightapt_server.catalog import Catalog
from lightapt_server.server import HubServer

from .puppets import PATIENCE, Client, Driver, eventually

LIGHTAPT_SERVER = (sys.executable, "-m", "lightapt_server")
LIGHTAPT_INDISERVER = (str(Path(sys.executable).with_name("lightapt-indiserver")),)
_ports = iter(range(30_000, 20_000, -1))
"""Below those that the system gives to whoever asks for any."""
_claims: list[socket.socket] = []
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a hub's process holds and must not hold more of later."""

    descriptors: int
    shared_memory: int
    threads: int
    children: int


class Lines:
    """The lines of a stream, as they come; it is closed at its end."""

    def __init__(self, stream: IO[str]) -> None:
        self.all: list[str] = []
        self._news = threading.Condition()
        self._looked_at = 0
        self._ended = False
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._news:
                    self.all.append(line.rstrip("\n"))
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait for a line that matches, after those expected before; return the match."""
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while True:
                while self._looked_at < len(self.all):
                    self._looked_at += 1
                    if found := re.search(pattern, self.all[self._looked_at - 1]):
                        return found
                left = deadline - time.monotonic()
                assert left > 0, f"waited in vain for the line {pattern!r} in {self.all}"
                assert not self._ended, f"the stream has ended without {pattern!r}: {self.all}"
                self._news.wait(left)

    def rest(self) -> list[str]:
        """Wait for the end; return all lines."""
        self._thread.join(PATIENCE)
        return self.all


class Server:
    """An INDI server's process: ours, or Debian's."""

    def __init__(self, command: Sequence[str], *, environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=os.environ | (environment or {}),
        )
        assert self._process.stderr is not None
        self.pid = self._process.pid
        self.lines = Lines(self._process.stderr)
        self.port = 0

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self.port

    def listening(self) -> Server:
        """Wait until it listens where a free port was taken (it must run with -v)."""
        self.port = int(self.lines.expect(r"listening on .*:(\d+)$")[1])
        return self

    def listening_on(self, port: int) -> Server:
        """Wait until it listens on a given port."""
        self.port = port
        eventually(lambda: self._answers() or self._process.poll() is not None, "it listens")
        return self

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(self.address, timeout=1):
            return True
        return False

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def exit_code(self) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait(PATIENCE)

    def holdings(self) -> Holdings:
        """Look at what it holds."""
        process = psutil.Process(self.pid)
        links = [_target(entry) for entry in os.scandir(f"/proc/{self.pid}/fd")]
        return Holdings(
            descriptors=len(links),
            shared_memory=sum("memfd:" in link or "/dev/shm" in link for link in links),
            threads=process.num_threads(),
            children=len(process.children(recursive=True)),
        )

    def expect_holdings(self, before: Holdings) -> None:
        """Wait until it holds what it held before; one thread may stay, which writes to the spool."""
        kept = replace(before, threads=before.threads + 1)
        try:
            eventually(lambda: self.holdings() in (before, kept), "holdings")
        except AssertionError:
            assert self.holdings() == before

    def memory(self) -> int:
        """Its resident bytes."""
        return int(psutil.Process(self.pid).memory_info().rss)

    def close(self) -> None:
        """End it, without a trace."""
        if self.is_running:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        print("\n".join(self.lines.rest()[-100:]))  # pytest shows it with a failure


def _target(entry: os.DirEntry[str]) -> str:
    try:
        return os.readlink(entry.path)
    except OSError:
        return ""


def free_port() -> int:
    """Return a TCP port that nobody uses now, nor gets while this process lives: neither a test, nor by chance."""
    for port in _ports:
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0lightapt-test-port-{port}")
            with socket.socket() as sock:
                sock.bind(("", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise AssertionError("no port is free")


class Inside:
    """A hub in a thread of this process."""

    def __init__(self, path: Path) -> None:
        self._config = config_file.load(path, resolve=Catalog().resolve)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._live, name="hub")
        self._thread.start()
        assert self._started.wait(PATIENCE), "the hub does not start"

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as lightapt_server.run does
            runner.run(self._run())

    async def _run(self) -> None:
        self.server = HubServer(self._config)
        self._loop = asyncio.get_running_loop()
        running = asyncio.create_task(self.server.run())
        self._loop.call_soon(self._started.set)  # after the first step, in which it begins to listen
        await running

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        assert self.server.reception is not None
        return "127.0.0.1", self.server.reception.port

    def call(self, function: Callable[[HubServer], _T]) -> _T:
        """Call a function with the hub, in the hub's thread."""

        async def run() -> _T:
            return function(self.server)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

    def tasks(self) -> int:
        """Count its tasks."""
        return self.call(lambda _: len(asyncio.all_tasks()))

    def close(self) -> None:
        """End it."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.server.stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the hub does not end"


class Stage:
    """Everything that a test starts; all of it ends with the test.

    Attributes:
        folder: Where its files are.
        drivers: The mock drivers, in the order in which they were asked for.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drivers: list[Driver] = []
        self._stack = ExitStack()
        self._count = 0

    def driver(self, name: str = "dome") -> Driver:
        """A mock driver, for a hub to start."""
        driver = Driver(name, self.folder)
        self.drivers.append(driver)
        self._stack.callback(driver.close)
        return driver

    def executable(self, name: str, text: str) -> Path:
        """A program, for a hub to start as a driver."""
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def kill_at_end(self, pid: int) -> None:
        """End a process that a test has let loose."""
        self._stack.callback(os.kill, pid, signal.SIGKILL)

    def client(self, hub: Server | Inside, name: str = "client", *, receives: int = 0) -> Client:
        """A mock client of a hub."""
        return self.client_of(hub.address, name, receives=receives)

    def client_of(self, address: tuple[str, int] | str, name: str = "client", *, receives: int = 0) -> Client:
        """A mock client of whatever listens at an address; a text is the name of an abstract Unix socket.

        `receives` is how many bytes the system takes for it while it does not read.
        """
        client = Client(address if isinstance(address, tuple) else "\0" + address, name=name, receives=receives)
        self._stack.callback(client.close)
        return client

    def hub(self, *drivers: Driver, arguments: Sequence[str] = ("-v",), port: int = 0, **settings: Any) -> Server:
        """A hub's process with these drivers; settings are keys of the configuration file."""
        path = self.config(*drivers, port=port, **settings)
        return self.run(*LIGHTAPT_SERVER, "--config", str(path), *arguments).listening()

    def inside(self, *drivers: Driver, port: int = 0, **settings: Any) -> Inside:
        """The same in a thread of this process."""
        hub = Inside(self.config(*drivers, port=port, **settings))
        self._stack.callback(hub.close)
        return hub

    def indipyserver(self, *programs: str, **environment: str) -> Server:
        """Start an indipyserver with these drivers; with a thermostat of its own where there are none."""
        port = free_port()
        peer = str(Path(__file__).with_name("indipy_peer.py"))
        drivers = [word for program in programs for word in ("--program", program)] or ["--driver", "thermostat"]
        words = (sys.executable, peer, "server", str(port), *drivers)
        return self.run(*words, PYTHONWARNINGS="ignore", **environment).listening_on(port)

    def run(self, *command: str, **environment: str) -> Server:
        """Any INDI server's process."""
        server = Server(command, environment=environment)
        self._stack.callback(server.close)
        return server

    def config(
        self,
        *drivers: Driver,
        programs: Sequence[Path] = (),
        remotes: Sequence[str] = (),
        pipes: bool = False,
        **settings: Any,
    ) -> Path:
        """Write a configuration file."""
        self._count += 1
        path = self.folder / f"lightapt-{self._count}.toml"
        lines = [f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in settings.items()]
        for program in (*(driver.path for driver in drivers), *programs):
            lines += ["[[driver]]", f"name = {json.dumps(str(program))}", f"label = {json.dumps(program.name)}"]
            lines += ["pipes = true"] if pipes else []
        for remote in remotes:
            lines += ["[[remote]]", f"address = {json.dumps(remote)}"]
        path.write_text("\n".join(lines) + "\n")
        return path

    def close(self) -> None:
        """End all."""
        self._stack.close()
