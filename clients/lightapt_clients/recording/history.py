"""What recordings tell: each message with its time, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from lightapt_protocol.construction import constructor
from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.mirror import Change, Mirror
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import Entry, EntryKind, Recording, RecordingError, in_order, joined

from .errors import RecordingFileError

__all__ = ["History", "Moment", "open_recordings"]

_CHUNK: Final = 256 * 1024
_EVENTS: Final = (EntryKind.CONNECTED, EntryKind.LOST, EntryKind.GAP)
_GAP: Final = EntryKind.GAP  # an enumeration's members take some time to find


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry, and what came of it.

    Attributes:
        time: When it came, in UTC.
        entry: As it was recorded.
        changes: What it did to the properties; none where it is an event of the connection, or a gap.
        words: Of an event of the connection or a gap, or why a message makes no sense.
    """

    time: datetime
    entry: Entry
    changes: tuple[Change, ...] = ()
    words: str = ""


_new_moment: Final = constructor(Moment)


class History:
    """Goes through recordings, one after the other; can be gone through once.

    Args:
        recordings: In the order of their time.

    Attributes:
        mirror: The properties as they were at the moment that was told last.
    """

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self.mirror = Mirror()
        self._recordings = list(recordings)

    @property
    def started(self) -> datetime:
        """When the first recording began, in UTC."""
        return self._recordings[0].header.started

    @property
    def is_whole(self) -> bool:
        """Whether all files were closed well; to be asked at the end."""
        return all(recording.is_whole for recording in self._recordings)

    @property
    def is_damaged(self) -> bool:
        """Whether something could not be read; to be asked at the end."""
        return any(recording.is_damaged for recording in self._recordings)

    def __iter__(self) -> Iterator[Moment]:
        """Tell what came, entry by entry; where a file is damaged, with a gap that says so.

        Raises:
            RecordingFileError: The disk does not give the files.
        """
        try:
            for header, entry in joined(self._recordings):
                yield self._told(header.moment(entry.time), entry)
        except OSError as error:
            raise RecordingFileError(f"a recording cannot be read any further: {error.strerror or error}") from error

    def _told(self, time: datetime, entry: Entry) -> Moment:
        if entry.kind in _EVENTS:
            if entry.kind is not _GAP:
                self.mirror.apply(DelProperty())  # the server tells all anew
            return Moment(time, entry, words=entry.content.decode(errors="replace"))
        try:
            return _new_moment(time, entry, tuple(self.mirror.apply(parse(entry.content))))
        except ProtocolError as error:
            return Moment(time, entry, words=str(error))


def open_recordings(paths: Iterable[Path]) -> list[Recording]:
    """Return the recordings in files, in the order in which they were recorded.

    Raises:
        RecordingFileError: A file cannot be read, or is no recording.
    """
    opened = {path: _opened(path) for path in paths}
    return [opened[path] for path in in_order({path: recording.header for path, recording in opened.items()})]


def _opened(path: Path) -> Recording:
    try:
        return Recording(_chunks(path))
    except OSError as error:
        raise RecordingFileError(f"{path} cannot be read: {error.strerror or error}") from error
    except RecordingError as error:
        raise RecordingFileError(f"{path}: {error}") from error


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
