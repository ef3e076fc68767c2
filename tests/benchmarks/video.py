"""The row about video: what the simulated camera films and sends, beside Debian's, both behind our hub.

Debian's has no stars where its catalogue program is not installed (which is nowhere in Debian), but asks for it with
every frame.
"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

from tests.system.rig import free_port

from . import programs, servers
from .figures import Figure, Goal, Measurement, Row
from .load import Load, Span, Tag
from .servers import Setup, Side
from .stage import Stage

_DEVICE = "CCD Simulator"
_SIZE = {"SIM_XRES": 1280, "SIM_YRES": 960}
_WARM = 20
"""Frames until catalogue, memory and caches are as they stay."""
_PEER_FRAMES_A_SECOND = 120
"""The most that Debian's can be asked to send; of itself it sends ten."""
_DEFINITIONS = 40
"""More than either has before it is connected, and fewer than after."""
_PEER_STARTS = 0.5
"""Seconds in which the thread of Debian's that films begins to listen: it misses what is asked of it before."""


def _measure(stage: Stage, side: Side) -> Measurement:
    setup = Setup(free_port(), f"/tmp/lightapt-bench-video-{time.monotonic_ns()}", _driver(stage, side))
    log = stage.directory / f"video-{side.value}.log"
    with servers.running(stage.commands, Side.OURS, setup, log=log), stage.load() as load:
        viewer = _film(load, setup.port)
        load.wait(viewer, Tag.SET, _WARM)
        load.forget()
        count = stage.amount(150, 20)
        return {"rate": count / load.wait(viewer, Tag.SET, count)}


def _driver(stage: Stage, side: Side) -> Path:
    """The camera's driver, as a program that takes no arguments."""
    if side is Side.REFERENCE:
        return Path(programs.find("indi_simulator_ccd", "install Debian's indi-bin"))
    path = stage.directory / "lightapt-ccd"
    path.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -m lightapt_drivers.simulators.ccd\n")
    path.chmod(0o755)
    return path


def _film(load: Load, port: int) -> Span:
    """A client that gets the video, and nothing else, of a camera that films as fast as it can."""
    director, viewer = load.open_tcp(port), load.open_tcp(port)
    load.send(director, f"<getProperties version='1.7' device='{_DEVICE}'/>")
    load.wait(director, Tag.DEF, 1)
    load.send(viewer, f"<getProperties version='1.7' device='{_DEVICE}' name='CCD1'/>")
    load.send(viewer, f"<enableBLOB device='{_DEVICE}'>Only</enableBLOB>")
    load.ping(viewer, 1, pause_us=0)
    load.send(director, _switch("CONNECTION", "CONNECT"))
    load.wait(director, Tag.DEF, _DEFINITIONS)
    time.sleep(_PEER_STARTS)
    load.send(director, _numbers("SIMULATOR_SETTINGS", _SIZE))
    load.send(director, _numbers("LIMITS", {"LIMITS_PREVIEW_FPS": _PEER_FRAMES_A_SECOND}))
    load.send(director, _numbers("STREAMING_EXPOSURE", {"STREAMING_EXPOSURE_VALUE": 0.001}))
    load.forget()
    load.send(director, _switch("CCD_VIDEO_STREAM", "STREAM_ON"))
    return viewer


def _switch(name: str, member: str) -> str:
    return (
        f"<newSwitchVector device='{_DEVICE}' name='{name}'><oneSwitch name='{member}'>On</oneSwitch></newSwitchVector>"
    )


def _numbers(name: str, values: dict[str, float]) -> str:
    members = "".join(f"<oneNumber name='{member}'>{value}</oneNumber>" for member, value in values.items())
    return f"<newNumberVector device='{_DEVICE}' name='{name}'>{members}</newNumberVector>"


ROWS = (
    Row(
        "video",
        _measure,
        (
            Figure(
                "rate", "Video of 1280 x 960 from a simulated camera, frames that arrive", "1/s", Goal(at_least=15.0)
            ),
        ),
        rounds=3,
    ),
)
