"""What a driver word means: built-in drivers, executables, and the labels of installed INDI catalogues.

A word is looked up in this order, and the first that fits counts:

1. with a `/` in it: the path of an executable;
2. if of several words: as a whole, the label of a driver in an INDI catalogue (`CCD Simulator`);
3. the name of a built-in driver: an entry point of the group `lightapt.drivers`, of any installed package
   (names that begin with `indi_`, as native drivers do, are never built-in);
4. an executable on PATH;
5. the label of a driver in an INDI catalogue.

Labels are found in any mixture of capitals. But for rule 2 the name ends at the first space outside
quotes, and arguments follow. `pipes:` in front asks for two plain pipes in place of a socket pair.
"""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lightapt_server.config import ConfigError, DriverSpec, nearest

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "CATALOG_FOLDERS",
    "ENTRY_POINTS",
    "Catalog",
    "DriverEntry",
    "DriverSource",
    "DriverWordError",
    "NotExecutableError",
    "NotInstalledError",
    "UnknownDriverError",
    "format_json",
    "format_table",
    "is_remote",
    "list_drivers",
    "resolve",
]

logger = logging.getLogger(__name__)

ENTRY_POINTS = "lightapt.drivers"
CATALOG_FOLDERS = (Path("/usr/share/indi"), Path("/usr/local/share/indi"))
"""Where INDI installs its catalogues; folders of the variable INDI_DATA_DIR come before them."""

_PIPES = "pipes:"
_NATIVE_PREFIX = "indi_"
_LIST_COMMAND = "lightapt-server drivers"


class DriverWordError(ConfigError):
    """A driver word cannot be started.

    Attributes:
        word: What was asked for.
        problem: Why not.
    """

    def __init__(self, word: str, problem: str) -> None:
        super().__init__(f'driver "{word}": {problem}')
        self.word = word
        self.problem = problem


class UnknownDriverError(DriverWordError):
    """Nothing goes by this name.

    Attributes:
        near: Names that may have been meant.
    """

    def __init__(self, word: str, near: Sequence[str]) -> None:
        meant = " or ".join(f'"{name}"' for name in near)
        question = f"; did you mean {meant}?" if near else ";"
        super().__init__(word, f'unknown{question} "{_LIST_COMMAND}" lists what can be started')
        self.near = tuple(near)


class NotExecutableError(DriverWordError):
    """The path leads to something that cannot be run."""


class NotInstalledError(DriverWordError):
    """A catalogue has the label, but its program is not on this machine.

    Attributes:
        executable: The missing program.
    """

    def __init__(self, word: str, executable: str) -> None:
        super().__init__(word, f"its program {executable} is not installed")
        self.executable = executable


class DriverSource(Enum):
    """Where a driver is known from."""

    BUILT_IN = "built-in"
    INDI = "INDI"


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """A driver that can be asked for by name."""

    label: str
    """The word that starts it."""

    name: str
    """The driver's own name, which several labels may share."""

    group: str
    """Its family, as `Telescopes`."""

    source: DriverSource
    executable: str
    """The program, or the Python module of a built-in."""

    installed: bool
    manufacturer: str = ""
    many_devices: bool = False
    """Whether it serves more devices than one and so cannot be told a device name (`mdpd`)."""

    skeleton: str = ""
    """Path of the file with its initial properties, if it needs one."""


class Catalog:
    """The drivers known on this machine; read only when a word needs it, and then once.

    Args:
        environment: Variables to look into (PATH, INDI_DATA_DIR); the process's own by default.
        folders: Folders with INDI catalogues.
        built_ins: Supplies name → `module:function` of the built-in drivers.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        folders: Sequence[Path] = CATALOG_FOLDERS,
        built_ins: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        variables = os.environ if environment is None else environment
        own = variables.get("INDI_DATA_DIR", "").split(os.pathsep)
        self._search_path = variables.get("PATH", os.defpath)
        self._folders = (*(Path(folder) for folder in own if folder), *folders)
        self._read_built_ins = built_ins or _entry_points

    def resolve(self, word: str) -> DriverSpec:
        """What a driver word starts.

        Raises:
            DriverWordError: Nothing, and why; an UnknownDriverError has near matches.
        """
        stripped = word.strip()
        text = stripped.removeprefix(_PIPES).strip()
        words = _split(text)
        if is_remote(text):
            raise DriverWordError(text, "is a remote: it is given with --remote, or as [[remote]] in a file")
        spec = (
            self._as_path(words)
            or (self._as_label(text, []) if len(words) > 1 else None)
            or self._as_built_in(words)
            or self._as_executable(words)
            or self._as_label(words[0], words[1:])
        )
        if spec is None:
            raise UnknownDriverError(words[0], self._near(text, words[0]))
        return replace(spec, pipes=stripped.startswith(_PIPES))

    def complete(self, spec: DriverSpec) -> DriverSpec:
        """A driver given verbatim, as on the FIFO, with its program looked up like a driver word.

        Raises:
            DriverWordError: There is no such program.
        """
        found = self.resolve(shlex.quote(spec.argv[0]))
        environment = found.environment + spec.environment
        return replace(spec, argv=found.argv + spec.argv[1:], environment=environment)

    def entries(self) -> tuple[DriverEntry, ...]:
        """All that can be asked for by name: the built-in drivers, then the INDI catalogues'."""
        built_in = (
            DriverEntry(
                name,
                name,
                DriverSource.BUILT_IN.value,
                DriverSource.BUILT_IN,
                _module(target),
                installed=True,
            )
            for name, target in sorted(self._built_ins.items())
        )
        return (*built_in, *self._labels.values())

    @cached_property
    def _built_ins(self) -> Mapping[str, str]:
        return self._read_built_ins()

    @cached_property
    def _labels(self) -> Mapping[str, DriverEntry]:
        """Casefolded label → entry; of two with one label the first counts."""
        entries: dict[str, DriverEntry] = {}
        for folder in self._folders:
            for path in sorted(folder.glob("*.xml")):
                if not path.name.endswith("_sk.xml"):  # skeletons: properties, not drivers
                    for entry in _read_catalog(path, installed=self._is_on_path):
                        entries.setdefault(entry.label.casefold(), entry)
        return entries

    def _is_on_path(self, program: str) -> bool:
        return self._which(program) is not None

    def _which(self, program: str) -> str | None:
        return shutil.which(program, path=self._search_path)

    def _as_path(self, words: list[str]) -> DriverSpec | None:
        word = words[0]
        if "/" not in word:
            return None
        path = os.path.expanduser(word)
        if not os.path.isfile(path):
            raise DriverWordError(word, "is a folder" if os.path.isdir(path) else "there is no such file")
        if not os.access(path, os.X_OK):
            raise NotExecutableError(word, f"is there but not executable; try: chmod +x {shlex.quote(word)}")
        return DriverSpec((os.path.abspath(path), *words[1:]), word)

    def _as_built_in(self, words: list[str]) -> DriverSpec | None:
        name = words[0]
        if name.startswith(_NATIVE_PREFIX) or name not in self._built_ins:
            return None
        return DriverSpec((sys.executable, "-m", _module(self._built_ins[name]), *words[1:]), name)

    def _as_executable(self, words: list[str]) -> DriverSpec | None:
        program = self._which(words[0])
        return DriverSpec((program, *words[1:]), words[0]) if program else None

    def _as_label(self, label: str, arguments: list[str]) -> DriverSpec | None:
        entry = self._labels.get(label.casefold())
        if entry is None:
            return None
        program = self._which(entry.executable)
        if program is None:
            raise NotInstalledError(entry.label, entry.executable)
        return DriverSpec((program, *arguments), entry.label, _entry_environment(entry))

    def _near(self, text: str, word: str) -> tuple[str, ...]:
        if os.path.isfile(word) and os.access(word, os.X_OK):
            return (f"./{word}",)
        labels = [entry.label for entry in self._labels.values() if entry.installed]
        programs = [entry.executable for entry in self._labels.values() if entry.installed]
        names = [*self._built_ins, *labels, *programs]
        return nearest(text, names) or nearest(word, names) or _holding(word, [*self._built_ins, *labels])


def resolve(word: str) -> DriverSpec:
    """What a driver word starts on this machine.

    Raises:
        DriverWordError: Nothing, and why; an UnknownDriverError has near matches.
    """
    return Catalog().resolve(word)


def list_drivers() -> tuple[DriverEntry, ...]:
    """All drivers that can be asked for by name on this machine."""
    return Catalog().entries()


def is_remote(word: str) -> bool:
    """Whether a driver word stands for a remote, `device@host:port`, as indiserver takes it."""
    head = _split(word)[0]
    return "@" in head and "/" not in head


def _split(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError:  # an apostrophe, as a label may hold
        words = [text]
    if not words or not words[0]:
        raise DriverWordError(text, "a name, a path or a label is missing")
    if "\0" in text:
        raise DriverWordError(text.replace("\0", "\\0"), "it holds a NUL character")
    return words


def _entry_points() -> Mapping[str, str]:
    from importlib.metadata import entry_points  # here: it costs more than all other imports together

    return {point.name: point.value for point in entry_points(group=ENTRY_POINTS)}


def _module(target: str) -> str:
    return target.partition(":")[0]


def _read_catalog(path: Path, *, installed: Callable[[str], bool]) -> Iterator[DriverEntry]:
    from xml.etree import ElementTree  # here: only labels need it

    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        logger.warning("catalogue %s left out: %s", path, error)
        return
    for group in root.iter("devGroup"):
        for device in group.iter("device"):
            entry = _read_device(device, group.get("group", ""), path.parent)
            if entry is not None:
                yield replace(entry, installed=installed(entry.executable))


def _read_device(device: Element, group: str, folder: Path) -> DriverEntry | None:
    driver = device.find("driver")
    label = device.get("label", "").strip()
    executable = "" if driver is None else (driver.text or "").strip()
    if driver is None or not label or not executable:
        return None
    skeleton = device.get("skel", "")
    return DriverEntry(
        label,
        driver.get("name", label),
        group,
        DriverSource.INDI,
        executable,
        installed=False,
        manufacturer=device.get("manufacturer", ""),
        many_devices=device.get("mdpd") == "true",
        skeleton=str(folder / skeleton) if skeleton else "",
    )


def _entry_environment(entry: DriverEntry) -> tuple[tuple[str, str], ...]:
    """What INDI drivers read: the label becomes the device's name, unless there may be many devices."""
    name = () if entry.many_devices else (("INDIDEV", entry.label),)
    skeleton = (("INDISKEL", entry.skeleton),) if entry.skeleton else ()
    return (*name, *skeleton)


def _holding(part: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if part.casefold() in name.casefold())[:3]


def format_table(entries: Sequence[DriverEntry]) -> str:
    """The drivers as a table for people, one block a group."""
    groups: dict[str, list[DriverEntry]] = {}
    for entry in entries:
        groups.setdefault(_heading(entry), []).append(entry)
    width = max((len(entry.label) for entry in entries), default=0)
    blocks = ["\n".join([heading, *(_row(entry, width) for entry in rows)]) for heading, rows in groups.items()]
    if not any(entry.source is DriverSource.INDI for entry in entries):
        blocks.append("No INDI catalogue is installed (on Debian: apt install indi-bin).")
    return "\n\n".join(blocks) + "\n"


def _heading(entry: DriverEntry) -> str:
    return "Built-in" if entry.source is DriverSource.BUILT_IN else f"INDI: {entry.group}"


def _row(entry: DriverEntry, width: int) -> str:
    missing = "" if entry.installed else "  (not installed)"
    return f"  {entry.label:<{width}}  {entry.executable}{missing}"


def format_json(entries: Sequence[DriverEntry]) -> str:
    """The drivers as a JSON list of objects, for programs."""
    return json.dumps([asdict(entry) | {"source": entry.source.value} for entry in entries], indent=2) + "\n"
