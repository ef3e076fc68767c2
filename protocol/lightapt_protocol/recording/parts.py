"""The files of a recording → one row of entries, in which nothing is told twice and nothing stays that has gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from .entries import Entry, EntryKind, RecordingHeader
from .reader import Recording

__all__ = ["joined"]

_GAP: Final = Entry(0, EntryKind.LOST, b"this file does not begin where the one before it ended")


def joined(recordings: Iterable[Recording]) -> Iterator[tuple[RecordingHeader, Entry]]:
    """Yield the entries of recordings, one recording after the other, each with the header from which its time counts.

    A file that goes on where the one before ended has told its states already: they are left out. A further file of
    which that is not so begins with a lost connection, as what was known before it may be no more.

    Raises:
        RecordingError: One is damaged.
    """
    before: RecordingHeader | None = None
    for recording in recordings:
        header = recording.header
        goes_on = before is not None and _goes_on(header, before)
        if before is not None and header.part and not goes_on:
            yield header, _GAP
        for entry in recording:
            if entry.kind is not EntryKind.STATE or not goes_on:
                yield header, entry
        before = header


def _goes_on(header: RecordingHeader, before: RecordingHeader) -> bool:
    return header.part == before.part + 1 and header.server == before.server
