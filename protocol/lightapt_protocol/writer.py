"""A message → the bytes of its element, as the grammar's table says.

What is written is well-formed whatever the message holds, and parses to the same message; the one exception
are characters that XML 1.0 cannot say (most control characters, halves of surrogate pairs): each becomes
U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from operator import attrgetter
from typing import Final, TypeAlias, cast

from .blobs import body
from .escaping import attribute_text, content_text
from .grammar import ELEMENTS, ENCODED_LENGTH, WORDS, Attribute, ElementRule, Kind
from .members import Member, OneBlob
from .messages import Message, NewBlobVector, SetBlobVector
from .numbers import number_to_wire

__all__ = ["BlobLayout", "write", "write_pieces"]

_LOOKS_LIKE_TRAILING_LAYOUT: Final = re.compile(r"\n[ \t]*\Z")

_Writable: TypeAlias = Message | Member


class BlobLayout(Enum):
    """How the base64 of a BLOB is laid out; why there is no third way, :func:`~lightapt_protocol.blobs.body` tells."""

    UNBROKEN = "one run of base64 whose length is not told"
    LINES = "lines of 72 characters, their encoded length told"


def write(message: Message, *, layout: BlobLayout = BlobLayout.UNBROKEN) -> bytes:
    """Return the element of a message, ended by a line feed.

    Raises:
        ValueError: A number in it is not finite.
    """
    return b"".join(write_pieces(message, layout=layout))


def write_pieces(message: Message, *, layout: BlobLayout = BlobLayout.UNBROKEN) -> Iterator[bytes]:
    """Return the pieces of a message's element: one, or with BLOBs more, each encoded when it is asked for.

    Raises:
        ValueError: A number in it is not finite.
    """
    writer = _WRITERS[type(message)]
    if isinstance(message, SetBlobVector | NewBlobVector):
        return _blob_pieces(writer, message, layout)
    return iter([f"{writer.element(message)}\n".encode()])


class _Writer:
    """Writes one element of the grammar: its rule, compiled."""

    __slots__ = ("_attributes", "_content", "_start", "end")

    def __init__(self, rule: ElementRule) -> None:
        self._start = f"<{rule.tag}"
        self.end = f"</{rule.tag}>"
        self._attributes = [_attribute_writer(rule, attribute) for attribute in rule.attributes]
        self._content = _content_writer(rule)

    def element(self, value: _Writable) -> str:
        """Return the whole element."""
        if self._content is None:
            return f"{self.attributes(value)}/>"
        return f"{self.attributes(value)}>{self._content(value)}{self.end}"

    def attributes(self, value: _Writable) -> str:
        """Return the start tag without its end."""
        return self._start + "".join([write(value) for write in self._attributes])


def _attribute_writer(rule: ElementRule, attribute: Attribute) -> Callable[[_Writable], str]:
    get: Callable[[_Writable], object] = attrgetter(attribute.field)
    to_text = _WRITE_ATTRIBUTE[attribute.kind]
    prefix = f' {attribute.wire}="'
    absent = _absent_value(rule, attribute)

    def write(value: _Writable) -> str:
        given = get(value)
        return "" if given is absent or given == absent == "" else f'{prefix}{to_text(given)}"'

    return write


def _absent_value(rule: ElementRule, attribute: Attribute) -> object:
    """Return the value that is said by leaving the attribute out; there may be none (MISSING)."""
    default = next(field.default for field in fields(rule.type) if field.name == attribute.field)
    return default if default is None or default is False or default == "" else MISSING


def _content_writer(rule: ElementRule) -> Callable[[_Writable], str] | None:
    if rule.child:
        return _write_members
    if rule.content is None:
        return None
    get: Callable[[_Writable], object] = attrgetter(rule.content.field)
    to_text = _WRITE_CONTENT[rule.content.kind]
    return lambda value: to_text(get(value))


def _write_members(value: _Writable) -> str:
    members = cast("tuple[Member, ...]", attrgetter("members")(value))
    return "".join([_WRITERS[type(member)].element(member) for member in members])


def _blob_pieces(writer: _Writer, message: SetBlobVector | NewBlobVector, layout: BlobLayout) -> Iterator[bytes]:
    member = _WRITERS[OneBlob]
    text = f"{writer.attributes(message)}>"
    for blob in message.members:
        text += member.attributes(blob)
        if blob.attached:
            text += "/>"
            continue
        length, encoded = body(memoryview(blob.data).cast("B"), lines=layout is BlobLayout.LINES)
        told = "" if length is None else f' {ENCODED_LENGTH.wire}="{length}"'
        yield f"{text}{told}>".encode()
        yield from encoded
        text = member.end
    yield f"{text}{writer.end}\n".encode()


def _write_attribute_text(text: object) -> str:
    return attribute_text(cast("str", text))


def _write_content_text(value: object) -> str:
    text = cast("str", value)
    if "\n" in text:
        # A line end at either end would be taken for layout, so layout is put around it.
        before = "\n" if text[0] == "\n" else ""
        after = "\n" if _LOOKS_LIKE_TRAILING_LAYOUT.search(text) else ""
        text = f"{before}{text}{after}"
    return content_text(text)


def _word_writer(words: Mapping[str, Enum]) -> Callable[[object], str]:
    spelt: dict[object, str] = {value: word for word, value in words.items()}
    return spelt.__getitem__


_WRITE_ATTRIBUTE: Final[Mapping[Kind, Callable[[object], str]]] = {
    Kind.TEXT: _write_attribute_text,
    Kind.TIMESTAMP: _write_attribute_text,
    Kind.NUMBER: cast("Callable[[object], str]", number_to_wire),
    Kind.SIZE: str,
    Kind.FLAG: lambda _: "true",
    Kind.BASE64: str,
    **{kind: _word_writer(words) for kind, words in WORDS.items()},
}
_WRITE_CONTENT: Final = {**_WRITE_ATTRIBUTE, Kind.TEXT: _write_content_text}
_WRITERS: Final[Mapping[type[_Writable], _Writer]] = {rule.type: _Writer(rule) for rule in ELEMENTS.values()}
