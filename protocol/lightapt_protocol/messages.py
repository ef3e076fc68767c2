"""The messages of INDI 1.7 as typed, frozen values.

Nothing here knows how a message is spelt on the wire: that is the grammar's. Optional text that a message
does not carry is the empty string; an optional value whose absence has a meaning of its own (*leave it as it
is*) is None.

There are three families of messages about a property, each with one class a kind of property:
:class:`Definition` (device → client: it exists), :class:`Update` (device → client: it changed) and
:class:`Request` (client → device: please change it).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, TypeAlias

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
from .vocabulary import BlobPolicy, Permission, PropertyKind, State, SwitchRule

__all__ = [
    "PROTOCOL_VERSION",
    "AnyDefinition",
    "AnyRequest",
    "AnyUpdate",
    "DefBlobVector",
    "DefLightVector",
    "DefNumberVector",
    "DefSwitchVector",
    "DefTextVector",
    "Definition",
    "DelProperty",
    "EnableBlob",
    "GetProperties",
    "Message",
    "NewBlobVector",
    "NewNumberVector",
    "NewSwitchVector",
    "NewTextVector",
    "Notice",
    "PingReply",
    "PingRequest",
    "Request",
    "SetBlobVector",
    "SetLightVector",
    "SetNumberVector",
    "SetSwitchVector",
    "SetTextVector",
    "Update",
]

PROTOCOL_VERSION = "1.7"


@dataclass(frozen=True, slots=True)
class Definition:
    """Device → client: a property exists, and this is its state. Base of the five kinds."""

    kind: ClassVar[PropertyKind]
    device: str
    name: str
    _: KW_ONLY
    label: str = ""
    group: str = ""
    state: State = State.IDLE
    timestamp: str = ""
    message: str = ""
    members: tuple[DefMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Device → client: a property changed; a state of None leaves the state. Base of the five kinds."""

    kind: ClassVar[PropertyKind]
    device: str
    name: str
    _: KW_ONLY
    state: State | None = None
    timestamp: str = ""
    message: str = ""
    members: tuple[OneMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Client → device: please set these members. Base of the four kinds."""

    kind: ClassVar[PropertyKind]
    device: str
    name: str
    _: KW_ONLY
    timestamp: str = ""
    members: tuple[OneMember, ...] = ()


@dataclass(frozen=True, slots=True)
class DefTextVector(Definition):
    """Defines a text property. ``timeout``: worst-case seconds that a change takes, 0 if not known."""

    kind: ClassVar = PropertyKind.TEXT
    perm: Permission = Permission.READ_WRITE
    timeout: float = 0.0
    members: tuple[DefText, ...] = ()


@dataclass(frozen=True, slots=True)
class DefNumberVector(Definition):
    """Defines a number property. ``timeout``: worst-case seconds that a change takes, 0 if not known."""

    kind: ClassVar = PropertyKind.NUMBER
    perm: Permission = Permission.READ_WRITE
    timeout: float = 0.0
    members: tuple[DefNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class DefSwitchVector(Definition):
    """Defines a switch property. ``timeout``: worst-case seconds that a change takes, 0 if not known."""

    kind: ClassVar = PropertyKind.SWITCH
    perm: Permission = Permission.READ_WRITE
    rule: SwitchRule = SwitchRule.ONE_OF_MANY
    timeout: float = 0.0
    members: tuple[DefSwitch, ...] = ()


@dataclass(frozen=True, slots=True)
class DefLightVector(Definition):
    """Defines a light property; lights are read-only and take no time."""

    kind: ClassVar = PropertyKind.LIGHT
    perm: ClassVar = Permission.READ_ONLY
    timeout: ClassVar = 0.0
    members: tuple[DefLight, ...] = ()


@dataclass(frozen=True, slots=True)
class DefBlobVector(Definition):
    """Defines a BLOB property. ``timeout``: worst-case seconds that a change takes, 0 if not known."""

    kind: ClassVar = PropertyKind.BLOB
    perm: Permission = Permission.READ_WRITE
    timeout: float = 0.0
    members: tuple[DefBlob, ...] = ()


@dataclass(frozen=True, slots=True)
class SetTextVector(Update):
    """Text members changed."""

    kind: ClassVar = PropertyKind.TEXT
    timeout: float | None = None
    members: tuple[OneText, ...] = ()


@dataclass(frozen=True, slots=True)
class SetNumberVector(Update):
    """Number members changed."""

    kind: ClassVar = PropertyKind.NUMBER
    timeout: float | None = None
    members: tuple[OneNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class SetSwitchVector(Update):
    """Switches changed."""

    kind: ClassVar = PropertyKind.SWITCH
    timeout: float | None = None
    members: tuple[OneSwitch, ...] = ()


@dataclass(frozen=True, slots=True)
class SetLightVector(Update):
    """Lights changed."""

    kind: ClassVar = PropertyKind.LIGHT
    timeout: ClassVar = None
    members: tuple[OneLight, ...] = ()


@dataclass(frozen=True, slots=True)
class SetBlobVector(Update):
    """BLOBs arrived."""

    kind: ClassVar = PropertyKind.BLOB
    timeout: float | None = None
    members: tuple[OneBlob, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTextVector(Request):
    """Please set these text members."""

    kind: ClassVar = PropertyKind.TEXT
    members: tuple[OneText, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNumberVector(Request):
    """Please set these number members."""

    kind: ClassVar = PropertyKind.NUMBER
    members: tuple[OneNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class NewSwitchVector(Request):
    """Please set these switches."""

    kind: ClassVar = PropertyKind.SWITCH
    members: tuple[OneSwitch, ...] = ()


@dataclass(frozen=True, slots=True)
class NewBlobVector(Request):
    """Please take these BLOBs."""

    kind: ClassVar = PropertyKind.BLOB
    members: tuple[OneBlob, ...] = ()


@dataclass(frozen=True, slots=True)
class GetProperties:
    """Please define your properties: all, those of one device, or one. From a driver: snoop on them."""

    device: str = ""
    name: str = ""
    _: KW_ONLY
    version: str = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class EnableBlob:
    """Which BLOBs the client wants."""

    device: str = ""
    name: str = ""
    _: KW_ONLY
    policy: BlobPolicy


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for people, from one device or from all."""

    device: str = ""
    message: str = ""
    _: KW_ONLY
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class DelProperty:
    """A property exists no more; without a name the whole device, without a device all devices."""

    device: str = ""
    name: str = ""
    _: KW_ONLY
    timestamp: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class PingRequest:
    """Please answer with the same uid when all that came before is dealt with (libindi's extension)."""

    uid: str = ""


@dataclass(frozen=True, slots=True)
class PingReply:
    """The answer to the ping request of the same uid."""

    uid: str = ""


AnyDefinition: TypeAlias = DefTextVector | DefNumberVector | DefSwitchVector | DefLightVector | DefBlobVector
AnyUpdate: TypeAlias = SetTextVector | SetNumberVector | SetSwitchVector | SetLightVector | SetBlobVector
AnyRequest: TypeAlias = NewTextVector | NewNumberVector | NewSwitchVector | NewBlobVector
Message: TypeAlias = (
    AnyDefinition | AnyUpdate | AnyRequest | GetProperties | EnableBlob | Notice | DelProperty | PingRequest | PingReply
)
