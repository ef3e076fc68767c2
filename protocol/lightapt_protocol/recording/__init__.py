"""Recordings: what a server said, with the time of each message, in a file that is readable wherever it is cut off.

The recorder writes them and the replay driver plays them. Bytes in, bytes out: no I/O. The format is described in
docs/reference/recording-format.md. The compression (zstandard) is loaded by the first file that is read or written.
"""

from .entries import BlobBody, BlobChoice, Entry, EntryKind, RecordingError, RecordingHeader
from .parts import in_order, joined, part_path
from .pictures import header_of, with_blank_pixels
from .reader import Recording, RecordingReader
from .redefinition import definition_of, update_of
from .snapshot import Snapshot
from .writer import RecordingWriter

__all__ = [
    "BlobBody",
    "BlobChoice",
    "Entry",
    "EntryKind",
    "Recording",
    "RecordingError",
    "RecordingHeader",
    "RecordingReader",
    "RecordingWriter",
    "Snapshot",
    "definition_of",
    "header_of",
    "in_order",
    "joined",
    "part_path",
    "update_of",
    "with_blank_pixels",
]
