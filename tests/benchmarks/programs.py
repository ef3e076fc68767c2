"""The C programs of the bench: what there is, and how they are made. They live only as long as a run."""

from __future__ import annotations

import enum
import shutil
import subprocess
from pathlib import Path

_SOURCES = Path(__file__).parent


class Program(enum.Enum):
    """A C source beside this module."""

    LOAD = "load"
    PUPPET_DRIVER = "puppet_driver"
    RELAY = "relay"


class MissingProgramError(Exception):
    """Something that the bench needs is not installed."""

    def __init__(self, name: str, advice: str) -> None:
        super().__init__(f"{name} was not found: {advice}")
        self.name = name


def find(name: str, advice: str) -> str:
    """The full path of an installed program.

    Raises:
        MissingProgramError: It is not on PATH.
    """
    path = shutil.which(name)
    if path is None:
        raise MissingProgramError(name, advice)
    return path


def compile_program(program: Program, into: Path) -> Path:
    """Compiles `program` into a directory; returns the executable."""
    compiler = find("cc", "install a C compiler (Debian: apt install gcc libc6-dev)")
    target = into / program.value
    if not target.exists():
        source = _SOURCES / f"{program.value}.c"
        subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-o", target, source], check=True)
    return target
