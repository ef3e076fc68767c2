"""Starting the program PHD2, waiting until it listens, and stopping it.

PHD2 that was started outlives who started it, unless it is stopped: no crash of a driver, and no restart of a hub, ends
a night's guiding. It is in a session of its own, reads nothing, and writes to a file: see :mod:`~.processes`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lightapt_drivers import time_limit

from .errors import HostError, LaunchError, LostError, Phd2Error
from .link import connect_link
from .options import DEFAULT_PORT, LAST_INSTANCE
from .processes import Detached
from .scanning import scan

__all__ = ["Launch", "Phd2Program", "launch", "output_path"]

GREETING: Final = 10.0
"""Seconds in which one that runs must greet: it may be at something else. Where none listens, that is known at once."""
_LOOK: Final = 0.1
"""Seconds between two looks at whether it listens, of which nobody tells."""
_SCREEN: Final = "1280x1024x24"


def output_path(instance: int, *, environment: Mapping[str, str]) -> Path:
    """Return where an instance that is started here writes to: the user's, by the XDG Base Directory Specification."""
    base = environment.get("XDG_STATE_HOME", "")
    home = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return home / "lightapt" / f"phd2-{instance}.log"


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start PHD2.

    Attributes:
        path: The program: a path, or a name that is looked for on ``PATH``.
        instance: Its number on this host; a number of its own has settings of its own, and the port 4399 + instance.
        headless: Under Xvfb, a display that nobody sees; None: if there is no display.
        timeout: Seconds until it must listen.
        goodbye: Seconds in which it must answer that it will end; and have ended; and have ended when it is told to.
        environment: More variables, or others, for it.
        output: The file that it writes to; None for :func:`output_path`'s.
    """

    path: str = "phd2"
    instance: int = 1
    headless: bool | None = None
    timeout: float = 60.0
    goodbye: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    output: Path | None = None

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
        if not 1 <= self.instance <= LAST_INSTANCE:
            raise LaunchError(f"PHD2's instances are numbered from 1 to {LAST_INSTANCE}, not {self.instance}")
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
        self._process: Detached | None = None
        self._output: Path | None = None
        self._is_stopping = False

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.how.port

    @property
    def is_running(self) -> bool:
        """Whether it runs, and was started here."""
        return self._process is not None and self._process.is_running

    @property
    def unwritable(self) -> Path | None:
        """The file that it was to write to, if that cannot be had: what it writes is kept nowhere."""
        return None if self._process is None or self._process.output is not None else self._output

    async def start(self) -> None:
        """Start it, and return when it listens.

        Raises:
            LaunchError: It does not start, ends at once, or does not listen in time; or one of that number runs.
            HostError: This machine does not tell its own address: whether one runs cannot be seen.
        """
        if self.is_running:
            return
        if await scan("localhost", [self.port], timeout=GREETING):
            raise LaunchError(
                f"PHD2 with the number {self.how.instance} runs already, at port {self.port}: connect to it"
            )
        self._is_stopping = False
        self._process = process = self._started()
        try:
            await self._listening(process)
        except BaseException:
            await self.stop()
            raise

    def _started(self) -> Detached:
        environment = {**os.environ, **self.how.environment}
        command = self.how.command(environment)
        self._output = self.how.output or output_path(self.how.instance, environment=environment)
        try:
            return Detached.start(command, environment=environment, output=self._output)
        except OSError as error:
            raise LaunchError(f"{command[0]} cannot be started: {error.strerror or error}") from error

    async def stop(self) -> None:
        """Ask it to end, then tell it to, then kill it; nothing if it does not run."""
        if (process := self._process) is None:
            return
        self._is_stopping = True
        if process.is_running and await self._takes_goodbye():
            await _ends_within(self.how.goodbye, process)
        if process.is_running:
            process.terminate()
            await _ends_within(self.how.goodbye, process)
        if process.is_running:
            process.kill()
        await process.ended()
        process.kill()  # what it left behind of its session
        self._process = None

    async def died(self) -> str:
        """Wait until it ends, and return how, in words: empty if it was stopped here, or has ended as it should."""
        if (process := self._process) is None:
            return ""
        code = await process.ended()
        if self._is_stopping or code == 0:
            return ""
        process.kill()  # if it was but xvfb-run that ended, what it ran is not to be left, unseen
        return f"PHD2 has ended {process.ending}{_last_words(process)}"

    async def _takes_goodbye(self) -> bool:
        """Ask it to end, and return whether it will."""
        with suppress(Phd2Error, OSError, TimeoutError):
            async with time_limit(self.how.goodbye):
                link = await connect_link("localhost", self.port)
                with closing(link), suppress(LostError):  # it may end before it answers
                    await link.send("shutdown")
                return True
        return False

    async def _listening(self, process: Detached) -> None:
        try:
            async with time_limit(self.how.timeout):
                while not await self._greets():
                    if await _ends_within(_LOOK, process):
                        raise LaunchError(f"PHD2 ended at once, {process.ending}{_last_words(process)}")
        except TimeoutError:
            reason = f"PHD2 does not listen at port {self.port} after {self.how.timeout:g} s"
            hint = "is its server enabled (Tools, Enable Server)? A dialog may wait, too"
            raise LaunchError(f"{reason}: {hint}{_last_words(process)}") from None

    async def _greets(self) -> bool:
        with suppress(HostError):  # on a busy machine: it may be told at the next look
            return bool(await scan("localhost", [self.port], timeout=2.0))
        return False


async def _ends_within(seconds: float, process: Detached) -> bool:
    with suppress(TimeoutError):
        async with time_limit(seconds):
            await process.ended()
    return not process.is_running


def _last_words(process: Detached) -> str:
    words = process.last_words()
    return f". Its last words: {' / '.join(words)}" if words else ""
