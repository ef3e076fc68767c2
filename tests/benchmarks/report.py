"""The results as a Markdown table and as JSON."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable, Iterator

from .figures import Figure, Goal, Result
from .servers import Side

_HEAD = "| what | reference | ours | relay | ratio | goal | met? |\n|---|---|---|---|---|---|---|"
_NOTHING = ""


def markdown(results: Iterable[Result]) -> str:
    """One line of the table for each figure that was measured, or should have been."""
    lines = (_line(result, figure) for result in results for figure in result.row.figures if _is_shown(result, figure))
    return "\n".join([_HEAD, *lines])


def _is_shown(result: Result, figure: Figure) -> bool:
    return bool(result.failures) or any(result.samples(side, figure) for side in result.row.sides)


def _line(result: Result, figure: Figure) -> str:
    cells = (
        f"{figure.what}, {figure.unit}" if figure.unit else figure.what,
        *(_median(result, side, figure) for side in (Side.REFERENCE, Side.OURS, Side.RELAY)),
        _ratio(result, figure),
        _goal(figure.goal),
        verdict(result, figure),
    )
    return f"| {' | '.join(cells)} |"


def _median(result: Result, side: Side, figure: Figure) -> str:
    if side in result.failures:
        return "failed"
    median = result.median(side, figure)
    return _NOTHING if median is None else in_short(median)


def _ratio(result: Result, figure: Figure) -> str:
    if result.failures.keys() & {Side.REFERENCE, Side.OURS}:
        return _NOTHING
    reference, ours = result.median(Side.REFERENCE, figure), result.median(Side.OURS, figure)
    return in_short(ours / reference) if reference and ours is not None else _NOTHING


def _goal(goal: Goal | None) -> str:
    return ", ".join(_goal_terms(goal)) if goal is not None else _NOTHING


def _goal_terms(goal: Goal) -> Iterator[str]:
    if goal.ratio_at_most is not None:
        yield f"ratio ≤ {goal.ratio_at_most:g}"
    if goal.ratio_at_least is not None:
        yield f"ratio ≥ {goal.ratio_at_least:g}"
    if goal.at_most is not None:
        yield f"ours ≤ {goal.at_most:g}"
    if goal.at_least is not None:
        yield f"ours ≥ {goal.at_least:g}"


def verdict(result: Result, figure: Figure) -> str:
    """Whether the figure's goal is met; a side that could not be measured meets nothing."""
    if figure.goal is None:
        return _NOTHING
    reference, ours = result.median(Side.REFERENCE, figure), result.median(Side.OURS, figure)
    if ours is None or Side.OURS in result.failures:
        return "no"
    if Side.REFERENCE not in result.row.sides:
        return _yes_or_no(figure.goal.is_met(math.nan, ours))
    if reference is None or Side.REFERENCE in result.failures:
        return "the reference failed"
    return _yes_or_no(figure.goal.is_met(reference, ours))


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"


def in_short(value: float) -> str:
    """Three significant digits, without an exponent."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def as_json(results: Iterable[Result]) -> str:
    """Every sample of every figure, and what it was measured on."""
    machine = {"cpus": os.cpu_count(), "kernel": platform.release(), "python": platform.python_version()}
    return json.dumps({"machine": machine, "rows": [_row(result) for result in results]}, indent=2)


def _row(result: Result) -> dict[str, object]:
    return {
        "key": result.row.key,
        "failures": {side.value: reason for side, reason in result.failures.items()},
        "figures": [_figure(result, figure) for figure in result.row.figures],
    }


def _figure(result: Result, figure: Figure) -> dict[str, object]:
    return {
        "key": figure.key,
        "what": figure.what,
        "unit": figure.unit,
        "goal": _goal(figure.goal),
        "met": verdict(result, figure),
        "samples": {side.value: result.samples(side, figure) for side in result.row.sides},
    }
