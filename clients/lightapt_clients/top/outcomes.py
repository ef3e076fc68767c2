"""What became of what a person asked of a property. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Outcome", "Result"]


class Result(Enum):
    """How far it is."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far it is, and words for the person."""

    result: Result
    words: str
