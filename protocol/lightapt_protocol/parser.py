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

from typing import TYPE_CHECKING, NoReturn, TypeVar
from xml.etree import ElementTree

from .blobs import decode
from .errors import BlobError, GrammarError, MalformedElementError
from .members import OneBlob
from .messages import Message
from .plain import read_plain
from .readers import BLOB_READER, MESSAGE_READERS, Reader, UnreadableError

if TYPE_CHECKING:
    from .framing import BlobElement, BlobPart

__all__ = ["parse", "parse_blob"]

_Built = TypeVar("_Built")


def parse(raw: bytes) -> Message:
    """Return the message that one whole element says.

    Raises:
        MalformedElementError: It is not well-formed, or has a document type.
        GrammarError: It is no message of INDI 1.7.
        BlobError: A BLOB in it is not base64.
    """
    return read_plain(raw) or _read_by_tree(raw)


def _read_by_tree(raw: bytes) -> Message:
    root = _tree(raw)
    reader = _message_reader(root, raw)
    try:
        return _read(reader, root)
    except UnreadableError as error:
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
    if reader.member is not BLOB_READER:
        raise GrammarError(f"{root.tag} holds no BLOBs", element=element.head)
    try:
        blobs = tuple([_read_part(part) for part in element.parts])
        return reader.type(**reader.fields(root.attrib), members=blobs)
    except UnreadableError as error:
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


def _message_reader(root: ElementTree.Element, raw: bytes) -> Reader[Message]:
    reader = MESSAGE_READERS.get(root.tag)
    if reader is None:
        raise GrammarError(f"{root.tag} is no message of INDI 1.7", element=raw)
    return reader


def _refuse(root: ElementTree.Element, error: UnreadableError, raw: bytes) -> NoReturn:
    named = ".".join(filter(None, (root.get("device"), root.get("name"))))
    raise error.kind(f"{root.tag} {named}: {error}", element=raw) from error


def _read(reader: Reader[_Built], node: ElementTree.Element) -> _Built:
    fields = reader.fields(node.attrib)
    member = reader.member
    if member is not None:
        return reader.type(**fields, members=tuple([_read(member, child) for child in node if child.tag == member.tag]))
    if reader.content:
        fields[reader.content] = _read_content(reader, node)
    return reader.type(**fields)


def _read_content(reader: Reader[_Built], node: ElementTree.Element) -> object:
    try:
        return reader.read_content(node.text or "")
    except (BlobError, ValueError) as error:
        kind = BlobError if isinstance(error, BlobError) else GrammarError
        raise UnreadableError(f"{reader.named(node.attrib)} content", error, kind=kind) from error


def _read_part(part: BlobPart) -> OneBlob:
    try:
        data = b"" if part.attached else decode(part.body)
    except BlobError as error:
        raise UnreadableError(f"{BLOB_READER.named(part.attributes)} content", error, kind=BlobError) from error
    return BLOB_READER.type(**BLOB_READER.fields(part.attributes), data=data)
