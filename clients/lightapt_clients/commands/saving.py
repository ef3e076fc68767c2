"""Files that are written whole or not at all, and never over another."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from lightapt_protocol.members import BytesLike

__all__ = ["NotSavedError", "RescuedError", "prepare", "save"]

_WRAPPERS: Final = (".fz", ".gz")
"""Endings that come behind that of the format."""


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
        return _written(data, path)
    except OSError as error:
        words = f"cannot write {path}: {_why(error)}"
        for folder in (Path.home(), Path(tempfile.gettempdir())):
            with suppress(OSError):
                raise RescuedError(words, _written(data, folder / path.name)) from error
        raise NotSavedError(f"{words}\nThe picture is lost: nor could it be written elsewhere.") from error


def _why(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)


def _written(data: BytesLike, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(prefix=".", suffix=f"{path.suffix}.part", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return _named(Path(part), path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise


def _named(part: Path, path: Path) -> Path:
    """Give a file its name: one that is free is taken first, because not all file systems have links."""
    for name in _candidates(path):
        try:
            taken = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        except FileExistsError:
            continue
        try:
            with suppress(OSError):  # some file systems have no modes
                part.chmod(os.fstat(taken).st_mode & 0o777)  # as the user's mask has it; a temporary file is private
            part.replace(name)
        except BaseException:
            name.unlink()
            raise
        finally:
            os.close(taken)
        return name
    raise AssertionError


def _candidates(path: Path) -> Iterator[Path]:
    ending = "".join(path.suffixes[-2:]) if path.suffix in _WRAPPERS else path.suffix
    yield path
    for number in count(1):
        yield path.with_name(f"{path.name.removesuffix(ending)}_{number}{ending}")
