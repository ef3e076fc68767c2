"""The files of a recording: one, or several of which each can be read and played without the others.

Calls block until the system has taken the bytes, and may come from any thread, one at a time.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from lightapt_protocol.recording import Entry, EntryKind, RecordingHeader, RecordingWriter, Snapshot, part_path

from .errors import RecordingFileError
from .heard import Heard, now

__all__ = ["RecordingFiles"]

_SAFE: Final = 5.0
"""Seconds after which what was written is on the disk, should the power fail."""


class RecordingFiles:
    """Writes a recording. No file is ever written over.

    Args:
        path: Of the first file.
        header: What it says about itself; when it began is set anew for each file.
        largest: Bytes after which a further file is begun; None for never.
        appends: Where the first file is there already, begin with the next number that is free.

    Attributes:
        path: The file that is written.
        written: Bytes that were written, to all files.

    Raises:
        RecordingFileError: The file is there already, or cannot be written.
    """

    def __init__(
        self, path: Path, header: RecordingHeader, *, largest: int | None = None, appends: bool = False
    ) -> None:
        if path.is_dir():  # as the empty path is
            raise RecordingFileError(f"{path} is a folder: name a file in it, such as {path / 'night.indi'}")
        self.path = path
        self.written = 0
        self._first = path
        self._header = header
        self._largest = largest
        self._snapshot = Snapshot() if largest is not None else None
        self._size = 0
        self._saved = now()
        self._is_open = False
        self._started = self._latest = 0.0  # by the clock of what is heard: the file's beginning, and what came last
        self._origin: tuple[datetime, float] | None = None  # when the first file began, by both clocks
        self._begin(number=0, seeks=appends, moment=now())

    def write(self, heard: Iterable[Heard]) -> None:
        """Write what was heard: it can be read when this returns.

        Raises:
            RecordingFileError: The disk takes no more; what was written before can be read.
        """
        if not self._is_open:
            return
        for data in self._writer.add(self._entries(heard)):
            self._put(data)
        self._put(self._writer.flush())
        self._save()
        if self._largest is not None and self._size >= self._largest:
            self._end()
            self._begin(number=self._header.part + 1, seeks=True, moment=self._latest)

    def close(self) -> None:
        """Close the file.

        Raises:
            RecordingFileError: The disk does not take the end.
        """
        if self._is_open:
            self._end()

    def _save(self) -> None:
        moment = now()
        if moment - self._saved > _SAFE:
            self._saved = moment
            self._sync()

    def _entries(self, heard: Iterable[Heard]) -> Iterator[Entry]:
        for one in heard:
            self._latest = max(self._latest, one.moment)
            if self._snapshot is not None:
                self._follow(self._snapshot, one)
            yield Entry(self._time(one.moment), one.kind, one.content, bodies=one.bodies)

    def _follow(self, snapshot: Snapshot, one: Heard) -> None:
        if one.kind is EntryKind.ELEMENT:
            snapshot.take(one.tag, one.device, one.name, one.content)
        else:  # a connection that is lost, or new
            snapshot.forget()

    def _time(self, moment: float) -> int:
        return max(0, round((moment - self._started) * 1e6))

    def _begin(self, *, number: int, seeks: bool, moment: float) -> None:
        """Begin a file, with all that is known of the devices."""
        self._file, number = self._create(number, seeks=seeks)
        self._is_open = True
        self._started = self._latest = moment
        if self._origin is None:
            self._origin = datetime.fromtimestamp(time.time() - (now() - moment), UTC), moment
        began, origin = self._origin  # and not the clock of the day again, which may have been set meanwhile
        self._header = replace(self._header, started=began + timedelta(seconds=moment - origin), part=number)
        self._writer = RecordingWriter(self._header)
        self._put(self._writer.start())
        if self._snapshot is not None:
            states = (Entry(0, EntryKind.STATE, element) for element in self._snapshot.elements())
            for data in (*self._writer.add(states), self._writer.flush()):
                self._put(data)
        self._size = 0  # what is known does not count, or a small limit would be passed before anything is heard

    def _create(self, number: int, *, seeks: bool) -> tuple[io.FileIO, int]:
        while True:
            self.path = part_path(self._first, number)
            try:
                return io.FileIO(self.path, "x"), number
            except FileExistsError as error:
                if not seeks:
                    raise RecordingFileError(
                        f"{self.path} is there already: give another name, or --append to go on in a further file"
                    ) from error
                number += 1
            except OSError as error:
                raise self._fault("cannot be written", error) from error

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                count = self._file.write(rest)
                rest = rest[count:]
                self.written += count
                self._size += count
        except OSError as error:
            self._give_up()
            raise self._fault("takes no more; what was recorded until now can be read", error) from error

    def _end(self) -> None:
        self._put(self._writer.finish())
        self._is_open = False
        try:
            self._sync()
        finally:
            self._file.close()

    def _sync(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._give_up()
            raise self._fault("may not be on the disk", error) from error

    def _give_up(self) -> None:
        self._is_open = False
        self._file.close()

    def _fault(self, what: str, error: OSError) -> RecordingFileError:
        return RecordingFileError(f"{self.path} {what}: {error.strerror or error}")
