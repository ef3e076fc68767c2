"""The last word on an irregular element: expat checks it, and what other readers cannot take is put right.

Readers in the field (lilxml above all) know neither CDATA nor comments, and strict ones give up on a byte that is not
UTF-8. One odd log line of a driver must not cost a client its connection, so such an element is rewritten in plain
XML; only what has no reading at all is an error.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

from .errors import MalformedElementError
from .escaping import content_text, start_of_tag

__all__ = ["verify"]

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}".encode()


def verify(raw: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the element as well-formed UTF-8 without comments or CDATA, and its own attributes.

    Raises:
        MalformedElementError: It is not well-formed.
    """
    raw = _as_utf8(raw)
    parser = expat.ParserCreate("utf-8")
    reader = _Rewriter(parser) if b"<!" in raw or b"<?" in raw else _Reader(parser)
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise MalformedElementError(expat.ErrorString(error.code) or "not well-formed", element=raw) from None
    return reader.result(raw), reader.attributes


def _as_utf8(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        raw = raw.decode("latin-1").encode()
    return _FORBIDDEN.sub(_REPLACEMENT, raw)


class _Reader:
    """Keeps the attributes of the outermost element, the only one that expat has to report.

    Attributes:
        attributes: Decoded.
    """

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self.attributes: dict[str, str] = {}
        parser.StartElementHandler = self._start

    def _start(self, _tag: str, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self._parser.StartElementHandler = None

    def result(self, raw: bytes) -> bytes:
        """Return the element, which stood as `raw`."""
        return raw


class _Rewriter(_Reader):
    """Writes anew what expat reads."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        super().__init__(parser)
        self._out: list[str] = []
        parser.buffer_text = True
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._out:
            self.attributes = attributes
        self._out.append(start_of_tag(tag, attributes) + ">")

    def _end(self, tag: str) -> None:
        self._out.append(f"</{tag}>")

    def _text(self, data: str) -> None:
        self._out.append(content_text(data))

    def result(self, raw: bytes) -> bytes:
        """See :class:`_Reader`."""
        return "".join(self._out).encode()
