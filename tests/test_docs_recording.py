"""The pages about recordings are true: what they show is run."""

from __future__ import annotations

import re
import shlex
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from lightapt_drivers.replaying.panel import Panel, View
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.recording import EntryKind, Recording, RecordingHeader
from lightapt_protocol.recording.writer import FRAME_SIZE, HEADER_MAGIC

from .docs_snippets import ROOT, Block, blocks
from .real_programs import require, script
from .system.observer import Observer
from .system.puppets import PATIENCE, eventually
from .system.rig import LIGHTAPT_SERVER, Server, Stage

HOW_TO = ROOT / "docs" / "how-to" / "record-and-replay.md"
FORMAT = ROOT / "docs" / "reference" / "recording-format.md"
NEEDED = {b"CCD_EXPOSURE", b"CCD_TEMPERATURE"}
"""Properties that what is shown afterwards tells of."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def marked(mark: str) -> list[str]:
    """The commands of the blocks of a mark."""
    lines = [line for block in blocks(HOW_TO) if block.mark == mark for line in block.text.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def recorded_in_tables() -> list[str]:
    return re.findall(r"`(lightapt record [^`]*)`", HOW_TO.read_text(encoding="utf-8"))


def run(line: str, *more: str, folder: Path, code: int = 0) -> str:
    """Run a command of the program `lightapt`; return what it prints."""
    program, *words = shlex.split(line)
    done = subprocess.run(
        [script(program), *words, *more], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == code, (line, done.stdout, done.stderr)
    return done.stdout


def recorded(line: str, hub: Server, *, folder: Path) -> str:
    """Record until the needed properties are in the file, and end it by Ctrl-C; return what is printed."""
    program, *words = shlex.split(line)
    path = folder / words[-1]

    def is_kept() -> bool:
        if not path.exists() or not path.stat().st_size:
            return False
        told = b"".join(entry.content for entry in Recording([path.read_bytes()]))
        return all(b'name="%s"' % name in told for name in NEEDED)

    command = [script(program), *words, "-p", str(hub.port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as recorder:
        try:
            eventually(is_kept, "the properties of the camera in the recording")
            recorder.send_signal(signal.SIGINT)
            said, _ = recorder.communicate(timeout=PATIENCE)
        finally:
            recorder.kill()
    assert recorder.returncode == 0
    return said


def observatory(stage: Stage) -> Server:
    words = ("--port", "0", "--unix", str(stage.folder / "socket"), "-v", "--driver", "ccd", "--driver", "focuser")
    return stage.run(*LIGHTAPT_SERVER, *words, HOME=str(stage.folder), XDG_CONFIG_HOME=str(stage.folder)).listening()


@pytest.mark.system
def test_what_is_shown_goes_as_told(stage: Stage) -> None:
    hub = observatory(stage)
    with Observer(hub.address) as observer:
        observer.connect("CCD Simulator")
    (line,) = marked("record")
    said = recorded(line, hub, folder=stage.folder)
    assert re.fullmatch(r"night\.indi: \d+ messages, [\d.]+ kB\n", said)
    first, *others = marked("log")
    assert "CCD Simulator.CCD_TEMPERATURE" in run(first, folder=stage.folder)
    for line in others:
        # At 22:30 there was nothing, and nobody said a word.
        done = script("lightapt"), *shlex.split(line)[1:]
        assert subprocess.run(done, cwd=stage.folder, capture_output=True, check=False).returncode in (0, 1)
    (program,) = [block for block in blocks(HOW_TO, "python") if block.mark == "recorded"]
    told = subprocess.run([sys.executable, "-c", program.text], cwd=stage.folder, capture_output=True, check=True)
    assert b"CCD Simulator CCD_EXPOSURE defined" in told.stdout
    hub.close()
    played(marked("replay")[0], stage)


def played(line: str, stage: Stage) -> None:
    """Start the server that is shown, and turn its knobs as is shown."""
    words = shlex.split(line.replace("night.indi", str(stage.folder / "night.indi")))[1:]
    server = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words).listening()
    with Observer(server.address) as observer:
        observer.until(lambda: observer.mirror.find("CCD Simulator", "CCD_EXPOSURE"), "the camera")
        for step in marked("steps"):
            _, setting = shlex.split(step)
            command = [require("indi_setprop"), "-p", str(server.port), setting]
            subprocess.run(command, check=True, timeout=PATIENCE)
        observer.until(
            lambda: observer.find("Replay", "REPLAY_SPEED").number("FACTOR") == 5.0, "the last of the knobs is turned"
        )


@pytest.mark.system
def test_the_ways_to_record_work(stage: Stage) -> None:
    hub = observatory(stage)
    lines = recorded_in_tables()
    assert len(lines) > 5
    for line in lines:
        appends = "--append" in line
        if not appends:
            (stage.folder / "night.indi").unlink(missing_ok=True)
        short = re.sub(r"--for \d+", "", line).replace("/tmp/indiserver", str(stage.folder / "socket"))
        where = () if "--server" in short else ("-p", str(hub.port))
        said = run(short, *where, "--for", "0.3", folder=stage.folder)
        assert said.startswith("night.1.indi" if appends else "night.indi")


def test_the_ways_to_replay_are_understood() -> None:
    from lightapt_drivers.replaying.program import _parser

    words = re.findall(r"`replay (night\.indi [^`]*)`", HOW_TO.read_text(encoding="utf-8"))
    assert len(words) == 5
    for line in words:
        _parser().parse_args(shlex.split(line))


def test_the_knobs_that_are_shown_are_there() -> None:
    mirror = Mirror()
    header = RecordingHeader.from_bytes(sample_header())
    for definition in Panel("Replay", header).definitions(View(0.0, 1.0, is_playing=True, is_at_end=False)):
        mirror.apply(definition)
    for step in marked("steps"):
        device, name, member = shlex.split(step)[1].partition("=")[0].split(".")
        prop = mirror.find(device, name)
        assert prop is not None
        assert member in prop.members


def sample_header() -> bytes:
    words = (
        '{"server": "localhost:7624", "started": "2026-03-20T22:30:00+00:00", "blobs": "all", "devices": [], "part": 0}'
    )
    return f"INDI recording 1\n{words}\n".encode()


def sample_of_entries() -> Block:
    return next(block for block in blocks(FORMAT, "text") if block.text.startswith("0 +"))


def test_the_entries_that_are_shown_are_entries() -> None:
    header = sample_header()
    frame = zstandard.ZstdCompressor().compress(sample_of_entries().text.encode())
    recording = Recording([struct.pack("<II", HEADER_MAGIC, len(header)) + header + frame])
    connected, message = recording
    assert connected.kind is EntryKind.CONNECTED
    assert message.content.endswith(b"/>")
    assert recording.is_whole


def test_the_reference_has_all_keys_kinds_and_numbers() -> None:
    text = FORMAT.read_text(encoding="utf-8")
    for key in re.findall(r'"(\w+)":', RecordingHeader.from_bytes(sample_header()).to_bytes().decode()):
        assert f"| `{key}` |" in text
    assert {kind.value for kind in EntryKind} <= set(re.findall(r"(?m)^\| `(.)` \|", text))
    assert f"0x{HEADER_MAGIC:X}" in text
    assert f"{FRAME_SIZE // 2**20} MiB" in text
