"""Choose a filter, or list those that there are.

    lightapt filter              the filters by their slots; the one in the beam is marked
    lightapt filter Ha           turn this one into the beam; small letters will do
    lightapt filter 5            the one in slot 5
    lightapt filter --json | jq -r .filters[].name

The wheel is connected if it is not. The command waits until the filter is there. Ctrl-C ends the waiting, and does not
stop the wheel.

Exit codes: 0 it is there, 1 it is not (no such filter or wheel, refused, too late, server lost on the way), 2 it could
not be tried (usage, no server), 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
from typing import Final

from lightapt_protocol.standard import Standard

from ..client import connect
from ..kinds import FilterWheel
from .choosing import Chooser, add_device, add_no_connect, limit
from .console import Colour, Console
from .exits import ExitCode
from .motions import telling_of_loss, telling_what_goes_on, telling_what_was_begun
from .options import add_json, add_server, add_timeout, address_of
from .wheels import filter_in, slot_of
from .words import FilterArgument

__all__ = ["add_arguments", "run"]

_HINT: Final = "`lightapt filter` tells where it is."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    which = parser.add_argument("filter", metavar="NAME|SLOT", nargs="?", help="which filter; slots count from 1")
    which.completer = FilterArgument()  # type: ignore[attr-defined] # argcomplete's way
    add_device(parser, "--wheel", "filter wheel")
    add_no_connect(parser)
    add_json(parser)
    add_timeout(parser, default=120.0, what="for the filter to be there")
    add_server(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    async with connect(address_of(options)) as indi:
        chooser = Chooser(indi, console, connects=options.connects)
        wheel = await chooser.choose(FilterWheel, options.wheel, flag="--wheel", what="filter wheel")
        if options.filter is None:
            _list(wheel, console)
            return ExitCode.DONE
        slot = slot_of(wheel, options.filter)
        patience, motion = limit(options.timeout), wheel.device[Standard.FILTER_SLOT]
        with (
            telling_what_goes_on(wheel.name, console, doing="turn", hint=_HINT),
            console.progress(f"turning to {options.filter}", total=None),
            telling_of_loss(indi, console, patience=patience),
            telling_what_was_begun(motion, doing="turn", lost=_HINT),
        ):
            await wheel.select(slot, timeout=patience)
        record = {"wheel": wheel.name, "slot": wheel.slot, "filter": wheel.filter or None}
        console.result(record, f"{wheel.name}: {filter_in(wheel)}")
    return ExitCode.DONE


def _list(wheel: FilterWheel, console: Console) -> None:
    names = [*wheel.names] + [""] * (wheel.slots - len(wheel.names))
    slot = wheel.slot
    if console.is_json:
        filters = [{"slot": number, "name": name or None} for number, name in enumerate(names, 1)]
        console.result({"wheel": wheel.name, "slot": slot, "filter": wheel.filter or None, "filters": filters}, "")
        return
    rows = [
        [console.paint(cell, Colour.GOOD) if number == slot else cell for cell in (mark, str(number), name)]
        for number, name in enumerate(names, 1)
        for mark in ("*" if number == slot else " ",)
    ]
    console.table(["", "slot", wheel.name], rows)
