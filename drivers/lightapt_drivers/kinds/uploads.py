"""Where a camera saves pictures: names by a pattern, files that are whole or not there, none ever overwritten."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import BinaryIO, Final

from lightapt_drivers import DriverError, RefusedError

__all__ = ["FIELDS", "Place", "check_folder", "check_pattern", "save"]

FIELDS: Final = ("date", "time", "datetime", "target", "type", "filter", "exposure", "binning", "gain", "temperature")
"""What may stand in braces in a pattern."""
_INDEX: Final = "XXX"
"""What becomes the number of the picture (libindi's)."""
_TIME: Final = "ISO8601"
"""What becomes the time (libindi's)."""
_NUMBER: Final = "\0"
"""Stands for the number while a name is made: what fields stand for may hold XXX, too."""
_UNKNOWN: Final = "\1"
"""Stands for what is not known, until it is left out together with what sets it apart."""
_LEFT_OUT: Final = re.compile(f"_{_UNKNOWN}|{_UNKNOWN}_?")
_NAMELESS: Final = "none"
_UNSAFE: Final = re.compile(r"[^\w.+-]+")
_LONGEST: Final = 60
"""Characters of a field: names of files are of 255 bytes at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where pictures are saved.

    Attributes:
        folder: The folder, which is made if it is not there; ``~`` is the user's.
        pattern: The name without its ending: with fields in braces (:data:`FIELDS`), XXX for a number, ISO8601 for the
            time, slashes for folders. A number is added where the name is taken.
    """

    folder: str
    pattern: str


def check_pattern(pattern: str) -> None:
    """See that a pattern for file names can be used.

    Raises:
        RefusedError: It has an unknown field, leaves the folder, or names nothing.
    """
    try:
        fields = [parts for parts in Formatter().parse(pattern) if parts[1] is not None]
    except ValueError as error:
        raise RefusedError(f"the pattern {pattern!r} is not complete: {error}") from error
    for _, name, form, conversion in fields:
        if name not in FIELDS:
            raise RefusedError(f"the pattern knows no {{{name}}}, but {', '.join(FIELDS)}")
        if form or conversion:
            raise RefusedError(f"the pattern takes {{{name}}} as it is, without anything behind the name")
    path = PurePosixPath(pattern)
    if path.is_absolute() or ".." in path.parts or not path.name:
        raise RefusedError(f"the pattern {pattern!r} must name a file below the folder")


def check_folder(folder: str) -> None:
    """See that pictures can be saved in a folder, which is made if it is not there.

    Raises:
        RefusedError: They cannot.
    """
    if not folder.strip():
        raise RefusedError("no folder is named for pictures: say where in UPLOAD_SETTINGS")
    probe = Path(os.path.expanduser(folder)) / f".lightapt-{_mark()}"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise RefusedError(f"pictures cannot be saved in {folder}: {error}") from error


def save(write: Callable[[BinaryIO], None], place: Place, *, ending: str, facts: Mapping[str, str]) -> Path:
    """Save a picture, and return where.

    Args:
        write: Writes it.
        place: The folder, and the pattern of the name.
        ending: For example ``.fits``.
        facts: What the fields stand for.

    Raises:
        DriverError: It cannot be saved.
    """
    target = Path(os.path.expanduser(place.folder)) / _stem(place.pattern, facts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _saved(write, _names(target, ending))
    except OSError as error:
        raise DriverError(f"the picture cannot be saved: {error}") from error


def _stem(pattern: str, facts: Mapping[str, str]) -> str:
    """Return the name that a pattern makes, without its number and its ending."""
    safe = {name: _UNSAFE.sub("_", facts.get(name, "")).lstrip(".")[:_LONGEST] or _UNKNOWN for name in FIELDS}
    folder, slash, name = pattern.replace(_TIME, "{datetime}").rpartition("/")
    made = f"{folder}{slash}{name.replace(_INDEX, _NUMBER)}".format_map(safe)
    return "/".join(_LEFT_OUT.sub("", part) or _NAMELESS for part in made.split("/"))


def _saved(write: Callable[[BinaryIO], None], names: Iterator[Path]) -> Path:
    """Write a file, and give it the first of these names that is free.

    It has no name before it is whole: others may watch the folder for new pictures.
    """
    name = next(names)
    temporary = name.with_name(f".lightapt-{_mark()}")
    try:
        with temporary.open("xb") as file:
            write(file)
        while not _renamed(temporary, name):
            name = next(names)
    finally:
        temporary.unlink(missing_ok=True)
    return name


def _renamed(temporary: Path, name: Path) -> bool:
    """Give a file its name, unless there is one of that name."""
    try:
        os.link(temporary, name)
    except FileExistsError:
        return False
    except OSError:  # a file system without links, as memory cards have: an empty file holds the name for a moment
        return _replaced(temporary, name)
    return True


def _replaced(temporary: Path, name: Path) -> bool:
    try:
        name.touch(exist_ok=False)
    except FileExistsError:
        return False
    try:
        os.replace(temporary, name)
    except OSError:
        name.unlink()
        raise
    return True


def _mark() -> str:
    """Return what nobody else has in a name at the moment."""
    return f"{os.getpid()}-{threading.get_ident()}"


def _names(target: Path, ending: str) -> Iterator[Path]:
    if _NUMBER in target.name:
        for number in count(_highest(target, ending) + 1):
            yield target.with_name(target.name.replace(_NUMBER, f"{number:03}") + ending)
    yield target.with_name(target.name + ending)
    for number in count(1):
        yield target.with_name(f"{target.name}_{number}{ending}")


def _highest(target: Path, ending: str) -> int:
    """Return the highest number that a picture of this name has."""
    form = re.compile(r"(\d+)".join(map(re.escape, target.name.split(_NUMBER))) + re.escape(ending))
    found = (form.fullmatch(name) for name in os.listdir(target.parent))
    return max((int(match[1]) for match in found if match), default=0)
