"""The rows about the cost of a small message: to one client, to ten, and alone."""

from __future__ import annotations

from .figures import Figure, Goal, Measurement, Row
from .load import ONE_BY_ONE, Pace
from .puppets import Emission
from .servers import Side
from .stage import Stage

_WINDOW = Pace(window=2000, step=200)


def _cost(stage: Stage, side: Side, clients: int, total: int, pace: Pace) -> Measurement:
    with stage.serving(side) as scene:
        readers = scene.readers(clients)
        spent = scene.cpu_of_drive(readers, Emission.NUMBERS, total, pace=pace)
    return {"cpu": spent / (total * clients) * 1e6}


def _message(stage: Stage, side: Side) -> Measurement:
    return _cost(stage, side, 1, stage.amount(60_000, 4_000), _WINDOW)


def _fan_out(stage: Stage, side: Side) -> Measurement:
    return _cost(stage, side, 10, stage.amount(20_000, 4_000), _WINDOW)


def _lone(stage: Stage, side: Side) -> Measurement:
    return _cost(stage, side, 1, stage.amount(5_000, 500), ONE_BY_ONE)


_ALL = (Side.REFERENCE, Side.OURS, Side.RELAY)

ROWS = (
    Row(
        "message",
        _message,
        (Figure("cpu", "CPU a small message, 1 client, window of 2 000", "µs", Goal(ratio_at_most=0.4)),),
        sides=_ALL,
    ),
    Row(
        "fan-out",
        _fan_out,
        (Figure("cpu", "CPU a delivered message, 10 clients, window of 2 000", "µs", Goal(ratio_at_most=0.05)),),
        sides=_ALL,
    ),
    Row("lone", _lone, (Figure("cpu", "CPU a small message that comes alone, 1 client", "µs"),), sides=_ALL),
)
