"""Bytes of one whole element → a message, as the grammar's table says.

Lenient where the field is: what is optional may be absent, attributes and members that the grammar does not
know are passed over, a declaration may precede the element, bytes that are not UTF-8 are taken for Latin-1.
Strict where meaning would be lost: a required attribute that is absent, a number that is none, a word of no
vocabulary.

Text keeps its white space but for the layout that libindi puts around it: one line end and the blanks of an
indentation before the text, and the same after it. Text without line ends is taken as it stands. All other
content is trimmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Generic, NoReturn, TypeVar, cast
from xml.etree import ElementTree

from .blobs import decode
from .errors import BlobError, GrammarError, MalformedElementError
from .grammar import ELEMENTS, WORDS, Attribute, ElementRule, Kind
from .members import Member, OneBlob
from .messages import Message
from .numbers import parse_number

if TYPE_CHECKING:
    from .framing import BlobElement, BlobPart

__all__ = ["parse", "parse_blob"]

_LEADING_LAYOUT: Final = re.compile(r"\A\n[ \t]*")
_TRAILING_LAYOUT: Final = re.compile(r"\n[ \t]*\Z")


def parse(raw: bytes) -> Message:
    """Return the message that one whole element says.

    Raises:
        MalformedElementError: It is not well-formed, or has a document type.
        GrammarError: It is no message of INDI 1.7.
        BlobError: A BLOB in it is not base64.
    """
    root = _tree(raw)
    reader = _message_reader(root, raw)
    try:
        return reader.read(root)
    except _UnreadableError as error:
        _refuse(root, error, raw)


def parse_blob(element: BlobElement) -> Message:
    """Return the message of a BLOB vector whose bodies are still the chunks of base64 that were read.

    Raises:
        MalformedElementError: Its start tag is not well-formed.
        GrammarError: It is no message of INDI 1.7, or one that holds no BLOBs.
        BlobError: A body is not base64.
    """
    root = _tree(element.head + element.tail)
    reader = _message_reader(root, element.head)
    if reader.member is not _BLOB_READER:
        raise GrammarError(f"{root.tag} holds no BLOBs", element=element.head)
    try:
        blobs = [_read_part(part) for part in element.parts]
        return reader.build(root.attrib, members=tuple(blobs))
    except _UnreadableError as error:
        _refuse(root, error, element.head)


def _tree(raw: bytes) -> ElementTree.Element:
    raw = raw.strip()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    try:
        parser = ElementTree.XMLParser(target=_Doctypeless()) if "<!DOCTYPE" in text else ElementTree.XMLParser()
        parser.feed(text)
        return parser.close()
    except ElementTree.ParseError as error:
        raise MalformedElementError(str(error), element=raw) from error


class _Doctypeless(ElementTree.TreeBuilder):
    """Builds trees, but of no document that brings a type of its own."""

    def doctype(self, name: str, pubid: str, system: str) -> NoReturn:
        raise MalformedElementError(f"document type {name}: INDI has none")


def _message_reader(root: ElementTree.Element, raw: bytes) -> _Reader[Message]:
    reader = _MESSAGE_READERS.get(root.tag)
    if reader is None:
        raise GrammarError(f"{root.tag} is no message of INDI 1.7", element=raw)
    return reader


def _refuse(root: ElementTree.Element, error: _UnreadableError, raw: bytes) -> NoReturn:
    named = ".".join(filter(None, (root.get("device"), root.get("name"))))
    raise error.kind(f"{root.tag} {named}: {error}", element=raw) from error


class _UnreadableError(Exception):
    """Part of an element makes no sense; the message says which and why."""

    def __init__(self, where: str, why: object, *, kind: type[BlobError | GrammarError] = GrammarError) -> None:
        super().__init__(f"{where}: {why}")
        self.kind = kind


_Built = TypeVar("_Built")


class _Reader(Generic[_Built]):
    """Reads one element of the grammar: its rule, compiled."""

    __slots__ = ("_attributes", "_content", "_type", "member", "tag")

    def __init__(self, rule: ElementRule, *, member: _Reader[Member] | None = None) -> None:
        self.tag = rule.tag
        self._type = cast("Callable[..., _Built]", rule.type)
        self._attributes = [(a.wire, a.field, _READ[a.kind], a.required) for a in rule.attributes]
        self._content = rule.content
        self.member = member

    def read(self, node: ElementTree.Element) -> _Built:
        """Return the value of an element of this kind."""
        member = self.member
        if member is not None:
            tag = member.tag
            return self.build(node.attrib, members=tuple([member.read(child) for child in node if child.tag == tag]))
        content = self._content
        if content is None:
            return self.build(node.attrib)
        return self.build(node.attrib, **{content.field: self._read_content(node, content)})

    def build(self, given: Mapping[str, str], **fields: object) -> _Built:
        """Return the value of these attributes, its other fields given."""
        wire = ""
        try:
            for wire, field, read, required in self._attributes:
                text = given.get(wire)
                if text is not None:
                    fields[field] = read(text)
                elif required:
                    self._miss(wire, given)
        except ValueError as error:
            raise _UnreadableError(f"{self._who(given)} attribute {wire}", error) from error
        return self._type(**fields)

    def _miss(self, wire: str, given: Mapping[str, str]) -> NoReturn:
        raise _UnreadableError(f"{self._who(given)} attribute {wire}", "missing")

    def _read_content(self, node: ElementTree.Element, content: Attribute) -> object:
        try:
            return _READ_CONTENT[content.kind](node.text or "")
        except BlobError as error:
            raise _UnreadableError(f"{self._who(node.attrib)} content", error, kind=BlobError) from error
        except ValueError as error:
            raise _UnreadableError(f"{self._who(node.attrib)} content", error) from error

    def _who(self, given: Mapping[str, str]) -> str:
        return f"{self.tag} {given.get('name', '')}".rstrip()


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


def _read_part(part: BlobPart) -> OneBlob:
    name = part.attributes.get("name", "")
    try:
        data = b"" if part.attached else decode(part.body)
    except BlobError as error:
        raise _UnreadableError(f"{_BLOB_RULE.tag} {name} content", error, kind=BlobError) from error
    return _BLOB_READER.build(part.attributes, data=data)


_BLOB_RULE: Final = next(rule for rule in ELEMENTS.values() if rule.type is OneBlob)
_MEMBER_TAGS: Final = frozenset(rule.child for rule in ELEMENTS.values() if rule.child)
_MEMBER_READERS: Final = {tag: _Reader[Member](ELEMENTS[tag]) for tag in _MEMBER_TAGS}
_BLOB_READER: Final = cast("_Reader[OneBlob]", _MEMBER_READERS[_BLOB_RULE.tag])
_MESSAGE_READERS: Final = {
    rule.tag: _Reader[Message](rule, member=_MEMBER_READERS.get(rule.child))
    for rule in ELEMENTS.values()
    if rule.tag not in _MEMBER_TAGS
}
