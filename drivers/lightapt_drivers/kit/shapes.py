"""What of a property's definition does not change with its values: on that clients build their panels."""

from __future__ import annotations

from dataclasses import fields

from lightapt_protocol.members import DefMember
from lightapt_protocol.messages import AnyDefinition

__all__ = ["shape"]


def shape(definition: AnyDefinition) -> tuple[object, ...]:
    """Return all of a definition but its values, state and time, to be compared; its kind, too."""
    own = _fields(definition, "members", "state", "timestamp")
    return type(definition), own, tuple(_fields(member, "value") for member in definition.members)


def _fields(of: AnyDefinition | DefMember, *but: str) -> tuple[object, ...]:
    return tuple(getattr(of, field.name) for field in fields(of) if field.name not in but)
