"""Move a focuser, or say where it is.

    lightapt focus               position, limit and temperature
    lightapt focus 50500         to this position, in steps
    lightapt focus +100          outward by so many steps
    lightapt focus -100          inward
    lightapt focus --stop        stop it

The focuser is connected if it is not. The command waits until it is there, and then says where that is. Ctrl-C stops
the focuser.

Exit codes: 0 it is there, 1 it is not (refused, stopped, too late, server lost on the way, no focuser), 2 it could not
be tried (usage, no server), 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from lightapt_protocol.standard import Standard

from ..client import connect
from ..kinds import Focuser
from .angles import allow_negative
from .choosing import Chooser, Going, add_device, add_no_connect, if_known, limit, watching
from .console import Console
from .exits import CommandError, ExitCode
from .motions import stopping
from .options import add_json, add_server, add_timeout, address_of
from .rows import plain_number

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    allow_negative(parser)
    words = "where to, in steps; from where it is with a sign"
    parser.add_argument("where", metavar="POSITION|+N|-N", nargs="?", help=words)
    parser.add_argument("--stop", action="store_true", help="stop it")
    add_device(parser, "--focuser", "focuser")
    add_no_connect(parser)
    add_json(parser)
    add_timeout(parser, default=300.0, what="for the focuser to be there")
    add_server(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    where: str | None = options.where
    if options.stop and where is not None:
        raise CommandError("--stop takes no position", ExitCode.TROUBLE)
    steps = None if where is None else _steps(where)
    async with connect(address_of(options)) as indi:
        chooser = Chooser(indi, console, connects=options.connects)
        focuser = await chooser.choose(Focuser, options.focuser, flag="--focuser", what="focuser")
        if options.stop:
            await focuser.abort()
        elif where is not None and steps is not None:
            is_relative = where[0] in "+-"
            await _move(focuser, console, steps, is_relative=is_relative, patience=limit(options.timeout))
        _tell(focuser, console)
    return ExitCode.DONE


def _steps(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CommandError(f"{text!r} is no position: write 50500, or +100 or -100 from where it is", ExitCode.TROUBLE)
    return value


async def _move(focuser: Focuser, console: Console, steps: float, *, is_relative: bool, patience: float | None) -> None:
    here = if_known(lambda: focuser.position)
    target = steps if here is None or not is_relative else here + steps
    _check(focuser, target, is_relative=here is None)

    def going() -> Going:
        return focuser.move_by(steps, timeout=patience) if is_relative else focuser.move_to(steps, timeout=patience)

    await _shown(focuser, console, going, target=target, here=here, patience=patience)


def _check(focuser: Focuser, target: float, *, is_relative: bool) -> None:
    """Raise CommandError where it would go beyond its limits, which drivers tell of in many words, or not at all."""
    most = None if is_relative else if_known(lambda: focuser.max_position)
    if most is not None and not 0 <= target <= most:
        raise CommandError(f"{focuser.name} goes from 0 to {plain_number(most)}, and not to {plain_number(target)}")


async def _shown(
    focuser: Focuser,
    console: Console,
    going: Callable[[], Going],
    *,
    target: float,
    here: float | None,
    patience: float | None,
) -> None:
    """Wait for a motion, and show how far it is."""
    total = max(1.0, abs(target - (here or 0.0)))
    with console.progress("moving", total=total) as bar:

        def show() -> None:
            bar.update(
                total - min(total, abs(target - focuser.position)),
                f"{plain_number(focuser.position)} → {plain_number(target)}",
            )

        way, abort = focuser.device[Standard.ABS_FOCUS_POSITION], Standard.FOCUS_ABORT_MOTION
        told = stopping(
            way,
            abort,
            console,
            patience=patience,
            hint="lightapt focus --stop",
            lost="`lightapt focus` tells where it is, `lightapt focus --stop` stops it.",
        )
        with watching(way, show):
            async with told:
                await going()


def _tell(focuser: Focuser, console: Console) -> None:
    """Say where a focuser is."""
    position, most = if_known(lambda: focuser.position), if_known(lambda: focuser.max_position)
    temperature = if_known(lambda: focuser.temperature)
    words = "without positions" if position is None else plain_number(position)
    words += f" of {plain_number(most)}" if most is not None and math.isfinite(most) else ""
    words += f", {temperature:.1f} °C" if temperature is not None else ""
    record = {
        "focuser": focuser.name,
        "position": position,
        "max": most if most is not None and math.isfinite(most) else None,
        "temperature": temperature,
        "moving": focuser.is_moving,
    }
    console.result(record, f"{focuser.name}: {words}{', moving' if focuser.is_moving else ''}")
