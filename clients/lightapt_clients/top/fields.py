"""A property's members as people read and type them: values, limits, faulty entries, what to send. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lightapt_protocol.members import DefBlob, DefLight, DefMember, DefNumber, DefSwitch, DefText
from lightapt_protocol.mirror import Property
from lightapt_protocol.numbers import format_number, parse_number
from lightapt_protocol.vocabulary import PropertyKind, SwitchRule

from ..requests import Value

__all__ = ["EntryError", "hint", "is_editable", "pressed", "title", "to_send", "value_text"]

_WHOLE: Final = re.compile(r"%[-+ #0]*\d*(?:\.\d*)?[diu]|%[-+ #0]*\d*\.0*f")
_SEXAGESIMAL: Final = re.compile(r"%[\d.]*m")
_UNIT: Final = re.compile(r"[(\[]([^()\[\]]{1,12})[)\]]\s*$")
_SLACK: Final = 1e-9
"""By which part of itself a limit may be passed: decimals are not exact."""


class EntryError(ValueError):
    """What a person has typed cannot be sent; the words say why, and what would do."""


def title(member: DefMember) -> str:
    """Return what a member is called."""
    return member.label or member.name


def is_editable(prop: Property) -> bool:
    """Whether a person can type values of a property."""
    return prop.perm.writable and prop.kind in (PropertyKind.NUMBER, PropertyKind.TEXT)


def value_text(prop: Property, member: DefMember) -> str:
    """Return a member's value as the device wants it shown; empty where it shows none."""
    if not prop.perm.readable:
        return ""
    match member:
        case DefNumber():
            return _shown(member, member.value)
        case DefText():
            return member.value
        case DefSwitch():
            return "On" if member.value else "Off"
        case DefLight():
            return member.value.name.capitalize()
        case DefBlob():
            return ""


def _shown(member: DefNumber, value: float) -> str:
    try:
        return format_number(value, member.format).strip()
    except ValueError:
        return "no number"


def hint(prop: Property, member: DefMember) -> str:
    """Return what may be typed for a member."""
    match member:
        case DefNumber():
            parts = [_range(member), _step(member), _way(member)]
            return ", ".join(part for part in parts if part)
        case DefText():
            return "any text"
        case DefSwitch():
            return _RULES[prop.rule or SwitchRule.ANY_OF_MANY]
        case DefLight() | DefBlob():
            return ""


_RULES: Final = {
    SwitchRule.ONE_OF_MANY: "always one of these is on",
    SwitchRule.AT_MOST_ONE: "one of these is on, or none",
    SwitchRule.ANY_OF_MANY: "any of these may be on",
}


def _range(member: DefNumber) -> str:
    if not _has_limits(member):
        return "any number"
    found = _UNIT.search(member.label)
    unit = f" {found[1]}" if found else ""
    return f"{_shown(member, member.min)} to {_shown(member, member.max)}{unit}"


def _step(member: DefNumber) -> str:
    return f"steps of {member.step:g}" if member.step > 0 and not _SEXAGESIMAL.search(member.format) else ""


def _way(member: DefNumber) -> str:
    return "as 12.5 or 12:30:00" if _SEXAGESIMAL.search(member.format) else ""


def _has_limits(member: DefNumber) -> bool:
    return member.max > member.min


def to_send(prop: Property, typed: Mapping[str, str]) -> dict[str, Value]:
    """Return the values to ask for: what was typed, and of the other members what they are.

    Many drivers understand only whole vectors: a mount, for one, right ascension and declination together.

    Raises:
        EntryError: Something that was typed is none for its member, or nothing was.
    """
    entered: dict[str, Value] = {name: _entered(prop.members[name], text) for name, text in typed.items()}
    if not entered:
        raise EntryError("type a value first")
    if not prop.perm.readable:
        return entered
    return {name: entered[name] if name in entered else _now(member) for name, member in prop.members.items()}


def _now(member: DefMember) -> Value:
    return member.value if isinstance(member, DefNumber | DefText) else ""


def _entered(member: DefMember, text: str) -> Value:
    return _number(member, text) if isinstance(member, DefNumber) else text


def _number(member: DefNumber, text: str) -> float:
    name = title(member)
    try:
        value = parse_number(text.strip().replace(",", ".") if text.count(",") == 1 else text.strip())
    except ValueError as error:
        raise EntryError(f"{name}: {text.strip()!r} is no number; type one as 12.5 or 12:30:00") from error
    if _has_limits(member):
        slack = _SLACK * max(abs(member.min), abs(member.max))
        if value < member.min - slack:
            raise EntryError(f"{name}: {text.strip()} is too small; the least is {_shown(member, member.min)}")
        if value > member.max + slack:
            raise EntryError(f"{name}: {text.strip()} is too large; the most is {_shown(member, member.max)}")
    if _WHOLE.search(member.format) and value != round(value):
        raise EntryError(f"{name}: {text.strip()} is no whole number, which the device wants")
    return value


def pressed(prop: Property, name: str) -> dict[str, Value]:
    """Return the values to ask for where a person presses a switch; the property's rule is kept.

    Of one-of-many the pressed one goes on, again if it was; others are turned over.
    """
    if prop.rule is SwitchRule.ONE_OF_MANY:
        return {name: True}
    return {name: not prop.is_on(name)}
