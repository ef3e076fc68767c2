"""Print what changes, as it changes: the time, what, from which value to which. Ctrl-C ends it.

All devices are watched, or what is named as for `lightapt get`: a device, device.property, device.property.member, any
part with *. When the server goes away that is told, and watching goes on when it is there again.

    lightapt watch 'Telescope Simulator'
    lightapt watch '*.CCD_TEMPERATURE' --messages
    lightapt watch --json | jq 'select(.state == "Alert")'

Exit codes: 0 the --timeout is over, 2 no server, or wrong usage, 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from lightapt_protocol.mirror import Change, ChangeKind, Property

from ..client import Client
from .connecting import add_descriptor, opened
from .console import Colour, Console, state_colour
from .exits import CommandError, ExitCode
from .options import add_json, add_server, add_timeout
from .patterns import Pattern, parse_pattern
from .rows import PSEUDO, json_time, record_of, shown_value, state_word
from .telling import told
from .words import PatternArgument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    patterns = parser.add_argument(
        "patterns", nargs="*", type=parse_pattern, metavar="DEVICE.PROPERTY.MEMBER", help="what to watch (default: all)"
    )
    patterns.completer = PatternArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("--messages", action="store_true", help="print what drivers say to people too")
    parser.add_argument("--all", action="store_true", help="print updates that change nothing too")
    add_json(parser)
    add_timeout(parser, "-t", default=0.0, what="and end then")
    add_server(parser)
    add_descriptor(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    async with opened(options, reconnects=options.descriptor is None) as client:
        watch = _Watch(client, options.patterns or [Pattern("*")], options, console)
        with suppress(TimeoutError):
            async with asyncio.timeout(options.timeout or None):
                await _both(watch)
    return ExitCode.DONE


async def _both(watch: _Watch) -> None:
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(watch.connection())
            both.create_task(watch.changes())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None  # one is enough: both end for the same reason


class _Watch:
    """Prints what concerns the user."""

    def __init__(self, client: Client, patterns: list[Pattern], options: argparse.Namespace, console: Console) -> None:
        self._client = client
        self._patterns = patterns
        self._options = options
        self._console = console

    async def connection(self) -> None:
        """Tell when the server goes away, and when it is there again."""
        is_first = True
        with self._client.connection() as states:
            async for is_there in states:
                if not is_first:
                    words = "is there again" if is_there else "went away; waiting for it"
                    self._tell_connection(is_there, f"the server at {self._client.address} {words}")
                is_first = False
        raise CommandError(f"the server at {self._client.address} went away", ExitCode.TROUBLE)

    def _tell_connection(self, is_there: bool, words: str) -> None:
        if self._console.is_json:
            self._console.result({"time": _now(), "change": "connection", "connected": is_there}, "")
        else:
            self._console.note(f"lightapt: {words}")

    async def changes(self) -> None:
        """Print changes, but not what the server tells at first."""
        await told(self._client, timeout=2.0)
        with self._client.changes() as changes:
            if not self._client.mirror.devices:
                self._console.note("lightapt: there are no devices yet; waiting")
            elif not any(pattern.rows(self._client.mirror) for pattern in self._patterns):
                self._console.note("lightapt: nothing of that name is there yet; waiting")
            async for change in changes:
                self._print(change)

    def _print(self, change: Change) -> None:
        match change.kind:
            case ChangeKind.NOTICE if self._options.messages and self._is_about(change.device):
                self._print_notice(change)
            case ChangeKind.UPDATED | ChangeKind.DEFINED if change.current is not None:
                self._print_update(change, change.current)
            case ChangeKind.DELETED if change.previous is not None and self._members(change.previous):
                record = {"time": _now(), "change": "deleted", "device": change.device, "property": change.name}
                self._console.result(record, self._line(change, self._console.paint("deleted", Colour.FAINT)))
            case _:
                pass

    def _print_notice(self, change: Change) -> None:
        record = {"time": _now(), "change": "message", "device": change.device, "message": change.text}
        who = self._console.paint(change.device or "server", Colour.NAME)
        self._console.result(record, f"{self._clock()} {who}: {change.text}")

    def _print_update(self, change: Change, current: Property) -> None:
        members = self._members(current)
        news = [one for one in members if one in change.members or change.kind is ChangeKind.DEFINED]
        before = change.previous
        if before is not None and not self._options.all and not change.blobs:
            news = [one for one in news if before.members.get(one) != current.members[one]]
            if not news and before.state is current.state:
                return
        if not members:
            return
        record: dict[str, object] = {"time": _now(), "change": change.kind.value}
        record |= record_of(current, dict.fromkeys(news))
        if before is not None:
            record["previous"] = record_of(before, dict.fromkeys(news))["members"]
            record["previous_state"] = state_word(before.state)
        said = " ".join(self._values(news, current, before))
        if not said and before is not None and before.state is current.state and not self._console.is_json:
            return  # it has changed by less than one sees
        state = self._console.paint(state_word(current.state), state_colour(current.state))
        if before is not None and before.state is not current.state:
            state = f"{self._console.paint(state_word(before.state), state_colour(before.state))} → {state}"
        self._console.result(record, self._line(change, f"{state} {said}".rstrip()))

    def _values(self, names: list[str], current: Property, before: Property | None) -> Iterator[str]:
        for name in names:
            value = shown_value(current.members[name])
            old = None if before is None or name not in before.members else shown_value(before.members[name])
            if old is None or (old == value and self._options.all) or old == "(BLOB)":
                yield f"{name}: {value}"
            elif old != value:
                yield f"{name}: {old} → {value}"

    def _line(self, change: Change, text: str) -> str:
        return f"{self._clock()} {self._console.paint(f'{change.device}.{change.name}', Colour.NAME)} {text}"

    def _clock(self) -> str:
        return self._console.paint(datetime.now().astimezone().strftime("%H:%M:%S.%f")[:-3], Colour.FAINT)

    def _members(self, prop: Property) -> list[str]:
        """Return the members of a property that are watched."""
        rows = [row for pattern in self._patterns for row in pattern.rows_of([prop])]
        names = {row.member for row in rows}
        return [name for name in prop.members if name in names or names & set(PSEUDO)]

    def _is_about(self, device: str) -> bool:
        return not device or any(pattern.concerns(device) for pattern in self._patterns)


def _now() -> str:
    return json_time(datetime.now(UTC))
