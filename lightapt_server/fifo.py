"""Reads commands from a FIFO while the hub runs."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .config import ConfigError
from .fifo_grammar import FifoError, Start, Stop, parse_command

__all__ = ["FifoReader"]

_log = logging.getLogger(__name__)
_LONGEST_LINE: Final = 64 * 1024


class FifoReader:
    """Obeys the lines that are written to a FIFO; one that is missing is made.

    Raises:
        ConfigError: There is something at `path` that is no FIFO, or it cannot be opened.
    """

    def __init__(self, path: Path, obey: Callable[[Start | Stop], None]) -> None:
        self._obey = obey
        self._rest = b""
        self._loop = asyncio.get_running_loop()
        self._descriptor = _opened(path)
        self._loop.add_reader(self._descriptor, self._readable)
        _log.info("reading commands from %s", path)

    def close(self) -> None:
        """Stop reading."""
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)

    def _readable(self) -> None:
        try:
            data = os.read(self._descriptor, _LONGEST_LINE)
        except BlockingIOError:  # somebody else has read it
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            _log.error("FIFO: a line of more than %d bytes is ignored", _LONGEST_LINE)
            self._rest = b""
        for line in lines:
            self._take(line.decode("utf-8", "replace"))

    def _take(self, line: str) -> None:
        try:
            command = parse_command(line)
            if command is not None:
                _log.info("FIFO: %s", line.strip())
                self._obey(command)
        except FifoError as error:
            _log.error("%s", error)
        except ConfigError as error:
            _log.error("FIFO: %s", error)


def _opened(path: Path) -> int:
    try:
        if not path.exists():
            os.mkfifo(path)
        if not stat.S_ISFIFO(path.stat().st_mode):
            raise ConfigError(f"{path} is no FIFO: make one with mkfifo, or name another path")
        # Opened for writing too: the end of one writer is not the end of the FIFO.
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"the FIFO {path} cannot be opened: {error.strerror}") from error
