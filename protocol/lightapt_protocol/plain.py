"""Elements that are spelt plainly, read without a tree: nearly all that ever comes, at a fifth of the cost.

Plain is what needs no knowledge of XML beyond tags: no entities, no comments, no CDATA, no namespaces, nothing but
white space between the members. Whatever is not plain, or makes no sense, is left to the tree, which has the last
word; what is read here, the tree reads likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from .errors import BlobError
from .members import Member
from .messages import Message
from .readers import MEMBER_READERS, MESSAGE_READERS, Reader, UnreadableError

__all__ = ["read_plain"]

_WHITE: Final = " \t\r\n"
_SPACE: Final = "[ \t\r\n]"  # narrower than what \s matches
_NO_CHARACTER: Final = r"\x00-\x08\x0b-\x1f\ufffe\uffff"  # XML forbids them, but for \r: it would become \n
_TEXT: Final = rf"[^<>&{_NO_CHARACTER}]*+"
_DOUBLE, _SINGLE = (rf"[^<>&{quote}\t\n{_NO_CHARACTER}]*+" for quote in "\"'")  # in attributes \t and \n become spaces
_NAME: Final = rf"{_SPACE}++(?!xmlns)[A-Za-z]++="
_ATTRIBUTES: Final = rf"(?:{_NAME}(?:\"{_DOUBLE}\"|'{_SINGLE}'))*+"
_ATTRIBUTE: Final = re.compile(rf"([A-Za-z]+)=(?:\"({_DOUBLE})\"|'({_SINGLE})')")
_START: Final = re.compile(rf"<([A-Za-z]++)({_ATTRIBUTES}){_SPACE}*+(/?)>")
_TIMESTAMP: Final = " timestamp="
_REST: Final = re.compile(rf"{_TIMESTAMP}(?:\"({_DOUBLE})\"|'({_SINGLE})'){_SPACE}*+(/?>)")
_MEMBERS: Final = {
    tag: re.compile(rf"{_SPACE}*+<{tag}({_ATTRIBUTES}){_SPACE}*+(?:/>|>({_TEXT})</{tag}{_SPACE}*+>)")
    for tag in MEMBER_READERS
}
_LONGEST: Final = 1000
"""Characters of what is worth remembering."""

_Fields: TypeAlias = dict[str, Any]
_NOTHING: Final[_Fields] = {}
_Start: TypeAlias = tuple[Reader[Message], _Fields, str]
"""What a start tag says: who reads the element, its fields, and what must follow the members."""


def read_plain(raw: bytes) -> Message | None:
    """Return the message that an element says, or None where it is not plain."""
    try:
        text = raw.decode()
        behind = text.index(">") + 1
        start = _start(text[:behind]) if behind < _LONGEST else None
        if start is None:
            return None
        reader, fields, ending = start
        pos, members = _members(reader.member, text, behind) if reader.member else (behind, _NOTHING)
    except (ValueError, BlobError, UnreadableError):
        return None
    return reader.type(**fields, **members) if text[pos:].strip(_WHITE) == ending else None


def _members(reader: Reader[Member], text: str, pos: int) -> tuple[int, _Fields]:
    """Return where the members that stand at `pos` end, and the field that they are."""
    match, build, read = _MEMBERS[reader.tag].match, reader.type, reader.read_content if reader.content else None
    members: list[Member] = []
    while found := match(text, pos):
        attributes, content = found.groups()
        name, fields = _member(reader, attributes)
        if read is None:
            members.append(build(name, **fields))
        elif fields:
            members.append(build(name, read(content or ""), **fields))
        else:
            members.append(build(name, read(content or "")))
        pos = found.end()
    return pos, {"members": tuple(members)}


def _start(tag: str) -> _Start | None:
    """Return what a start tag says.

    The time changes more often than all that stands before it, and is remembered apart from it.
    """
    at = tag.find(_TIMESTAMP)
    if at < 0:
        return _known_start(tag)
    timestamp, end = _known_rest(tag[at:])
    start = _known_start(tag[:at] + end) if end else None
    if start is None:
        return _known_start.__wrapped__(tag)
    reader, fields, ending = start
    if "timestamp" in fields or "timestamp" not in reader.attributes:
        return _known_start.__wrapped__(tag)
    return reader, {**fields, "timestamp": timestamp}, ending


@lru_cache(maxsize=100)
def _known_rest(rest: str) -> tuple[str, str]:
    """Return the time with which a start tag ends, and what closes the tag; empty where it does not end so."""
    found = _REST.fullmatch(rest)
    return (found[1] or found[2] or "", found[3]) if found else ("", "")


@lru_cache(maxsize=1000)
def _known_start(tag: str) -> _Start | None:
    found = _START.fullmatch(tag)
    reader = MESSAGE_READERS.get(found[1]) if found else None
    if found is None or reader is None or (reader.content and not reader.member):
        return None
    return reader, _fields(reader, found[2]), "" if found[3] else f"</{found[1]}>"


@lru_cache(maxsize=4000)
def _member(reader: Reader[Member], attributes: str) -> tuple[str, _Fields]:
    """Return the name of a member, and its other fields.

    Raises:
        ValueError: They make no sense, or are too long.
    """
    if len(attributes) > _LONGEST:
        raise ValueError("too long to be remembered")
    fields = _fields(reader, attributes)
    return fields.pop("name"), fields


def _fields(reader: Reader[Any], attributes: str) -> _Fields:
    """Return the fields that attributes are.

    Raises:
        ValueError: An attribute is there twice.
        UnreadableError: One is missing, or makes no sense.
    """
    pairs: list[tuple[str, str, str]] = _ATTRIBUTE.findall(attributes)
    given: Mapping[str, str] = {name: double or single for name, double, single in pairs}
    if len(given) < len(pairs):
        raise ValueError("an attribute is there twice")
    return reader.fields(given)
