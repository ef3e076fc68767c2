"""The faults of serial lines, each of which spoils an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Chunk", "Drip", "Echo", "Fault", "Garbage", "Half", "Silence", "Slow"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of an answer.

    Attributes:
        data: The bytes.
        delay: Seconds after the command, or after the chunk before.
    """

    data: bytes
    delay: float = 0.0


class Fault(Protocol):
    """Spoils an answer."""

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """Return what goes over the line in place of an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Silence:
    """The answer never comes."""

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return ()


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something else comes."""

    data: bytes = b"\xff\x00\xfe~#"

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return (Chunk(self.data),)


@dataclass(frozen=True, slots=True)
class Half:
    """Only the first half of the answer comes."""

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return (Chunk(answer[: len(answer) // 2]),)


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer comes late."""

    seconds: float

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return (Chunk(answer, self.seconds),)


@dataclass(frozen=True, slots=True)
class Drip:
    """The answer comes byte by byte."""

    seconds: float

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return [Chunk(bytes([byte]), self.seconds) for byte in answer]


@dataclass(frozen=True, slots=True)
class Echo:
    """The command comes back before the answer."""

    def spoil(self, command: bytes, answer: bytes) -> Sequence[Chunk]:
        """See :class:`Fault`."""
        return (Chunk(command), Chunk(answer))
