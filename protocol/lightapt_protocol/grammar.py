"""The language of INDI 1.7 as one table: every element with its attributes, its content and its children.

This is the only place where the wire's spelling stands. The parser and the writer are compiled from
:data:`ELEMENTS` and :data:`WORDS`; documentation is drawn from them by :func:`describe`.

Source: E. C. Downey, "INDI: Instrument-Neutral Distributed Interface", version 1.7, appendix "DTD". What
libindi's programs exchange beyond it is marked as extension.

Attributes stand in the order in which libindi writes them: a framer may know that order faster than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from . import messages as m
from .members import (
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    Member,
    OneBlob,
    OneLight,
    OneNumber,
    OneSwitch,
    OneText,
)
from .vocabulary import BlobPolicy, Permission, State, SwitchRule, SwitchState

__all__ = ["ELEMENTS", "ENCODED_LENGTH", "WORDS", "Attribute", "ElementRule", "Kind", "Sender", "describe"]


class Kind(Enum):
    """How a value is written."""

    TEXT = "text"
    TIMESTAMP = "timestamp"
    NUMBER = "number"
    SIZE = "size in bytes"
    FLAG = "true or absent"
    BASE64 = "base64"
    STATE = "state"
    PERMISSION = "permission"
    RULE = "rule"
    SWITCH = "switch"
    POLICY = "policy"


class Sender(Enum):
    """Who sends an element."""

    DEVICE = "device"
    CLIENT = "client"
    EITHER = "either"


WORDS: Final[Mapping[Kind, Mapping[str, Enum]]] = MappingProxyType(
    {
        Kind.STATE: {"Idle": State.IDLE, "Ok": State.OK, "Busy": State.BUSY, "Alert": State.ALERT},
        Kind.PERMISSION: {
            "ro": Permission.READ_ONLY,
            "wo": Permission.WRITE_ONLY,
            "rw": Permission.READ_WRITE,
        },
        Kind.RULE: {
            "OneOfMany": SwitchRule.ONE_OF_MANY,
            "AtMostOne": SwitchRule.AT_MOST_ONE,
            "AnyOfMany": SwitchRule.ANY_OF_MANY,
        },
        Kind.SWITCH: {"Off": SwitchState.OFF, "On": SwitchState.ON},
        Kind.POLICY: {"Never": BlobPolicy.NEVER, "Also": BlobPolicy.ALSO, "Only": BlobPolicy.ONLY},
    }
)
"""The words of each vocabulary; their case counts."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, or the content, of an element.

    Attributes:
        wire: Its name on the wire; empty for content.
        kind: How its value is written.
        field: The field of the message that holds it.
        required: Whether the element means nothing without it. What else is absent is the field's default.
        extension: Whether it is libindi's and not the white paper's.
    """

    wire: str
    kind: Kind
    field: str
    required: bool = False
    extension: bool = False


@dataclass(frozen=True, slots=True)
class ElementRule:
    """An element of the language.

    Attributes:
        tag: Its name on the wire.
        type: The message or member that it is.
        sender: Who sends it.
        attributes: In the order of writing.
        content: The text that it holds, or None.
        child: Tag of the members that it holds; empty for none.
        extension: Whether it is libindi's and not the white paper's.
    """

    tag: str
    type: type[m.Message | Member]
    sender: Sender
    attributes: tuple[Attribute, ...]
    content: Attribute | None = None
    child: str = ""
    extension: bool = False


def _attribute(wire: str, kind: Kind = Kind.TEXT, field: str = "") -> Attribute:
    return Attribute(wire, kind, field or wire)


def _required(wire: str, kind: Kind = Kind.TEXT) -> Attribute:
    return Attribute(wire, kind, wire, required=True)


def _content(kind: Kind, field: str = "value") -> Attribute:
    return Attribute("", kind, field, required=True)


def _extension(wire: str, kind: Kind, field: str = "") -> Attribute:
    return Attribute(wire, kind, field or wire, extension=True)


ENCODED_LENGTH: Final = _extension("enclen", Kind.SIZE)
"""Of oneBLOB: characters of base64 without their line ends. It describes the layout of the body, and belongs
to no field of the message."""

_DEVICE = _required("device")
_NAME = _required("name")
_SOME_DEVICE = _attribute("device")
_SOME_NAME = _attribute("name")
_LABEL = _attribute("label")
_GROUP = _attribute("group")
_STATE = _attribute("state", Kind.STATE)
_PERM = _required("perm", Kind.PERMISSION)
_RULE = _required("rule", Kind.RULE)
_TIMEOUT = _attribute("timeout", Kind.NUMBER)
_TIMESTAMP = _attribute("timestamp", Kind.TIMESTAMP)
_MESSAGE = _attribute("message")
_UID = _attribute("uid")
_RANGE = tuple(_attribute(wire, Kind.NUMBER) for wire in ("min", "max", "step"))
_NEW_RANGE = tuple(_extension(wire, Kind.NUMBER) for wire in ("min", "max", "step"))

_DEFINITION = (_DEVICE, _NAME, _LABEL, _GROUP, _STATE)
_REMARKS = (_TIMESTAMP, _MESSAGE)
_CHANGEABLE = (*_DEFINITION, _PERM, _TIMEOUT, *_REMARKS)
_SWITCHES = (*_DEFINITION, _PERM, _RULE, _TIMEOUT, *_REMARKS)
_UPDATE = (_DEVICE, _NAME, _STATE, _TIMEOUT, *_REMARKS)
_REQUEST = (_DEVICE, _NAME, _TIMESTAMP)
_BLOB = (
    _NAME,
    _required("size", Kind.SIZE),
    _attribute("format"),
    _extension("len", Kind.SIZE, "length"),
    _extension("attached", Kind.FLAG),
)


def _device_elements() -> Iterator[ElementRule]:
    sender = Sender.DEVICE
    yield ElementRule("defTextVector", m.DefTextVector, sender, _CHANGEABLE, child="defText")
    yield ElementRule("defNumberVector", m.DefNumberVector, sender, _CHANGEABLE, child="defNumber")
    yield ElementRule("defSwitchVector", m.DefSwitchVector, sender, _SWITCHES, child="defSwitch")
    yield ElementRule("defLightVector", m.DefLightVector, sender, (*_DEFINITION, *_REMARKS), child="defLight")
    yield ElementRule("defBLOBVector", m.DefBlobVector, sender, _CHANGEABLE, child="defBLOB")
    yield ElementRule("setTextVector", m.SetTextVector, sender, _UPDATE, child="oneText")
    yield ElementRule("setNumberVector", m.SetNumberVector, sender, _UPDATE, child="oneNumber")
    yield ElementRule("setSwitchVector", m.SetSwitchVector, sender, _UPDATE, child="oneSwitch")
    yield ElementRule("setLightVector", m.SetLightVector, sender, (_DEVICE, _NAME, _STATE, *_REMARKS), child="oneLight")
    yield ElementRule("setBLOBVector", m.SetBlobVector, sender, _UPDATE, child="oneBLOB")
    yield ElementRule("message", m.Notice, sender, (_SOME_DEVICE, *_REMARKS))
    yield ElementRule("delProperty", m.DelProperty, sender, (_SOME_DEVICE, _SOME_NAME, *_REMARKS))


def _client_elements() -> Iterator[ElementRule]:
    sender = Sender.CLIENT
    yield ElementRule("newTextVector", m.NewTextVector, sender, _REQUEST, child="oneText")
    yield ElementRule("newNumberVector", m.NewNumberVector, sender, _REQUEST, child="oneNumber")
    yield ElementRule("newSwitchVector", m.NewSwitchVector, sender, _REQUEST, child="oneSwitch")
    yield ElementRule("newBLOBVector", m.NewBlobVector, sender, _REQUEST, child="oneBLOB")
    yield ElementRule(
        "enableBLOB",
        m.EnableBlob,
        sender,
        (_SOME_DEVICE, _SOME_NAME),
        content=_content(Kind.POLICY, "policy"),
    )


def _common_elements() -> Iterator[ElementRule]:
    sender = Sender.EITHER
    yield ElementRule("getProperties", m.GetProperties, sender, (_attribute("version"), _SOME_DEVICE, _SOME_NAME))
    yield ElementRule("pingRequest", m.PingRequest, sender, (_UID,), extension=True)
    yield ElementRule("pingReply", m.PingReply, sender, (_UID,), extension=True)


def _member_elements() -> Iterator[ElementRule]:
    define, change = Sender.DEVICE, Sender.EITHER
    labelled = (_NAME, _LABEL)
    text, number, switch = _content(Kind.TEXT), _content(Kind.NUMBER), _content(Kind.SWITCH)
    light = _content(Kind.STATE)
    yield ElementRule("defText", DefText, define, labelled, content=text)
    yield ElementRule("defNumber", DefNumber, define, (*labelled, _attribute("format"), *_RANGE), content=number)
    yield ElementRule("defSwitch", DefSwitch, define, labelled, content=switch)
    yield ElementRule("defLight", DefLight, define, labelled, content=light)
    yield ElementRule("defBLOB", DefBlob, define, labelled)
    yield ElementRule("oneText", OneText, change, (_NAME,), content=text)
    yield ElementRule("oneNumber", OneNumber, change, (_NAME, *_NEW_RANGE), content=number)
    yield ElementRule("oneSwitch", OneSwitch, change, (_NAME,), content=switch)
    yield ElementRule("oneLight", OneLight, define, (_NAME,), content=light)
    yield ElementRule("oneBLOB", OneBlob, change, _BLOB, content=_content(Kind.BASE64, "data"))


ELEMENTS: Final[Mapping[str, ElementRule]] = MappingProxyType(
    {
        element.tag: element
        for elements in (_device_elements(), _client_elements(), _common_elements(), _member_elements())
        for element in elements
    }
)
"""Every element of the language by its tag."""


def describe() -> str:
    """Return the language as a table in Markdown: what is required in bold, extensions in italics."""
    rows = ["| element | sender | attributes | content |", "|---|---|---|---|"]
    rows += [_row(element) for element in ELEMENTS.values()]
    return "\n".join(rows) + "\n"


def _row(element: ElementRule) -> str:
    attributes = ", ".join(map(_styled, element.attributes))
    content = f"{element.child} …" if element.child else element.content.kind.value if element.content else ""
    tag = f"*{element.tag}*" if element.extension else element.tag
    return f"| {tag} | {element.sender.value} | {attributes} | {content} |"


def _styled(attribute: Attribute) -> str:
    mark = "**" if attribute.required else "*" if attribute.extension else ""
    return f"{mark}{attribute.wire}{mark}"
