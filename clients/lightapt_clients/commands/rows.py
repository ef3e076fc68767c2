"""Properties as the tools show them: a value as text, plain or for people, and a property as a record of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lightapt_protocol.grammar import WORDS, Kind
from lightapt_protocol.members import DefBlob, DefLight, DefMember, DefNumber, DefSwitch, DefText
from lightapt_protocol.mirror import Property
from lightapt_protocol.numbers import format_number, number_to_wire
from lightapt_protocol.vocabulary import Permission, State

__all__ = [
    "PERMISSIONS",
    "PSEUDO",
    "Row",
    "json_time",
    "plain_number",
    "plain_value",
    "record_of",
    "shown_value",
    "state_word",
]

_STATE_WORDS: Final = {state: word for word, state in WORDS[Kind.STATE].items()}
PERMISSIONS: Final = {Permission.READ_ONLY: "ro", Permission.WRITE_ONLY: "wo", Permission.READ_WRITE: "rw"}
PSEUDO: Final = ("_LABEL", "_GROUP", "_STATE", "_PERM", "_TO", "_TS")
"""What may be asked of a property in place of a member, as indi_getprop has them."""


def json_time(moment: datetime) -> str:
    """Return a moment as JSON has it in all tools: ISO 8601, UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def state_word(state: State) -> str:
    """Return a state as INDI writes it."""
    return _STATE_WORDS[state]


@dataclass(frozen=True, slots=True)
class Row:
    """A member of a property, or one of :data:`PSEUDO`."""

    prop: Property
    member: str

    @property
    def path(self) -> str:
        """What it is called."""
        return f"{self.prop.device}.{self.prop.name}.{self.member}"

    @property
    def is_blob(self) -> bool:
        """Whether it is a BLOB, which has no value to print."""
        return isinstance(self.prop.members.get(self.member), DefBlob)

    @property
    def value(self) -> str:
        """Its value as indi_getprop prints it."""
        if self.member in PSEUDO:
            return _pseudo(self.prop, self.member)
        return plain_value(self.prop.members[self.member])


def plain_number(value: float) -> str:
    """Return a number for people, with six digits that count and without an exponent where it is not tiny or huge."""
    rounded = float(f"{value:g}") if abs(value) < 1e6 else float(round(value))
    return f"{rounded + 0.0:.0f}" if rounded == round(rounded) and abs(rounded) < 1e15 else f"{rounded:g}"


def plain_value(member: DefMember) -> str:
    """Return a member's value as on the wire; a BLOB has none."""
    match member:
        case DefNumber():
            return number_to_wire(member.value)
        case DefText():
            return member.value
        case DefSwitch():
            return "On" if member.value else "Off"
        case DefLight():
            return state_word(member.value)
        case DefBlob():
            return ""


def shown_value(member: DefMember) -> str:
    """Return a member's value for people: numbers in the driver's format."""
    match member:
        case DefNumber():
            return format_number(member.value, member.format).strip()
        case DefBlob():
            return "(BLOB)"
        case _:
            return plain_value(member)


def _pseudo(prop: Property, name: str) -> str:
    match name:
        case "_LABEL":
            return prop.label
        case "_GROUP":
            return prop.group
        case "_STATE":
            return state_word(prop.state)
        case "_PERM":
            return PERMISSIONS[prop.perm]
        case "_TO":
            return f"{prop.timeout:g}"
        case _:
            return prop.timestamp


def _json_value(member: DefMember) -> float | str | bool | None:
    match member:
        case DefNumber() | DefText():
            return member.value
        case DefSwitch():
            return bool(member.value)
        case DefLight():
            return state_word(member.value)
        case DefBlob():
            return None


def record_of(prop: Property, members: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return a property as a record of JSON; of its members only those named, where some are."""
    chosen = [one for name, one in prop.members.items() if members is None or name in members]
    return {
        "device": prop.device,
        "property": prop.name,
        "kind": prop.kind.value,
        "label": prop.label,
        "group": prop.group,
        "state": state_word(prop.state),
        "perm": PERMISSIONS[prop.perm],
        "timeout": prop.timeout,
        "timestamp": prop.timestamp,
        "members": {one.name: _json_value(one) for one in chosen},
    }
