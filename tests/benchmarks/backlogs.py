"""The rows about what piles up: bursts to a client that lags, one that never reads, and a crowd."""

from __future__ import annotations

import math

from . import memory
from .figures import Figure, Goal, Measurement, Row
from .load import Span, Tag
from .puppets import CONTROL, Emission, Puppet
from .servers import Side
from .stage import Scene, Stage

_LADDER = (2_500, 5_000, 10_000, 20_000, 40_000)
_QUICK_LADDER = (500, 1_000)
_STEEP = 5.0  # CPU seconds: no longer bursts after one that cost as much
_ENOUGH = 120.0  # CPU seconds: no more clients are let in after as much; what is missing would cost more yet


def _burst(stage: Stage, side: Side) -> Measurement:
    with stage.serving(side) as scene:
        conductor = scene.reader(device=CONTROL)
        laggard = scene.reader()
        _cpu_of_burst(scene, conductor, laggard, _QUICK_LADDER[0])
        costs: dict[int, float] = {}
        for length in _QUICK_LADDER if stage.quick else _LADDER:
            costs[length] = _cpu_of_burst(scene, conductor, laggard, length)
            if costs[length] > _STEEP:
                break
    return {"exponent": slope(costs), **{str(length): spent for length, spent in costs.items()}}


def _cpu_of_burst(scene: Scene, conductor: Span, laggard: Span, length: int) -> float:
    """The laggard begins to read when the server has the whole burst."""
    load = scene.load
    load.forget()
    load.set_reading(laggard, False)
    before = scene.server.cpu_seconds()
    scene.order(conductor, Emission.NUMBERS, length, report=True)
    load.wait(conductor, Tag.SET, 1)
    load.set_reading(laggard, True)
    load.wait(laggard, Tag.SET, length)
    return scene.server.cpu_seconds() - before


def slope(costs: dict[int, float]) -> float:
    """The exponent e of cost = c * length ** e that fits best: 1 is linear, 2 quadratic."""
    points = [(math.log(length), math.log(cost)) for length, cost in costs.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def _stalled(stage: Stage, side: Side) -> Measurement:
    measured: dict[str, float] = {}
    for emission in (Emission.INLINE, Emission.ATTACHED):
        with stage.serving(side) as scene:
            measured |= _with_stalled_client(scene, emission, count=stage.amount(20, 3), size=stage.amount(32, 1) << 20)
    return measured


def _with_stalled_client(scene: Scene, emission: Emission, *, count: int, size: int) -> Measurement:
    readers = scene.readers(4, blobs=True)
    scene.load.drive(readers, emission, 1, size=size)
    alone = scene.load.drive(readers, emission, count, size=size)
    stalled = scene.reader(blobs=True)
    scene.load.set_reading(stalled, False)
    with memory.watched(scene.server.pid) as peak:
        beside = scene.load.drive(Span(readers.first, readers.last), emission, count, size=size)
    key = emission.name.lower()
    return {f"{key} peak": peak.held / 1e6, f"{key} slowdown": beside / alone, f"{key} time": beside}


def _crowd(stage: Stage, side: Side) -> Measurement:
    """Each client connects once the one before has its answers; those who could are there when the updates come."""
    clients, puppet = stage.amount(500, 20), Puppet(devices=stage.amount(50, 5))
    with stage.serving(side, puppet) as scene:
        before = scene.server.cpu_seconds()
        served = 0
        while served < clients and scene.server.cpu_seconds() - before < _ENOUGH:
            _arrive(scene, puppet)
            served += 1
        scene.order(Span(0, 1), Emission.EACH_DEVICE, 1)
        scene.load.wait(Span(0, served), Tag.SET, puppet.devices)
        return {"cpu": scene.server.cpu_seconds() - before, "served": served}


def _arrive(scene: Scene, puppet: Puppet) -> None:
    client = scene.load.open_tcp(scene.server.setup.port)
    scene.load.send(client, "<getProperties version='1.7'/>")
    scene.load.wait(client, Tag.DEF, puppet.definitions)


def _stalled_figures(emission: Emission) -> tuple[Figure, ...]:
    key = emission.name.lower()
    what = f"1 client never reads, 4 read, 20 x 32 MiB {key}"
    return (
        Figure(f"{key} peak", f"{what}: peak memory", "MB", Goal(ratio_at_most=0.6)),
        Figure(f"{key} slowdown", "the four's time, to their time without it", "", Goal(at_most=1.1)),
        Figure(f"{key} time", "the four's time", "s"),
    )


ROWS = (
    Row(
        "burst",
        _burst,
        (
            Figure(
                "exponent",
                "Bursts of 2 500 … 40 000 to a client that lags: exponent of the CPU",
                "",
                Goal(at_most=1.2),
            ),
            *(Figure(str(length), f"the same, CPU of {length}", "s") for length in _LADDER),
        ),
        rounds=3,
    ),
    Row(
        "stalled",
        _stalled,
        (*_stalled_figures(Emission.INLINE), *_stalled_figures(Emission.ATTACHED)),
        rounds=3,
    ),
    Row(
        "crowd",
        _crowd,
        (
            Figure("cpu", "500 clients x 50 devices, one update of each: CPU", "s", Goal(ratio_at_most=0.5)),
            Figure("served", "the same: clients served before 120 s of CPU were gone", "", Goal(at_least=500)),
        ),
        rounds=1,
    ),
)
