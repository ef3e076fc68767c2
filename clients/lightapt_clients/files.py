"""Files of BLOBs: how they are called, and how they are written: whole or not at all, and never over another."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from lightapt_protocol.members import BytesLike

__all__ = ["ending_of", "safe", "write", "write_numbered"]

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names of devices, which Windows does not take for files."""
_LONGEST: Final = 200
"""Bytes of a name; file systems take 255, and something may be added."""
_ENDING: Final = re.compile(r"\.?(\w{1,16}(\.\w{1,16})?)", re.ASCII)
_WRAPPERS: Final = (".fz", ".gz")
"""Endings that come behind that of the format."""


def safe(text: str) -> str:
    """Return a text as a part of a path that file systems take."""
    plain = _FORBIDDEN.sub("-", text).strip(" .")
    short = plain.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"{short}-" if _RESERVED.fullmatch(short) else short


def ending_of(format: str, *, otherwise: str = ".bin") -> str:
    """Return the ending of a file's name for a BLOB's format; `otherwise` where the device says nothing of use."""
    found = _ENDING.fullmatch(format)
    return f".{found[1]}" if found else otherwise


def write(data: BytesLike, path: Path) -> None:
    """Write a file, which has its name when it is whole and on the disk.

    Raises:
        FileExistsError: A file of that name is there.
        OSError: It cannot be written.
    """
    _written(data, path, [path])


def write_numbered(data: BytesLike, path: Path) -> Path:
    """As :func:`write`, under that name, or one with _1, _2 and so on where it is taken; return which it became.

    Folders are made as need be.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return _written(data, path, _candidates(path))


def _written(data: BytesLike, path: Path, names: Iterable[Path]) -> Path:
    descriptor, part = tempfile.mkstemp(prefix=".", suffix=f"{path.suffix}.part", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return _named(Path(part), names)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise


def _named(part: Path, names: Iterable[Path]) -> Path:
    """Give a file the first name that is free; the name is taken first, because not all file systems have links.

    Raises:
        FileExistsError: None is.
    """
    found = FileExistsError("no name is left")
    for name in names:
        try:
            taken = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        except FileExistsError as error:
            found = error
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
    raise found


def _candidates(path: Path) -> Iterator[Path]:
    ending = "".join(path.suffixes[-2:]) if path.suffix in _WRAPPERS else path.suffix
    yield path
    for number in count(1):
        yield path.with_name(f"{path.name.removesuffix(ending)}_{number}{ending}")
