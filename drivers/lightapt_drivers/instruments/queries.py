"""What is asked of an instrument: the bytes to send, where the answer ends, and what it says. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, Generic, Protocol, Self, TypeVar

from .errors import AnswerError

__all__ = ["NOTHING", "Exactly", "Framing", "Manner", "Optional", "Query", "Until", "tell"]

T_co = TypeVar("T_co", covariant=True)
_PROBE: Final = 1.0
"""Seconds for the answer to a question that the instrument may not know: then it says nothing at all."""


class Framing(Protocol):
    """Knows where an answer ends."""

    def end(self, data: bytes) -> int | None:
        """Return how many of the bytes that have come are the answer, or None while more must come."""
        ...

    def patience(self, data: bytes) -> float | None:
        """Return the seconds of silence after which what has come is all, or None where more must come."""
        ...


@dataclass(frozen=True, slots=True)
class Until:
    """An answer that ends with some bytes, which are part of it."""

    terminator: bytes = b"#"

    def end(self, data: bytes) -> int | None:
        """See :class:`Framing`."""
        found = data.find(self.terminator)
        return None if found < 0 else found + len(self.terminator)

    def patience(self, data: bytes) -> float | None:
        """See :class:`Framing`."""
        return None


@dataclass(frozen=True, slots=True)
class Exactly:
    """An answer of so many bytes."""

    count: int

    def end(self, data: bytes) -> int | None:
        """See :class:`Framing`."""
        return self.count if len(data) >= self.count else None

    def patience(self, data: bytes) -> float | None:
        """See :class:`Framing`."""
        return None


@dataclass(frozen=True, slots=True)
class Optional:
    """An answer that some makes of an instrument give, and others leave out or cut short.

    Attributes:
        framing: Where it ends where it is given whole.
        least: Bytes that must come in any case.
        silence: Seconds after which what has come is all.
    """

    framing: Framing
    least: int = 0
    silence: float = 0.3

    def end(self, data: bytes) -> int | None:
        """See :class:`Framing`."""
        return self.framing.end(data)

    def patience(self, data: bytes) -> float | None:
        """See :class:`Framing`."""
        return self.silence if len(data) >= self.least else None


NOTHING: Final = Exactly(0)
"""A command that is never answered."""


class Manner(Enum):
    """How a question is put."""

    ONCE = auto()
    """It may change something: what was not answered is not simply put again."""
    AGAIN = auto()
    """It changes nothing: it is put again where no good answer came."""
    PROBE = auto()
    """The instrument may not know it: a silence says no more than that."""


@dataclass(frozen=True, slots=True)
class Query(Generic[T_co]):
    """One question: what is sent, and how the answer is read.

    Attributes:
        command: What is sent.
        framing: Where the answer ends.
        parse: Returns what an answer says; raises ValueError with the reason where it says nothing.
        timeout: Seconds until the whole answer must have come.
        manner: How it is put.
    """

    command: bytes
    framing: Framing
    parse: Callable[[bytes], T_co]
    timeout: float = 3.0
    manner: Manner = Manner.ONCE

    def probe(self) -> Self:
        """Return the question as it is put to an instrument that may not know it: once, and without much patience."""
        return replace(self, timeout=_PROBE, manner=Manner.PROBE)

    def read(self, answer: bytes) -> T_co:
        """Return what an answer says.

        Raises:
            AnswerError: It is not what the protocol says.
        """
        try:
            return self.parse(answer)
        except ValueError as error:
            raise AnswerError(str(error), command=self.command, answer=answer) from error


def tell(command: bytes) -> Query[None]:
    """Return the question that is a mere command: it is never answered."""
    return Query(command, NOTHING, _nothing)


def _nothing(_: bytes) -> None:
    return None
