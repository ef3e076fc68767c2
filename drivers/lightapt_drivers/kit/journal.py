"""A device's log, told to the clients as INDI messages."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

__all__ = ["Journal"]


class Journal(logging.Handler):
    """Tells the clients what a device logs, with the level in front as libindi's drivers do: ``[WARNING] …``.

    Threads may log: what they say is told by the loop of the device.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """See :class:`logging.Handler`."""
        text = f"[{record.levelname}] {record.getMessage()}"
        if threading.get_ident() == self._thread:
            self._say(text)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._say, text)
