"""What a row of the table is: its figures, their goals, and how it is measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .servers import Side
from .stage import Stage

Measurement = Mapping[str, float]
"""The figures of one measurement by their keys."""

Measure = Callable[[Stage, Side], Measurement]


@dataclass(frozen=True, slots=True)
class Goal:
    """What must hold: for the ratio of ours to the reference, for our own figure, or for both."""

    ratio_at_most: float | None = None
    ratio_at_least: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, reference: float, ours: float) -> bool:
        """Whether all that is asked holds."""
        return (
            (self.ratio_at_most is None or ours <= self.ratio_at_most * reference)
            and (self.ratio_at_least is None or ours >= self.ratio_at_least * reference)
            and (self.at_most is None or ours <= self.at_most)
            and (self.at_least is None or ours >= self.at_least)
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `goal` None: shown for what it says about the others."""

    key: str
    what: str
    unit: str
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of measurement, which yields one figure or several."""

    key: str
    measure: Measure
    figures: tuple[Figure, ...]
    rounds: int = 5
    sides: tuple[Side, ...] = (Side.REFERENCE, Side.OURS)


@dataclass(slots=True)
class Result:
    """All that was measured for a row: every round of each side, and why a side could not be measured."""

    row: Row
    rounds: dict[Side, list[Measurement]] = field(default_factory=lambda: {})
    failures: dict[Side, str] = field(default_factory=lambda: {})

    def samples(self, side: Side, figure: Figure) -> Sequence[float]:
        """A figure of each round."""
        return [measured[figure.key] for measured in self.rounds.get(side, ()) if figure.key in measured]

    def median(self, side: Side, figure: Figure) -> float | None:
        """The median of the rounds, if there were any."""
        samples = self.samples(side, figure)
        return statistics.median(samples) if samples else None


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least `percent` of all do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, min(len(ordered) - 1, -int(-len(ordered) * percent // 100) - 1))]
