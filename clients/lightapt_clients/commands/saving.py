"""Pictures → files: where one cannot be written where it belongs, it is kept elsewhere."""

from __future__ import annotations

import errno
import tempfile
from contextlib import suppress
from pathlib import Path

from lightapt_protocol.members import BytesLike

from ..files import write_numbered

__all__ = ["NotSavedError", "RescuedError", "prepare", "save"]


class NotSavedError(Exception):
    """A file could not be written, neither where it belongs nor elsewhere."""


class RescuedError(Exception):
    """A file could not be written where it belongs.

    Attributes:
        path: Where it is now.
    """

    def __init__(self, words: str, path: Path) -> None:
        super().__init__(f"{words}\nThe picture is kept as {path}.")
        self.path = path


def prepare(folder: Path) -> None:
    """Make a folder, and make sure that files can be written there.

    Raises:
        OSError: They cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def save(data: BytesLike, path: Path) -> Path:
    """Write a file under a name, or one with _1, _2 and so on where that is taken; return which it became.

    The file has its name when it is whole and on the disk.

    Raises:
        RescuedError: It could not be written there, but elsewhere: at home, or where temporary files are.
        NotSavedError: Nor there.
    """
    try:
        return write_numbered(data, path)
    except OSError as error:
        words = f"cannot write {path}: {_why(error)}"
        for folder in (Path.home(), Path(tempfile.gettempdir())):
            with suppress(OSError):
                raise RescuedError(words, write_numbered(data, folder / path.name)) from error
        raise NotSavedError(f"{words}\nThe picture is lost: nor could it be written elsewhere.") from error


def _why(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
