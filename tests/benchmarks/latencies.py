"""The rows about the round trip of a ping: idle, and while pictures go to somebody else."""

from __future__ import annotations

from .figures import Figure, Goal, Measurement, Row, percentile
from .load import Load, Pace, drive_command
from .puppets import CONTROL, Emission
from .servers import Side
from .stage import Scene, Stage

_STREAM = Pace(window=2, step=1)
_PAUSE_US = 500


def _idle(stage: Stage, side: Side) -> Measurement:
    with stage.serving(side) as scene:
        trips = scene.load.ping(scene.reader(), stage.amount(3_000, 300), pause_us=_PAUSE_US)
    return {"p50": percentile(trips, 50), "p99": percentile(trips, 99)}


def _busy(stage: Stage, side: Side) -> Measurement:
    measured: dict[str, float] = {}
    for emission in (Emission.INLINE, Emission.ATTACHED):
        with stage.serving(side) as scene, stage.load() as streaming:
            trips = _trips_beside_stream(stage, scene, streaming, emission)
        measured[emission.name.lower()] = percentile(trips, 99) / 1e3
    return measured


def _trips_beside_stream(stage: Stage, scene: Scene, streaming: Load, emission: Emission) -> list[float]:
    """The pictures go to a client of another process, so that their reader does not delay the clock."""
    size = stage.amount(32, 2) << 20
    pinging = scene.reader(device=CONTROL)
    reader = Scene(scene.servers, streaming).reader(blobs=True)
    streaming.drive(reader, emission, 1, size=size)
    streaming.start(drive_command(reader, emission, 0, pace=_STREAM, size=size))
    trips = scene.load.ping(pinging, stage.amount(1_500, 100), pause_us=_PAUSE_US)
    streaming.end_drive()
    return trips


ROWS = (
    Row(
        "ping",
        _idle,
        (
            Figure("p50", "Ping round trip, idle, p50", "µs", Goal(ratio_at_most=1.0)),
            Figure("p99", "Ping round trip, idle, p99", "µs", Goal(ratio_at_most=1.0)),
        ),
    ),
    Row(
        "ping-busy",
        _busy,
        (
            Figure(
                "inline",
                "Ping p99 while inline BLOBs of 32 MiB stream to another client",
                "ms",
                Goal(ratio_at_most=0.5, at_most=5.0),
            ),
            Figure("attached", "the same, attached BLOBs", "ms", Goal(ratio_at_most=0.5, at_most=5.0)),
        ),
    ),
)
