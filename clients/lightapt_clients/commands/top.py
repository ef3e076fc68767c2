"""Watch a server live, and edit its properties.

The first screen shows what the devices tell and how much; of a hub that was started with --self-device also its
drivers, remotes, clients and queues. The second (b) lists all properties and lets you change them. ? tells the keys.

    lightapt top
    lightapt top --server observatory.local:7624
    lightapt top --json                          rates of the next 3 seconds, once
    lightapt top --json --interval 10            every 10 seconds, until Ctrl-C
    lightapt top --json --interval 1 --count 60  every second for a minute

exit codes:
    0  you have quit, or all was printed
    2  no server answers there, or there is no terminal to draw on
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..client import connect
from .console import Console
from .exits import CommandError, ExitCode
from .options import add_json, add_server, address_of, seconds
from .rows import json_time
from .telling import went_away

if TYPE_CHECKING:
    from ..client import Client
    from ..subscriptions import Changes
    from ..top.watch import Watch

__all__ = ["add_arguments", "run"]

_ONCE: Final = 3.0
"""Seconds of a single snapshot: a hub tells of itself every 2."""
_SETTLE: Final = 1.0
"""Seconds in which the devices define their properties."""
_LIVE: Final = 1.0
_LEAST: Final = 0.1
_POOR: Final = ("", "dumb", "unknown")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.add_argument("--dir", metavar="FOLDER", type=Path, default=Path(), help="save BLOBs here (default: .)")
    parser.add_argument(
        "--interval",
        metavar="SECONDS",
        type=_interval,
        help="take rates over so long (default: 1); with --json: and print them again and again",
    )
    parser.add_argument("--count", metavar="N", type=_count, help="with --json: print them so often")
    add_json(parser)
    add_server(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    if not console.is_json and not (console.is_terminal and sys.stdin.isatty()):
        raise CommandError("top draws on a terminal, and this is none; use --json", ExitCode.TROUBLE)
    if not console.is_json and os.environ.get("TERM", "") in _POOR:
        words = "top needs a terminal that can move its cursor, and TERM names none; use --json"
        raise CommandError(words, ExitCode.TROUBLE)
    async with connect(address_of(options)) as client:
        if console.is_json:
            is_once = options.interval is None
            count = options.count or (1 if is_once else None)
            await _print(client, console, interval=options.interval or _ONCE, count=count)
        else:
            await _show(client, interval=options.interval or _LIVE, folder=options.dir)
    return ExitCode.DONE


def _interval(text: str) -> float:
    value = seconds(text)
    if value < _LEAST:
        raise argparse.ArgumentTypeError(f"{text} is too short; the least is {_LEAST:g} s")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of times")
    return int(text)


async def _show(client: Client, *, interval: float, folder: Path) -> None:
    from ..top.app import TopApp  # loads textual, which --json does without

    app = TopApp(client, interval=interval, folder=folder)
    with app.diverted_log():
        await app.run_async()
    task = asyncio.current_task()
    if task is not None and task.cancelling():  # SIGTERM: textual tidies up, and then keeps it to itself
        raise asyncio.CancelledError
    if app.return_code:
        raise CommandError("top has ended by a fault of its own, which is told above", ExitCode.TROUBLE)


async def _print(client: Client, console: Console, *, interval: float, count: int | None) -> None:
    from ..top.watch import Watch

    watch = Watch(client.mirror, now=time.monotonic())
    changes = client.changes()  # before anything is awaited, so that nothing is missed
    async with asyncio.TaskGroup() as group:
        following = group.create_task(_follow(changes, watch))
        await asyncio.sleep(_SETTLE)
        if client.fault is not None and not client.mirror.devices:
            raise went_away(client)
        watch.sample(time.monotonic())  # the definitions are no traffic of the devices
        printed = 0
        while count is None or printed < count:
            await asyncio.sleep(interval)
            taken = watch.sample(time.monotonic())
            about = {
                "time": json_time(datetime.now(UTC)),
                "server": str(client.address),
                "connected": client.is_connected,
                "interval_s": round(taken, 3),
            }
            console.result({**about, **watch.record()}, "")
            printed += 1
        following.cancel()


async def _follow(changes: Changes, watch: Watch) -> None:
    with changes:
        watch.begin(time.monotonic())
        async for change in changes:
            watch.heard(change, now=time.monotonic(), time="")
