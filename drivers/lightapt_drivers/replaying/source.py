"""The files of a recording as one row of entries, which can be gone through again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.messages import Message
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import (
    Entry,
    EntryKind,
    Recording,
    RecordingError,
    RecordingHeader,
    in_order,
    joined,
)

__all__ = ["Source", "Timed"]

_log: Final = logging.getLogger(__name__)
_CHUNK: Final = 128 * 1024
_ELEMENTS: Final = (EntryKind.ELEMENT, EntryKind.STATE)


@dataclass(frozen=True, slots=True)
class Timed:
    """An entry, when it came, and what it says.

    Attributes:
        time: Seconds since the first recording began.
        entry: As it was recorded.
        message: Of an element; None where that makes no sense, which a client may have stumbled over.
    """

    time: float
    entry: Entry
    message: Message | None = None

    @property
    def is_element(self) -> bool:
        """Whether the server said it."""
        return self.entry.kind in _ELEMENTS


class Source:
    """Gives entries in their order.

    Args:
        paths: The files; they are read in the order in which they were recorded.
        without: A device that is left out, as there is another of its name.

    Raises:
        RecordingError: One is no recording.
        OSError: One cannot be read.
    """

    def __init__(self, paths: Sequence[Path], *, without: str = "") -> None:
        headers = {path: Recording(_chunks(path)).header for path in paths}
        self._paths = in_order(headers)
        self._header = headers[self._paths[0]]
        self._without = without
        self._has_warned = False
        self.rewind()

    @property
    def header(self) -> RecordingHeader:
        """What the first file says about itself."""
        return self._header

    def rewind(self) -> None:
        """Begin again."""
        self._entries = self._all()
        self._next = next(self._entries, None)

    def peek(self) -> Timed | None:
        """Return the next entry; None at the end."""
        return self._next

    def take(self) -> Timed | None:
        """Return the next entry, and go on behind it."""
        taken, self._next = self._next, next(self._entries, None)
        return taken

    def _all(self) -> Iterator[Timed]:
        header, offset, latest = self._header, 0.0, 0.0
        for of, entry in joined(self._recordings()):
            if of is not header:  # its clock may have been set back since the file before
                header, offset = of, max(latest, (of.started - self._header.started).total_seconds())
            latest = max(latest, offset + entry.time / 1e6)
            message = _read(entry)
            if self._without and getattr(message, "device", "") == self._without:
                self._warn()
            else:
                yield Timed(latest, entry, message)

    def _recordings(self) -> Iterator[Recording]:
        for path in self._paths:
            try:
                recording = Recording(_chunks(path))
            except (RecordingError, OSError) as error:
                _log.warning("%s is left out: %s", path, error)
            else:
                yield recording

    def _warn(self) -> None:
        if not self._has_warned:
            words = "the recorded device %s is left out: --name gives that of the replay another name"
            _log.warning(words, self._without)
        self._has_warned = True


def _read(entry: Entry) -> Message | None:
    try:
        return parse(entry.content) if entry.kind in _ELEMENTS else None
    except ProtocolError:
        return None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        try:
            while chunk := file.read(_CHUNK):
                yield chunk
        except OSError as error:
            _log.warning("%s cannot be read any further: %s", path, error)
