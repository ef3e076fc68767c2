"""What a user sets: ``device.property.e1[;e2…]=v1[;v2…]`` and ``device.property.e1=v1[;e2=v2…]``, or a record of JSON.

No I/O.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from lightapt_protocol.members import DefNumber, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import AnyRequest, NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.numbers import format_number, parse_number
from lightapt_protocol.vocabulary import PropertyKind, SwitchState

from ..requests import Value
from .exits import CommandError, ExitCode
from .rows import plain_number

__all__ = ["Assignment", "parse_assignment", "unconfirmed", "value_for"]

_FORMS = "write device.property.member=value, device.property.m1;m2=v1;v2, or JSON as `lightapt get --json` prints it"
_SWITCHES = {word: number for number, words in enumerate(("off 0 false no", "on 1 true yes")) for word in words.split()}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A property, and what its members shall be.

    Attributes:
        device: The device, as far as one can tell without knowing the devices: all before the property.
        name: The property: what stands between the last two dots.
        values: Member → value, as written; ``@path`` is a file's contents.
        is_settled: Whether device, property and members are sure, and not still to be told apart.
    """

    device: str
    name: str
    values: Mapping[str, str]
    is_settled: bool = False

    def __str__(self) -> str:
        return f"{self.path}.{';'.join(self.values)}"

    @property
    def path(self) -> str:
        """The device and the property, as written."""
        return f"{self.device}.{self.name}"

    def find(self, mirror: Mirror) -> Property | None:
        """Return the property that it is about; None where there is none."""
        if self.is_settled:
            return mirror.find(self.device, self.name)
        parts = self.path.split(".")
        splits = ((".".join(parts[:i]), ".".join(parts[i:])) for i in range(len(parts) - 1, 0, -1))
        return next((prop for split in splits if (prop := mirror.find(*split)) is not None), None)

    def settled(self, mirror: Mirror) -> Assignment | None:
        """Return it as what is defined decides, as names may have dots; None where there is no such member."""
        first, *others = self.values
        for device, name, member in [(self.device, self.name, first)] if self.is_settled else self._readings(first):
            prop = mirror.find(device, name)
            if prop is not None and all(one in prop.members for one in (member, *others)):
                values = {member: self.values[first]} | {one: self.values[one] for one in others}
                return Assignment(device, name, values, is_settled=True)
        return None

    def _readings(self, first: str) -> Iterator[tuple[str, str, str]]:
        """Yield all ways to read the names of device, property and first member, the longest device first."""
        parts = [*self.path.split("."), first]
        for i in range(len(parts) - 2, 0, -1):
            for j in range(len(parts) - 1, i, -1):
                yield ".".join(parts[:i]), ".".join(parts[i:j]), ".".join(parts[j:])


def parse_assignment(text: str) -> Assignment:
    """Return what a text sets.

    Raises:
        CommandError: It sets nothing.
    """
    if text.lstrip().startswith("{"):
        return _parse_json(text)
    head, equals, values = text.partition("=")
    device_and_name, dot, members = head.rpartition(".")
    device, between, name = device_and_name.rpartition(".")
    if not (equals and dot and members and between and device_and_name.strip(".")):
        raise CommandError(f"{text!r}: {_FORMS}", ExitCode.TROUBLE)
    names = members.split(";")
    pairs = dict(zip(names, values.split(";"), strict=False)) if len(names) > 1 else _pairs(names[0], values)
    if len(names) > 1 and len(names) != len(values.split(";")):
        words = f"{len(names)} members, but {len(values.split(';'))} values"
        raise CommandError(f"{text!r}: {words}; {_FORMS}", ExitCode.TROUBLE)
    if not all(pairs):
        raise CommandError(f"{text!r}: a member has no name; {_FORMS}", ExitCode.TROUBLE)
    return Assignment(device, name, pairs)


def _parse_json(text: str) -> Assignment:
    """Return what a record sets, as :func:`~.rows.record_of` makes it: what it has besides is passed over."""
    try:
        record = cast("object", json.loads(text))
    except ValueError as error:
        raise CommandError(f"{text!r} is no JSON ({error}); {_FORMS}", ExitCode.TROUBLE) from error
    device, name, members = (_field(record, key) for key in ("device", "property", "members"))
    if not (isinstance(device, str) and isinstance(name, str) and isinstance(members, dict) and members):
        words = 'a record needs "device", "property" and "members" ({"name": value, …})'
        raise CommandError(f"{text!r}: {words}", ExitCode.TROUBLE)
    texts = {member: _as_text(value) for member, value in cast("dict[str, object]", members).items()}
    values = {member: value for member, value in texts.items() if value is not None}
    if len(values) < len(texts):
        raise CommandError(f"{text!r}: a value is a text, a number, true or false", ExitCode.TROUBLE)
    return Assignment(device, name, values, is_settled=True)


def _field(record: object, key: str) -> object:
    return cast("dict[str, object]", record).get(key) if isinstance(record, dict) else None


def _as_text(value: object) -> str | None:
    """Return a value of JSON as one writes it on the command line; None where it is none."""
    match value:
        case bool():
            return "On" if value else "Off"
        case int() | float():
            return repr(value)
        case str():
            return value
        case _:
            return None


def _pairs(first: str, text: str) -> dict[str, str]:
    """Return what ``v1[;e2=v2…]`` sets; a semicolon behind which there is no name belongs to the value."""
    found, name = {first: ""}, first
    pieces = text.split(";")
    found[first] = pieces[0]
    for piece in pieces[1:]:
        other, equals, value = piece.partition("=")
        if equals and other and other.replace("_", "").isalnum():
            name = other
            found[name] = value
        else:
            found[name] += f";{piece}"
    return found


def value_for(prop: Property, member: str, text: str) -> Value:
    """Return the value that a text means for a member.

    Raises:
        CommandError: It means none, or one beyond the limits.
    """
    where = f"{prop.device}.{prop.name}.{member}"
    match prop.kind:
        case PropertyKind.SWITCH:
            return bool(_switch(where, text))
        case PropertyKind.NUMBER:
            one = prop.members[member]
            assert isinstance(one, DefNumber)
            return _number(where, one, text)
        case _:
            return text


def _switch(where: str, text: str) -> int:
    number = _SWITCHES.get(text.strip().lower())
    if number is None:
        raise CommandError(f"{where} is a switch: it takes On or Off, not {text!r}")
    return number


def _number(where: str, member: DefNumber, text: str) -> float:
    has_limits = member.min < member.max
    low, high = _limit(member, member.min), _limit(member, member.max)
    limits = f" from {low} to {high}" if has_limits else ""
    try:
        value = parse_number(text)
    except ValueError:
        raise CommandError(f"{where} takes a number{limits}, such as 12.5 or 12:30:00, not {text!r}") from None
    if has_limits and not member.min <= value <= member.max:
        raise CommandError(f"{where} takes a number{limits}, not {text}")
    return value


def _limit(member: DefNumber, value: float) -> str:
    """Return a limit: sexagesimal where the member is shown so, and else without what its format may add."""
    return format_number(value, member.format).strip() if member.format.endswith("m") else plain_number(value)


def unconfirmed(assignment: Assignment, kind: PropertyKind) -> AnyRequest:
    """Return the message for a property that nobody looks at beforehand.

    Raises:
        CommandError: A value is none of this kind.
    """
    device, name, values, where = assignment.device, assignment.name, assignment.values, assignment.path
    match kind:
        case PropertyKind.NUMBER:
            numbers = tuple(OneNumber(m, _number(f"{where}.{m}", DefNumber(m, 0.0), v)) for m, v in values.items())
            return NewNumberVector(device, name, members=numbers)
        case PropertyKind.SWITCH:
            switches = tuple(OneSwitch(m, SwitchState(_switch(f"{where}.{m}", v))) for m, v in values.items())
            return NewSwitchVector(device, name, members=switches)
        case _:
            return NewTextVector(device, name, members=tuple(OneText(m, v) for m, v in values.items()))
