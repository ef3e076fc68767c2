"""Elements that are spelt plainly, read without a tree: nearly all that ever comes, at a fifth of the cost.

Plain is what needs no knowledge of XML beyond tags: no entities, no comments, no CDATA, no namespaces, nothing but
white space between the members. Whatever is not plain, or makes no sense, is left to the tree, which has the last
word; what is read here, the tree reads likewise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
# Repeated groups are not possessive: CPython before 3.11.5 takes back half of one (gh-106052).
_ATTRIBUTES: Final = rf"(?:{_NAME}(?:\"{_DOUBLE}\"|'{_SINGLE}'))*"
_ATTRIBUTE: Final = re.compile(rf"([A-Za-z]+)=(?:\"({_DOUBLE})\"|'({_SINGLE})')")
# Tags without the ">" that ends them.
_START: Final = re.compile(rf"<([A-Za-z]++)({_ATTRIBUTES}){_SPACE}*+(/?)")
_TIMESTAMP: Final = " timestamp="
_REST: Final = re.compile(rf"{_TIMESTAMP}(?:\"({_DOUBLE})\"|'({_SINGLE})'){_SPACE}*+(/?)")
_MEMBERS: Final = {
    tag: re.compile(rf"{_SPACE}*+(?:<{tag}({_ATTRIBUTES}){_SPACE}*+(/?)|(</[A-Za-z]++){_SPACE}*+)")
    for tag in MEMBER_READERS
}
_CONTENT: Final = re.compile(_TEXT)
_USUAL: Final = bytes({*b"\t\n", *range(0x20, 0x7F)} - {*b"&"})
"""What may stand anywhere but for the ends of tags; what consists of it is seen to be plain ten times as fast."""
_LONGEST: Final = 1000
"""Characters of what is worth remembering."""

_Fields: TypeAlias = dict[str, Any]
_NOTHING: Final[_Fields] = {}


@dataclass(frozen=True, slots=True)
class _Start:
    """What a start tag says.

    Attributes:
        message: As if there were no members.
        member: Reads the members; None where there are none.
        closing: What must follow them, without the ">"; empty where the start tag closes itself.
        time: The time in it.
        lacks_time: Whether such a message may have a time, and this has none.
        rebuild: Copies the message with another time, and with its members where it may have any.
    """

    message: Message
    member: Reader[Member] | None
    closing: str
    time: str
    lacks_time: bool
    rebuild: Callable[..., Message]


def read_plain(raw: bytes) -> Message | None:
    """Return the message that an element says, or None where it is not plain."""
    try:
        head, mark, body = raw.decode().partition(">")
        if not mark or len(head) >= _LONGEST:
            return None
        start, time = _start(head)
        if start.member is not None:
            is_usual = not raw.translate(None, _USUAL)
            return start.rebuild(start.message, time, _members(start.member, body, start.closing, is_usual=is_usual))
        if body.strip(_WHITE) != (start.closing and f"{start.closing}>"):
            return None
        return start.rebuild(start.message, time) if time else start.message
    except (ValueError, BlobError, UnreadableError):
        return None


def _members(reader: Reader[Member], body: str, closing: str, *, is_usual: bool) -> tuple[Member, ...]:
    """Return the members that stand before the closing tag, which nothing must follow.

    Args:
        reader: Reads one.
        body: What stands behind the start tag.
        closing: The closing tag without its ">"; empty where there is none.
        is_usual: Whether all characters are usual ones.

    Raises:
        ValueError: It is not so plain.
        BlobError: The content of one makes no sense.
        UnreadableError: An attribute makes no sense.
    """
    build, read, end = reader.type, reader.read_content if reader.content else None, f"</{reader.tag}"
    members: list[Member] = []
    pieces = iter(body.split(">"))
    for piece in pieces if closing else ():
        name, fields, rest = _tag(reader, piece)
        if rest == closing:
            break
        if not name:
            raise ValueError("another end tag")
        content = "" if rest else _content(next(pieces, ""), end, is_usual=is_usual)
        values = (name,) if read is None else (name, read(content))
        members.append(build(*values, **fields) if fields else build(*values))
    behind = list(pieces)
    if len(behind) != 1 or behind[0].strip(_WHITE):
        raise ValueError("it has no end, or something follows that")
    return tuple(members)


def _content(piece: str, end: str, *, is_usual: bool) -> str:
    content = piece.removesuffix(end)
    if len(content) == len(piece) or "<" in content or not (is_usual or _CONTENT.fullmatch(content)):
        raise ValueError("not plain text before an end tag")
    return content


@lru_cache(maxsize=100)
def _start(tag: str) -> tuple[_Start, str]:
    """Return what a start tag says, and the time in it.

    The time changes more often than all that stands before it, and is remembered apart from it.

    Raises:
        ValueError: It is not plain.
        UnreadableError: It makes no sense.
    """
    at = tag.find(_TIMESTAMP)
    if at >= 0:
        time, end = _known_rest(tag[at:])
        if time is not None and (start := _known_start(tag[:at] + end)).lacks_time:
            return start, time
    start = _known_start(tag) if at < 0 else _known_start.__wrapped__(tag)
    return start, start.time


@lru_cache(maxsize=100)
def _known_rest(rest: str) -> tuple[str | None, str]:
    """Return the time with which a start tag ends, and a slash where that closes it; None where it does not end so."""
    found = _REST.fullmatch(rest)
    return (found[1] or found[2] or "", found[3]) if found else (None, "")


@lru_cache(maxsize=1000)
def _known_start(tag: str) -> _Start:
    found = _START.fullmatch(tag)
    reader = MESSAGE_READERS.get(found[1]) if found else None
    if found is None or reader is None or (reader.content and not reader.member):
        raise ValueError("no start tag that is plain")
    fields = _fields(reader, found[2])
    time = fields.get("timestamp")
    return _Start(
        reader.type(**fields),
        reader.member,
        closing="" if found[3] else f"</{found[1]}",
        time=time or "",
        lacks_time=time is None and "timestamp" in reader.attributes,
        rebuild=reader.rebuild,
    )


@lru_cache(maxsize=4000)
def _tag(reader: Reader[Member], tag: str) -> tuple[str, _Fields, str]:
    """Return the name of a member, its other fields, and a slash where it is empty; of an end tag only that.

    Raises:
        ValueError: It makes no sense, or is too long.
        UnreadableError: Likewise.
    """
    found = _MEMBERS[reader.tag].fullmatch(tag) if len(tag) <= _LONGEST else None
    if found is None:
        raise ValueError("no tag, or too long to be remembered")
    if found[3]:
        return "", _NOTHING, found[3]
    fields = _fields(reader, found[1])
    return fields.pop("name"), fields, found[2]


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
