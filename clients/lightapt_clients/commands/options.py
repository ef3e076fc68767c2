"""Options that subcommands share."""

from __future__ import annotations

import argparse
import math
from typing import Final

from ..addresses import TcpAddress, UnixAddress, parse_address
from .exits import CommandError, ExitCode

__all__ = ["add_json", "add_server", "add_timeout", "address_of", "seconds"]

_DEFAULT_PORT: Final = 7624


def add_server(parser: argparse.ArgumentParser) -> None:
    """Add where the server is: as an address, or as host and port in the manner of indi_getprop."""
    group = parser.add_argument_group("server")
    group.add_argument(
        "--server",
        metavar="ADDRESS",
        help="HOST, HOST:PORT or unix:PATH of the INDI server (default: localhost:7624)",
    )
    group.add_argument("-h", dest="host", metavar="HOST", help="its host, as for indi_getprop")
    group.add_argument("-p", dest="port", metavar="PORT", type=_port, help="its port, as for indi_getprop")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a port is from 1 to 65535")
    return int(text)


def address_of(options: argparse.Namespace) -> TcpAddress | UnixAddress:
    """Return the address that was given by the options of :func:`add_server`.

    Raises:
        AddressError: It is none.
        CommandError: There are two.
    """
    if options.server is not None:
        if options.host is not None or options.port is not None:
            raise CommandError("--server takes host and port in one: leave out -h and -p", ExitCode.TROUBLE)
        return parse_address(options.server)
    address = parse_address("localhost" if options.host is None else options.host)
    if options.port is None or isinstance(address, UnixAddress):
        return address
    return TcpAddress(address.host, options.port)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of output for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, and nothing else")


def add_timeout(parser: argparse.ArgumentParser, *flags: str, default: float, what: str) -> None:
    """Add how long to wait.

    Args:
        parser: Where to.
        flags: What it is called; ``--timeout`` in any case.
        default: Seconds.
        what: What is waited for.
    """
    words = f"wait so long {what} (default: {default:g}; 0: for ever)"
    parser.add_argument(*flags, "--timeout", metavar="SECONDS", type=seconds, default=default, help=words)


def seconds(text: str) -> float:
    """Return a time that is not negative.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (0 <= value < math.inf):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value
