"""The command line of `lightapt-indiserver`, the drop-in: indiserver's flags, defaults and exit codes.

Driver words are taken as they stand, without a look into any catalogue: what was given is executed.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lightapt_server.config import (
    COUNT,
    MEGABYTE,
    PORT,
    POSITIVE,
    ConfigError,
    DriverSpec,
    HubConfig,
    Number,
    RemoteWordError,
    parse_remote,
)

__all__ = ["USAGE", "IndiserverUsageError", "parse", "read"]

USAGE = """\
Usage: indiserver [options] driver [driver ...]
Serves INDI drivers, local and remote, to INDI clients. INDI protocol 1.7.
Options:
 -l dir   write the drivers' messages to dir/YYYY-MM-DD.islog
 -m MB    cut off a client that is more than this behind (default 128)
 -d MB    drop frames of streams for a client that is more than this behind (default 5; 0: never)
 -u path  name of the local socket (default /tmp/indiserver)
 -p port  TCP port (default 7624)
 -r n     how often a driver that dies is restarted (default 10)
 -f path  FIFO from which commands to start and stop drivers are read
 -v       log key events; -vv also messages; -vvv all traffic
driver    executable, or [device]@host[:port]
"""

_SOCKET = "/tmp/indiserver"  # a name in the abstract namespace, where libindi's clients look
_BEHIND_MB = 128
_MEMORY_MB = 256
_SIGNED = Number("a whole number", low=-1_000_000)


class IndiserverUsageError(ConfigError):
    """The command line is not one that indiserver takes.

    Attributes:
        problem: What is wrong with it; empty when the usage alone says it.
    """

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem)
        self.problem = problem


def parse(argv: Sequence[str]) -> HubConfig:
    """The configuration that indiserver's command line describes.

    Ends the process as indiserver does: with the usage and exit code 2 when the command line is
    wrong or names nothing to serve, with one line and exit code 1 for a remote that is no address.
    """
    try:
        return read(argv)
    except RemoteWordError as error:
        sys.stderr.write(f"Driver {error}\n")
        raise SystemExit(1) from error
    except IndiserverUsageError as error:
        sys.stderr.write(f"{error.problem}\n{USAGE}" if error.problem else USAGE)
        raise SystemExit(2) from error


def read(argv: Sequence[str]) -> HubConfig:
    """The same, for callers that go on.

    Raises:
        IndiserverUsageError: The command line is wrong, or names nothing to serve.
        RemoteWordError: A driver word holds an `@` but no address.
    """
    words = deque(argv)
    values = _flags(words)
    if not words and "fifo" not in values:
        raise IndiserverUsageError
    return HubConfig(
        **_sizes(values),
        hosts=("*",),
        drivers=tuple(DriverSpec((word,), word) for word in words if "@" not in word),
        remotes=tuple(parse_remote(word) for word in words if "@" in word),
        exit_with_last_driver="fifo" not in values,
    )


def _sizes(values: dict[str, Any]) -> dict[str, Any]:
    """The fields; `-m` is how far a client may fall behind in memory, and as far again on disk."""
    behind = values.pop("behind", _BEHIND_MB)
    memory = min(behind, _MEMORY_MB)
    return {
        "unix": _SOCKET,
        "max_behind": memory * MEGABYTE,
        "spool": behind * MEGABYTE,
        **values,
    }


def _flags(words: deque[str]) -> dict[str, Any]:
    """Takes the flags off the words, up to the first word without a dash."""
    values: dict[str, Any] = {"verbosity": 0}
    while words and words[0].startswith("-"):
        cluster = words.popleft()[1:]
        while cluster:
            flag, cluster = cluster[0], cluster[1:]
            if flag == "v":
                values["verbosity"] = min(values["verbosity"] + 1, 3)
            elif flag not in _VALUES:
                raise IndiserverUsageError
            elif flag in _NUMERIC and cluster.isdecimal():
                values |= _value(flag, cluster)
                cluster = ""
            else:
                values |= _value(flag, _next_word(flag, words))
    return values


def _next_word(flag: str, words: deque[str]) -> str:
    """A flag's value is the next word, also within a cluster: `-pv 7625` is `-p 7625 -v`."""
    if not words:
        raise IndiserverUsageError(f"-{flag} requires {_VALUES[flag][1]}")
    return words.popleft()


def _value(flag: str, text: str) -> dict[str, object]:
    name, _, read_value = _VALUES[flag]
    try:
        return {name: read_value(text)}
    except ValueError as error:
        raise IndiserverUsageError(f'-{flag} requires {error}, not "{text}"') from error


def _restarts(text: str) -> int:
    """A number of restarts; as with indiserver, a negative one is none."""
    return max(0, int(_SIGNED.read_text(text)))


def _bytes(text: str) -> int:
    return int(COUNT.read_text(text)) * MEGABYTE


# Flag → field, what the usage calls its value, and reader of the value.
_VALUES: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "l": ("log_directory", "a log directory", Path),
    "m": ("behind", "a number of megabytes", POSITIVE.read_text),
    "d": ("stream_behind", "a number of megabytes", _bytes),
    "u": ("unix", "the name of a socket", str),
    "p": ("port", "a port", PORT.read_text),
    "r": ("restarts", "a number of restarts", _restarts),
    "f": ("fifo", "the path of a FIFO", Path),
}
_NUMERIC = "mdpr"
