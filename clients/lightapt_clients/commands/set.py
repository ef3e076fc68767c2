"""Set properties, wait until their devices have done it, and tell what they say. In the manner of indi_setprop.

A setting is device.property.member=value, or several members at once: device.property.m1;m2=v1;v2, or
device.property.m1=v1;m2=v2. Switches take On and Off, numbers also 12:30:15, a BLOB a file: member=@picture.fits.
-x, -n and -s (text, number, switch) before a setting send it at once, without a look at the property, as indi_setprop
does; nothing is waited for then. A setting may also be JSON, as `lightapt get --json` prints a property: so names may
have any characters (; and =, too), and what was saved is set again.

What a driver says to it is told on stderr. Whether it has done it is the driver's word: numbers are not compared, but
switches that never were as they were set are a failure, and those that another client has set otherwise meanwhile.
What goes on until it is stopped, such as tracking, motion by hand, cooling, video and recording, is done as soon as the
device is Busy with it; all else is when that has come to an end. Ctrl-C ends the waiting alone: nothing is stopped.

    lightapt set 'Telescope Simulator.CONNECTION.CONNECT=On'
    lightapt set 'Telescope Simulator.EQUATORIAL_EOD_COORD.RA;DEC=5:35:17;-5:23:28'
    lightapt set --no-wait 'CCD Simulator.CCD_EXPOSURE.CCD_EXPOSURE_VALUE=60'
    lightapt set '{"device": "My device", "property": "LIMITS", "members": {"a;b": 1.5}}'

Exit codes: 0 all is done, 1 a setting is wrong, was refused, failed or took too long (it may go on then), 2 no server,
or wrong usage, 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Final, cast

from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Change, ChangeKind, Property
from lightapt_protocol.vocabulary import PropertyKind, State

from ..client import Client
from ..devices import Device
from ..dialogues import answered
from ..errors import AbortedError, ClientError, DisconnectedError, WaitTimeoutError
from ..requests import request_for
from ..uploads import upload_for
from .assignments import Assignment, parse_assignment, unconfirmed, value_for
from .connecting import add_descriptor, opened
from .console import Console, state_colour
from .exits import CommandError, ExitCode, exit_code
from .motions import telling_what_goes_on
from .options import add_json, add_server, add_timeout, seconds
from .outcomes import Outcome, lasts
from .patterns import Pattern, why_missing
from .rows import record_of, shown_value, state_word
from .telling import told
from .words import PatternArgument

__all__ = ["add_arguments", "run"]

_TYPES: Final = {"-x": PropertyKind.TEXT, "-n": PropertyKind.NUMBER, "-s": PropertyKind.SWITCH}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.usage = "lightapt set [options] {[-x|-n|-s] SETTING}..."
    settings = parser.add_argument("settings", nargs="*", metavar="SETTING", help="device.property.member=value")
    settings.completer = PatternArgument(is_assignment=True)  # type: ignore[attr-defined] # argcomplete's way
    for flag, kind in _TYPES.items():
        words = f"send this as {kind.value} without a look at the property"
        typed = parser.add_argument(
            flag, dest="typed", nargs="+", action=_Typed, default=[], metavar="SETTING", help=words
        )
        typed.completer = PatternArgument(is_assignment=True)  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("--no-wait", action="store_true", help="return when it is sent")
    add_json(parser)
    add_timeout(parser, default=60.0, what="until it is done")
    parser.add_argument(
        "-t",
        dest="patience",
        metavar="SECONDS",
        type=seconds,
        default=2.0,
        help="wait so long for the property to be there (default: 2; 0: for ever)",
    )
    add_server(parser)
    add_descriptor(parser)


class _Typed(argparse.Action):
    """Of the settings behind a type it is for the first alone."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, flag: str | None = None
    ) -> None:
        first, *others = cast("list[str]", values)
        untyped: list[tuple[PropertyKind | None, str]] = [(None, one) for one in others]
        namespace.typed = [*namespace.typed, (_TYPES[flag or "-x"], first), *untyped]


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    texts: list[tuple[PropertyKind | None, str]] = [*((None, one) for one in options.settings), *options.typed]
    if not texts:
        raise CommandError("what is to be set? Write device.property.member=value", ExitCode.TROUBLE)
    settings = [(kind, parse_assignment(text)) for kind, text in texts]
    async with opened(options) as client:
        code = ExitCode.DONE
        for kind, setting in settings:
            try:
                if kind is not None:
                    await client.send(unconfirmed(setting, kind))
                else:
                    await _set(client, setting, options, console)
            except DisconnectedError:
                raise
            except (ClientError, CommandError) as error:  # those behind it are set all the same
                console.note(f"lightapt: {error}")
                code = max(code, error.code if isinstance(error, CommandError) else exit_code(error))
    return code


async def _set(client: Client, setting: Assignment, options: argparse.Namespace, console: Console) -> None:
    await told(client, lambda: setting.settled(client.mirror) is not None, timeout=options.patience, quiet=None)
    settled = setting.settled(client.mirror)
    if settled is None or (prop := settled.find(client.mirror)) is None:
        raise CommandError(_why_not(setting, client))
    if not prop.perm.writable:
        raise CommandError(f"{setting.path} is read-only; `lightapt get '{prop.device}.*._PERM'` shows what is not")
    said: list[str] = []

    def hear(change: Change | None) -> None:
        if change is not None and change.kind is ChangeKind.NOTICE and change.text not in said:
            said.append(change.text)

    going_on = telling_what_goes_on(prop.device, console, doing=f"go on with {prop.name}")
    with going_on, client.expecting(hear, device=prop.device, name=prop.name):
        now = await _asked(client, prop, settled, options)
    for words in said:
        console.note(f"{settled.path}: {words}")
    _tell(console, settled, now)


def _why_not(setting: Assignment, client: Client) -> str:
    prop = setting.find(client.mirror)
    known = () if prop is None else prop.members
    missing = next(member for member in setting.values if member not in known)
    return why_missing(Pattern(f"{setting.path}.{missing}"), client.mirror, server=str(client.address))


async def _asked(client: Client, prop: Property, setting: Assignment, options: argparse.Namespace) -> Property | None:
    """Send a setting; return the property when it is done, None where that is not waited for."""
    live, timeout = Device(client, prop.device)[prop.name], options.timeout or None
    if prop.kind is PropertyKind.BLOB:
        member, data, format = await _file(setting)
        if options.no_wait:
            await client.send(upload_for(prop, data, format=format, member=member))
            return None
        return await live.send_blob(data, format=format, member=member, timeout=timeout)
    values = {member: value_for(prop, member, text) for member, text in setting.values.items()}
    request = request_for(prop, values)
    if options.no_wait:
        await client.send(request)
        return None
    return await _done(client, request, timeout=timeout)


async def _done(client: Client, request: AnyRequest, *, timeout: float | None) -> Property:
    """Send a request, and return the property when that is done; of what lasts, when it has begun.

    Raises:
        AbortedError: The device says that it is done, and its switches never were as asked, or are another's.
        WaitTimeoutError: It was not done in time.
    """
    live, outcome, has_begun_is_all = Device(client, request.device)[request.name], Outcome(request), lasts(request)

    def look(change: Change | None) -> None:
        if change is not None and change.current is not None:
            outcome.look(change.current)

    with client.expecting(look, device=request.device, name=request.name):
        try:
            now = await answered(
                client, request, live.now, timeout=timeout, until_begun=has_begun_is_all, echoes=has_begun_is_all
            )
        except WaitTimeoutError as error:
            if not live.exists or live.state is not State.BUSY:
                raise
            raise WaitTimeoutError(
                f"{error}\n{live} is still Busy: it may go on. --no-wait waits for no end."
            ) from error
    if now.kind is PropertyKind.SWITCH and (words := outcome.otherwise(now)):
        raise AbortedError(now.device, now.name, f"the device says {state_word(now.state)}, but {words}")
    return now


async def _file(setting: Assignment) -> tuple[str, bytes, str]:
    """Return member, bytes and format of a BLOB."""
    ((member, text), *others) = setting.values.items()
    if others or not text.startswith("@"):
        raise CommandError(f"{setting} is a BLOB: it takes a file, {setting.path}.{member}=@FILE")
    path = Path(text[1:])
    try:
        return member, await asyncio.to_thread(path.read_bytes), path.suffix
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error}", ExitCode.TROUBLE) from error


def _tell(console: Console, setting: Assignment, now: Property | None) -> None:
    if now is None:
        return
    if console.is_json:
        console.result(record_of(now, dict(setting.values)), "")
    elif console.is_terminal:  # indi_setprop prints nothing
        members = " ".join(f"{name}={shown_value(now.members[name])}" for name in setting.values)
        state = console.paint(state_word(now.state), state_colour(now.state))
        console.say(f"{now.device}.{now.name} {state} {members}")
