"""The members that messages hold: a definition's (``Def…``), and an update's or a request's (``One…``)."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TypeAlias

from .vocabulary import State, SwitchState

__all__ = [
    "BytesLike",
    "DefBlob",
    "DefLight",
    "DefMember",
    "DefNumber",
    "DefSwitch",
    "DefText",
    "Member",
    "OneBlob",
    "OneLight",
    "OneMember",
    "OneNumber",
    "OneSwitch",
    "OneText",
]

BytesLike: TypeAlias = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class DefText:
    """A text member and its value."""

    name: str
    value: str = ""
    _: KW_ONLY
    label: str = ""


@dataclass(frozen=True, slots=True)
class DefNumber:
    """A number member and its value; where min equals max the range is unlimited (white paper, defNumber)."""

    name: str
    value: float
    _: KW_ONLY
    label: str = ""
    format: str = "%g"
    min: float = 0.0
    max: float = 0.0
    step: float = 0.0


@dataclass(frozen=True, slots=True)
class DefSwitch:
    """A switch member and its value."""

    name: str
    value: SwitchState = SwitchState.OFF
    _: KW_ONLY
    label: str = ""


@dataclass(frozen=True, slots=True)
class DefLight:
    """A light member and its value."""

    name: str
    value: State = State.IDLE
    _: KW_ONLY
    label: str = ""


@dataclass(frozen=True, slots=True)
class DefBlob:
    """A BLOB member; a definition carries no data."""

    name: str
    _: KW_ONLY
    label: str = ""


@dataclass(frozen=True, slots=True)
class OneText:
    """A text member's value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class OneNumber:
    """A number member's value, and its range where that changed too (libindi's extension)."""

    name: str
    value: float
    _: KW_ONLY
    min: float | None = None
    max: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class OneSwitch:
    """A switch member's value."""

    name: str
    value: SwitchState


@dataclass(frozen=True, slots=True)
class OneLight:
    """A light member's value."""

    name: str
    value: State


@dataclass(frozen=True, slots=True)
class OneBlob:
    """A BLOB member's data.

    Attributes:
        name: The member.
        data: The bytes, as compressed as ``format`` says; empty where ``attached``.
        size: Bytes before compression.
        format: A file name's ending such as ``.fits`` or, with zlib compression, ``.fits.z``.
        attached: Whether the data travel beside the message in shared memory (libindi's extension).
        length: Bytes in the shared memory that count, where the sender says.
    """

    name: str
    data: BytesLike = b""
    _: KW_ONLY
    size: int
    format: str = ""
    attached: bool = False
    length: int | None = None


DefMember: TypeAlias = DefText | DefNumber | DefSwitch | DefLight | DefBlob
OneMember: TypeAlias = OneText | OneNumber | OneSwitch | OneLight | OneBlob
Member: TypeAlias = DefMember | OneMember
