"""Equipment profiles in PHD2's configuration file: listed, copied, exported and imported.

Over its event server PHD2 can but list profiles and choose one. On Linux and macOS its settings are a text file of
wxWidgets (wxFileConfig): sections such as ``[profile/1/camera]``, with lines ``key=value``. PHD2 reads the file as it
starts, and writes it anew while it runs: so it must not run while the file is changed, and finds what is new at its
next start. The format of an exported profile is PHD2's own: a first line ``PHD Profile 1``, then lines of a path, a
type and a value, apart by TABs (``WriteProfile`` and ``ReadProfile`` in PHD2's ``phdconfig.cpp``; the escapes of the
settings are those of wxWidgets' ``fileconf.cpp``). Unlike PHD2's import, this one takes no other profile's place.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from .errors import ProfileError
from .results import Profile

__all__ = ["ProfileFile", "configuration_path"]

_SECTION: Final = re.compile(r"\[(.*)\]\s*$")
_PROFILE: Final = re.compile(r"profile/(\d+)(?:/(.*))?$")
_HEADER: Final = "PHD Profile 1"
_ENTRY: Final = re.compile(r"((?:[^=\\]|\\.)*)=(.*)")
_UNKNOWN, _TEXT, _FLAG, _WHOLE, _FLOAT = "0", "1", "2", "3", "4"
"""The types of values, as wxWidgets numbers them; PHD2 writes settings of an unknown one, and passes over them."""
_LONGEST: Final = 16 * 1024 * 1024
_ESCAPES: Final = {"\\": "\\", "t": "\t", "r": "\r", "n": "\n"}


def configuration_path(instance: int = 1, *, home: Path | None = None) -> Path:
    """Return where an instance of PHD2 on Linux keeps its settings.

    Args:
        instance: Its number.
        home: The user's folder; None for this user's.
    """
    name = ".PHDGuidingV2" if instance <= 1 else f".PHDGuidingV2-instance{instance}"
    return (home or Path.home()) / name


class ProfileFile:
    """PHD2's configuration file. Nothing is written before a method that changes it has all it needs.

    The file is replaced in one step; what it was before is kept beside it, with ``.bak`` at the end of its name.

    Args:
        path: The file; see :func:`configuration_path`.

    Raises:
        ProfileError: It is not there, or is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sections = _read(path)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles, by id."""
        current = self._sections.get("", {}).get("currentProfile")
        found = {int(match[1]) for section in self._sections if (match := _PROFILE.match(section))}
        return tuple(Profile(one, self._name(one), is_selected=str(one) == current) for one in sorted(found))

    def find(self, profile: int | str) -> Profile:
        """Return a profile by its id or its name, whose case does not matter.

        Raises:
            ProfileError: There is none.
        """
        for one in self.profiles:
            if one.id == profile or (isinstance(profile, str) and one.name.casefold() == profile.casefold()):
                return one
        names = ", ".join(one.name for one in self.profiles) or "none"
        raise ProfileError(f"PHD2 has no profile {profile!r}: there are {names}")

    def copy(self, source: int | str, name: str, *, changes: Mapping[str, str] | None = None) -> Profile:
        """Make a new profile of another's settings, and write the file. PHD2 must not run.

        Args:
            source: The other's id or name.
            name: The new one's, which no other has.
            changes: Settings that differ, by their paths: ``{"camera/pixelsize": "3.75"}``.

        Raises:
            ProfileError: There is no such profile, or one of that name; or the file cannot be written.
        """
        settings = dict(self._settings(self.find(source).id))
        paths = {path.casefold(): path for path in settings}  # in which case does not matter to wxWidgets
        for path, value in (changes or {}).items():
            settings[paths.get(path.strip("/").casefold(), path.strip("/"))] = value
        return self._add(name, settings)

    def import_profile(self, path: Path, name: str = "") -> Profile:
        """Make a new profile of an exported file, and write PHD2's. PHD2 must not run.

        Args:
            path: The exported file.
            name: The new profile's; else the file's, as PHD2 does it.

        Raises:
            ProfileError: It is no exported profile; there is one of that name; or the file cannot be written.
        """
        lines = _text(path).split("\n")
        if lines[0].strip() != _HEADER:
            raise ProfileError(f"{path} is not a profile that PHD2 has exported: its first line is not {_HEADER!r}")
        return self._add(name or path.stem, dict(_exported(lines[1:])))

    def export_profile(self, profile: int | str, path: Path) -> None:
        """Write a profile to a file that PHD2 and :meth:`import_profile` can read.

        Raises:
            ProfileError: There is no such profile, or the file cannot be written.
        """
        settings = self._settings(self.find(profile).id)
        lines = [f"/{name}\t{_TEXT}\t{_escaped(value)}" for name, value in settings]
        _write(path, "\n".join([_HEADER, *lines]) + "\n")

    def _name(self, profile: int) -> str:
        return _plain(self._sections.get(f"profile/{profile}", {}).get("name", "")) or f"Profile {profile}"

    def _settings(self, profile: int) -> Iterator[tuple[str, str]]:
        """Yield the paths within a profile, and their values."""
        for section, entries in self._sections.items():
            match = _PROFILE.match(section)
            if match is not None and int(match[1]) == profile:
                for key, value in entries.items():
                    yield _name(f"{match[2]}/{key}" if match[2] else key), _plain(value)

    def _add(self, name: str, settings: Mapping[str, str]) -> Profile:
        name = name.strip()
        if not name or any(ord(one) < 32 for one in name):
            raise ProfileError(f"{name!r} is no name for a profile: give one of a line, that is not empty")
        if any(one.name.casefold() == name.casefold() for one in self.profiles):
            raise ProfileError(f"PHD2 has a profile {name!r} already: choose another name")
        if (wrong := next((path for path in settings if not _is_path(path)), None)) is not None:
            raise ProfileError(f"{wrong[:80]!r} is no path of a setting within a profile, such as 'camera/gain'")
        taken = {one.id for one in self.profiles}
        number = next(one for one in range(1, len(taken) + 2) if one not in taken)
        grown: dict[str, dict[str, str]] = {}
        others = {path: value for path, value in settings.items() if path.casefold() != "name"}
        for path, value in {"name": name, **others}.items():
            *groups, key = path.split("/")
            grown.setdefault("/".join(["profile", str(number), *groups]), {})[_word(key)] = _quoted(value)
        _write(self.path, "\n".join([_text(self.path).rstrip("\n"), _composed(grown)]), backup=True)
        self._sections |= grown
        return Profile(number, name)


# wxFileConfig.


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # a device may never end
            raise ProfileError(f"{path} cannot be read: {_what(path)}")
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except UnicodeDecodeError:
        raise ProfileError(f"{path} is not text") from None
    except OSError as error:
        raise ProfileError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(text) > _LONGEST:
        raise ProfileError(f"{path} is too long to be PHD2's")
    return text


def _what(path: Path) -> str:
    if path.is_dir():
        return "it is a folder; name a file"
    return "it is no plain file" if path.exists() else "there is no such file"


def _read(path: Path) -> dict[str, dict[str, str]]:
    """Return the entries of each section; those before the first are under an empty name."""
    sections: dict[str, dict[str, str]] = {"": {}}
    section = ""
    for number, line in enumerate(_text(path).split("\n"), 1):
        text = line.lstrip()
        if not text or text[0] in "#;":
            continue
        if text[0] == "[" and (match := _SECTION.match(text)) is not None:
            section = match[1].strip("/")
            sections.setdefault(section, {})
        elif (match := _ENTRY.match(text)) is not None:
            sections[section][match[1].rstrip()] = match[2].lstrip()
        else:
            raise ProfileError(f"line {number} of {path} is neither a section nor a setting: is it PHD2's?")
    return sections


def _composed(sections: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text of sections."""
    lines: list[str] = []
    for section, entries in sections.items():
        lines.append(f"[{'/'.join(_word(group) for group in section.split('/'))}]")
        lines += [f"{key}={value}" for key, value in entries.items()]
    return "\n".join(lines) + "\n"


def _word(name: str) -> str:
    """Return a name as wxFileConfig writes it: what is unusual in it has a backslash."""
    return re.sub(r"[^\w@/\-!.*%()]", lambda match: f"\\{match[0]}", name)


def _name(word: str) -> str:
    """Return what a name of the file means."""
    return re.sub(r"\\(.)", lambda match: match[1], word)


def _plain(value: str) -> str:
    """Return what a value of the file means: without its quotes, and without escapes."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return _unescaped(value)


def _unescaped(value: str) -> str:
    return re.sub(r"\\([\\trn\"])", lambda match: _ESCAPES.get(match[1], match[1]), value)


def _quoted(value: str) -> str:
    """Return a value as wxFileConfig writes it: in quotes if it begins with a blank, or with a quote."""
    text = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    if value and (value[0].isspace() or value[0] == '"'):
        return '"' + text.replace('"', '\\"') + '"'
    return text


# Exported profiles.


def _exported(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if not line.strip():
            continue
        path, _, rest = line.partition("\t")
        kind, _, value = rest.partition("\t")
        if not _is_path(path[1:]) or not path.startswith("/") or kind not in (_UNKNOWN, _TEXT, *_NUMBERS):
            raise ProfileError(f"{line[:80]!r} is not a setting of an exported profile: a path, a type, a value")
        if kind == _TEXT:
            yield path[1:], _unescaped(value)
        elif kind != _UNKNOWN:
            if not _NUMBERS[kind](value.strip()):
                raise ProfileError(f"{line[:80]!r} of an exported profile has no number where its type says so")
            yield path[1:], value.strip()


def _is_path(path: str) -> bool:
    """Return whether a setting may be called so within a profile: wxFileConfig follows ``..`` out of it."""
    is_plain = all(ord(one) >= 32 for one in path)
    return is_plain and not any(part.strip() in ("", ".", "..") for part in path.split("/"))


def _is_whole(value: str) -> bool:
    """Return whether this is a number of 64 bits; of a longer one wxWidgets makes another."""
    return re.fullmatch(r"[+-]?[0-9]{1,19}", value) is not None and -(2**63) <= int(value) < 2**63


def _is_number(value: str) -> bool:
    """Return whether this is a number, and a finite one."""
    return re.fullmatch(r"[-+.0-9eE]{1,400}", value) is not None and _is_finite(value)


def _is_finite(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


_NUMBERS: Final[Mapping[str, Callable[[str], bool]]] = {_FLAG: _is_whole, _WHOLE: _is_whole, _FLOAT: _is_number}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


def _write(path: Path, text: str, *, backup: bool = False) -> None:
    """Replace a file in one step; who looks, at whatever moment, finds the old one or the new."""
    path, temporary = path.resolve(), ""  # what a link leads to, not the link
    try:
        if backup:
            shutil.copy2(path, path.with_name(f"{path.name}.bak"))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        Path(temporary).replace(path)
    except OSError as error:
        with suppress(OSError):
            if temporary:
                Path(temporary).unlink()
        raise ProfileError(f"{path} cannot be written: {error.strerror or error}") from error
