"""What a program asks a property for: values → a message; and whether a property is as it was asked. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, TypeAlias

from lightapt_protocol.members import DefMember, DefNumber, DefSwitch, DefText, OneMember, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import AnyRequest, NewBlobVector, NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.mirror import Property
from lightapt_protocol.numbers import format_number, parse_number
from lightapt_protocol.vocabulary import PropertyKind, State, SwitchRule, SwitchState

from .errors import MissingError, RequestError

__all__ = ["Value", "is_as_asked", "is_number", "member_value", "otherwise", "request_for"]

Value: TypeAlias = float | str | bool | State
"""What a member holds: a number, a text, whether a switch is on, a light."""

_EXACT: Final = 1e-6


def member_value(member: DefMember) -> Value | None:
    """Return what a member holds; None for a BLOB."""
    value = getattr(member, "value", None)
    return bool(value) if isinstance(value, SwitchState) else value


def request_for(prop: Property, values: Mapping[str, Value]) -> AnyRequest:
    """Return the message that asks for these values. Numbers may also be texts, sexagesimal ones too.

    Raises:
        MissingError: The property has no such member.
        RequestError: It is not one that can be set, or a value is none for it.
    """
    where = f"{prop.device}.{prop.name}"
    if unknown := [name for name in values if name not in prop.members]:
        raise MissingError(f"{where} has no member {unknown[0]}, but {', '.join(prop.members)}")
    if not prop.perm.writable:
        raise RequestError(f"{where} is read-only")
    if not values:
        raise RequestError(f"{where}: name a member and its value")
    match prop.kind:
        case PropertyKind.NUMBER:
            numbers = tuple(OneNumber(name, _number(where, name, value)) for name, value in values.items())
            return NewNumberVector(prop.device, prop.name, members=numbers)
        case PropertyKind.TEXT:
            texts = tuple(OneText(name, str(value)) for name, value in values.items())
            return NewTextVector(prop.device, prop.name, members=texts)
        case PropertyKind.SWITCH:
            switches = tuple(OneSwitch(name, _switch(where, name, value)) for name, value in values.items())
            return NewSwitchVector(prop.device, prop.name, members=switches)
        case PropertyKind.LIGHT:
            raise RequestError(f"{where}: lights cannot be set")
        case PropertyKind.BLOB:
            raise RequestError(f"{where}: BLOBs are sent by send_blob")


def _number(where: str, name: str, value: Value) -> float:
    try:
        number = parse_number(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type] # or TypeError
    except (TypeError, ValueError) as error:
        raise RequestError(f"{where}.{name}: {value!r} is no number") from error
    if not math.isfinite(number):
        raise RequestError(f"{where}.{name}: INDI has no word for {number}")
    return number


def _switch(where: str, name: str, value: Value) -> SwitchState:
    if not isinstance(value, bool):
        raise RequestError(f"{where}.{name} is a switch: it takes True or False, not {value!r}")
    return SwitchState.ON if value else SwitchState.OFF


def is_as_asked(prop: Property, request: AnyRequest) -> bool:
    """Whether a property has the values that were asked for, as far as its device shows them."""
    if isinstance(request, NewBlobVector) or not prop.perm.readable:
        return True
    is_button = prop.rule is SwitchRule.AT_MOST_ONE and not prop.switches_on()
    return is_button or all(_is(prop.members.get(one.name), one) for one in request.members)


def otherwise(prop: Property, request: AnyRequest) -> str:
    """Return in words what a property shows in place of what was asked for; empty where it shows nothing else.

    Of switches none of which is on some drivers make buttons, whatever their rule.
    """
    is_button = prop.rule is SwitchRule.ONE_OF_MANY and not prop.switches_on()
    if is_button or is_as_asked(prop, request):
        return ""
    shown = ((prop.members.get(one.name), one) for one in request.members)
    return ", ".join(_contrast(member, one) for member, one in shown if member is not None and not _is(member, one))


def _contrast(member: DefMember, one: OneMember) -> str:
    match member:
        case DefNumber() if isinstance(one, OneNumber):
            now, asked = (format_number(value, member.format).strip() for value in (member.value, one.value))
            return f"{one.name} is {now} instead of {asked}"
        case DefSwitch():
            return f"{one.name} is {'On' if member.value else 'Off'}"
        case _:
            return f"{one.name} is {member_value(member)!r}"


def _is(member: DefMember | None, one: OneMember) -> bool:
    match member:
        case DefNumber() if isinstance(one, OneNumber):
            return is_number(member, one.value)
        case DefText() if isinstance(one, OneText):
            return member.value == one.value
        case DefSwitch() if isinstance(one, OneSwitch):
            return member.value is one.value
        case _:
            return False


def is_number(member: DefNumber, value: float) -> bool:
    """Whether a member is a number: but for rounding, or as its format shows them both."""
    if math.isclose(member.value, value, rel_tol=_EXACT, abs_tol=_EXACT):
        return True
    return format_number(member.value, member.format) == format_number(value, member.format)
