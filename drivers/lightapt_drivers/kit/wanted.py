"""What a client wants of a property, as a driver's method reads it. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from lightapt_protocol.members import OneBlob

__all__ = ["Blobs", "Numbers", "Switches", "Texts", "Wanted"]

V = TypeVar("V")


class Wanted(Mapping[str, V]):
    """A property as a client wants it: all its members' values, checked; what was not asked for is as it is.

    Attributes:
        given: The members that the client named, in its order.
    """

    __slots__ = ("_values", "given")

    def __init__(self, values: Mapping[str, V], given: tuple[str, ...] = ()) -> None:
        self._values = values
        self.given = given

    def __getitem__(self, member: str) -> V:
        return self._values[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def value(self) -> V:
        """The value of the first member, for properties that have but one."""
        return next(iter(self._values.values()))

    @property
    def choice(self) -> str:
        """The name of the first member that is on; empty where none is."""
        return next((name for name, value in self._values.items() if value), "")


Numbers = Wanted[float]
Texts = Wanted[str]
Switches = Wanted[bool]
Blobs = Wanted[OneBlob]
