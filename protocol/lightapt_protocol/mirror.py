"""The property mirror: messages from devices, folded into what the devices are now and what has changed.

Clients and snooping drivers share it. It keeps no BLOBs (a mirror must not hold pictures): their data pass by
in the change that brings them. It trusts the device: neither the rule of switches nor the range of numbers is
enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, assert_never

from .construction import constructor, replacer
from .members import (
    DefBlob,
    DefLight,
    DefMember,
    DefNumber,
    DefSwitch,
    DefText,
    OneBlob,
    OneLight,
    OneMember,
    OneNumber,
    OneSwitch,
    OneText,
)
from .messages import (
    AnyDefinition,
    AnyUpdate,
    Definition,
    DefSwitchVector,
    DelProperty,
    EnableBlob,
    GetProperties,
    Message,
    Notice,
    PingReply,
    PingRequest,
    Request,
    SetBlobVector,
    Update,
)
from .vocabulary import Permission, PropertyKind, State, SwitchRule

__all__ = ["Change", "ChangeKind", "Device", "Mirror", "Property"]

_M = TypeVar("_M", DefText, DefNumber, DefSwitch, DefLight)


@dataclass(frozen=True, slots=True)
class Property:
    """A property at one moment; the mirror replaces it and never changes it.

    Attributes:
        device: The device that defined it.
        name: Its name.
        kind: What its members are.
        label: For people; the name where the device gave none.
        group: For people; empty where the device gave none.
        perm: What clients may do with it.
        rule: How many switches may be on; None for other kinds.
        state: Its state.
        timeout: Worst-case seconds that a change takes; 0 if not known.
        timestamp: When the device says that this came about; empty where it does not.
        members: The members with their values, by name, in the order of definition.
    """

    device: str
    name: str
    _: KW_ONLY
    kind: PropertyKind
    label: str
    group: str
    perm: Permission
    rule: SwitchRule | None
    state: State
    timeout: float
    timestamp: str
    members: MappingProxyType[str, DefMember]

    def text(self, member: str) -> str:
        """Return a text member's value.

        Raises:
            KeyError: There is no such text.
        """
        return self._member(member, DefText).value

    def number(self, member: str) -> float:
        """Return a number member's value.

        Raises:
            KeyError: There is no such number.
        """
        return self._member(member, DefNumber).value

    def is_on(self, member: str) -> bool:
        """Return whether a switch is on.

        Raises:
            KeyError: There is no such switch.
        """
        return bool(self._member(member, DefSwitch).value)

    def light(self, member: str) -> State:
        """Return a light's value.

        Raises:
            KeyError: There is no such light.
        """
        return self._member(member, DefLight).value

    def switches_on(self) -> list[str]:
        """Return the names of the switches that are on."""
        return [m.name for m in self.members.values() if isinstance(m, DefSwitch) and m.value]

    def _member(self, name: str, kind: type[_M]) -> _M:
        member = self.members[name]
        if not isinstance(member, kind):
            raise KeyError(f"{self.device}.{self.name}.{name} is a {type(member).__name__}")
        return member


Device: TypeAlias = Mapping[str, Property]
"""A device: its properties by name, in the order of definition."""


class ChangeKind(Enum):
    """What a message did to the mirror."""

    DEFINED = "defined"
    UPDATED = "updated"
    DELETED = "deleted"
    NOTICE = "notice"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a message did.

    Attributes:
        kind: What it did.
        message: The message that did it.
        device: The device concerned; empty for all.
        name: The property concerned; empty for none.
        current: The property as it is now; None where there is none.
        previous: The property as it was; None where there was none.
        members: Names of the members that an update set, whether or not to another value.
        blobs: The data that an update brought. They are not kept in the mirror.
        text: Words for people of a notice, or why something was ignored.
    """

    kind: ChangeKind
    message: Message
    _: KW_ONLY
    device: str = ""
    name: str = ""
    current: Property | None = None
    previous: Property | None = None
    members: tuple[str, ...] = ()
    blobs: tuple[OneBlob, ...] = ()
    text: str = ""


class Mirror:
    """What the devices are now, by the messages that they sent.

    Attributes:
        devices: The devices by name; a view that changes as messages arrive. A device is there while it has
            properties.
    """

    __slots__ = ("_devices", "devices")

    def __init__(self) -> None:
        self._devices: dict[str, dict[str, Property]] = {}
        self.devices: Mapping[str, Device] = MappingProxyType(self._devices)

    def find(self, device: str, name: str) -> Property | None:
        """Return a property, or None while there is none."""
        return self._devices.get(device, {}).get(name)

    def apply(self, message: Message) -> list[Change]:
        """Take a message in and return what it did; what devices do not send to clients does nothing."""
        match message:
            case Update():
                changes = self._update(message)
            case Definition():
                changes = [self._define(message)]
            case DelProperty():
                changes = self._delete(message)
            case Notice():
                changes = []
            case Request() | GetProperties() | EnableBlob() | PingRequest() | PingReply():
                return []
            case _:
                assert_never(message)
        return [*changes, _notice(message)] if message.message else changes

    def _define(self, message: AnyDefinition) -> Change:
        previous = self.find(message.device, message.name)
        current = _defined(message)
        self._devices.setdefault(message.device, {})[message.name] = current
        return _change(ChangeKind.DEFINED, message, current=current, previous=previous)

    def _update(self, message: AnyUpdate) -> list[Change]:
        properties = self._devices.get(message.device)
        previous = properties.get(message.name) if properties else None
        if properties is None or previous is None:
            return [_ignoring(message, "the property is not defined", None)]
        if previous.kind is not message.kind:
            text = f"the property is defined as {previous.kind.value}, not {message.kind.value}"
            return [_ignoring(message, text, previous)]
        values, known, unknown = _set(previous.members, message.members)
        current = properties[message.name] = _updated(previous, message, values)
        changes = [_updating(message, known, current=current, previous=previous)]
        if unknown:
            changes += [_ignoring(message, f"the property has no member {name}", current) for name in unknown]
        return changes

    def _delete(self, message: DelProperty) -> list[Change]:
        gone = self._named_by(message)
        for prop in gone:
            properties = self._devices[prop.device]
            del properties[prop.name]
            if not properties:
                del self._devices[prop.device]
        if not gone:
            return [_change(ChangeKind.IGNORED, message, text="there is nothing of that name to delete")]
        return [Change(ChangeKind.DELETED, message, device=prop.device, name=prop.name, previous=prop) for prop in gone]

    def _named_by(self, message: DelProperty) -> list[Property]:
        """Return the properties that a delProperty names: one, a device's, or (without a device) all."""
        names = [message.device] if message.device else list(self._devices)
        properties = (prop for name in names for prop in self._devices.get(name, {}).values())
        return [prop for prop in properties if message.name in ("", prop.name)]


def _change(
    kind: ChangeKind,
    message: AnyDefinition | AnyUpdate | DelProperty,
    *,
    current: Property | None = None,
    previous: Property | None = None,
    text: str = "",
) -> Change:
    return Change(
        kind,
        message,
        device=message.device,
        name=message.name,
        current=current,
        previous=previous,
        text=text,
    )


def _updating(message: AnyUpdate, known: Sequence[OneMember], *, current: Property, previous: Property) -> Change:
    return _new_change(
        _UPDATED,
        message,
        device=message.device,
        name=message.name,
        current=current,
        previous=previous,
        members=tuple([one.name for one in known]),
        blobs=tuple([one for one in known if isinstance(one, OneBlob)]) if isinstance(message, SetBlobVector) else (),
    )


def _ignoring(message: AnyUpdate, text: str, prop: Property | None) -> Change:
    return _change(ChangeKind.IGNORED, message, current=prop, previous=prop, text=text)


def _notice(message: AnyDefinition | AnyUpdate | DelProperty | Notice) -> Change:
    name = "" if isinstance(message, Notice) else message.name
    return Change(ChangeKind.NOTICE, message, device=message.device, name=name, text=message.message)


def _defined(message: AnyDefinition) -> Property:
    return Property(
        message.device,
        message.name,
        kind=message.kind,
        label=message.label or message.name,
        group=message.group,
        perm=message.perm,
        rule=message.rule if isinstance(message, DefSwitchVector) else None,
        state=message.state,
        timeout=message.timeout,
        timestamp=message.timestamp,
        members=MappingProxyType({member.name: member for member in message.members}),
    )


# What follows is done for each update: dataclasses.replace would take four times as long.

_UPDATED: Final = ChangeKind.UPDATED  # an enumeration's members take some time to find
_new_change = constructor(Change)
_with_news = replacer(Property, "state", "timeout", "timestamp", "members")
_with_number = replacer(DefNumber, "value")


def _set(
    members: MappingProxyType[str, DefMember], ones: Sequence[OneMember]
) -> tuple[dict[str, DefMember], Sequence[OneMember], list[str]]:
    """Return the members as an update sets them, what of it is known, and the names of what is not."""
    values = members.copy()
    unknown: list[str] = []
    for one in ones:
        member = values.get(one.name)
        if member is None:
            unknown.append(one.name)
        else:
            values[one.name] = _SETTERS[type(member)](member, one)
    return values, [one for one in ones if one.name in members] if unknown else ones, unknown


def _updated(prop: Property, message: AnyUpdate, members: dict[str, DefMember]) -> Property:
    state = prop.state if message.state is None else message.state
    timeout = prop.timeout if message.timeout is None else message.timeout
    return _with_news(prop, state, timeout, message.timestamp, MappingProxyType(members))


def _set_number(member: DefNumber, one: OneNumber) -> DefNumber:
    if one.min is one.max is one.step is None:
        return _with_number(member, one.value)
    return DefNumber(
        member.name,
        one.value,
        label=member.label,
        format=member.format,
        min=member.min if one.min is None else one.min,
        max=member.max if one.max is None else one.max,
        step=member.step if one.step is None else one.step,
    )


def _set_text(member: DefText, one: OneText) -> DefText:
    return DefText(member.name, one.value, label=member.label)


def _set_switch(member: DefSwitch, one: OneSwitch) -> DefSwitch:
    return DefSwitch(member.name, one.value, label=member.label)


def _set_light(member: DefLight, one: OneLight) -> DefLight:
    return DefLight(member.name, one.value, label=member.label)


def _set_blob(member: DefBlob, _: OneBlob) -> DefBlob:
    return member


_SETTERS: Final[Mapping[type[DefMember], Callable[[Any, Any], DefMember]]] = {
    DefNumber: _set_number,
    DefText: _set_text,
    DefSwitch: _set_switch,
    DefLight: _set_light,
    DefBlob: _set_blob,
}
