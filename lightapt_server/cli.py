"""The command `lightapt-server`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .arguments import ListDrivers, Run, parse, read
from .catalog import Catalog, format_json, format_table, list_drivers
from .config import HubConfig
from .run import serve

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    argv = sys.argv[1:] if arguments is None else list(arguments)
    command = parse(argv)
    if isinstance(command, ListDrivers):
        entries = list_drivers()
        sys.stdout.write(format_json(entries) if command.json else format_table(entries))
        return 0
    directory = command.config.log_directory
    if directory is not None and not directory.is_dir():
        sys.stderr.write(f"lightapt-server: --log-directory {directory}: there is no such directory\n")
        return 2
    return serve(command.config, reread=lambda: _read(argv), complete=Catalog().complete)


def _read(argv: Sequence[str]) -> HubConfig:
    command = read(argv)
    return command.config if isinstance(command, Run) else HubConfig()
