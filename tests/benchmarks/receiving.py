"""The rows about the client library: what it costs to receive, beside other clients' libraries for Python.

The reference is libindi's own client (pyindi-client), or indipyclient, whichever is better in that round. All get the
same from our hub, and a window of two pictures is under way, so that nobody's queue is measured.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from .figures import Figure, Goal, Measurement, Row
from .load import LoadError
from .puppets import CONTROL, Emission, order
from .servers import Side
from .stage import Scene, Stage

_ROOT = Path(__file__).resolve().parents[2]
_MIB = 1 << 20
_WINDOW = 2
_HEARD = 0.3
"""Seconds in which a server has read what a client sent it before it said that it was ready."""
_PEERS = {Side.REFERENCE: ("pyindi", "indipyclient"), Side.OURS: ("ours",)}


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a receiver says of itself."""

    cpu: float
    clock: float
    size: int


@contextlib.contextmanager
def _receiver(peer: str, task: str, address: str, count: int) -> Generator[IO[str]]:
    """A receiver that is ready; what it says."""
    line = [sys.executable, "-m", f"{__package__}.receivers", peer, task, address, str(count)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=_ROOT)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "ready\n":
            raise LoadError(f"receiver {peer}", "it did not get ready")
        time.sleep(_HEARD)
        yield process.stdout
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _next(said: IO[str]) -> _Moment:
    words = said.readline().split()
    if len(words) != 3:
        raise LoadError("receiver", "it ended")
    return _Moment(float(words[0]), float(words[1]), int(words[2]))


def _pictures(scene: Scene, peer: str, address: str, emission: Emission, count: int, size: int) -> Sequence[_Moment]:
    """What a receiver says of so many pictures, after one to warm up."""
    director = scene.load.open_tcp(scene.server.setup.port)
    scene.load.send(director, f"<getProperties version='1.7' device='{CONTROL}'/>")
    with _receiver(peer, "pictures", address, count + 1) as said:
        for _ in range(_WINDOW):
            scene.load.send(director, order(emission, 1, size=size))
        moments = []
        for number in range(count + 1):
            moments.append(_next(said))
            if number < count + 1 - _WINDOW:
                scene.load.send(director, order(emission, 1, size=size))
    if any(moment.size != size for moment in moments):
        raise LoadError(f"receiver {peer}", "a picture was not whole")
    return moments


def _costs(stage: Stage, side: Side, *, emission: Emission) -> Measurement:
    count, size = stage.amount(12, 2), stage.amount(32 * _MIB, _MIB)
    costs: list[float] = []
    for peer in _PEERS[side]:
        with stage.serving(Side.OURS) as scene:
            address = f"127.0.0.1:{scene.server.setup.port}"
            moments = _pictures(scene, peer, address, emission, count, size)
        costs.append((moments[-1].cpu - moments[0].cpu) * 1e3 / (count * size / 1e6))
    return {"cpu": min(costs)}


def _by_memory(stage: Stage, side: Side) -> Measurement:
    count, size = stage.amount(60, 4), stage.amount(32 * _MIB, _MIB)
    with stage.serving(side) as scene:
        address = f"unix:@{scene.server.setup.unix}"
        moments = _pictures(scene, "ours", address, Emission.ATTACHED, count, size)
    megabytes = count * size / 1e6
    return {
        "rate": megabytes / (moments[-1].clock - moments[0].clock),
        "cpu": (moments[-1].cpu - moments[0].cpu) / count * 1e6,
    }


def _updates(stage: Stage, side: Side) -> Measurement:
    count = stage.amount(100_000, 2_000)
    costs: list[float] = []
    for peer in _PEERS[side]:
        with stage.serving(Side.OURS) as scene:
            director = scene.load.open_tcp(scene.server.setup.port)
            scene.load.send(director, f"<getProperties version='1.7' device='{CONTROL}'/>")
            address = f"127.0.0.1:{scene.server.setup.port}"
            with _receiver(peer, "updates", address, count) as said:
                scene.load.send(director, order(Emission.NUMBERS, count))
                first, last = _next(said), _next(said)
        costs.append((last.cpu - first.cpu) / count)
    return {"cpu": min(costs) * 1e6, "rate": 1 / min(costs)}


ROWS = (
    Row(
        "receive",
        partial(_costs, emission=Emission.INLINE),
        (Figure("cpu", "CPU a MB to receive BLOBs of 32 MiB in a Python client", "ms/MB", Goal(ratio_at_most=0.5)),),
        rounds=3,
    ),
    Row(
        "receive-lines",
        partial(_costs, emission=Emission.LINES),
        (Figure("cpu", "the same in lines of 72 with enclen", "ms/MB", Goal(ratio_at_most=0.5)),),
        rounds=3,
    ),
    Row(
        "receive-memory",
        _by_memory,
        (
            Figure("rate", "BLOBs of 32 MiB by shared memory to our client: rate", "MB/s", Goal(at_least=500.0)),
            Figure("cpu", "the same: CPU of the client a picture", "µs"),
        ),
        rounds=3,
        sides=(Side.OURS,),
    ),
    Row(
        "follow",
        _updates,
        (
            Figure("cpu", "CPU a property update that a Python client follows", "µs", Goal(ratio_at_most=1.0)),
            Figure("rate", "the same: updates that one core follows", "1/s", Goal(at_least=50_000.0)),
        ),
        rounds=3,
    ),
)
