"""Log lines on stderr: who, which device, what; traffic on request, and drivers' messages in files."""

from __future__ import annotations

import html
import logging
import re
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Element

from .config import HubConfig
from .log_writer import LogWriter
from .routing import Peer, Role

__all__ = ["TrafficLog", "finish", "set_up"]

_log = logging.getLogger(__name__)
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_LEVELS: Final = (logging.WARNING, logging.INFO, logging.INFO, logging.INFO)
_MESSAGE: Final = re.compile(rb"""\smessage\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def set_up(config: HubConfig, stream: TextIO | None = None) -> None:
    """Send this project's log lines to `stream`, or without one to stderr by a thread; as the verbosity asks."""
    handler = logging.StreamHandler(stream) if stream else LogWriter(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s: %(message)s", "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger("lightapt_server")
    root.handlers[:] = [handler]
    root.propagate = False
    root.setLevel(_LEVELS[config.verbosity])


def finish() -> None:
    """Write what is still to be written; to be called at the end of the program."""
    for handler in logging.getLogger("lightapt_server").handlers:
        if isinstance(handler, LogWriter):
            handler.finish()


class _Formatter(logging.Formatter):
    """Times are UTC, and what peers send cannot play with the terminal."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with control characters written out."""
        return super().format(record).translate(_CONTROLS)


class TrafficLog:
    """Shows what peers send: a line for each element (verbosity 2), or all of it (3), of chosen devices or all.

    Messages of drivers also go to a file a day in the log directory, where there is one (as with indiserver's -l).
    """

    def __init__(self, config: HubConfig) -> None:
        self._verbosity = config.verbosity
        self._devices = {name.encode() for name in config.log_devices}
        self._directory = config.log_directory

    @classmethod
    def wanted(cls, config: HubConfig) -> TrafficLog | None:
        """Return one if the configuration asks for anything that it shows."""
        return cls(config) if config.verbosity >= 2 or config.log_directory else None

    def received(self, peer: Peer, elements: Iterable[Element | BlobElement]) -> None:
        """Show what a peer has sent."""
        for element in elements:
            if self._verbosity >= 2 and (not self._devices or element.device in self._devices):
                extra = {"peer": peer.label, "device": element.device.decode(), "direction": "in"}
                _log.info("%s: %s", peer.label, self._shown(element), extra=extra)
            if self._directory is not None and peer.role is not Role.CLIENT and isinstance(element, Element):
                self._keep(self._directory, element)

    def _shown(self, element: Element | BlobElement) -> str:
        if isinstance(element, BlobElement):
            sizes = ", ".join(f"{part.format} of {part.size} bytes" for part in element.parts)
            return f"{element.head.decode()} {sizes}"
        if self._verbosity >= 3:
            return element.raw.decode()
        name = f" name='{element.name.decode()}'" if element.name else ""
        device = f" device='{element.device.decode()}'" if element.device else ""
        return f"<{element.tag.decode()}{device}{name}>"

    def _keep(self, directory: Path, element: Element) -> None:
        found = _MESSAGE.search(element.raw)
        if not found:
            return
        now = datetime.now(UTC)
        text = " ".join(html.unescape((found[1] or found[2] or b"").decode()).splitlines())
        line = f"{now:%Y-%m-%dT%H:%M:%S}: {element.device.decode()}: {text}\n"
        try:
            with (directory / f"{now:%Y-%m-%d}.islog").open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            _log.error("no messages can be kept in %s: %s", directory, error.strerror)
            self._directory = None
