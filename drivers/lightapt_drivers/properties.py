"""The properties that a device has at the moment, and the messages that tell of them. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

from lightapt_protocol.members import (
    DefBlob,
    OneBlob,
    OneLight,
    OneMember,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyUpdate,
    DelProperty,
    SetBlobVector,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.timestamps import timestamp_from_datetime
from lightapt_protocol.vocabulary import PropertyKind, State, SwitchState

__all__ = ["Properties", "Value", "now", "one_on", "values"]

Value: TypeAlias = float | str | SwitchState | State

_UPDATES: Final[Mapping[PropertyKind, tuple[Callable[..., AnyUpdate], Callable[..., OneMember]]]] = MappingProxyType(
    {
        PropertyKind.TEXT: (SetTextVector, OneText),
        PropertyKind.NUMBER: (SetNumberVector, OneNumber),
        PropertyKind.SWITCH: (SetSwitchVector, OneSwitch),
        PropertyKind.LIGHT: (SetLightVector, OneLight),
        PropertyKind.BLOB: (SetBlobVector, OneBlob),
    }
)


class Properties:
    """The properties of one device: what it has defined, and what has become of it."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._definitions: dict[str, AnyDefinition] = {}
        self._mirror = Mirror()

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def __getitem__(self, name: str) -> Property:
        return self._mirror.devices[self._device][name]

    def add(self, definition: AnyDefinition) -> None:
        """Have one more property."""
        self._definitions[definition.name] = definition
        self._mirror.apply(definition)

    def remove(self, name: str) -> DelProperty:
        """Have one less, and return the message that says so."""
        del self._definitions[name]
        message = DelProperty(self._device, name, timestamp=now())
        self._mirror.apply(message)
        return message

    def definitions(self, name: str = "") -> Iterator[AnyDefinition]:
        """Yield the definitions, with the values of the moment, of one property or of all."""
        for definition in list(self._definitions.values()):
            if name in ("", definition.name):
                yield _as_it_is(definition, self[definition.name])

    def change(
        self, name: str, values: Mapping[str, Value], *, state: State | None = None, message: str = ""
    ) -> AnyUpdate:
        """Set members, and return the message that says so; a state of None leaves the state."""
        vector, one = _UPDATES[self[name].kind]
        members = tuple(one(member, value) for member, value in values.items())
        update = vector(self._device, name, state=state, timestamp=now(), message=message, members=members)
        self._mirror.apply(update)
        return update


def _as_it_is(definition: AnyDefinition, prop: Property) -> AnyDefinition:
    members = cast("Any", tuple(prop.members.values()))  # of the definition's kind, for it was made from that
    return replace(definition, state=prop.state, members=members, timestamp=now())


def values(prop: Property) -> Mapping[str, Value]:
    """Return the members' values."""
    return {member.name: member.value for member in prop.members.values() if not isinstance(member, DefBlob)}


def one_on(prop: Property, member: str) -> Mapping[str, Value]:
    """Return the values of a switch property in which this one is on, and no other."""
    return {name: SwitchState.ON if name == member else SwitchState.OFF for name in prop.members}


def now() -> str:
    """Return the time of the moment as messages carry it."""
    return timestamp_from_datetime(datetime.now(UTC))
