"""The grammar's table, compiled for reading: attributes and content as text → messages and members.

How an element is spelt in XML is not known here: that is the parser's, which has two ways of finding out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, Generic, NoReturn, TypeVar, cast

from .blobs import decode
from .construction import constructor, replacer
from .errors import BlobError, GrammarError
from .grammar import ELEMENTS, WORDS, ElementRule, Kind
from .members import Member, OneBlob
from .messages import Message
from .numbers import parse_number

__all__ = ["BLOB_READER", "MEMBER_READERS", "MESSAGE_READERS", "Reader", "UnreadableError"]

_LEADING_LAYOUT: Final = re.compile(r"\A\n[ \t]*")
_TRAILING_LAYOUT: Final = re.compile(r"\n[ \t]*\Z")


class UnreadableError(Exception):
    """Part of an element makes no sense; the message says which and why.

    Attributes:
        kind: The error of the protocol's tree that this is.
    """

    def __init__(self, where: str, why: object, *, kind: type[BlobError | GrammarError] = GrammarError) -> None:
        super().__init__(f"{where}: {why}")
        self.kind = kind


_Built = TypeVar("_Built")


class Reader(Generic[_Built]):
    """Reads one element of the grammar: its rule, compiled.

    Attributes:
        tag: Its name on the wire.
        type: Makes what it is in Python.
        rebuild: Copies one with another ``timestamp`` and other ``members``, by place, as far as it has these.
        attributes: The names of its attributes on the wire.
        member: Reads the members that it holds; None where it holds none.
        content: The field that its text becomes; empty where it has none.
        read_content: Turns its text into that; raises ValueError or BlobError where the text makes no sense.
    """

    __slots__ = ("_read", "attributes", "content", "member", "read_content", "rebuild", "tag", "type")

    def __init__(self, rule: ElementRule, *, member: Reader[Member] | None = None) -> None:
        self.tag = rule.tag
        self.type: Callable[..., _Built] = constructor(cast("Callable[..., _Built]", rule.type))
        varying = [field.name for field in fields(rule.type) if field.name in ("timestamp", "members")]
        self.rebuild: Callable[..., _Built] = replacer(cast("type[_Built]", rule.type), *varying)
        self.member = member
        self.content = rule.content.field if rule.content else ""
        self.read_content = _READ_CONTENT[rule.content.kind] if rule.content else str
        self.attributes = frozenset(attribute.wire for attribute in rule.attributes)
        self._read = [(a.wire, a.field, _READ[a.kind], a.required) for a in rule.attributes]

    def fields(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields that these attributes are.

        Raises:
            UnreadableError: One is missing, or makes no sense.
        """
        fields: dict[str, object] = {}
        wire = ""
        try:
            for wire, field, read, required in self._read:
                text = given.get(wire)
                if text is not None:
                    fields[field] = read(text)
                elif required:
                    self._miss(wire, given)
        except ValueError as error:
            raise UnreadableError(f"{self.named(given)} attribute {wire}", error) from error
        return fields

    def named(self, given: Mapping[str, str]) -> str:
        """Return how an element with these attributes is called in an error."""
        return f"{self.tag} {given.get('name', '')}".rstrip()

    def _miss(self, wire: str, given: Mapping[str, str]) -> NoReturn:
        raise UnreadableError(f"{self.named(given)} attribute {wire}", "missing")


def _read_text(text: str) -> str:
    if "\n" not in text:
        return text
    return _TRAILING_LAYOUT.sub("", _LEADING_LAYOUT.sub("", text))


def _read_size(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"not a size: {digits[:40]!r}")
    return int(digits)


def _read_base64(text: str) -> bytes:
    return decode([text.encode()])


def _word_reader(words: Mapping[str, object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return words[text.strip()]
        except KeyError:
            raise ValueError(f"{text.strip()[:40]!r} is none of {', '.join(words)}") from None

    return read


_READ: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.TEXT: str,
    Kind.TIMESTAMP: str,
    Kind.NUMBER: parse_number,
    Kind.SIZE: _read_size,
    Kind.FLAG: lambda text: text.strip().lower() == "true",
    Kind.BASE64: _read_base64,
    **{kind: _word_reader(words) for kind, words in WORDS.items()},
}
_READ_CONTENT: Final = {**_READ, Kind.TEXT: _read_text}

_MEMBER_TAGS: Final = frozenset(rule.child for rule in ELEMENTS.values() if rule.child)
MEMBER_READERS: Final[Mapping[str, Reader[Member]]] = {tag: Reader(ELEMENTS[tag]) for tag in _MEMBER_TAGS}
"""Of every member, by its tag."""
BLOB_READER: Final = cast(
    "Reader[OneBlob]", MEMBER_READERS[next(rule.tag for rule in ELEMENTS.values() if rule.type is OneBlob)]
)
"""Of a BLOB in an update or a request."""
MESSAGE_READERS: Final[Mapping[str, Reader[Message]]] = {
    rule.tag: Reader[Message](rule, member=MEMBER_READERS.get(rule.child))
    for rule in ELEMENTS.values()
    if rule.tag not in _MEMBER_TAGS
}
"""Of every message, by its tag."""
