"""Print properties: all, or those that are named as device.property.member, in the manner of indi_getprop.

Any part may be * (quote it from the shell); a device, or a device and a property, stand for all that they have. In
place of a member, _LABEL, _GROUP, _STATE, _PERM, _TO (timeout) and _TS (timestamp) ask about the property. A BLOB that
is named in full is waited for and saved as device.property.member.format.

Where a person looks, the values stand in a table; elsewhere each is a line device.property.member=value.

    lightapt get 'Telescope Simulator'
    lightapt get -1 'CCD Simulator.CCD_TEMPERATURE.CCD_TEMPERATURE_VALUE'
    lightapt get '*.CONNECTION._STATE'

Exit codes: 0 each query found something, 1 one found nothing, 2 no server, or wrong usage.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lightapt_protocol.mirror import ChangeKind, Property

from ..client import Client
from ..files import ending_of, safe
from ..limits import in_time
from .connecting import add_descriptor, opened
from .console import Colour, Console, state_colour
from .exits import CommandError, ExitCode
from .options import add_json, add_server, add_timeout
from .patterns import Pattern, parse_pattern, why_missing
from .rows import PSEUDO, Row, record_of, shown_value, state_word
from .telling import QUIET, told
from .words import PatternArgument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    patterns = parser.add_argument(
        "patterns", nargs="*", type=parse_pattern, metavar="DEVICE.PROPERTY.MEMBER", help="what to print (default: all)"
    )
    patterns.completer = PatternArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("-1", dest="only_value", action="store_true", help="print just the value of one exact query")
    parser.add_argument("-m", "--monitor", action="store_true", help="go on and print updates")
    parser.add_argument("-w", "--write-only", action="store_true", help="show write-only properties too")
    parser.add_argument("--plain", action="store_true", help="lines of device.property.member=value on a terminal too")
    add_json(parser)
    add_timeout(parser, "-t", default=2.0, what="for what is named")
    add_server(parser)
    add_descriptor(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    patterns: list[Pattern] = options.patterns or [Pattern("*")]
    async with opened(options) as client:
        found = await _found(client, patterns, options)
        with client.changes() as changes:
            printer = _Printer(console, options, is_single=len(patterns) == 1 and patterns[0].is_exact)
            printer.print_all([row for rows in found for row in rows if not row.is_blob])
            is_complete = all(found)
            for pattern, rows in zip(patterns, found, strict=True):
                if not rows:
                    console.note(f"lightapt: {why_missing(pattern, client.mirror, server=str(client.address))}")
                for row in rows if pattern.is_exact else ():
                    if row.is_blob:
                        is_complete &= await _save(client, row, console, timeout=options.timeout)
            if options.monitor:
                async for change in changes:
                    if change.kind is ChangeKind.UPDATED and change.current is not None:
                        chosen = [row for one in patterns for row in one.rows_of([change.current])]
                        printer.print_lines(_shown(chosen, options.write_only), changed=change.members)
                raise CommandError("the server went away", ExitCode.TROUBLE)
    return ExitCode.DONE if is_complete else ExitCode.NO


async def _found(client: Client, patterns: list[Pattern], options: argparse.Namespace) -> list[list[Row]]:
    are_exact = not any(pattern.has_wildcard for pattern in patterns) and all(pattern.is_exact for pattern in patterns)

    def has_all() -> bool:
        return are_exact and all(pattern.rows(client.mirror) for pattern in patterns)

    def has_named() -> bool:
        return all(pattern.has_wildcard or pattern.rows(client.mirror) for pattern in patterns)

    await told(client, has_all, timeout=options.timeout, quiet=None if are_exact else QUIET, has_named=has_named)
    return [_shown(pattern.rows(client.mirror), options.write_only) for pattern in patterns]


def _shown(rows: list[Row], is_write_only_shown: bool) -> list[Row]:
    return [row for row in rows if row.prop.perm.readable or is_write_only_shown or row.member in PSEUDO]


class _Printer:
    def __init__(self, console: Console, options: argparse.Namespace, *, is_single: bool) -> None:
        self._console = console
        self._has_only_values = options.only_value and is_single
        self._is_plain = options.plain or options.only_value or not console.is_terminal

    def print_all(self, rows: list[Row]) -> None:
        """Print what was found: a table for people."""
        if self._console.is_json:
            for prop, members in _by_property(rows):
                self._console.result(record_of(prop, members), "")
        elif self._is_plain:
            self.print_lines(rows)
        elif rows:
            self._console.table(["property", "state", "member", "value", "label"], self._cells(rows))

    def print_lines(self, rows: list[Row], *, changed: tuple[str, ...] | None = None) -> None:
        """Print a line for each row; of an update only what it set."""
        chosen = [row for row in rows if not row.is_blob and (changed is None or row.member in (*changed, *PSEUDO))]
        if self._console.is_json:
            self.print_all(chosen)
            return
        for row in chosen:
            self._console.say(row.value if self._has_only_values else f"{row.path}={row.value}")

    def _cells(self, rows: list[Row]) -> list[list[str]]:
        cells: list[list[str]] = []
        last, device = "", ""
        for row in rows:
            prop, path = row.prop, f"{row.prop.device}.{row.prop.name}"
            if prop.device != device:
                device = prop.device
                cells.append([self._console.paint(device, Colour.STRONG), "", "", "", ""])
            state = self._console.paint(state_word(prop.state), state_colour(prop.state))
            member = prop.members.get(row.member)
            value = row.value if member is None else shown_value(member)
            label = "" if member is None else member.label
            head = [f"  {prop.name}", state] if path != last else ["", ""]
            cells.append([*head, row.member, value, self._console.paint(label, Colour.FAINT)])
            last = path
        return cells


def _by_property(rows: list[Row]) -> list[tuple[Property, dict[str, object] | None]]:
    """Return the properties of rows, and which of their members; all where the property itself is asked about."""
    chosen: dict[tuple[str, str], tuple[Property, dict[str, object]]] = {}
    for row in rows:
        chosen.setdefault((row.prop.device, row.prop.name), (row.prop, {}))[1][row.member] = None
    return [(prop, None if set(members) & set(PSEUDO) else members) for prop, members in chosen.values()]


async def _save(client: Client, row: Row, console: Console, *, timeout: float) -> bool:
    """Wait for a BLOB and save it; return whether it came."""
    try:
        async with client.blobs(row.prop.device, row.prop.name) as blobs, in_time(timeout or None):
            blob = await anext(blobs)
            while blob.member != row.member:
                blob = await anext(blobs)
    except TimeoutError:
        words = f"no BLOB came within {timeout:g} s: it is sent when the device makes one; -t waits longer"
        console.note(f"lightapt: {row.path}: {words}")
        return False
    except StopAsyncIteration:
        raise CommandError("the server went away before the BLOB came", ExitCode.TROUBLE) from None
    path = Path(safe(row.path) + ending_of(blob.format))
    try:
        blob.save(path)
    except FileExistsError:
        raise CommandError(f"{path} is there already; move it away first", ExitCode.TROUBLE) from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error}", ExitCode.TROUBLE) from error
    if console.is_json:
        console.result({**record_of(row.prop, {row.member: None}), "file": str(path), "size": len(blob)}, "")
    else:
        console.note(f"saved {path} ({len(blob)} bytes)")
    return True
