"""The row about recording: what it adds to the server's work, and what it costs itself."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

import psutil

from lightapt_protocol.recording import EntryKind, Recording, RecordingError

from .figures import Figure, Goal, Measurement, Row
from .load import ONE_BY_ONE, LoadError, Pace, Span
from .puppets import Emission
from .servers import Side
from .stage import PROPERTIES, Scene, Stage

_WINDOW = Pace(window=200, step=20)
_LIMIT = 30.0
_LIGHTAPT = str(Path(sys.executable).with_name("lightapt"))


def _recording(stage: Stage, side: Side, *, clients: int, pace: Pace = _WINDOW) -> Measurement:
    total = stage.amount(40_000, 4_000) if pace is _WINDOW else stage.amount(6_000, 500)
    with stage.serving(side) as scene:
        readers = scene.readers(clients)
        before = _cost(scene, readers, total, pace)
        with _recorder(stage, scene) as (recorder, path):
            own = _seconds(recorder)
            recorded = _cost(scene, readers, total, pace, settle=lambda: _wait_for(path, total))
            own = _seconds(recorder) - own
        path.unlink()
        after = _cost(scene, readers, total, pace)
    return {"more": 100 * (2 * recorded / (before + after) - 1), "own": own / (total + pace.window) * 1e6}


def _cost(scene: Scene, readers: Span, total: int, pace: Pace, *, settle: Callable[[], None] = lambda: None) -> float:
    """CPU seconds of the server until all have got the messages, the recorder too."""
    scene.load.drive(readers, Emission.NUMBERS, pace.window, pace=pace)
    before = scene.server.cpu_seconds()
    scene.load.drive(readers, Emission.NUMBERS, total, pace=pace)
    settle()
    return scene.server.cpu_seconds() - before


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextlib.contextmanager
def _recorder(stage: Stage, scene: Scene) -> Generator[tuple[psutil.Process, Path]]:
    """A recorder of a server, which has been told of its properties, and its file."""
    path = stage.directory / f"{scene.server.setup.port}.indi"
    command = [_LIGHTAPT, "record", str(path), "-p", str(scene.server.setup.port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(path, PROPERTIES[None])
            yield psutil.Process(process.pid), path
        finally:
            process.terminate()
            process.wait()


def _wait_for(path: Path, count: int) -> None:
    """Wait until so many messages are in the file."""
    limit = time.monotonic() + _LIMIT
    while _elements(path) < count:
        if time.monotonic() > limit:
            raise LoadError("lightapt record", f"{_elements(path)} of {count} messages are in the file")
        time.sleep(0.1)


def _elements(path: Path) -> int:
    try:
        return sum(entry.kind is EntryKind.ELEMENT for entry in Recording([path.read_bytes()]))
    except (OSError, RecordingError):
        return 0


def _row(key: str, clients: int, what: str, *, pace: Pace = _WINDOW) -> Row:
    figures = (
        Figure("more", f"CPU that a recorder adds to a server's work, {what}", "%", Goal(at_most=10)),
        Figure("own", f"CPU of the recorder itself for a message, {what}", "µs"),
    )
    return Row(key, partial(_recording, clients=clients, pace=pace), figures)


ROWS = (
    _row("recorded", 1, "beside 1 client, window of 200"),
    _row("recorded-10", 10, "beside 10 clients, window of 200"),
    _row("recorded-lone", 1, "beside 1 client, messages that come alone", pace=ONE_BY_ONE),
)
