"""What a recording holds: a header that says of what and since when, and entries, each with its time."""

from __future__ import annotations

import json
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, cast

from ..blob_framing import BlobElement, BlobPart
from ..members import BytesLike

__all__ = ["BlobBody", "BlobChoice", "Entry", "EntryKind", "RecordingError", "RecordingHeader", "vector_text"]

VERSION: Final = 1
_TITLE: Final = "INDI recording"
_PART_END: Final = b"</oneBLOB>"


class RecordingError(Exception):
    """The bytes are no recording, or it is damaged."""


class EntryKind(Enum):
    """What an entry tells, and how it is spelt."""

    ELEMENT = "<"
    """An element as it came from the server."""

    STATE = "="
    """A definition with the values of that moment, which the recorder wrote at the beginning of a further file."""

    CONNECTED = "+"
    """The connection was made; the content is the server's address."""

    LOST = "-"
    """The connection was lost; the content says why."""

    GAP = "!"
    """Some of the recording cannot be read, and entries shortly before may be wrong; the content says where.

    Readers tell it: no file holds it.
    """


class BlobChoice(Enum):
    """How much is kept of BLOBs."""

    NONE = "none"
    """Nothing: they are not asked for."""

    HEADERS = "headers"
    """That they came, how large they were, and the header of a picture."""

    ALL = "all"
    """They themselves."""


@dataclass(frozen=True, slots=True)
class BlobBody:
    """What was kept of a BLOB.

    Attributes:
        data: Its first bytes, not encoded; compressed where its format says so.
        size: How many it had.
    """

    data: BytesLike
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether all of it was kept."""
        return len(self.data) == self.size


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that came, or happened.

    Attributes:
        time: Microseconds since the recording began.
        kind: What it is.
        content: The element without the bodies of its BLOBs, or words in UTF-8.
        bodies: What was kept of its BLOBs, in their order.
    """

    time: int
    kind: EntryKind
    content: bytes
    _: KW_ONLY
    bodies: tuple[BlobBody, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """Of what a file is the recording.

    Attributes:
        server: The server's address.
        started: When it began, in UTC; the entries' times count from here.
        blobs: How much was kept of BLOBs.
        devices: The devices that were recorded; empty for all.
        part: Which of several files of one recording it is, from 0.
    """

    server: str
    started: datetime
    _: KW_ONLY
    blobs: BlobChoice = BlobChoice.ALL
    devices: tuple[str, ...] = ()
    part: int = 0

    def to_bytes(self) -> bytes:
        """Return the header as a file holds it."""
        words = {
            "server": self.server,
            "started": self.started.astimezone(UTC).isoformat(timespec="microseconds"),
            "blobs": self.blobs.value,
            "devices": list(self.devices),
            "part": self.part,
        }
        return f"{_TITLE} {VERSION}\n{json.dumps(words)}\n".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> RecordingHeader:
        """Return the header that bytes are; words in it that are not known are passed over.

        Raises:
            RecordingError: They are none.
        """
        title, _, text = data.partition(b"\n")
        if title != f"{_TITLE} {VERSION}".encode():
            raise RecordingError(_why_not(title))
        try:
            words = cast("dict[str, object]", json.loads(text))
            return cls(
                str(words["server"]),
                _moment(str(words["started"])),
                blobs=BlobChoice(words["blobs"]),
                devices=tuple(map(str, cast("list[object]", words["devices"]))),
                part=int(str(words["part"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordingError(f"the header of the recording makes no sense: {error!r}") from error

    def moment(self, time: int) -> datetime:
        """Return when an entry of this time came, in UTC."""
        return self.started + timedelta(microseconds=time)


def _why_not(title: bytes) -> str:
    if title.startswith(_TITLE.encode()):
        return f"a recording of another version, {title[:40].decode(errors='replace')!r}: a newer lightapt may read it"
    return "this is no recording of INDI"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} is in no time zone")
    return moment.astimezone(UTC)


def vector_text(element: BlobElement) -> bytes:
    """Return a BLOB vector as an entry holds it: as it came, without the bodies."""
    return b"".join([element.head, *map(_part_text, element.parts), element.tail.rstrip()])


def _part_text(part: BlobPart) -> bytes:
    return part.head + _PART_END
