"""Starting the program PHD2, waiting until it listens, and stopping it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from lightapt_drivers import time_limit

from .connection import DEFAULT_PORT
from .errors import LaunchError, LostError
from .link import Link
from .scanning import scan

__all__ = ["Launch", "Phd2Program", "launch"]

_LOOK: Final = 0.1
"""Seconds between two looks at whether it listens."""
_LAST_LINES: Final = 5
_SCREEN: Final = "1280x1024x24"


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start PHD2.

    Attributes:
        path: The program: a path, or a name that is looked for on ``PATH``.
        instance: Its number on this host; a number of its own has settings of its own, and the port 4399 + instance.
        headless: Under Xvfb, a display that nobody sees; None: if there is no display.
        timeout: Seconds until it must listen.
        goodbye: Seconds until it must have ended, asked to; and again, told to.
        environment: More variables, or others, for it.
    """

    path: str = "phd2"
    instance: int = 1
    headless: bool | None = None
    timeout: float = 60.0
    goodbye: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def port(self) -> int:
        """Where it will listen."""
        return DEFAULT_PORT - 1 + self.instance

    def command(self, environment: Mapping[str, str]) -> list[str]:
        """Return the command line.

        Args:
            environment: What says whether there is a display.

        Raises:
            LaunchError: The program is not there, or needs Xvfb, which is not.
        """
        if not 1 <= self.instance <= 100:
            raise LaunchError(f"PHD2's instances are numbered from 1 to 100, not {self.instance}")
        program = _program(self.path, environment, hint="is PHD2 installed? else give its path")
        command = [program, "-i", str(self.instance)]
        has_display = sys.platform in ("win32", "darwin") or any(
            environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
        )
        if self.headless or (self.headless is None and not has_display):
            xvfb = _program("xvfb-run", environment, hint="PHD2 needs a display: install Xvfb, or set DISPLAY")
            command = [xvfb, "-a", "-s", f"-screen 0 {_SCREEN}", *command]
        return command


def _program(path: str, environment: Mapping[str, str], *, hint: str) -> str:
    if (found := shutil.which(path, path=environment.get("PATH"))) is None:
        raise LaunchError(f"the program {path} cannot be run: {hint}")
    return found


@asynccontextmanager
async def launch(how: Launch | None = None) -> AsyncGenerator[Phd2Program]:
    """Start PHD2, yield it when it listens, and stop it at the end.

    Raises:
        LaunchError: It does not start, ends at once, or does not listen in time.
    """
    program = Phd2Program(how or Launch())
    await program.start()
    try:
        yield program
    finally:
        await program.stop()


class Phd2Program:
    """The program PHD2; it can be started and stopped over and over.

    Args:
        how: How to start it.
    """

    def __init__(self, how: Launch) -> None:
        self.how = how
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._words: deque[str] = deque(maxlen=_LAST_LINES)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.how.port

    @property
    def is_running(self) -> bool:
        """Whether it runs, and was started here."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, and return when it listens.

        Raises:
            LaunchError: It does not start, ends at once, or does not listen in time; or one of that number runs.
        """
        if self.is_running:
            return
        if await scan("localhost", [self.port], timeout=1.0):
            raise LaunchError(
                f"PHD2 with the number {self.how.instance} runs already, at port {self.port}: connect to it"
            )
        environment = {**os.environ, **self.how.environment}
        command = self.how.command(environment)
        self._words.clear()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Xvfb and what PHD2 starts end with it
            )
        except OSError as error:
            raise LaunchError(f"{command[0]} cannot be started: {error.strerror or error}") from error
        self._reading = asyncio.create_task(self._read(self._process), name="PHD2's output")
        try:
            await self._listening(self._process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ask it to end, then tell it to, then kill it; nothing if it does not run."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            await self._ask_to_end()
        for end in (_terminate, _kill):
            if not await self._ended(process):
                end(process)
        await process.wait()
        _kill(process)  # what it left behind of its session
        self._process = None
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
            self._reading = None

    async def _ask_to_end(self) -> None:
        with suppress(LostError, OSError, TimeoutError):
            async with time_limit(self.how.goodbye):
                loop = asyncio.get_running_loop()
                _, link = await loop.create_connection(
                    lambda: Link(lambda _: None, on_skip=lambda: None, on_lost=lambda _: None), "localhost", self.port
                )
                try:
                    await link.send("shutdown")
                finally:
                    link.close()

    async def _ended(self, process: asyncio.subprocess.Process) -> bool:
        with suppress(TimeoutError):
            async with time_limit(self.how.goodbye):
                await process.wait()
        return process.returncode is not None

    async def _listening(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with time_limit(self.how.timeout):
                while not await scan("localhost", [self.port], timeout=2.0):
                    if process.returncode is not None:
                        raise LaunchError(f"PHD2 ended at once, with the exit code {process.returncode}{self._last()}")
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            reason = f"PHD2 does not listen at port {self.port} after {self.how.timeout:g} s"
            hint = "is its server enabled (Tools, Enable Server)? A dialog may wait, too"
            raise LaunchError(f"{reason}: {hint}{self._last()}") from None

    def _last(self) -> str:
        return f". Its last words: {' / '.join(self._words)}" if self._words else ""

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Take what it prints, so that it does not wait for a reader."""
        if process.stdout is None:
            return
        while data := await process.stdout.read(4096):
            self._words.extend(line for line in data.decode(errors="replace").splitlines() if line.strip())


def _terminate(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, 15)


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, 9)
