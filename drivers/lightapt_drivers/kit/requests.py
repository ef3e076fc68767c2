"""What every request is checked for before a driver sees it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from lightapt_protocol.members import DefMember, DefNumber, DefSwitch, DefText, OneMember, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Property
from lightapt_protocol.numbers import format_number
from lightapt_protocol.vocabulary import SwitchRule, SwitchState

__all__ = ["RefusedError", "wanted"]


class RefusedError(Exception):
    """The device does not do what a client asks.

    Attributes:
        reason: Why not, in words for the client.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def wanted(request: AnyRequest, prop: Property) -> Property:
    """Return the property as the client wants it to be.

    Raises:
        RefusedError: The property is of another kind or read-only; a member is unknown, a number out of its range; or
            the rule of the switches would be broken.
    """
    if request.kind is not prop.kind:
        raise RefusedError(f"{prop.name} is a {prop.kind.value} property, not {request.kind.value}")
    if not prop.perm.writable:
        raise RefusedError(f"{prop.name} is read-only")
    members = _before(request, prop)
    for one in request.members:
        if one.name not in members:
            raise RefusedError(f"{prop.name} has no member {one.name}")
        members[one.name] = _changed(members[one.name], one)
    _check_rule(prop, members)
    return replace(prop, members=MappingProxyType(members))


def _before(request: AnyRequest, prop: Property) -> dict[str, DefMember]:
    """Return the present members; where one switch excludes others, those make way for the one that is asked for."""
    asks_for_one = any(isinstance(one, OneSwitch) and one.value for one in request.members)
    if prop.rule in (SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE) and asks_for_one:
        return {name: DefSwitch(name, SwitchState.OFF, label=prop.members[name].label) for name in prop.members}
    return dict(prop.members)


def _changed(member: DefMember, one: OneMember) -> DefMember:
    match member:
        case DefNumber() if isinstance(one, OneNumber):
            return replace(member, value=_in_range(member, one.value))
        case DefText() if isinstance(one, OneText):
            return replace(member, value=one.value)
        case DefSwitch() if isinstance(one, OneSwitch):
            return replace(member, value=one.value)
        case _:  # lights cannot be asked for, and no device of ours takes BLOBs
            raise RefusedError(f"{member.name} cannot be set")


def _in_range(member: DefNumber, value: float) -> float:
    if member.min < member.max and not member.min <= value <= member.max:
        low, high, given = (format_number(number, member.format).strip() for number in (member.min, member.max, value))
        raise RefusedError(f"{member.name} must be from {low} to {high}, not {given}")
    return value


def _check_rule(prop: Property, members: Mapping[str, DefMember]) -> None:
    count = sum(isinstance(member, DefSwitch) and bool(member.value) for member in members.values())
    if prop.rule is SwitchRule.ONE_OF_MANY and count != 1:
        raise RefusedError(f"of {prop.name} one switch must be on, not {count}")
    if prop.rule is SwitchRule.AT_MOST_ONE and count > 1:
        raise RefusedError(f"of {prop.name} at most one switch may be on, not {count}")
