"""The protocol's tree of errors. Each carries its particulars as fields, not only as text.

ProtocolError
├── MalformedElementError     the bytes are not well-formed XML, or not an INDI element
│   └── LimitExceededError    well-formed so far, but larger or deeper than the limits allow
├── GrammarError              well-formed, but not what INDI 1.7 says of this element
└── BlobError                 the body of a BLOB does not decode to what its attributes say
"""

from __future__ import annotations

__all__ = ["BlobError", "GrammarError", "LimitExceededError", "MalformedElementError", "ProtocolError"]

_EXCERPT = 80


def _excerpt(element: bytes | bytearray) -> str:
    text = bytes(element[:_EXCERPT]).decode("utf-8", "backslashreplace")
    return " ".join(text.split()) + ("…" if len(element) > _EXCERPT else "")


class ProtocolError(Exception):
    """What came over the wire cannot be taken.

    Attributes:
        reason: What is wrong, in words for a log line.
        element: The first bytes of the element in question (may be empty).
    """

    def __init__(self, reason: str, *, element: bytes | bytearray = b"") -> None:
        super().__init__(f"{reason}: {_excerpt(element)}" if element else reason)
        self.reason = reason
        self.element = bytes(element[:_EXCERPT])


class MalformedElementError(ProtocolError):
    """The bytes are not a well-formed element.

    Attributes:
        offset: Position in the stream, in bytes from its beginning, where the element starts (of a BLOB vector: what
            was being read of it).
    """

    def __init__(self, reason: str, *, element: bytes | bytearray = b"", offset: int = 0) -> None:
        super().__init__(reason, element=element)
        self.offset = offset

    def __str__(self) -> str:
        return f"{super().__str__()} (byte {self.offset} of the stream)"


class LimitExceededError(MalformedElementError):
    """An element is larger or deeper than the limits allow."""


class GrammarError(ProtocolError):
    """A well-formed element says something that INDI 1.7 has no meaning for."""


class BlobError(ProtocolError):
    """A BLOB's body does not decode to what its attributes say."""
