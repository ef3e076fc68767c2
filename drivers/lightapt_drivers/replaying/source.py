"""The files of a recording as one row of entries, which can be gone through again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from lightapt_protocol.recording import Entry, Recording, RecordingError, RecordingHeader, joined

__all__ = ["Source", "Timed"]

_log: Final = logging.getLogger(__name__)
_CHUNK: Final = 128 * 1024


@dataclass(frozen=True, slots=True)
class Timed:
    """An entry, and when it came: seconds since the first recording began."""

    time: float
    entry: Entry


class Source:
    """Gives entries in their order.

    Args:
        paths: The files; they are read in the order in which they were recorded.

    Raises:
        RecordingError: One is no recording.
        OSError: One cannot be read.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = sorted(paths, key=_started)
        self._header = Recording(_chunks(self._paths[0])).header
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
        try:
            for header, entry in joined(Recording(_chunks(path)) for path in self._paths):
                yield Timed((header.started - self._header.started).total_seconds() + entry.time / 1e6, entry)
        except (RecordingError, OSError) as error:
            _log.warning("the recording ends here: %s", error)


def _started(path: Path) -> datetime:
    return Recording(_chunks(path)).header.started


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
