"""Have devices connect to their hardware, and wait until they are. Most of their properties come then.

    lightapt connect 'Telescope Simulator' 'CCD Simulator'
    lightapt connect --all

Exit codes: 0 all are connected, 1 one is not there or cannot, 2 no server, or wrong usage.
"""

from __future__ import annotations

import argparse

from .connecting import add_descriptor
from .console import Console
from .exits import ExitCode
from .options import add_json, add_server, add_timeout
from .switching import switch
from .words import DeviceArgument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    names = parser.add_argument("names", nargs="*", metavar="DEVICE", help="its name")
    names.completer = DeviceArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("--all", action="store_true", help="all devices of the server")
    add_json(parser)
    add_timeout(parser, "-t", default=30.0, what="for each device")
    add_server(parser)
    add_descriptor(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    return await switch(options, console, is_connecting=True)
