"""What every request is checked for before a handler sees it. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from lightapt_protocol.members import (
    DefBlob,
    DefMember,
    DefNumber,
    DefSwitch,
    DefText,
    OneBlob,
    OneMember,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import AnyDefinition, AnyRequest, DefSwitchVector
from lightapt_protocol.numbers import format_number
from lightapt_protocol.vocabulary import SwitchRule, SwitchState

from .errors import RefusedError

__all__ = ["wanted_members"]

_STEP_TOLERANCE = 1e-6
"""How far from a whole number of steps a value may be, as a part of a step: decimal fractions are not exact."""


def wanted_members(request: AnyRequest, definition: AnyDefinition) -> dict[str, DefMember]:
    """Return the members of a property as the client wants them to be; BLOBs stay as they are.

    Raises:
        RefusedError: The property is of another kind or read-only; a member is unknown, a number out of its range or
            between two steps; or the rule of the switches would be broken.
    """
    if request.kind is not definition.kind:
        raise RefusedError(f"{definition.name} is a {definition.kind.value} property, not {request.kind.value}")
    if not definition.perm.writable:
        raise RefusedError(f"{definition.name} is read-only")
    if not request.members:
        raise RefusedError(f"{definition.name} is asked for no value: name a member")
    members = _before(request, definition)
    for one in request.members:
        if one.name not in members:
            raise RefusedError(f"{definition.name} has no member {one.name}")
        members[one.name] = _changed(members[one.name], one)
    if isinstance(definition, DefSwitchVector):
        _check_rule(definition, members)
    return members


def _before(request: AnyRequest, definition: AnyDefinition) -> dict[str, DefMember]:
    """Return the present members; where one switch excludes others, those make way for the one that is asked for."""
    asks_for_one = any(isinstance(one, OneSwitch) and one.value for one in request.members)
    excludes = isinstance(definition, DefSwitchVector) and definition.rule is not SwitchRule.ANY_OF_MANY
    members: tuple[DefMember, ...] = definition.members
    if excludes and asks_for_one:
        return {member.name: DefSwitch(member.name, SwitchState.OFF, label=member.label) for member in members}
    return {member.name: member for member in members}


def _changed(member: DefMember, one: OneMember) -> DefMember:
    match member:
        case DefNumber() if isinstance(one, OneNumber):
            return replace(member, value=_allowed(member, one.value))
        case DefText() if isinstance(one, OneText):
            return replace(member, value=one.value)
        case DefSwitch() if isinstance(one, OneSwitch):
            return replace(member, value=one.value)
        case DefBlob() if isinstance(one, OneBlob):
            return member
        case _:
            raise RefusedError(f"{member.name} cannot be set")


def _allowed(member: DefNumber, value: float) -> float:
    def shown(number: float) -> str:
        return format_number(number, member.format).strip()

    if not math.isfinite(value):
        raise RefusedError(f"{member.name} must be a finite number, not {value}")
    if member.min < member.max and not member.min <= value <= member.max:
        raise RefusedError(f"{member.name} must be from {shown(member.min)} to {shown(member.max)}, not {value:g}")
    if member.step > 0:
        steps = (value - member.min) / member.step
        if abs(steps - round(steps)) > max(_STEP_TOLERANCE, abs(steps) * 1e-12):
            raise RefusedError(
                f"{member.name} goes in steps of {member.step:g} from {shown(member.min)}; {value:g} is between two"
            )
    return value


def _check_rule(definition: DefSwitchVector, members: Mapping[str, DefMember]) -> None:
    count = sum(isinstance(member, DefSwitch) and bool(member.value) for member in members.values())
    if definition.rule is SwitchRule.ONE_OF_MANY and count != 1:
        raise RefusedError(f"of {definition.name} one switch must be on, not {count}")
    if definition.rule is SwitchRule.AT_MOST_ONE and count > 1:
        raise RefusedError(f"of {definition.name} at most one switch may be on, not {count}")
