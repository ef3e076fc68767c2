"""The tools of the shell at real servers, beside those of libindi whose manners they have."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lightapt_protocol.numbers import parse_number
from tests.indiserver import served
from tests.real_programs import require, script

from .puppets import PATIENCE
from .rig import LIGHTAPT_SERVER, Lines, Server, Stage

pytestmark = pytest.mark.system

MOUNT = "Telescope Simulator"
STEADY = ("DEBUG", "CONFIG_PROCESS", "POLLING_PERIOD")
WHILE = "5"
"""Seconds in which all that there is has come, and for which those wait that ask for all or for what is not there."""
UNSTEADY = f"{MOUNT}.TRUE_POINTING."


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hub")
    stage = Stage(folder)
    names = ("telescope", "focuser", "filterwheel")
    words = [word for name in names for word in ("--driver", name)]
    environment = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    hub = stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *words, **environment).listening()
    for _ in names:
        hub.lines.expect("has the device")
    try:
        yield hub
    finally:
        stage.close()


def ours(command: str, port: int, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    options = patient(words) if command in ("get", "eval") else []
    return run(script("lightapt"), command, "-p", str(port), *options, *words, stdin=stdin)


def theirs(command: str, port: int, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    name = {"get": "indi_getprop", "set": "indi_setprop", "eval": "indi_eval"}[command]
    return run(require(name), "-p", str(port), *patient(words), *words, stdin=stdin)


def patient(words: Sequence[str]) -> list[str]:
    """Options with which a tool waits for what it was asked for, which ends it, unless it was told how long."""
    return [] if "-t" in words else ["-t", str(int(PATIENCE))]


def both(command: str, port: int, *words: str) -> Iterator[subprocess.CompletedProcess[str]]:
    """Run ours and theirs, side by side: who asks for all there is, waits until its time is over."""
    with ThreadPoolExecutor() as pool:
        yield from pool.map(lambda tool: tool(command, port, *words), (ours, theirs))


def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False)


def as_read(output: str) -> dict[str, float | str]:
    """What was printed, without what is another second by second; a number counts as such, whatever its digits."""
    found: dict[str, float | str] = {}
    for line in output.splitlines():
        name, _, value = line.partition("=")
        if name.startswith(UNSTEADY):
            continue
        try:
            found[name] = parse_number(value)
        except ValueError:
            found[name] = value.strip()
    return found


@pytest.fixture
def indipyserver(stage: Stage) -> Server:
    """An indipyserver with a thermostat."""
    pytest.importorskip("indipyserver")
    return stage.indipyserver()


class TestAsTheReference:
    @pytest.mark.parametrize(
        "words",
        [
            [f"{MOUNT}.CONNECTION.CONNECT"],
            ["-1", f"{MOUNT}.CONNECTION.CONNECT"],
            ["-1", "-t", WHILE, f"{MOUNT}.CONNECTION.*"],
            ["-t", WHILE, "*.CONNECTION.*"],
            ["-t", WHILE, "*.*._STATE"],
            ["-t", WHILE, "*.*._LABEL", "*.*._GROUP", "*.*._PERM", "*.*._TO"],
            ["-t", WHILE, f"{MOUNT}.NOPE.X"],
            ["-t", WHILE, f"{MOUNT}.CONNECTION.CONNECT", f"{MOUNT}.NOPE.X"],
            ["-t", WHILE],
        ],
        ids=" ".join,
    )
    def test_get_prints_the_same(self, hub: Server, words: list[str]) -> None:
        own, reference = both("get", hub.port, *words)
        assert own.returncode == reference.returncode, own.stderr
        assert as_read(own.stdout) == as_read(reference.stdout)

    def test_get_prints_the_same_at_indiserver(self, tmp_path: Path) -> None:
        with served(require("indi_simulator_telescope"), MOUNT, tmp_path) as device:
            words = ["-t", WHILE, *(f"{MOUNT}.{name}.*" for name in STEADY)]
            own, reference = both("get", device.port, *words)
        assert own.returncode == reference.returncode == 0
        assert as_read(own.stdout) == as_read(reference.stdout)

    def test_get_prints_the_same_at_indipyserver(self, indipyserver: Server) -> None:
        words = ["-t", WHILE, "Thermostat.TARGET.*", "Thermostat.TARGET._STATE"]
        own, reference = both("get", indipyserver.port, *words)
        assert own.returncode == reference.returncode == 0, own.stderr
        assert as_read(own.stdout) == as_read(reference.stdout)

    @pytest.mark.parametrize(
        "expression",
        [
            "2*3+4", "7-2*3", "!5+1", "1<2==1", "3>2>1", "1||0&&0", "2--2", "1e10", "1/3", "pi",
            "atan2(1,1)", "raddeg(pi)", "floor(2.7)", "pow(2,0.5)", "1+", "foo(1)", "1 2",
            f'"{MOUNT}.CONNECTION.CONNECT"', f'"{MOUNT}.CONNECTION._STATE"+1', f'"{MOUNT}.NOPE.X"==1',
        ],
    )  # fmt: skip
    def test_eval_says_the_same(self, hub: Server, expression: str) -> None:
        own, reference = both("eval", hub.port, "-t", WHILE, "-f", expression)
        assert own.returncode == reference.returncode, own.stderr
        if own.returncode < 2:
            assert own.stdout == reference.stderr  # which is where indi_eval prints values

    @pytest.mark.parametrize(
        "words",
        [
            [f"{MOUNT}.CONNECTION.CONNECT=On"],
            [f"{MOUNT}.CONNECTION.CONNECT;DISCONNECT=On;Off"],
            [f"{MOUNT}.CONNECTION.CONNECT=On;DISCONNECT=Off"],
            ["-s", f"{MOUNT}.CONNECTION.CONNECT=On"],
            ["-t", "1", f"{MOUNT}.CONNECTION.NOPE=On"],
            ["-t", "1", f"{MOUNT}.NOPE.X=On"],
            [f"{MOUNT}.DRIVER_INFO.DRIVER_NAME=x"],
            ["rubbish"],
            [f"{MOUNT}.CONNECTION.CONNECT;DISCONNECT=On"],
        ],
        ids=" ".join,
    )
    def test_set_ends_the_same(self, hub: Server, words: list[str]) -> None:
        own, reference = ours("set", hub.port, *words), theirs("set", hub.port, *words)
        assert (own.returncode, own.stdout) == (reference.returncode, reference.stdout), own.stderr


class TestObservatory:
    def test_a_mount_is_connected_set_and_asked(self, hub: Server) -> None:
        assert ours("connect", hub.port, MOUNT).returncode == 0
        assert ours("eval", hub.port, "-w", f'"{MOUNT}.TELESCOPE_PARK.UNPARK" >= 0').returncode == 0
        assert ours("set", hub.port, f"{MOUNT}.TELESCOPE_PARK.UNPARK=On").returncode == 0
        assert ours("get", hub.port, "-1", f"{MOUNT}.TELESCOPE_PARK.UNPARK").stdout == "On\n"
        refused = ours("set", hub.port, f"{MOUNT}.EQUATORIAL_EOD_COORD.RA;DEC=1;100")
        assert refused.returncode == 1
        assert "from" in refused.stderr

    def test_a_device_of_indipyserver_is_set_and_asked(self, indipyserver: Server) -> None:
        port = indipyserver.port
        assert ours("set", port, "Thermostat.TARGET.T=20").returncode == 0
        assert ours("get", port, "-1", "Thermostat.TARGET.T").stdout == "20\n"
        assert ours("eval", port, '"Thermostat.TARGET.T" == 20 && "Thermostat.TARGET._STATE" == 1').returncode == 0
        assert [json.loads(line)["device"] for line in ours("devices", port, "--json").stdout.splitlines()] == [
            "Thermostat"
        ]

    def test_a_descriptor_that_is_open_will_do(self, hub: Server) -> None:
        with socket.create_connection(("127.0.0.1", hub.port)) as sock:
            words = [script("lightapt"), "get", "-1", "-d", str(sock.fileno()), f"{MOUNT}.CONNECTION.CONNECT"]
            done = subprocess.run(
                words, pass_fds=[sock.fileno()], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        assert (done.returncode, done.stdout) in [(0, "Off\n"), (0, "On\n")], done.stderr

    def test_bash_completes_devices_and_properties(self, hub: Server) -> None:
        line = f"lightapt get -p {hub.port} '{MOUNT}.CONN"
        words = f"""
            eval "$({script("lightapt")} completion bash)"
            COMP_LINE="{line}" COMP_POINT={len(line)} COMP_TYPE=9 COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
            _python_argcomplete lightapt; printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=True, env={"PATH": path})
        # With two ways to go on the shell does not close the quote.
        assert done.stdout == f"{MOUNT}.CONNECTION.CONNECT\n{MOUNT}.CONNECTION.DISCONNECT\n"

    @pytest.mark.parametrize("words", ["watch --all", "top --json --interval 0.3"])
    def test_a_reader_that_goes_ends_it(self, hub: Server, words: str) -> None:
        assert ours("connect", hub.port, MOUNT).returncode == 0
        command = f"{script('lightapt')} {words} -p {hub.port} | head -1; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stderr) == (141, "")

    @pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_a_signal_ends_watch(self, hub: Server, sign: signal.Signals, code: int) -> None:
        words = [script("lightapt"), "watch", "-p", str(hub.port), "--all"]
        assert ours("connect", hub.port, MOUNT).returncode == 0
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            lines = Lines(process.stdout)
            lines.expect("Telescope")
            process.send_signal(sign)
            assert process.wait(PATIENCE) == code
            lines.rest()
            assert "Traceback" not in process.stderr.read()
