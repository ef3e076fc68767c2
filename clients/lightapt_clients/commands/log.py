"""Print a recording for people: what each device said, when, and what it changed. All times are UTC.

    lightapt log night.indi
    lightapt log night.indi --device "Telescope Simulator" --property EQUATORIAL_EOD_COORD
    lightapt log night.indi --since 22:30 --until 22:45
    lightapt log night.indi --words                 what drivers told people, and nothing else
    lightapt log night.indi night.1.indi --json     one JSON object for each change

A time is 22:30 or 22:30:15 (the first after the beginning of the recording), 2026-03-20T22:30, or +600 for so many
seconds after the beginning; from 22:30 to 22:15 is nothing, and not nearly a day. Several files are read in the order
in which they were recorded. A file that is still being written, or was cut off, is read up to its last whole message;
where one is damaged it goes on behind that.

Exit codes: 0 when something was printed, 1 when there was nothing of what was asked for (it is told what there is),
2 when a file cannot be read (the others are printed all the same), or a time is none.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Final

from lightapt_protocol.members import DefBlob, DefLight, DefMember, DefNumber, DefSwitch
from lightapt_protocol.mirror import Change, ChangeKind, Property
from lightapt_protocol.numbers import format_number
from lightapt_protocol.recording import BlobBody, EntryKind, Recording, in_order
from lightapt_protocol.vocabulary import State

from ..recording import History, Moment, RecordingFileError, open_recordings
from .console import Colour, Console, state_colour
from .exits import CommandError, ExitCode
from .options import add_json
from .rows import json_time, state_word
from .words import RecordedArgument

__all__ = ["add_arguments", "run"]

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,6})?))?")
_NOTHING: Final[Mapping[str, object]] = {}
_NIGHT: Final = timedelta(hours=18)
"""The longest from one time of a clock to another, over midnight: where it is longer they were exchanged."""
_TURN: Final = 0.05
"""Seconds between two moments in which Ctrl-C and SIGTERM are heard."""
_EVENTS: Final = {EntryKind.CONNECTED: "connected", EntryKind.LOST: "lost", EntryKind.GAP: "gap"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording of lightapt record")
    device = parser.add_argument(
        "--device", action="append", default=[], metavar="NAME", help="only this device; repeatable"
    )
    device.completer = RecordedArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument("--property", action="append", default=[], metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--since", metavar="TIME", help="from this time on: 22:30, 2026-03-20T22:30 or +SECONDS")
    parser.add_argument("--until", metavar="TIME", help="up to this time")
    parser.add_argument("--words", action="store_true", help="only what drivers told people")
    add_json(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    opened = _opened(options.files, console)
    try:
        history = History(opened)
        count = await _print(history, _Choice.of(options, history.started), console)
    except RecordingFileError as error:
        raise CommandError(str(error), ExitCode.TROUBLE) from error
    if len(opened) < len(set(options.files)):
        return ExitCode.TROUBLE
    return ExitCode.DONE if count else ExitCode.NO


def _opened(paths: Iterable[Path], console: Console) -> list[Recording]:
    """Return the recordings in files, in the order in which they were recorded; say which cannot be read.

    Raises:
        CommandError: None can.
    """
    found: dict[Path, Recording] = {}
    faults: list[str] = []
    for path in paths:
        try:
            [found[path]] = open_recordings([path])
        except RecordingFileError as error:
            faults.append(str(error))
    if not found:
        raise CommandError("\n".join(faults), ExitCode.TROUBLE)
    for fault in faults:
        console.note(f"lightapt: {fault}")
    return [found[path] for path in in_order({path: recording.header for path, recording in found.items()})]


async def _print(history: History, choice: _Choice, console: Console) -> int:
    try:
        return await _print_all(history, choice, console)
    finally:
        console.flush()


async def _print_all(history: History, choice: _Choice, console: Console) -> int:
    """Print what was chosen, and whether that ends where the recording was cut off; return how many lines.

    Where that is none, it is told what there is.
    """
    count, paused, last = 0, monotonic(), history.started
    devices = set[str]()  # as long as nothing was printed
    for moment in history:
        if monotonic() - paused > _TURN:
            await asyncio.sleep(0)
            paused = monotonic()
        if not count:
            devices.update(change.device for change in moment.changes)
            last = moment.time
        if moment.time > choice.until:
            if count:
                return count
            continue
        if moment.time < choice.since:
            continue
        for record, text in _lines(moment, choice, console):
            console.result(record, text, is_live=False)
            count += 1
    if history.is_damaged:
        console.flush()
        console.note("the recording is damaged: something of it is missing")
    elif not history.is_whole:
        console.flush()
        console.note("the recording is still being written, or was cut off: this is all up to its last whole message")
    if not count:
        console.note(_nothing(devices, history.started, last))
    return count


def _nothing(devices: Iterable[str], first: datetime, last: datetime) -> str:
    """Say that there is nothing of what was asked for, and what there is."""
    listed = ", ".join(sorted(filter(None, devices))) or "none"
    span = f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC"
    return f"lightapt: nothing of that in this recording (devices: {listed}; it runs from {span})"


class _Choice:
    """What is to be printed."""

    def __init__(self, options: argparse.Namespace, *, since: datetime, until: datetime) -> None:
        self.since = since
        self.until = until
        self._devices = frozenset(options.device)
        self._properties = frozenset(options.property)
        self._only_words = options.words

    @classmethod
    def of(cls, options: argparse.Namespace, started: datetime) -> _Choice:
        since = started - timedelta(days=1) if options.since is None else _time(options.since, started)
        until = datetime.max.replace(tzinfo=UTC) if options.until is None else _time(options.until, started)
        if _is_empty(options, since, until):
            words = f"nothing is between --since {options.since} and --until {options.until}"
            meant = f"{since:%Y-%m-%d %H:%M:%S} and {until:%Y-%m-%d %H:%M:%S} UTC"
            hint = "a time without a day is the first after the beginning of the recording"
            raise CommandError(f"{words}, which are {meant}: {hint}, {started:%Y-%m-%d %H:%M:%S}")
        return cls(options, since=since, until=until)

    @property
    def is_of_all(self) -> bool:
        """Whether events of the connection belong to it."""
        return not self._devices and not self._properties and not self._only_words

    def has(self, change: Change) -> bool:
        if self._only_words and change.kind is not ChangeKind.NOTICE:
            return False
        of_device = not self._devices or change.device in self._devices
        return of_device and (not self._properties or change.name in self._properties)


def _is_empty(options: argparse.Namespace, since: datetime, until: datetime) -> bool:
    """Whether two times were given that nothing is between: of a clock's, the second may be long after midnight."""
    given = (options.since, options.until)
    if None in given:
        return False
    return until < since or (until - since > _NIGHT and all(map(_CLOCK.fullmatch, given)))


def _time(text: str, started: datetime) -> datetime:
    """Return the time that a text means.

    Raises:
        CommandError: It means none.
    """
    if found := _CLOCK.fullmatch(text):
        passed = timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=float(found[3] or 0))
        midnight = started.replace(hour=0, minute=0, second=0, microsecond=0)
        to_the_second = started.replace(microsecond=0)
        return midnight + passed + timedelta(days=midnight + passed < to_the_second)
    try:
        if text.startswith("+"):
            return started + timedelta(seconds=float(text))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        words = f"{text!r} is no time: write 22:30, 22:30:15, 2026-03-20T22:30 (UTC), or +SECONDS"
        raise CommandError(words, ExitCode.TROUBLE) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Lines.


def _lines(moment: Moment, choice: _Choice, console: Console) -> Iterator[tuple[Mapping[str, object], str]]:
    """Yield what is to be printed of a moment: for programs or for people, as the console is to have it."""
    if moment.words and choice.is_of_all:
        yield (_event(moment), "") if console.is_json else (_NOTHING, f"{_clock(moment, console)}  {_told_of(moment)}")
    for change in moment.changes:
        if not choice.has(change):
            continue
        if console.is_json:
            yield _record(change, moment), ""
        else:
            told = (_clock(moment, console), _name(change, console), _told(change, moment, console))
            yield _NOTHING, "  ".join(told)


def _clock(moment: Moment, console: Console) -> str:
    return console.paint(moment.time.isoformat(" ", "milliseconds").removesuffix("+00:00"), Colour.FAINT)


def _event(moment: Moment) -> Mapping[str, object]:
    event = _EVENTS.get(moment.entry.kind, "ignored")
    return {"time": json_time(moment.time), "event": event, "message": moment.words}


def _told_of(moment: Moment) -> str:
    """Return what an entry that changed nothing tells, in words."""
    match moment.entry.kind:
        case EntryKind.CONNECTED:
            return f"connected to {moment.words}"
        case EntryKind.LOST:
            return f"connection lost: {moment.words}"
        case EntryKind.GAP:
            return moment.words
        case EntryKind.ELEMENT | EntryKind.STATE:
            return f"makes no sense: {moment.words}"


def _name(change: Change, console: Console) -> str:
    return console.paint(".".join(filter(None, (change.device, change.name))) or "all devices", Colour.NAME)


def _told(change: Change, moment: Moment, console: Console) -> str:
    """Return what a change did, in words."""
    match change.kind:
        case ChangeKind.UPDATED | ChangeKind.DEFINED:
            return _values(change, moment, console)
        case ChangeKind.NOTICE:
            return console.paint(f"“{change.text}”", Colour.STRONG)
        case ChangeKind.IGNORED:
            return f"ignored: {change.text}"
        case ChangeKind.DELETED:
            return "deleted"


def _values(change: Change, moment: Moment, console: Console) -> str:
    current, previous = change.current, change.previous if change.kind is ChangeKind.UPDATED else None
    if current is None:
        return ""
    words = [] if previous is not None else ["defined"]
    words.append(_state(current.state, previous, console))
    words += [_pair(name, current, previous) for name in change.members or current.members]
    words += [_picture(body) for body in moment.entry.bodies]
    return "  ".join(filter(None, words))


def _state(state: State, previous: Property | None, console: Console) -> str:
    now = console.paint(state_word(state), state_colour(state))
    if previous is None or previous.state is state:
        return now
    return f"{console.paint(state_word(previous.state), state_colour(previous.state))} → {now}"


def _pair(name: str, current: Property, previous: Property | None) -> str:
    """Return a member's value, with the one before; empty where nothing has changed that shows."""
    member = current.members[name]
    if isinstance(member, DefBlob):
        return ""
    now = _shown(member)
    if previous is None:
        return f"{name}={now}"
    before = _shown(previous.members[name])
    return "" if before == now else f"{name}={before} → {now}"


def _shown(member: DefMember) -> str:
    match member:
        case DefNumber():
            return _number(member.value, member.format)
        case DefSwitch():
            return "On" if member.value else "Off"
        case DefLight():
            return state_word(member.value)
        case DefBlob():
            return ""
        case _:
            return repr(member.value)


@lru_cache(maxsize=1000)
def _number(value: float, format: str) -> str:
    """Return a number as it is shown; what a line shows as new, the next shows as what was before."""
    return format_number(value, format).strip()


def _picture(body: BlobBody) -> str:
    if not body.size:
        return "BLOB not kept"
    return f"BLOB of {body.size} bytes{'' if body.is_whole else f', {len(body.data)} kept'}"


def _record(change: Change, moment: Moment) -> Mapping[str, object]:
    """Return a change for programs."""
    record: dict[str, object] = {"time": json_time(moment.time), "event": change.kind.value}
    record |= {"device": change.device, "property": change.name}
    prop = change.current if change.kind in (ChangeKind.DEFINED, ChangeKind.UPDATED) else None
    if prop is not None:
        names = change.members or prop.members
        record |= {
            "state": state_word(prop.state),
            "values": {name: _value(prop.members[name]) for name in names},
        }
        if change.previous is not None and change.kind is ChangeKind.UPDATED:
            record["previous_state"] = state_word(change.previous.state)
            before = change.previous.members
            record["changed"] = [name for name in names if _value(before[name]) != _value(prop.members[name])]
        if moment.entry.bodies:
            record["blobs"] = [{"size": body.size, "kept": len(body.data)} for body in moment.entry.bodies]
    elif change.text:
        record["message"] = change.text
    return record


def _value(member: DefMember) -> object:
    match member:
        case DefBlob():
            return None
        case DefSwitch():
            return bool(member.value)
        case DefLight():
            return state_word(member.value)
        case _:
            return member.value
