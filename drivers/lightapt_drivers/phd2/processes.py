"""A program that outlives who starts it: in a session of its own, its output in a file, and its end is told.

asyncio's own subprocesses are not for this: they are killed as the event loop ends, and so PHD2 would be by the end of
a driver. And a program that writes into a pipe ends, or stands still, when nobody reads it any more.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

__all__ = ["Detached"]

_TAIL: Final = 4096
"""Bytes of its output of which the last lines are taken."""
_LAST_LINES: Final = 5
_LONGEST: Final = 200
"""Characters of each."""
_MOST: Final = 4 * 1024 * 1024
"""Bytes of its output that are kept in one file."""
_LOOK: Final = 60.0
"""Seconds between two looks at how many they are: no event tells that a file has grown, and in a minute words of PHD2
and of its cameras' libraries fill no disk."""


class Detached:
    """A program that runs, or has run; made by :meth:`start`.

    Attributes:
        code: Its exit code; negative is the signal that ended it, None while it runs.
        output: The file that it writes to; None: it writes nowhere. What came before is in one beside it, ``.old``.
    """

    def __init__(self, process: subprocess.Popen[bytes], output: Path | None) -> None:
        self.code: int | None = None
        self._process = process
        self.output = output
        self._ended = asyncio.Event()
        self._loop = loop = asyncio.get_running_loop()
        loop.call_later(_LOOK, self._look)
        # A thread that may be left behind: a program that lives on holds up nobody's end.
        threading.Thread(target=self._wait, args=(loop,), name=f"end of {process.pid}", daemon=True).start()

    @classmethod
    def start(cls, command: Sequence[str], *, environment: Mapping[str, str], output: Path | None) -> Self:
        """Start a program that reads nothing; neither the terminal's signals nor the end of this process reach it.

        Args:
            command: Its command line.
            environment: Its variables.
            output: The file that it writes to, which begins empty; the one before becomes the old one. None or one
                that cannot be had: nowhere.

        Raises:
            OSError: It cannot be started.
        """
        descriptor, output = _opened(output)
        try:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        return cls(process, output)

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self.code is None

    async def ended(self) -> int:
        """Wait until it has ended, and return its exit code."""
        await self._ended.wait()
        assert self.code is not None
        return self.code

    @property
    def ending(self) -> str:
        """How it has ended, in words."""
        if self.code is None or self.code >= 0:
            return f"with the exit code {self.code}"
        with suppress(ValueError):
            return f"by {signal.Signals(-self.code).name}"
        return f"by the signal {-self.code}"

    def last_words(self) -> list[str]:
        """Return the last lines that it wrote, without blank ones; none if they cannot be had."""
        if self.output is None:
            return []
        try:
            with self.output.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read(_TAIL).decode(errors="replace").splitlines()
        except OSError:
            return []
        return [line.strip()[:_LONGEST] for line in lines if line.strip()][-_LAST_LINES:]

    def terminate(self) -> None:
        """Tell it, and all that it has started, to end."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.terminate()
            else:
                os.killpg(self._process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all that it has started and left behind."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _look(self) -> None:
        """Have the output begin anew if it is long, in a thread: the disk may be slow; and look again later."""
        if self.code is not None or self.output is None:
            return
        with suppress(RuntimeError):  # the loop is about to end
            looking = self._loop.run_in_executor(None, _shorten, self.output)
            looking.add_done_callback(lambda _: self._loop.call_later(_LOOK, self._look))

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        code = self._process.wait()
        with suppress(RuntimeError):  # the loop has ended before it
            loop.call_soon_threadsafe(self._end, code)

    def _end(self, code: int) -> None:
        self.code = code
        self._ended.set()


def _opened(output: Path | None) -> tuple[int, Path | None]:
    """Return a descriptor to write to, and the file that it is."""
    if output is not None:
        with suppress(OSError):
            output.parent.mkdir(parents=True, exist_ok=True)
            if output.exists():  # of a PHD2 that has died it may be wanted yet
                output.replace(_old(output))
            return os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600), output
    return os.open(os.devnull, os.O_WRONLY), None


def _old(output: Path) -> Path:
    return output.with_name(f"{output.name}.old")


def _shorten(output: Path) -> None:
    """Have a long output begin anew: it is appended to, so that its writer need not know."""
    with suppress(OSError):
        if output.stat().st_size > _MOST:
            _copy(output, _old(output))
            os.truncate(output, 0)


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        shutil.copyfileobj(reading, writing)
