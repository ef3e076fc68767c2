"""`lightapt top` on a terminal: it draws, follows, and leaves the terminal as it was."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.indiserver import served
from tests.real_programs import require

from .puppets import PATIENCE, eventually
from .rig import Lines, Stage

pytestmark = pytest.mark.system

LIGHTAPT = str(Path(sys.executable).with_name("lightapt"))
LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"


class Terminal:
    """A pseudo-terminal with `lightapt top` on it."""

    def __init__(self, *words: str, folder: Path) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
        os.set_blocking(self._master, False)
        self._written = b""
        environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "110", "LINES": "30"}
        self.process = subprocess.Popen(
            [LIGHTAPT, "top", *words], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder
        )
        os.close(slave)

    @property
    def written(self) -> bytes:
        """All that was written on it up to now."""
        try:
            while data := os.read(self._master, 1 << 16):
                self._written += data
        except (BlockingIOError, OSError):  # nothing now, or nothing any more
            pass
        return self._written

    def see(self, text: str) -> None:
        """Wait until a text has been written."""
        eventually(lambda: text in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", self.written).decode(errors="replace"), text)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def exit_code(self) -> int:
        eventually(lambda: (self.written, self.process.poll() is not None)[1], "it ends")
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        os.close(self._master)


@pytest.fixture
def terminal(stage: Stage) -> Iterator[Terminal]:
    """A terminal on which a hub with a driver is watched."""
    hub = stage.hub(stage.driver("dome"), self_device=True)
    terminal = Terminal("-p", str(hub.port), folder=stage.folder)
    try:
        yield terminal
    finally:
        terminal.close()


def test_it_shows_a_hub_and_q_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.see("dome")
    terminal.type("q")
    assert terminal.exit_code() == 0
    assert LEFT_ALTERNATE_SCREEN in terminal.written
    assert b"Traceback" not in terminal.written


def test_being_terminated_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.see("dome")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.exit_code() == 128 + signal.SIGTERM
    assert LEFT_ALTERNATE_SCREEN in terminal.written
    assert b"Traceback" not in terminal.written


def test_a_hub_that_ends_is_told_on_the_screen_and_not_across_it(stage: Stage) -> None:
    hub = stage.hub(stage.driver("dome"), self_device=True)
    terminal = Terminal("-p", str(hub.port), folder=stage.folder)
    try:
        terminal.see("dome")
        hub.close()
        terminal.see("No connection")
        assert b"lightapt: the connection" not in terminal.written
        terminal.type("q")
        assert terminal.exit_code() == 0
    finally:
        terminal.close()


def test_it_shows_the_devices_of_indiserver(stage: Stage) -> None:
    home = stage.folder / "home"
    home.mkdir()
    with served(require("indi_simulator_telescope"), "Telescope Simulator", home) as device:
        terminal = Terminal("-p", str(device.port), folder=stage.folder)
        try:
            terminal.see("Telescope Simulator")
            terminal.type("q")
            assert terminal.exit_code() == 0
        finally:
            terminal.close()
        words = [LIGHTAPT, "top", "-p", str(device.port), "--json", "--interval", "0.2"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as printing:
            assert printing.stdout is not None
            try:
                record = json.loads(Lines(printing.stdout).expect('"device": ?"').string)
            finally:
                printing.terminate()
    assert ([one["device"] for one in record["devices"]], record["hub"]) == (["Telescope Simulator"], None)


def test_without_a_terminal_it_says_what_to_do() -> None:
    done = subprocess.run([LIGHTAPT, "top"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 2
    assert "--json" in done.stderr
