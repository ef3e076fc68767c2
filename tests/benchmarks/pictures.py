"""The rows about BLOBs: their cost inline and attached, and the rates of uploads and chains.

A MB here is 10⁶ bytes of picture, before base64.
"""

from __future__ import annotations

from functools import partial

from . import memory
from .figures import Figure, Goal, Measurement, Row
from .load import Pace, Tag
from .puppets import CONTROL, Emission
from .servers import Side
from .stage import Stage

_MIB = 1 << 20
_SMALL = 2 * _MIB  # the reference takes a second for it where it reads TCP
_ABOUT = 1.0  # seconds that a measurement of a rate should take
_MOST_REPEATS = 200
_AHEAD = Pace(window=4, step=1)


def _size(stage: Stage) -> int:
    return stage.amount(32 * _MIB, _MIB)


def _cost(stage: Stage, side: Side, *, emission: Emission, clients: int) -> Measurement:
    count, size = stage.amount(8, 2), _size(stage)
    with stage.serving(side) as scene:
        readers = scene.readers(clients, blobs=True)
        spent = scene.cpu_of_drive(readers, emission, count, size=size)
    return {"cpu": spent * 1e3 / (count * size / 1e6)}


def _unix(stage: Stage, side: Side) -> Measurement:
    count, size = stage.amount(60, 4), _size(stage)
    with stage.serving(side) as scene:
        reader = scene.reader(blobs=True, unix=True)
        scene.load.drive(reader, Emission.ATTACHED, _AHEAD.window, pace=_AHEAD, size=size)
        resident = memory.most_resident_bytes(scene.server.pid)
        spent = scene.server.cpu_seconds()
        fresh = scene.load.drive(reader, Emission.ATTACHED, count, pace=_AHEAD, size=size)
        spent = scene.server.cpu_seconds() - spent
        grown = memory.most_resident_bytes(scene.server.pid) - resident
        (shared,) = scene.load.counts(reader, Tag.PICTURE)
        again = scene.load.drive(reader, Emission.REATTACHED, count, pace=_AHEAD, size=size)
    megabytes = count * size / 1e6
    return {
        "shared": 100 * shared / count,
        "rate": megabytes / fresh,
        "again": megabytes / again,
        "cpu": spent / count * 1e6,
        "grown": grown / 1e6,
    }


def _upload(stage: Stage, side: Side) -> Measurement:
    with stage.serving(side) as scene:
        client = scene.reader(device=CONTROL)
        first = scene.load.upload(client, 1, size=_SMALL)
        count = _repeats(stage, first)
        return {"rate": count * _SMALL / 1e6 / scene.load.upload(client, count, size=_SMALL)}


def _chain(stage: Stage, side: Side) -> Measurement:
    with stage.chain(side) as scene:
        reader = scene.reader(device=None, blobs=True)  # the reference drops requests for devices unseen
        first = scene.load.drive(reader, Emission.INLINE, 1, size=_SMALL)
        count = _repeats(stage, first)
        seconds = scene.load.drive(reader, Emission.INLINE, count, pace=_AHEAD, size=_SMALL)
    return {"rate": count * _SMALL / 1e6 / seconds}


def _repeats(stage: Stage, first: float) -> int:
    return max(1, min(stage.amount(_MOST_REPEATS, 4), int(_ABOUT / first)))


def _cost_row(key: str, what: str, emission: Emission, clients: int, at_most: float, *, relay: bool) -> Row:
    return Row(
        key,
        partial(_cost, emission=emission, clients=clients),
        (Figure("cpu", what, "ms/MB", Goal(ratio_at_most=at_most)),),
        sides=(Side.REFERENCE, Side.OURS, Side.RELAY) if relay else (Side.REFERENCE, Side.OURS),
    )


ROWS = (
    _cost_row("inline", "CPU a MB, inline BLOBs of 32 MiB, 1 client", Emission.INLINE, 1, 0.5, relay=True),
    _cost_row("lines", "the same in lines of 72 with enclen", Emission.LINES, 1, 0.5, relay=True),
    _cost_row("inline-4", "CPU a MB, inline BLOBs of 32 MiB, 4 clients", Emission.INLINE, 4, 0.65, relay=True),
    _cost_row("lines-4", "the same in lines of 72 with enclen", Emission.LINES, 4, 0.65, relay=True),
    _cost_row("attached", "CPU a MB, attached BLOBs of 32 MiB, 1 TCP client", Emission.ATTACHED, 1, 0.5, relay=False),
    _cost_row("attached-4", "the same, 4 TCP clients", Emission.ATTACHED, 4, 0.5, relay=False),
    Row(
        "unix",
        _unix,
        (
            Figure(
                "rate",
                "Attached BLOBs of 32 MiB → a client on the unix socket: rate",
                "MB/s",
                Goal(ratio_at_least=1.0),
            ),
            Figure("shared", "the same: pictures that came in shared memory, not as text", "%", Goal(at_least=100.0)),
            Figure("again", "the same if the driver need not make a new picture", "MB/s"),
            Figure("cpu", "the same: CPU a picture", "µs"),
            Figure("grown", "the same: growth of the server's resident memory", "MB", Goal(at_most=16.0)),
        ),
        rounds=5,
    ),
    Row(
        "upload",
        _upload,
        (Figure("rate", "A client's upload, 2 MiB: rate", "MB/s", Goal(ratio_at_least=100.0)),),
        rounds=3,
    ),
    Row(
        "chain",
        _chain,
        (Figure("rate", "A BLOB of 2 MiB through two chained hubs: rate", "MB/s", Goal(ratio_at_least=100.0)),),
        rounds=3,
    ),
)
