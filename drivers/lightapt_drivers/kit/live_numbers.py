"""Live numbers: finite, and within ranges that may change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from lightapt_protocol.members import DefMember, DefNumber, OneNumber
from lightapt_protocol.messages import SetNumberVector
from lightapt_protocol.vocabulary import State

from .live import Live

__all__ = ["LiveNumber"]


class LiveNumber(Live[float]):
    """Numbers."""

    update = SetNumberVector
    one = OneNumber

    def begin(self, members: Mapping[str, DefMember]) -> None:
        """Be Busy; numbers are what the device reports, so they stay until it does."""
        self.set(state=State.BUSY)

    def redefine(self, *members: DefMember, **changes: Any) -> None:  # noqa: ANN401 - as the base's
        """See :meth:`Live.redefine`.

        Raises:
            ValueError: A number is not finite.
        """
        for member in cast("tuple[DefNumber, ...]", members):
            self._check(member.name, member.value, member.min, member.max, member.step)
        super().redefine(*members, **changes)

    def limit(self, member: str, *, min: float, max: float, step: float | None = None) -> None:
        """Change a member's range; a value outside moves to its edge. Clients are told (libindi's extension)."""
        old = cast("DefNumber", self._member(member))
        self._check(member, min, max, step or 0.0)
        value = old.value if min >= max else sorted((min, old.value, max))[1]
        new = replace(old, min=min, max=max, step=old.step if step is None else step, value=value)
        members = tuple(new if one.name == member else one for one in self._definition.members)
        self._definition = replace(self._definition, members=cast("Any", members))
        if self._wire is not None and self._is_defined:
            update = cast("SetNumberVector", self._update(""))
            ranges = cast("tuple[DefNumber, ...]", self._definition.members)
            told = [OneNumber(one.name, one.value, min=one.min, max=one.max, step=one.step) for one in ranges]
            self._wire.send(replace(update, members=tuple(told)))

    def range(self, member: str) -> tuple[float, float]:
        """Return the least and the largest value of a member."""
        number = cast("DefNumber", self._member(member))
        return number.min, number.max

    def _with_value(self, member: DefMember, value: float) -> DefMember:
        self._check(member.name, value)
        return super()._with_value(member, value)

    def _check(self, member: str, *numbers: float) -> None:
        """Let nothing in that cannot be told: it would be told again and again."""
        for number in numbers:
            if not math.isfinite(number):
                raise ValueError(
                    f"{self._definition.device}.{self.name}.{member} must be a finite number, not {number}"
                )


class LiveCountdown(LiveNumber):
    """Numbers that say how much is left of what was asked for."""

    def begin(self, members: Mapping[str, DefMember]) -> None:
        """Be Busy, and show what is wanted: all of it is left."""
        self.take(members, state=State.BUSY)
