"""What a hub is told to do, as one tree of frozen dataclasses, and what its settings accept.

Where settings come from is not known here: `config_file` reads them from TOML, `arguments` and
`indiserver_arguments` from a command line, and `catalog` says what a driver word means.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lightapt_protocol.limits import Limits

__all__ = [
    "COUNT",
    "INDI_PORT",
    "INDI_VARIABLES",
    "MEGABYTE",
    "MEGABYTES",
    "MEGABYTES_OR_OFF",
    "PORT",
    "POSITIVE",
    "SECONDS",
    "SECONDS_OR_OFF",
    "VERBOSITY",
    "ConfigError",
    "DriverSpec",
    "HubConfig",
    "Number",
    "RemoteSpec",
    "RemoteWordError",
    "nearest",
    "parse_remote",
]

INDI_PORT = 7624
MEGABYTE = 1024 * 1024

INDI_VARIABLES = ("INDIDEV", "INDICONFIG", "INDISKEL", "INDIPREFIX")
"""What INDI drivers read from their environment: device name, configuration file, skeleton, prefix."""


class ConfigError(Exception):
    """What was asked for cannot be done. Its text is one line for the person who asked."""


class RemoteWordError(ConfigError):
    """A word is not of the form `device@host:port`.

    Attributes:
        word: What was given.
        problem: What is wrong with it.
    """

    def __init__(self, word: str, problem: str) -> None:
        super().__init__(f'"{word}": {problem}')
        self.word = word
        self.problem = problem


@dataclass(frozen=True, slots=True)
class DriverSpec:
    """A driver to run as a child process."""

    argv: tuple[str, ...]
    """Program and arguments, as `exec` takes them."""

    label: str
    """What log lines and `stop` call it: the word by which it was asked for."""

    environment: tuple[tuple[str, str], ...] = ()
    """Variables it gets on top of the hub's own; of two with one name the later counts."""

    pipes: bool = False
    """Two plain pipes for stdin and stdout, in place of one socket pair."""

    restart: bool = True
    """Whether it is started again when it dies."""

    def child_environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """All variables of the child; as with indiserver, the INDI ones are never inherited."""
        kept = {name: value for name, value in inherited.items() if name not in INDI_VARIABLES}
        return kept | dict(self.environment)


@dataclass(frozen=True, slots=True)
class RemoteSpec:
    """A device of another INDI server, or with an empty device name all of them."""

    host: str
    port: int = INDI_PORT
    device: str = ""
    blobs: bool = True
    """Whether BLOBs pass over the connection, in either direction, where somebody asks for them."""

    @property
    def label(self) -> str:
        """What log lines call it: `device@host:port`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.device}@{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class HubConfig:
    """All that a hub can be told. Sizes are in bytes, times in seconds."""

    port: int = INDI_PORT
    """TCP port; 0 takes any free one."""

    hosts: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses to listen on; `*` means all of this machine, IPv4 and IPv6."""

    unix: str | None = None
    """Name of the local socket; on Linux in the abstract namespace, where libindi's clients look."""

    max_connections: int | None = None
    keepalive: float = 60.0
    """Silence after which TCP asks whether the peer is still there; 0 = never."""

    limits: Limits = field(default_factory=Limits)

    drivers: tuple[DriverSpec, ...] = ()
    remotes: tuple[RemoteSpec, ...] = ()
    fifo: Path | None = None
    """Where `start` and `stop` commands are read from while running."""

    exit_with_last_driver: bool = False
    """End with exit code 1 when no driver is left, as indiserver does without a FIFO."""

    max_behind: int = 256 * MEGABYTE
    """What a client may have waiting in memory."""

    spool: int = 1024 * MEGABYTE
    """What all clients together may have waiting on disk beyond that, before one is cut off; 0 = none."""

    stream_behind: int = 5 * MEGABYTE
    """What may wait for a client before it loses frames of streams; 0 = they are never dropped."""

    restarts: int = 10
    """How often a driver is restarted within `restart_window`, before it is given up."""

    restart_window: float = 600.0
    backoff_first: float = 0.25
    """Pause before a first restart; each further one doubles it, up to `backoff_limit`."""

    backoff_limit: float = 30.0
    hang_timeout: float = 30.0
    """How long a driver may leave the hub's question unanswered while messages wait for it; 0 = for ever."""

    hang_restart: bool = False
    """Whether a driver that hangs is restarted, or only reported."""

    self_device: bool = False
    """Whether the hub serves its counters as an INDI device of its own."""

    verbosity: int = 0
    """0 warnings, 1 key events, 2 messages, 3 all traffic."""

    log_devices: tuple[str, ...] = ()
    """Devices whose traffic is logged; empty = all."""

    log_directory: Path | None = None
    """Where drivers' messages are kept, one file a day."""


@dataclass(frozen=True, slots=True)
class Number:
    """What a numeric setting accepts, whether written in TOML or on a command line."""

    expected: str
    low: float = 0
    high: float = 1_000_000
    whole: bool = True
    unit: int = 1
    """What a written 1 stands for in the configuration."""

    def read(self, value: object) -> int | float:
        """The setting's value in the configuration's own unit.

        Raises:
            ValueError: It is no number, or out of range; the text says what was expected.
        """
        wanted = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted) or not self.low <= value <= self.high:
            raise ValueError(self.expected)
        return int(value * self.unit) if self.whole or self.unit != 1 else float(value)

    def read_text(self, text: str) -> int | float:
        """The same of a word on the command line.

        Raises:
            ValueError: It is no number, or out of range; the text says what was expected.
        """
        try:
            value = int(text) if self.whole else float(text)
        except ValueError:
            value = math.nan
        return self.read(value)


PORT = Number("a port from 0 to 65535 (0: any free one)", high=65535)
COUNT = Number("a whole number, 0 or more")
POSITIVE = Number("a whole number, 1 or more", low=1)
VERBOSITY = Number("a whole number from 0 to 3", high=3)
MEGABYTES = Number("megabytes, more than 0", low=1e-6, whole=False, unit=MEGABYTE)
MEGABYTES_OR_OFF = Number("megabytes, 0 or more (0: off)", whole=False, unit=MEGABYTE)
SECONDS = Number("seconds, more than 0", low=1e-6, whole=False)
SECONDS_OR_OFF = Number("seconds, 0 or more (0: off)", whole=False)


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Up to three candidates that the word may have been meant for, the likeliest first."""
    spelled = {candidate.casefold(): candidate for candidate in candidates}
    matcher = difflib.SequenceMatcher(b=word.casefold())
    matches = difflib.get_close_matches(word.casefold(), spelled, n=3, cutoff=0.7)
    likeness: dict[str, float] = {}
    for match in matches:
        matcher.set_seq1(match)
        likeness[match] = matcher.ratio()
    return tuple(spelled[match] for match in matches if likeness[match] >= likeness[matches[0]] - 0.1)


_ADDRESS = re.compile(r"(?:\[(?P<six>[^\[\]\s/]+)\]|(?P<host>[^\[\]\s/:]+))(?::(?P<port>[^:/]*))?")


def parse_remote(word: str) -> RemoteSpec:
    """What `device@host[:port]` names; without a device, or with `*`, all devices of that host.

    The device may stand in double quotes; an IPv6 address stands in brackets.

    Raises:
        RemoteWordError: The word is not of that form.
    """
    device, at, address = word.strip().replace('"', "").rpartition("@")
    if not at:
        raise RemoteWordError(word, "a remote is written device@host:port, or @host:port for all its devices")
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise RemoteWordError(word, _address_problem(address))
    port = _remote_port(word, match["port"])
    device = "" if device == "*" else device.strip()
    return RemoteSpec(match["six"] or match["host"], port, device)


def _address_problem(address: str) -> str:
    if address.count(":") > 1 and "[" not in address:
        return f"an IPv6 address stands in brackets, as in @[::1]:{INDI_PORT}"
    if not address or address.startswith(":"):
        return "a host is missing after the @"
    return f'"{address}" is not host or host:port'


def _remote_port(word: str, port: str | None) -> int:
    if port is None:
        return INDI_PORT
    if port.isascii() and port.isdigit() and 1 <= int(port) <= 65535:
        return int(port)
    raise RemoteWordError(word, "the port is a number from 1 to 65535")
