"""The rows about Alpaca: an image of a camera on its way to an INDI client, beside a bare download of the same bytes.

Both are timed from when the server has got the request for the image: to when our client, at our hub's local socket,
has the FITS file; and to when Python's own HTTP client has the bytes.
"""

from __future__ import annotations

import contextlib
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import IO

from tests.system.rig import free_port

from . import servers
from .alpaca_peers import PAUSE
from .figures import Figure, Goal, Measurement, Row
from .load import Load, LoadError, Span, Tag
from .puppets import PUPPET
from .servers import Setup, Side
from .stage import Stage

_ROOT = Path(__file__).resolve().parents[2]
_SIDE = 4096
_DEFINITIONS = 40
"""More than the camera has before it is connected, and fewer than after."""
_GIGABIT = 117_500_000
"""Bytes a second that TCP carries over gigabit Ethernet (IEEE 802.3, frames of 1500 bytes)."""
_GOAL = Goal(ratio_at_most=1.5)
_HEARD = 0.3
"""Seconds in which a server has read what a client sent it before it said that it was ready."""


@contextlib.contextmanager
def _program(*words: str) -> Generator[IO[str]]:
    """A program of the bench, and what it says."""
    line = [sys.executable, "-m", *words]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet, text=True, cwd=_ROOT)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        process.communicate()


def _next(said: IO[str], word: int = 0) -> float:
    words = said.readline().split()
    if len(words) <= word:
        raise LoadError("a program of the bench", "it ended")
    return float(words[word])


def _image(stage: Stage, side: Side, *, element: str, rate: int) -> Measurement:
    count, pixels = stage.amount(8, 2), stage.amount(_SIDE, 64)
    with _program(f"{__package__}.alpaca_peers", "serve", element, str(pixels), str(rate)) as served:
        port = int(_next(served))
        way = _bare if side is Side.REFERENCE else _bridged
        times = way(stage, served, port, count + 1)
    return {"time": statistics.median(times[1:]) * 1e3}


def _bare(_: Stage, served: IO[str], port: int, count: int) -> list[float]:
    with _program(f"{__package__}.alpaca_peers", "download", str(port), str(count)) as said:
        return [_took(served, said) for _ in range(count)]


def _took(served: IO[str], said: IO[str], word: int = 0) -> float:
    began = _next(served)
    return _next(said, word) - began


def _bridged(stage: Stage, served: IO[str], port: int, count: int) -> list[float]:
    unix = f"/tmp/lightapt-bench-alpaca-{time.monotonic_ns()}"
    setup = Setup(free_port(), unix, _driver(stage, port))
    log = stage.directory / "alpaca.log"
    with servers.running(stage.commands, Side.OURS, setup, log=log), stage.load() as load:
        director = load.open_tcp(setup.port)
        load.send(director, f"<getProperties version='1.7' device='{PUPPET}'/>")
        load.wait(director, Tag.DEF, 1)
        load.send(director, _request("Switch", "CONNECTION", "CONNECT", "On"))
        load.wait(director, Tag.DEF, _DEFINITIONS)
        with _program(f"{__package__}.receivers", "ours", "pictures", f"unix:@{unix}", str(count)) as said:
            if said.readline() != "ready\n":
                raise LoadError("receiver", "it did not get ready")
            time.sleep(_HEARD)
            return [_shot(load, director, served, said) for _ in range(count)]


def _shot(load: Load, director: Span, served: IO[str], said: IO[str]) -> float:
    load.send(director, _request("Number", "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", "0.001"))
    took = _took(served, said, 1)
    time.sleep(PAUSE)  # in which the exposure has ended for all
    return took


def _driver(stage: Stage, port: int) -> Path:
    """The bridge as a program that takes no arguments."""
    words = ["--address", f"127.0.0.1:{port}", "--type", "camera", "--name", PUPPET]
    path = stage.directory / f"lightapt-alpaca-{port}"
    command = shlex.join([sys.executable, "-m", "lightapt_drivers.alpaca.program", *words])
    path.write_text(f"#!/bin/sh\nexec {command}\n")
    path.chmod(0o755)
    return path


def _request(kind: str, name: str, member: str, value: str) -> str:
    return (
        f"<new{kind}Vector device='{PUPPET}' name='{name}'><one{kind} name='{member}'>{value}</one{kind}>"
        f"</new{kind}Vector>"
    )


def _row(element: str, key: str, how: str, rate: int) -> Row:
    what = f"An image of 16 megapixels ({element.lower()}) from Alpaca {how} (reference: a bare download)"
    measure = partial(_image, element=element, rate=rate)
    return Row(f"alpaca-{element.lower()}{key}", measure, (Figure("time", what, "ms", _GOAL),), rounds=3)


_ELEMENTS = ("UINT16", "INT16", "INT32")
# A server on this machine sends as fast as memory is copied, which no camera's does; it shows what the bridge costs.
ROWS = (
    *(_row(element, "", "at the pace of gigabit Ethernet", _GIGABIT) for element in _ELEMENTS),
    *(_row(element, "-memory", "from memory", 0) for element in _ELEMENTS),
)
