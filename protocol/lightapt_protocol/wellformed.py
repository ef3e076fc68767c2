"""The last word on an irregular element: expat checks it, and what other readers cannot take is put right.

Readers in the field (lilxml above all) know neither CDATA nor comments, and strict ones give up on a byte that is not
UTF-8. One odd log line of a driver must not cost a client its connection, so such an element is rewritten in plain
XML; only what has no reading at all is an error.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from .errors import MalformedElementError

__all__ = ["verify"]

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}".encode()


def verify(raw: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the element as well-formed UTF-8 without comments or CDATA, and its own attributes.

    Raises:
        MalformedElementError: It is not well-formed.
    """
    raw = _as_utf8(raw)
    rebuild = b"<!" in raw or b"<?" in raw
    writer = _Writer()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    if rebuild:
        parser.EndElementHandler = writer.end
        parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise MalformedElementError(expat.ErrorString(error.code) or "not well-formed", element=raw) from None
    return (writer.rebuilt() if rebuild else raw), writer.attributes


def _as_utf8(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        raw = raw.decode("latin-1").encode()
    return _FORBIDDEN.sub(_REPLACEMENT, raw)


class _Writer:
    """Writes anew what expat reads, and keeps the attributes of the outermost element."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._root: dict[str, str] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        return self._root or {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = attributes
        self._out.append(f"<{tag}" + "".join(f" {k}={quoteattr(v)}" for k, v in attributes.items()) + ">")

    def end(self, tag: str) -> None:
        self._out.append(f"</{tag}>")

    def text(self, data: str) -> None:
        self._out.append(escape(data, {"\r": "&#13;"}))

    def rebuilt(self) -> bytes:
        return "".join(self._out).encode()
