"""Recordings of what a server says: the recorder, and what a recording tells afterwards."""

from .errors import RecordingFileError
from .files import RecordingFiles
from .history import History, Moment, open_recordings
from .recorder import Recorder

__all__ = ["History", "Moment", "Recorder", "RecordingFileError", "RecordingFiles", "open_recordings"]
