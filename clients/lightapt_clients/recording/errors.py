"""What goes wrong with the files of recordings."""

from __future__ import annotations

from ..errors import ClientError

__all__ = ["RecordingFileError"]


class RecordingFileError(ClientError):
    """A recording cannot be written, or not be read."""
