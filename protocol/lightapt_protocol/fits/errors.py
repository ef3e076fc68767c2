"""What can go wrong with FITS: you asked for a file that cannot be, or were given bytes that are none.

EncodeError (ValueError)      the image, its header or the target: local, the caller erred
└── CardError                 one card of the header
ReadError (ProtocolError)     the bytes: remote, their sender erred
└── ChecksumError             they are whole, but not what they were when they were written
"""

from __future__ import annotations

from ..errors import ProtocolError

__all__ = ["CardError", "ChecksumError", "EncodeError", "ReadError"]


class EncodeError(ValueError):
    """An image, its header or the target does not make a FITS file."""


class CardError(EncodeError):
    """A card that a FITS header cannot hold.

    Attributes:
        keyword: Which.
        reason: What is wrong, in words for a log line.
    """

    def __init__(self, keyword: str, reason: str) -> None:
        super().__init__(f"FITS keyword {keyword!r}: {reason}")
        self.keyword = keyword
        self.reason = reason


class ReadError(ProtocolError):
    """Bytes that are not a FITS file, not all of one, or more than was asked for.

    Attributes:
        offset: Where the unit in question begins, in bytes from the beginning.
    """

    def __init__(self, reason: str, *, offset: int = 0) -> None:
        super().__init__(reason)
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.reason} (unit at byte {self.offset})" if self.offset else self.reason


class ChecksumError(ReadError):
    """A checksum in the header disagrees with the bytes."""
