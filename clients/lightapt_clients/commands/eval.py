"""Calculate with properties, or wait until something is true. In the manner of indi_eval.

Operands are "device.property.member", in double quotes within the expression: numbers; switches as 0 and 1; lights,
and _STATE in place of a member, as 0 Idle, 1 Ok, 2 Busy, 3 Alert; _TS as UNIX seconds. Operators: ! + - * / && || > >=
== != < <= and parentheses; pi; sin cos tan asin acos atan atan2 (radians) abs degrad raddeg floor log log10 exp sqrt
pow.

    lightapt eval -f '"CCD Simulator.CCD_TEMPERATURE.CCD_TEMPERATURE_VALUE" + 273.15'
    lightapt eval '"Telescope Simulator.CONNECTION._STATE" == 1' && echo connected
    lightapt eval -w -t 0 '"Telescope Simulator.EQUATORIAL_EOD_COORD._STATE" != 2'

An expression that begins with a minus needs -- before it. Exit codes: 0 it is true (not 0), 1 it is 0, 2 it could not
be told (1/0 is no number), or was not true in time.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
from typing import Final

from lightapt_protocol.members import DefLight, DefNumber, DefSwitch
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.timestamps import datetime_from_timestamp

from ..client import Client
from ..limits import Limit
from .connecting import add_descriptor, opened
from .console import Console
from .exits import CommandError, ExitCode
from .expressions import Expression, ExpressionError, parse_expression
from .options import add_json, add_server, add_timeout
from .patterns import Pattern, why_missing
from .rows import Row
from .telling import told
from .words import PatternArgument

__all__ = ["add_arguments", "run"]

_CHUNK: Final = 1 << 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    expression = parser.add_argument("expression", nargs="?", metavar="EXPRESSION", help="what to calculate")
    expression.completer = PatternArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("-b", "--beep", action="store_true", help="beep when it is true")
    parser.add_argument("-e", "--each", action="store_true", help="print each value that it takes")
    parser.add_argument("-f", "--final", action="store_true", help="print its last value")
    parser.add_argument("-i", "--stdin", action="store_true", help="read the expression from stdin")
    parser.add_argument("-o", "--operands", action="store_true", help="print operands as they change")
    parser.add_argument("-w", "--wait", action="store_true", help="wait until it is true")
    add_json(parser)
    add_timeout(parser, "-t", default=2.0, what="for operands, or with -w until it is true")
    add_server(parser)
    add_descriptor(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    text: str | None = await _read(sys.stdin.fileno()) if options.stdin else options.expression
    if text is None:
        raise CommandError("which expression? Give one, or -i and one on stdin", ExitCode.TROUBLE)
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        raise CommandError(f"the expression is wrong: {error}", ExitCode.TROUBLE) from error
    if expression.operands:
        async with opened(options) as client:
            value = await _Evaluation(client, expression, options, console).run()
    else:
        value = expression.value({})
    if options.beep and _is_true(value):
        console.beep()
    if options.final or options.json:
        console.result(_record(value), f"{value:g}")
    if not math.isfinite(value):
        raise CommandError(f"the value of the expression is no number, but {value:g}", ExitCode.TROUBLE)
    return ExitCode.DONE if value else ExitCode.NO


def _is_true(value: float) -> bool:
    return math.isfinite(value) and value != 0


async def _read(descriptor: int) -> str:
    """Read a file to its end; who is cancelled does so no longer."""
    data = bytearray()
    while True:
        await _readable(descriptor)
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return data.decode(errors="replace")
        data += chunk


async def _readable(descriptor: int) -> None:
    ready, loop = asyncio.Event(), asyncio.get_running_loop()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:  # what lies on a disk is always readable, and cannot be waited for
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


def _record(value: float, **operands: float) -> dict[str, object]:
    finite = value if math.isfinite(value) else None
    return {"value": finite, "true": _is_true(value), **({"operands": operands} if operands else {})}


class _Evaluation:
    """Follows the operands of an expression."""

    def __init__(self, client: Client, expression: Expression, options: argparse.Namespace, console: Console) -> None:
        self._client = client
        self._expression = expression
        self._options = options
        self._console = console
        self._last: dict[str, float] = {}

    async def run(self) -> float:
        """Return the value; with --wait the first that is true."""
        loop, timeout = asyncio.get_running_loop(), self._options.timeout
        deadline = loop.time() + timeout if timeout else None
        with self._client.changes() as changes:
            await told(self._client, lambda: not self._missing(), timeout=timeout, quiet=None)
            if missing := self._missing():
                raise CommandError(self._why(missing[0]), ExitCode.TROUBLE)
            value = self._look(is_first=True)
            try:
                async with Limit(deadline):
                    while self._options.wait and not _is_true(value):
                        await anext(changes)
                        if not self._missing():  # a property may be gone for a while
                            value = self._look()
            except TimeoutError:
                raise CommandError(f"it is not true after {timeout:g} s", ExitCode.TROUBLE) from None
            except StopAsyncIteration:
                raise CommandError("the server went away", ExitCode.TROUBLE) from None
        return value

    def _look(self, *, is_first: bool = False) -> float:
        values = _values(self._client.mirror, self._expression.operands)
        value = self._expression.value(values)
        news = {name: one for name, one in values.items() if self._last.get(name) != one}
        self._last = values
        if self._options.operands and not self._console.is_json:
            for name, one in news.items():
                self._console.say(f"{name}={one:g}")
        if self._options.each and (news or is_first):
            self._console.result(_record(value, **values), f"{value:g}")
        return value

    def _missing(self) -> list[str]:
        known = _values(self._client.mirror, self._expression.operands)
        return [name for name in self._expression.operands if name not in known]

    def _why(self, name: str) -> str:
        pattern = Pattern(name)
        if pattern.rows(self._client.mirror):
            return f"{name} has no value to calculate with: only numbers, switches, lights, _STATE and _TS have one"
        return why_missing(pattern, self._client.mirror, server=str(self._client.address))


def _values(mirror: Mirror, operands: tuple[str, ...]) -> dict[str, float]:
    """Return the values of those operands that have one."""
    found: dict[str, float] = {}
    for name in operands:
        pattern = Pattern(name)
        rows = pattern.rows(mirror) if pattern.is_exact else []
        value = _number(rows[0]) if len(rows) == 1 else None
        if value is not None:
            found[name] = value
    return found


def _number(row: Row) -> float | None:
    if row.member == "_STATE":
        return float(row.prop.state.value)
    if row.member == "_TS":
        moment = datetime_from_timestamp(row.prop.timestamp)
        return None if moment is None else moment.timestamp()
    match row.prop.members.get(row.member):
        case DefNumber(value=value):
            return value
        case DefSwitch(value=value) | DefLight(value=value):
            return float(value.value)
        case _:
            return None
