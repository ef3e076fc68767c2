"""The commands a hub takes from its FIFO while running: one line of text each, to plain data.

    start EXECUTABLE [-n "DEVICE"] [-c "CONFIG"] [-s "SKELETON"] [-p "PREFIX"]
    start [DEVICE]@HOST[:PORT]
    stop EXECUTABLE [-n "DEVICE"]
    stop [DEVICE]@HOST[:PORT]

This is indiserver's grammar, minus its traps: a value may also stand without quotes, a misspelt line
is an error and not a different command, and only the executable's own `@` makes a remote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lightapt_server.config import (
    ConfigError,
    DriverSpec,
    RemoteSpec,
    RemoteWordError,
    nearest,
    parse_remote,
)

__all__ = ["FifoError", "Start", "Stop", "parse_command"]

# Option letter → the variable by which the driver gets its value.
_OPTIONS = {"n": "INDIDEV", "c": "INDICONFIG", "s": "INDISKEL", "p": "INDIPREFIX"}
_VERBS = ("start", "stop")

# A word is anything without white space; what stands in double quotes may hold some.
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')


class FifoError(ConfigError):
    """A line is not a command.

    Attributes:
        line: The line, without white space around it.
        problem: What is wrong with it.
    """

    def __init__(self, line: str, problem: str) -> None:
        super().__init__(f"FIFO: {problem}: {line[:200]}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Start:
    """Run this driver, or connect to this remote."""

    spec: DriverSpec | RemoteSpec


@dataclass(frozen=True, slots=True)
class Stop:
    """End the first driver or remote that was started by this name."""

    target: str | RemoteSpec
    """The label of a driver, or the remote."""

    device: str = ""
    """Only a driver that has this device; empty = any."""

    def names(self, spec: DriverSpec | RemoteSpec) -> bool:
        """Whether the target is this driver or remote; `device` is for the caller to compare."""
        return self.target == (spec.label if isinstance(spec, DriverSpec) else spec)


@dataclass(frozen=True, slots=True)
class _Operands:
    target: str | RemoteSpec
    options: dict[str, str]


def parse_command(line: str) -> Start | Stop | None:
    """What a line of the FIFO asks for; None for an empty line or a comment (`#`).

    Raises:
        FifoError: The line is no such command.
    """
    line = line.strip()
    if not line or line.startswith("#"):
        return None
    verb, *words = _words(line)
    if verb not in _VERBS:
        near = nearest(verb, _VERBS)
        raise FifoError(line, f'"{verb}" is not {" or ".join(near or _VERBS)}')
    operands = _operands(line, words)
    return _start(operands) if verb == "start" else _stop(operands)


def _words(line: str) -> list[str]:
    rest = _WORD.sub("", line).strip()
    if rest:
        raise FifoError(line, "a double quote is not closed")
    if "\0" in line:
        raise FifoError(line, "it holds a NUL character")
    return _WORD.findall(line)


def _operands(line: str, words: list[str]) -> _Operands:
    names: list[str] = []
    options: dict[str, str] = {}
    remaining = iter(words)
    for word in remaining:
        if word.startswith("-"):
            letter, value = _option(line, word, remaining)
            options[letter] = value
        else:
            names.append(word.replace('"', ""))
    return _Operands(_target(line, names), options)


def _option(line: str, word: str, following: Iterator[str]) -> tuple[str, str]:
    """An option's letter and value; the value may follow without a space, as in `-n"Main Camera"`."""
    letter = word[1:2]
    if letter not in _OPTIONS:
        known = ", ".join(f"-{option}" for option in _OPTIONS)
        raise FifoError(line, f"unknown option {word} (known: {known})")
    value = word[2:] or next(following, None)
    if value is None:
        raise FifoError(line, f"{word} needs a value")
    if value.startswith("'"):
        raise FifoError(line, f"the value of -{letter} stands in double quotes, not single ones")
    return letter, value.replace('"', "")


def _target(line: str, names: list[str]) -> str | RemoteSpec:
    name = " ".join(names)
    if not name:
        raise FifoError(line, "the name of an executable is missing")
    if "@" in name:  # the only name that may hold spaces without quotes
        try:
            return parse_remote(name)
        except RemoteWordError as error:
            raise FifoError(line, error.problem) from error
    if len(names) > 1:
        raise FifoError(line, f'one executable a line, and "{names[1]}" is a second (values stand in "quotes")')
    return name


def _start(operands: _Operands) -> Start:
    if isinstance(operands.target, RemoteSpec):
        return Start(operands.target)
    prefix = operands.options.get("p")
    program = f"{prefix}/bin/{operands.target}" if prefix else operands.target
    variables = ((_OPTIONS[letter], value) for letter, value in operands.options.items() if value)
    return Start(DriverSpec((program,), operands.target, tuple(variables)))


def _stop(operands: _Operands) -> Stop:
    return Stop(operands.target, operands.options.get("n", ""))
