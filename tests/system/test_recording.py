"""An evening at the simulated observatory, recorded and played again: clients see the same."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lightapt_protocol.members import DefBlob
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import EntryKind, Recording, RecordingError
from tests.real_programs import require, script

from .observer import Observer
from .puppets import PATIENCE, eventually
from .rig import LIGHTAPT_SERVER, Server, Stage, free_port

pytestmark = pytest.mark.system

DRIVERS = ("telescope", "ccd", "focuser", "filterwheel")
CAMERA, MOUNT, WHEEL, FOCUSER = "CCD Simulator", "Telescope Simulator", "Filter Simulator", "Focuser Simulator"


def our_hub(stage: Stage) -> Server:
    words = [word for driver in DRIVERS for word in ("--driver", driver)]
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder)}
    return stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words, **home).listening()


def debians_server(stage: Stage) -> Server:
    port = free_port()
    programs = [script(f"lightapt-{driver}") for driver in DRIVERS]
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder)}
    words = ["-v", "-u", str(stage.folder / "socket"), "-p", str(port), "-r", "0", *programs]
    return stage.run(require("indiserver"), *words, **home).listening_on(port)


class Recorder:
    """`lightapt record`, until it is ended."""

    def __init__(self, stage: Stage, path: Path, server: Server, *words: str) -> None:
        self._process = stage.run(script("lightapt"), "record", str(path), "-p", str(server.port), *words)
        self._path = path
        eventually(lambda: self._count() > 0, "the recorder records")

    def _count(self) -> int:
        """How many elements can be read by now."""
        assert self._process.is_running
        try:
            return kinds(self._path).count(EntryKind.ELEMENT)
        except (OSError, RecordingError):
            return 0

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it, and return its exit code."""
        self._process.signal(number)
        return self._process.exit_code()


def evening(observer: Observer) -> bytes:
    """What happens; returns the file of the picture."""
    observer.connect(CAMERA, FOCUSER)
    observer.set(CAMERA, "CCD_FRAME", X=0, Y=0, WIDTH=320, HEIGHT=240)
    observer.wait(CAMERA, "CCD_FRAME", state=None, WIDTH=320.0)
    start = observer.find(FOCUSER, "ABS_FOCUS_POSITION").number("FOCUS_ABSOLUTE_POSITION")
    observer.done(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=start + 200)
    return observer.picture_file(CAMERA, 0.2)


def state_of(mirror: Mirror, *devices: str) -> dict[tuple[str, str], object]:
    """What a client knows of some devices, but for the pictures, which no client keeps."""
    return {
        (device, name): (prop.state, prop.label, prop.group, prop.perm, tuple(prop.members.values()))
        for device in devices
        for name, prop in mirror.devices.get(device, {}).items()
        if not any(isinstance(one, DefBlob) for one in prop.members.values())
    }


def mirror_of(path: Path) -> Mirror:
    """What the recording itself leads to."""
    mirror = Mirror()
    for entry in Recording([path.read_bytes()]):
        if entry.kind is EntryKind.ELEMENT:
            mirror.apply(parse(entry.content))
    return mirror


@pytest.mark.parametrize("serve", [our_hub, debians_server])
def test_an_evening_is_recorded_and_a_client_of_its_replay_sees_the_same(
    serve: Callable[[Stage], Server], stage: Stage
) -> None:
    path = stage.folder / "night.indi"
    server = serve(stage)
    recorder = Recorder(stage, path, server, "--blobs", "all")
    with Observer(server.address) as observer:
        picture = evening(observer)
        eventually(lambda: picture in kept(path), "the picture is recorded")
        eventually(lambda: is_seen_by(observer, path), "what the client sees is recorded")
    assert recorder.end() == 0
    server.close()

    driver = f"replay {path} --speed max"
    replay = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", "--driver", driver).listening()
    with Observer(replay.address) as again:
        again.wait("Replay", "REPLAY_CONTROL", PAUSE=True)
        recorded = mirror_of(path)
        for devices in ((CAMERA, FOCUSER), (MOUNT, WHEEL)):
            wanted = state_of(recorded, *devices)
            again.until(lambda: state_of(again.mirror, *devices) == wanted, "what was seen then")  # noqa: B023
        again.set("Replay", "REPLAY_CONTROL", REWIND=True)
        again.wait("Replay", "REPLAY_POSITION", state=None, SECONDS=0.0)
        again._pictures.clear()
        again.set("Replay", "REPLAY_CONTROL", PLAY=True)
        again.until(lambda: again._pictures, "the picture")
        assert again._pictures[0] == picture


def is_seen_by(observer: Observer, path: Path) -> bool:
    """Whether an observer sees of camera and focuser what a recording leads to."""
    observer.catch_up()
    return state_of(observer.mirror, CAMERA, FOCUSER) == state_of(mirror_of(path), CAMERA, FOCUSER)


def kept(path: Path) -> list[bytes]:
    return [bytes(body.data) for entry in Recording([path.read_bytes()]) for body in entry.bodies]


def test_what_a_device_of_indipyserver_says_is_recorded(stage: Stage) -> None:
    pytest.importorskip("indipyserver")
    path, server = stage.folder / "warm.indi", stage.indipyserver()
    recorder = Recorder(stage, path, server)
    done = subprocess.run(
        [script("lightapt"), "set", "-p", str(server.port), "Thermostat.TARGET.T=21"], timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
    eventually(lambda: is_set_to(path, 21.0), "it is recorded")
    assert recorder.end() == 0


def is_set_to(path: Path, degrees: float) -> bool:
    prop = mirror_of(path).find("Thermostat", "TARGET")
    return prop is not None and prop.number("T") == degrees


def test_debians_server_plays_a_recording(stage: Stage) -> None:
    path = stage.folder / "night.indi"
    hub = our_hub(stage)
    recorder = Recorder(stage, path, hub, "--blobs", "all", "--device", CAMERA)
    with Observer(hub.address) as observer:
        observer.connect(CAMERA)
        observer.set(CAMERA, "CCD_FRAME", X=0, Y=0, WIDTH=320, HEIGHT=240)
        picture = observer.picture_file(CAMERA, 0.2)
        eventually(lambda: picture in kept(path), "the picture is recorded")
    assert recorder.end() == 0
    hub.close()
    program = stage.executable("player", f"#!/bin/sh\nexec {script('lightapt-replay')} {path} --step\n")
    port = free_port()
    words = ["-v", "-u", str(stage.folder / "socket"), "-p", str(port), "-r", "0", str(program)]
    server = stage.run(require("indiserver"), *words).listening_on(port)
    with Observer(server.address) as again:
        again.until(lambda: again.mirror.find(CAMERA, "CONNECTION"), "the camera is there")
        again.set("Replay", "REPLAY_SPEED", FACTOR=0)
        again.set("Replay", "REPLAY_CONTROL", PLAY=True)
        again.until(lambda: again._pictures, "the picture")
        assert again._pictures == [picture]
        assert set(again.mirror.devices) == {CAMERA, "Replay"}


def test_a_recorder_that_is_killed_leaves_what_it_heard(stage: Stage) -> None:
    path = stage.folder / "night.indi"
    hub = our_hub(stage)
    recorder = Recorder(stage, path, hub)
    with Observer(hub.address) as observer:
        observer.connect(FOCUSER)
        eventually(lambda: mirror_is_connected(path), "the connection is recorded")
    recorder.end(signal.SIGKILL)
    assert not Recording([path.read_bytes()]).is_whole
    assert mirror_is_connected(path)
    done = subprocess.run(
        [script("lightapt"), "log", str(path), "--device", FOCUSER], capture_output=True, text=True, check=True
    )
    assert "CONNECT=Off → On" in done.stdout
    assert "cut off" in done.stderr


def mirror_is_connected(path: Path) -> bool:
    prop = mirror_of(path).find(FOCUSER, "CONNECTION")
    return prop is not None and prop.is_on("CONNECT")


def test_a_full_disk_is_told_and_leaves_what_was_written(stage: Stage) -> None:
    hub = our_hub(stage)
    path = stage.folder / "night.indi"
    command = [script("lightapt"), "record", str(path), "-p", str(hub.port)]
    limited = ["/bin/sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *command]  # in blocks of 512 bytes
    done = subprocess.run(limited, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert "takes no more; what was recorded until now can be read" in done.stderr
    assert Recording([path.read_bytes()]).header.server


def test_a_server_that_comes_back_is_recorded_on(stage: Stage) -> None:
    path, port = stage.folder / "night.indi", free_port()
    words = (*LIGHTAPT_SERVER, "--port", str(port), "--driver", "focuser")
    hub = stage.run(*words, HOME=str(stage.folder)).listening_on(port)
    recorder = Recorder(stage, path, hub)
    hub.signal(signal.SIGKILL)
    eventually(lambda: EntryKind.LOST in kinds(path), "the loss is recorded")
    hub.close()
    stage.run(*words, HOME=str(stage.folder)).listening_on(port)
    eventually(lambda: kinds(path).count(EntryKind.CONNECTED) == 2, "the return is recorded")
    assert recorder.end() == 0


def kinds(path: Path) -> list[EntryKind]:
    return [entry.kind for entry in Recording([path.read_bytes()])]
