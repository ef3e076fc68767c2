"""A BLOB vector as it arrives: heads are read, bodies stay the chunks in which they came.

The end of a body is found by searching for ``<``, which base64 does not contain.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final

import pybase64

from .errors import LimitExceededError, MalformedElementError
from .escaping import start_of_tag
from .limits import Limits
from .waiting import Wait, WaitForTagEnd
from .walker import Tag, blank_at, skip_blank, tag_at
from .wellformed import verify

__all__ = ["BlobElement", "BlobPart", "BlobReceiver", "Chunk"]

Chunk = bytes | bytearray | memoryview
"""A piece of a BLOB's body."""

_PART_END: Final = b"</oneBLOB>\n"
_SMALL: Final = 4096
_NUMBER: Final = re.compile(r" *+[0-9]{1,16} *+\Z")
_MOST_PARTS: Final = 1000
_LINE: Final = 72
_PLAIN: Final = re.compile(rb"[A-Za-z0-9+/=]*+")
_FOREIGN: Final = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]")


class BlobPart:
    """One ``oneBLOB`` of a vector.

    Attributes:
        head: Its start tag.
        attributes: Decoded: name, size (bytes before compression), format, and perhaps enclen and attached.
        body: The base64 as read, in chunks; empty where the BLOB is attached.
        attached: Whether the bytes travel as a file descriptor beside the stream.
        length: Bytes of the body.
        characters: Those of them that are not white space.
    """

    __slots__ = ("_column", "attached", "attributes", "body", "characters", "head", "length")

    def __init__(self, head: bytes, attributes: dict[str, str]) -> None:
        self.head = head
        self.attributes = attributes
        self.body: list[Chunk] = []
        self.length = self.characters = 0
        self._column = 0  # where in a line the next chunk begins
        self.attached = attributes.get("attached", "").strip().lower() == "true"

    @property
    def size(self) -> int:
        """Bytes of the BLOB as its sender states them."""
        return int(self.attributes.get("size") or 0)

    @property
    def format(self) -> str:
        """The format, for example ``.fits`` or ``.stream``."""
        return self.attributes.get("format", "")

    def add(self, chunk: bytes) -> None:
        """Take the next piece of the body; small pieces are gathered.

        Raises:
            MalformedElementError: It is not base64.
        """
        in_lines = _newlines_of_lines(chunk, self._column) if len(chunk) >= _SMALL else 0
        self.characters += len(chunk) - in_lines if in_lines else _characters(chunk)
        last = chunk.rfind(b"\n")
        self._column = len(chunk) - last - 1 if last >= 0 else self._column + len(chunk)
        self.length += len(chunk)
        if len(chunk) >= _SMALL:
            self.body.append(chunk)
        elif self.body and isinstance(self.body[-1], bytearray) and len(self.body[-1]) < 16 * _SMALL:
            self.body[-1] += chunk
        elif chunk:
            self.body.append(bytearray(chunk))


class BlobElement:
    """A whole BLOB vector with at least one BLOB.

    Attributes:
        tag: ``b"setBLOBVector"`` or ``b"newBLOBVector"``.
        device: The device that it names.
        name: The property that it names.
        head: Its start tag.
        parts: The BLOBs.
    """

    __slots__ = ("device", "head", "name", "parts", "tag")

    def __init__(self, tag: bytes, device: bytes, name: bytes, head: bytes, parts: list[BlobPart]) -> None:
        self.tag = tag
        self.device = device
        self.name = name
        self.head = head
        self.parts = parts

    @property
    def tail(self) -> bytes:
        """The vector's end tag, with a newline."""
        return b"</" + self.tag + b">\n"

    @property
    def attached(self) -> int:
        """How many of its BLOBs are attached."""
        return sum(part.attached for part in self.parts)

    def wire(self) -> Iterator[Chunk]:
        """Yield the vector as it goes to a reader that takes it as it stands."""
        yield self.head
        for part in self.parts:
            yield part.head
            yield from part.body
            yield _PART_END
        yield self.tail

    def __repr__(self) -> str:
        size = sum(part.length for part in self.parts)
        return f"<BlobElement {self.tag!r} device={self.device!r} name={self.name!r} {size} bytes>"


class BlobReceiver:
    """Takes a BLOB vector behind its start tag.

    Attributes:
        wait: Without which looking further makes no sense; None where any byte may help.
        done: Whether the vector is whole.
    """

    __slots__ = (
        "_attributes",
        "_bodies",
        "_head",
        "_heads",
        "_limits",
        "_part",
        "_parts",
        "_tag",
        "done",
        "in_body",
        "wait",
    )

    def __init__(self, tag: bytes, start_tag: bytes, limits: Limits) -> None:
        self._tag = tag
        self._limits = limits
        closing = b"</" + tag + b">"
        head, self._attributes = verify(start_tag + closing)
        self._head = head[: -len(closing)]
        self._parts: list[BlobPart] = []
        self._part: BlobPart | None = None
        self._heads = len(start_tag)  # bytes of what is kept beside the bodies
        self._bodies = 0
        self.in_body = False
        self.done = False
        self.wait: Wait | None = None
        self._check_heads(0)

    @property
    def element(self) -> BlobElement:
        """The vector; its parts are empty where it held no BLOB (a mere change of state)."""
        device, name = (self._attributes.get(key, "").encode() for key in ("device", "name"))
        return BlobElement(self._tag, device, name, self._head, self._parts)

    @property
    def part(self) -> BlobPart | None:
        """The BLOB that has begun and not ended."""
        return self._part

    @property
    def received(self) -> int:
        """How many bytes have come of the bodies."""
        return self._bodies

    def advance(self, data: bytes | bytearray, pos: int) -> int:
        """Return how far `data` has been taken, from `pos` on.

        Raises:
            MalformedElementError: Something stands in the vector that cannot.
            LimitExceededError: The bodies are larger than the limits allow.
        """
        while not self.done and pos < len(data):
            after = self._take_body(data, pos) if self.in_body else self._take_markup(data, pos)
            if after < 0:
                return pos
            pos = after
        self.wait = None
        return pos

    def _take_body(self, data: bytes | bytearray, pos: int) -> int:
        end = data.find(b"<", pos)
        stop = len(data) if end < 0 else end
        if self._part is not None:
            whole = pos == 0 and stop == len(data)
            self._part.add(bytes(data) if whole else bytes(memoryview(data)[pos:stop]))
            self._bodies += stop - pos
            if self._bodies > self._limits.blob_size:
                reason = f"a BLOB of more than {self._limits.blob_size} bytes"
                raise LimitExceededError(reason, element=self._part.head)
        self.in_body = end < 0
        return stop

    def _take_markup(self, data: bytes | bytearray, pos: int) -> int:
        pos = skip_blank(data, pos)
        if pos == len(data):
            return pos
        if data[pos] != 0x3C:
            raise MalformedElementError(f"text within {self._tag.decode()}", element=data[pos : pos + 80])
        if self._part is None:
            after, self.wait = blank_at(data, pos)
            self._check_heads(after - pos)
            if after != pos:
                return after
        tag = tag_at(data, pos)
        if tag is None:
            self.wait = WaitForTagEnd(data, pos)
            return -1
        self._check_heads(tag.end - pos)
        self._take_tag(tag, bytes(data[pos : tag.end]))
        return tag.end

    def _check_heads(self, more: int) -> None:
        if self._heads + more > self._limits.control_size:
            reason = f"more than {self._limits.control_size} bytes beside the BLOBs"
            raise LimitExceededError(reason, element=self._head)

    def _take_tag(self, tag: Tag, raw: bytes) -> None:
        inside, closes_part = self._part is not None, tag.closing and tag.name == b"oneBLOB"
        if inside and closes_part:
            self._finish_part()
        elif not inside and tag.closing and tag.name == self._tag:
            self.done = True
        elif len(self._parts) >= _MOST_PARTS:
            raise LimitExceededError(f"more than {_MOST_PARTS} BLOBs in one vector", element=self._head)
        elif not inside and not tag.closing and tag.name == b"oneBLOB":
            self._start_part(tag, raw)
        else:
            raise MalformedElementError(f"<{'/' * tag.closing}{tag.name.decode()}> within a BLOB", element=raw)

    def _start_part(self, tag: Tag, raw: bytes) -> None:
        self._heads += len(raw)
        start_tag = raw[:-2].rstrip() + b">" if tag.empty else raw
        head, attributes = verify(start_tag + _PART_END.strip())
        for key in ("size", "len", "enclen"):
            number = attributes.get(key, "0")
            if not _NUMBER.match(number):
                raise MalformedElementError(f"{key} of a BLOB is {number[:40]!r}", element=raw)
            if int(number) > self._limits.blob_size:
                raise LimitExceededError(f"a BLOB whose {key} is {number.strip()}", element=raw)
        self._part = BlobPart(head[: -len(_PART_END.strip())], attributes)
        self.in_body = not tag.empty
        if tag.empty:
            self._finish_part()

    def _finish_part(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        if part.attached:
            part.body.clear()
            part.length = part.characters = 0
        if "enclen" in part.attributes and not _enclen_holds(part):
            # libindi reads blindly what lines of 72 would take: a shorter body would swallow what follows it.
            del part.attributes["enclen"]
            part.head = f"{start_of_tag('oneBLOB', part.attributes)}>".encode()
        self._parts.append(part)


def _enclen_holds(part: BlobPart) -> bool:
    """Whether the body is what libindi expects of it: ``enclen`` characters, and a newline after each 72."""
    enclen = int(part.attributes["enclen"])
    if enclen == 0 or part.characters != enclen:
        return False
    start = b"".join(bytes(chunk[: _LINE + 3]) for chunk in part.body[:2])
    lines = start.lstrip(b"\r\n")  # which it skips without counting
    blank = len(start) - len(lines)
    in_lines = enclen <= _LINE or lines[_LINE : _LINE + 1] == b"\n"
    return in_lines and blank <= 2 and part.length - blank > enclen + enclen // _LINE


def _newlines_of_lines(chunk: bytes, column: int) -> int:
    """Return how many newlines there are in a piece of a body in lines of 72; 0 where it is not such.

    Of what is in the lines only that is looked at which would begin or end something in XML, and the likeliest
    rubbish: to decode them would cost more than all the rest that a hub does with a picture.
    """
    if column > _LINE:
        return 0
    first = _LINE - column
    newlines = chunk[first :: _LINE + 1]
    in_lines = newlines == b"\n" * len(newlines) and chunk.rfind(b"\n") == first + (len(newlines) - 1) * (_LINE + 1)
    carried = chunk.isascii() and not any(foreign in chunk for foreign in (b"&", b"]", b"\0"))
    return len(newlines) if in_lines and carried else 0


def _characters(chunk: bytes) -> int:
    """Return how many characters of base64 are in a piece of a body.

    Raises:
        MalformedElementError: There is something other than base64 and white space.
    """
    text = chunk.replace(b"\n", b"")
    if not _is_base64(text):
        if foreign := _FOREIGN.search(text):
            raise MalformedElementError(f"byte {foreign[0]!r} in the body of a BLOB")
        text = text.translate(None, b" \t\r")
    return len(text)


def _is_base64(text: bytes) -> bool:
    """Whether that is quickly known: a decoder that stops at the first fault is many times as fast as a search."""
    whole = (len(text) - text.count(b"=", -2)) & ~3
    try:
        pybase64.b64decode(memoryview(text)[:whole], validate=True)
    except binascii.Error:
        return False
    return _PLAIN.fullmatch(text, whole) is not None
