"""The command line of `lightapt-server`, to a `HubConfig` that knows nothing of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from lightapt_server import config_file
from lightapt_server.catalog import Catalog, is_remote
from lightapt_server.config import (
    COUNT,
    MEGABYTE,
    MEGABYTES,
    MEGABYTES_OR_OFF,
    PORT,
    POSITIVE,
    SECONDS_OR_OFF,
    VERBOSITY,
    ConfigError,
    HubConfig,
    Number,
    RemoteWordError,
    nearest,
    parse_remote,
)

__all__ = ["ArgumentsError", "Command", "ListDrivers", "Run", "parse", "read"]

_DISTRIBUTION = "lightapt-server"
_LIST_WORD = "drivers"
_DEFAULTS = HubConfig()
_REPEATABLE = ("hosts", "log_devices")

_USAGE = """\
lightapt-server [--driver NAME]... [--remote DEVICE@HOST]... [options]
       lightapt-server drivers [--json]
"""

_DESCRIPTION = """\
Serves INDI devices to INDI clients (KStars/Ekos, indi_getprop, ...): runs
drivers as child processes, joins devices of other INDI servers, and passes
their messages on. "lightapt-server drivers" lists the drivers that can be
started by name.
"""

_EPILOG = """\
what NAME may be; the first that fits counts:
  a path                          --driver ./mydriver
  several words that are a label of an installed INDI catalogue
                                  --driver 'CCD Simulator'
  a built-in driver               --driver telescope
  an executable on PATH           --driver indi_simulator_ccd
  a label of one word             --driver LX90
  Arguments follow in quotes:     --driver 'ccd --size 1280x960'
  A program that cannot live on a socket pair, such as an indipydriver script,
  gets two plain pipes:           --driver 'pipes: ./mydriver.py --port x'
  DEVICE@HOST[:PORT] is the same as with --remote.

examples:
  lightapt-server --driver telescope --driver ccd
  lightapt-server --host '*' --driver 'CCD Simulator' --remote Dome@dome -v
  lightapt-server --config observatory.toml --fifo /run/lightapt.fifo
"""


class ArgumentsError(ConfigError):
    """The command line is wrong; the text says how."""


@dataclass(frozen=True, slots=True)
class Run:
    """Run a hub."""

    config: HubConfig


@dataclass(frozen=True, slots=True)
class ListDrivers:
    """Print the drivers that can be started by name."""

    json: bool = False


Command = Run | ListDrivers


def parse(argv: Sequence[str], *, catalog: Catalog | None = None) -> Command:
    """What the command line asks for; ends the process with one line and exit code 2 if it is wrong.

    Args:
        argv: The words after the program's name.
        catalog: Says what driver words mean; this machine's by default.
    """
    try:
        return read(argv, catalog=catalog)
    except ConfigError as error:
        sys.stderr.write(f"{_DISTRIBUTION}: {error}\n")
        raise SystemExit(2) from error


def read(argv: Sequence[str], *, catalog: Catalog | None = None) -> Command:
    """The same for callers that go on, such as a hub that reads its driver list again.

    Raises:
        ConfigError: The command line or the configuration file is wrong.
    """
    if argv[:1] == [_LIST_WORD]:
        return ListDrivers(_list_parser().parse_args(argv[1:]).json)
    parser = _run_parser()
    namespace, rest = parser.parse_known_args(argv)
    if rest:
        raise ArgumentsError(_unexpected(rest[0], parser.options()))
    return Run(_config(vars(namespace), catalog or Catalog()))


def _config(given: dict[str, Any], catalog: Catalog) -> HubConfig:
    """The file's configuration, overridden by what the command line gives, and its drivers added."""
    path = given.pop("config", None)
    words = given.pop("driver", [])
    addresses = [*given.pop("remote", []), *(word for word in words if is_remote(word))]
    base = config_file.load(path, resolve=catalog.resolve) if path else _DEFAULTS
    drivers = (catalog.resolve(word) for word in words if not is_remote(word))
    config = replace(
        base,
        **_frozen(given),
        drivers=(*base.drivers, *drivers),
        remotes=(*base.remotes, *map(parse_remote, addresses)),
    )
    if path is None and not (config.drivers or config.remotes or config.fifo or config.self_device):
        raise ArgumentsError('nothing to serve: give --driver, --remote, --fifo or --config; "--help" says more')
    return config


def _frozen(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if name in _REPEATABLE else value for name, value in given.items()}


def _unexpected(word: str, options: Iterable[str]) -> str:
    if not word.startswith("-"):
        return f'unexpected "{word}"; a driver is given as --driver {word}'
    near = nearest(word.partition("=")[0], (option for option in options if option.startswith("--")))
    question = f"; did you mean {' or '.join(near)}?" if near else ""
    return f'unknown option {word}{question}; "--help" lists all'


class _Parser(argparse.ArgumentParser):
    """argparse, with errors raised and not printed among the usage."""

    def options(self) -> tuple[str, ...]:
        """All options it knows, `--port` among them."""
        return tuple(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        raise ArgumentsError(message.removeprefix("argument "))


class _Version(argparse.Action):
    """Prints the version; looked up only here, since it costs more than the rest of the start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{_DISTRIBUTION} {version(_DISTRIBUTION)}\n")
        parser.exit()


def _list_parser() -> _Parser:
    parser = _Parser(
        prog=f"{_DISTRIBUTION} {_LIST_WORD}",
        description="Lists the drivers that --driver finds by name: built-in, and of INDI catalogues.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list, for programs")
    return parser


def _run_parser() -> _Parser:
    parser = _Parser(
        prog=_DISTRIBUTION,
        usage=_USAGE,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    _add_devices(parser)
    _add_listening(parser)
    _add_clients(parser)
    _add_supervision(parser)
    _add_logging(parser)
    return parser


def _add_devices(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("devices")
    group.add_argument("--driver", action="append", metavar="NAME", help="start this driver; repeatable (see below)")
    group.add_argument(
        "--remote",
        action="append",
        type=_remote_word,
        metavar="DEVICE@HOST[:PORT]",
        help="join this device of another INDI server, or all with @HOST[:PORT]; repeatable",
    )
    group.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="read this TOML file; options given here override it, drivers and remotes add to it",
    )
    group.add_argument("--fifo", type=Path, metavar="PATH", help='read "start" and "stop" commands from this FIFO')


def _add_listening(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("listening")
    group.add_argument("--port", **_number(PORT), metavar="PORT", help=f"TCP port (default {_DEFAULTS.port})")
    group.add_argument(
        "--host",
        action="append",
        dest="hosts",
        type=_address,
        metavar="ADDRESS",
        help="listen on this address; repeatable; '*' for all (default: only this machine itself)",
    )
    group.add_argument("--unix", metavar="PATH", help="also listen on a local socket of this name (BLOBs are shared)")
    group.add_argument(
        "--max-connections",
        **_number(POSITIVE),
        metavar="N",
        help="turn further clients away (default: no limit)",
    )


def _add_clients(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("clients that fall behind")
    group.add_argument(
        "--max-behind",
        **_number(MEGABYTES),
        metavar="MB",
        help=f"what may wait in memory for one client (default {_megabytes(_DEFAULTS.max_behind)})",
    )
    group.add_argument(
        "--spool",
        **_number(MEGABYTES_OR_OFF),
        metavar="MB",
        help="what may wait on disk beyond that, before the client is cut off "
        f"(default {_megabytes(_DEFAULTS.spool)}; 0: nothing)",
    )
    group.add_argument(
        "--stream-behind",
        **_number(MEGABYTES_OR_OFF),
        metavar="MB",
        help="what may wait before frames of streams are dropped "
        f"(default {_megabytes(_DEFAULTS.stream_behind)}; 0: never dropped)",
    )


def _add_supervision(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("drivers that die or hang")
    group.add_argument(
        "--restarts",
        **_number(COUNT),
        metavar="N",
        help="how often a driver is restarted before it is given up, "
        f"within {_DEFAULTS.restart_window:g} s (default {_DEFAULTS.restarts})",
    )
    group.add_argument(
        "--hang-timeout",
        **_number(SECONDS_OR_OFF),
        metavar="S",
        help="report a driver that leaves messages unread and does not answer for so many seconds "
        f"(default {_DEFAULTS.hang_timeout:g}; 0: never)",
    )
    group.add_argument("--hang-restart", **_switch(), help="and restart it")


def _add_logging(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("log and counters")
    group.add_argument(
        "-v",
        dest="verbosity",
        action=_Verbosity,
        nargs=0,
        help="log key events; -vv also messages; -vvv all traffic",
    )
    group.add_argument(
        "--log-device",
        action="append",
        dest="log_devices",
        metavar="NAME",
        help="log messages and traffic of this device only; repeatable",
    )
    group.add_argument(
        "--log-directory", type=Path, metavar="PATH", help="keep the drivers' messages here, one file a day"
    )
    group.add_argument("--self-device", **_switch(), help="serve the hub's counters as an INDI device")


class _Verbosity(argparse.Action):
    """Counts `-v` from nothing, whatever the file says, up to the highest there is."""

    def __call__(self, parser: object, namespace: argparse.Namespace, *_: object) -> None:
        namespace.verbosity = min(getattr(namespace, "verbosity", 0) + 1, int(VERBOSITY.high))


def _switch() -> dict[str, Any]:
    return {"action": argparse.BooleanOptionalAction}


def _number(number: Number) -> dict[str, Any]:
    """How argparse reads a number, with words that say what was expected."""

    def convert(text: str) -> int | float:
        try:
            return number.read_text(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f'expected {error}, found "{text}"') from error

    return {"type": convert}


def _remote_word(text: str) -> str:
    try:
        parse_remote(text)
    except RemoteWordError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _address(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("expected an address or '*'")
    return text


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:g}"
