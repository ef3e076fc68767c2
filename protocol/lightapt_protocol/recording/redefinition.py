"""A property as it is now → the messages that tell somebody of it who has not heard of it yet, or only of its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from ..members import (
    DefBlob,
    DefLight,
    DefMember,
    DefNumber,
    DefSwitch,
    DefText,
    OneLight,
    OneNumber,
    OneSwitch,
    OneText,
)
from ..messages import (
    AnyDefinition,
    AnyUpdate,
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    SetBlobVector,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from ..mirror import Property
from ..vocabulary import PropertyKind, SwitchRule

__all__ = ["definition_of", "update_of"]

_DEFINITIONS: Final = cast(
    "Mapping[PropertyKind, Callable[..., AnyDefinition]]",
    {
        PropertyKind.TEXT: DefTextVector,
        PropertyKind.NUMBER: DefNumberVector,
        PropertyKind.SWITCH: DefSwitchVector,
        PropertyKind.LIGHT: DefLightVector,
        PropertyKind.BLOB: DefBlobVector,
    },
)
_UPDATES: Final = cast(
    "Mapping[PropertyKind, Callable[..., AnyUpdate]]",
    {
        PropertyKind.TEXT: SetTextVector,
        PropertyKind.NUMBER: SetNumberVector,
        PropertyKind.SWITCH: SetSwitchVector,
        PropertyKind.LIGHT: SetLightVector,
        PropertyKind.BLOB: SetBlobVector,
    },
)


def definition_of(prop: Property) -> AnyDefinition:
    """Return the message that defines a property as it is now."""
    more: dict[str, Any] = {}
    if prop.kind is not PropertyKind.LIGHT:
        more |= {"perm": prop.perm, "timeout": prop.timeout}
    if prop.kind is PropertyKind.SWITCH:
        more["rule"] = prop.rule or SwitchRule.ANY_OF_MANY
    return _DEFINITIONS[prop.kind](
        prop.device,
        prop.name,
        label=prop.label,
        group=prop.group,
        state=prop.state,
        timestamp=prop.timestamp,
        members=tuple(prop.members.values()),
        **more,
    )


def update_of(prop: Property, *, message: str = "") -> AnyUpdate:
    """Return the message that tells the state and all values of a property; of one of BLOBs, its state."""
    return _UPDATES[prop.kind](
        prop.device,
        prop.name,
        state=prop.state,
        timestamp=prop.timestamp,
        message=message,
        members=tuple(_one(member) for member in prop.members.values() if not isinstance(member, DefBlob)),
    )


def _one(member: DefMember) -> OneText | OneNumber | OneSwitch | OneLight:
    match member:
        case DefText():
            return OneText(member.name, member.value)
        case DefNumber():
            return OneNumber(member.name, member.value, min=member.min, max=member.max, step=member.step)
        case DefSwitch():
            return OneSwitch(member.name, member.value)
        case DefLight():
            return OneLight(member.name, member.value)
        case DefBlob():
            raise TypeError("a BLOB has no value")
