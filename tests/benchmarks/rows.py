"""The table: all rows in their order, and how rounds of one row alternate between the sides."""

from __future__ import annotations

import sys

from . import alpaca, backlogs, fits, latencies, messages, pictures, receiving, recordings, skies, video
from .figures import Measurement, Result, Row
from .load import LoadError
from .report import in_short
from .servers import ServerError, Side
from .stage import Stage

ROWS: dict[str, Row] = {
    row.key: row
    for row in (
        *messages.ROWS,
        *pictures.ROWS,
        *latencies.ROWS,
        *backlogs.ROWS,
        *fits.ROWS,
        *skies.ROWS,
        *video.ROWS,
        *receiving.ROWS,
        *recordings.ROWS,
        *alpaca.ROWS,
    )
}


def run(row: Row, stage: Stage) -> Result:
    """All rounds of a row: one side after the other in each, so that a drift of the machine hits all alike."""
    result = Result(row)
    rounds = 1 if stage.quick else row.rounds
    for number in range(1, rounds + 1):
        for side in row.sides:
            if side not in result.failures:
                _measure(result, side, stage, label=f"{row.key} {number}/{rounds} {side.value}")
    return result


# OSError: the server has ended while it was looked at.
def _measure(result: Result, side: Side, stage: Stage, *, label: str) -> None:
    try:
        measured = result.row.measure(stage, side)
    except (LoadError, ServerError, OSError) as error:
        result.failures[side] = str(error)
        _say(f"{label}: FAILED: {error}")
    else:
        result.rounds.setdefault(side, []).append(measured)
        _say(f"{label}: {_in_words(result.row, measured)}")


def _in_words(row: Row, measured: Measurement) -> str:
    units = {figure.key: figure.unit for figure in row.figures}
    return ", ".join(f"{key} {in_short(value)} {units.get(key, '')}".rstrip() for key, value in measured.items())


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
