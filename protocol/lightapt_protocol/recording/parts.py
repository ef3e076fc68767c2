"""The files of a recording → one row of entries, in which nothing is told twice and nothing stays that has gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Final, TypeVar

from .entries import Entry, EntryKind, RecordingHeader
from .reader import Recording

__all__ = ["in_order", "joined", "part_path"]

_BREAK: Final = Entry(0, EntryKind.LOST, b"this file does not begin where the one before it ended")
P = TypeVar("P", bound=PurePath)


def part_path(path: P, number: int) -> P:
    """Return the path of a part: ``night.indi``, ``night.1.indi``, ``night.2.indi`` and so on."""
    return path.with_suffix(f".{number}{path.suffix}") if number else path


def in_order(headers: Mapping[P, RecordingHeader]) -> list[P]:
    """Return files in the order in which they were recorded.

    Files of one recording, which are called so, go by their numbers: the clock may have been set between them.
    """
    began: dict[P, datetime] = {}
    latest: dict[P, datetime] = {}  # by the first file of each recording
    for path, header in sorted(headers.items(), key=lambda item: item[1].part):
        first = _first_of(path, header.part)
        began[path] = latest[first] = max(header.started, latest.get(first, header.started))
    return sorted(headers, key=lambda path: (began[path], headers[path].part))


def _first_of(path: P, number: int) -> P:
    """Return the path of the first file of a recording, of which this is a part; the path itself if it says nothing."""
    for suffix in (path.suffix, ""):
        stem = path.name.removesuffix(f".{number}{suffix}")
        if number and stem not in ("", path.name):
            return path.with_name(stem + suffix)
    return path


def joined(recordings: Iterable[Recording]) -> Iterator[tuple[RecordingHeader, Entry]]:
    """Yield the entries of recordings, one recording after the other, each with the header from which its time counts.

    A file that goes on where the one before ended has told its states already: they are left out. A further file of
    which that is not so begins with a lost connection, as what was known before it may be no more.
    """
    before: Recording | None = None
    for recording in recordings:
        header = recording.header
        goes_on = before is not None and _goes_on(header, before)
        if before is not None and header.part and not goes_on:
            yield header, _BREAK
        for entry in recording:
            if entry.kind is not EntryKind.STATE or not goes_on:
                yield header, entry
        before = recording


def _goes_on(header: RecordingHeader, before: Recording) -> bool:
    is_next = header.part == before.header.part + 1 and header.server == before.header.server
    return is_next and before.is_whole and not before.is_damaged
