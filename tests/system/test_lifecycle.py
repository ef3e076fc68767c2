"""The command `lightapt-server` from its start to its end: exit codes, signals, configuration, FIFO, log."""

from __future__ import annotations

import os
import pkgutil
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import lightapt_server

from .phrases import GET, define, get, order, update
from .puppets import PATIENCE, Driver, eventually
from .rig import LIGHTAPT_SERVER, Server, Stage

pytestmark = pytest.mark.system


def finished(*arguments: str) -> tuple[int, list[str]]:
    """Run the command to its end; return its exit code and the lines that it wrote to stderr."""
    done = subprocess.run([*LIGHTAPT_SERVER, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stderr.splitlines()


class TestStart:
    def test_a_driver_that_nobody_knows_is_one_line_and_exit_code_2(self) -> None:
        code, lines = finished("--driver", "telescop")
        assert code == 2
        assert len(lines) == 1
        assert 'did you mean "telescope"' in lines[0]

    def test_a_port_in_use_is_one_line_and_exit_code_1(self, stage: Stage) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            code, lines = finished("--driver", str(stage.driver().path), "--port", str(port))
        assert code == 1
        assert len(lines) == 1
        assert re.search(rf"127\.0\.0\.1:{port} is in use: .*--port", lines[0])

    def test_an_address_that_is_not_ours_is_one_line_and_exit_code_1(self) -> None:
        code, lines = finished("--self-device", "--port", "0", "--host", "192.0.2.1")
        assert (code, len(lines)) == (1, 1)

    def test_it_listens_on_ipv4_and_ipv6_of_this_machine(self, stage: Stage) -> None:
        hub = stage.hub(stage.driver())
        stage.client(hub).sync()
        stage.client_of(("::1", hub.port)).sync()

    def test_neither_numpy_nor_astropy_is_imported(self) -> None:
        names = [name for _, name, _ in pkgutil.iter_modules(lightapt_server.__path__) if name != "__main__"]
        imports = "; ".join(f"import lightapt_server.{name}" for name in names)
        check = "import sys; sys.exit(bool({'numpy', 'astropy', 'alpaca', 'serial'} & sys.modules.keys()))"
        assert (
            subprocess.run([sys.executable, "-c", f"{imports}; {check}"], timeout=PATIENCE, check=False).returncode == 0
        )


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_the_drivers_and_then_the_hub(self, stage: Stage, number: signal.Signals) -> None:
        drivers = stage.driver("dome"), stage.driver("ccd")
        hub = stage.hub(*drivers)
        for driver in drivers:
            driver.expect_only(GET)
        client = stage.client(hub)
        client.sync()
        hub.signal(number)
        for driver in drivers:
            driver.expect_exit()
        assert client.expect_end() == b""
        assert hub.exit_code() == 0

    def test_a_driver_that_ignores_everything_is_killed_with_all_it_has_started(self, stage: Stage) -> None:
        dome = stage.driver()
        wrapper = stage.executable("wrapper", f"#!/bin/sh\ntrap '' TERM\n{dome.path}\nexit 0\n")
        hub = stage.hub(programs=[wrapper])
        dome.expect_only(GET)
        dome.do("puppet.ignore_everything()")
        dome.flush()
        children = psutil.Process(hub.pid).children(recursive=True)
        assert len(children) == 2
        hub.signal(signal.SIGTERM)
        assert hub.exit_code() == 0
        eventually(lambda: not any(child.is_running() for child in children), "no orphan is left")

    def test_drivers_end_when_the_hub_is_killed(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome)
        dome.expect_only(GET)
        hub.signal(signal.SIGKILL)
        dome.expect_exit()


class TestSighup:
    def test_drivers_that_are_new_start_and_those_that_are_gone_end(self, stage: Stage) -> None:
        stays, goes, comes = (stage.driver(name) for name in ("stays", "goes", "comes"))
        path = stage.config(stays, goes, port=0)
        hub = stage.run(*LIGHTAPT_SERVER, "--config", str(path), "-v").listening()
        for driver in (stays, goes):
            driver.expect_only(GET)
        stage.config(stays, comes, port=0).rename(path)
        hub.signal(signal.SIGHUP)
        comes.expect_only(GET)
        goes.expect_exit()
        stays.expect_silence()

    def test_a_file_that_is_wrong_changes_nothing(self, stage: Stage) -> None:
        dome = stage.driver()
        path = stage.config(dome, port=0)
        hub = stage.run(*LIGHTAPT_SERVER, "--config", str(path), "-v").listening()
        dome.expect_only(GET)
        path.write_text("port = 'none'\n")
        hub.signal(signal.SIGHUP)
        hub.lines.expect("the configuration is not taken: .*: port: expected a port")
        dome.expect_silence()


class TestLog:
    def test_sigusr1_prints_the_counters(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome)
        stage.client(hub).sync()
        dome.sync()
        hub.signal(signal.SIGUSR1)
        hub.lines.expect(r"1 clients \(1 ever, 0 cut off\), 1 drivers \(0 restarts\), 0 remotes, 0 devices; \d+ MB")
        hub.lines.expect(r"driver dome: in 1 elements, \d+ bytes; out 2 elements, \d+ bytes; 0 bytes behind, 0 dropped")

    def test_vvv_shows_all_traffic_of_the_devices_asked_for(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, arguments=("-vvv", "--log-device", "Dome"))
        dome.send(define("CCD") + define("Dome") + update("CCD", 1) + update("Dome", 2))
        dome.sync()
        client = stage.client(hub)
        client.send(order("CCD", 3) + order("Dome", 4))
        dome.expect(order("Dome", 4))
        for what in (define("Dome"), update("Dome", 2)):
            hub.lines.expect(f"driver dome: {re.escape(what.decode())}")
        hub.lines.expect(rf"client 127.0.0.1:\d+: {re.escape(order('Dome', 4).decode())}")
        assert not any("CCD" in line and "<" in line for line in hub.lines.all)

    def test_drivers_messages_are_kept_in_a_file_a_day(self, stage: Stage, tmp_path: Path) -> None:
        dome = stage.driver()
        folder = tmp_path / "logs"
        folder.mkdir()
        stage.hub(dome, log_directory=str(folder))
        dome.send(b"<message device='Dome' message='The shutter is open'/>")
        dome.sync()
        (file,) = folder.iterdir()
        assert file.read_text().endswith(": Dome: The shutter is open\n")


class TestConfiguration:
    def test_a_driver_gets_its_arguments_and_variables(self, stage: Stage) -> None:
        echo = stage.executable("echo", '#!/bin/sh\necho "got $1, $2 as $INDIDEV and $HOME" >&2\ncat >/dev/null\n')
        path = stage.folder / "lightapt.toml"
        path.write_text(
            f"port = 0\n[[driver]]\nname = '{echo}'\nlabel = 'Echo'\narguments = ['--size', '1 2']\n"
            "environment = { INDIDEV = 'Main Camera' }\n"
        )
        hub = stage.run(*LIGHTAPT_SERVER, "--config", str(path), INDIDEV="not this", HOME="/home/me")
        hub.lines.expect("Driver Echo: got --size, 1 2 as Main Camera and /home/me")

    def test_clients_beyond_the_limit_are_turned_away(self, stage: Stage) -> None:
        hub = stage.hub(stage.driver(), max_connections=1)
        first = stage.client(hub)
        first.sync()
        assert stage.client(hub).expect_end() == b""
        hub.lines.expect("turned away: 1 clients are here already")
        first.sync()


class TestFifo:
    @pytest.fixture
    def fifo(self, tmp_path: Path) -> Path:
        return tmp_path / "fifo"

    @pytest.fixture
    def hub(self, stage: Stage, fifo: Path) -> Server:
        os.mkfifo(fifo)
        hub = stage.hub(fifo=str(fifo))
        hub.lines.expect("reading commands")
        return hub

    @staticmethod
    def write(fifo: Path, *lines: str) -> None:
        with fifo.open("w") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def test_drivers_start_and_stop_while_it_runs(self, stage: Stage, fifo: Path, hub: Server) -> None:
        dome = stage.driver()
        client = stage.client(hub)
        client.send(get("Dome"))
        client.sync()
        self.write(fifo, f'start {dome.path} -n "My Dome"')
        dome.expect_only(GET)
        dome.do("puppet.tell(len(os.environ['INDIDEV']))")
        assert dome.expect_number() == len("My Dome")
        dome.send(define("Dome"))
        client.expect_only(define("Dome"))
        self.write(fifo, f'stop {dome.path} -n "My Dome"')
        client.expect_match(rb'^\s*<delProperty device="Dome"/>')
        dome.expect_exit()

    def test_a_bad_line_is_one_line_in_the_log_and_the_next_one_counts(
        self, stage: Stage, fifo: Path, hub: Server
    ) -> None:
        dome = stage.driver()
        self.write(fifo, "strat dome", "start", "start telescop", 'start "x', "stop nothing", f"start {dome.path}")
        for pattern in (
            r': FIFO: "strat" is not start',
            ": FIFO: the name of an executable is missing",
            ': FIFO: .*did you mean "telescope"',
            ": FIFO: a double quote is not closed",
            ": FIFO: nothing called nothing runs",
        ):
            assert hub.lines.expect(pattern).string.count("FIFO") == 1
        dome.expect_only(GET)

    def test_what_was_started_stays_when_the_configuration_is_read_again(
        self, stage: Stage, fifo: Path, hub: Server
    ) -> None:
        dome = stage.driver()
        self.write(fifo, f"start {dome.path}")
        dome.expect_only(GET)
        hub.signal(signal.SIGHUP)
        self.write(fifo, "stop nothing")
        hub.lines.expect("nothing called nothing")
        dome.expect_silence()

    def test_stop_and_then_the_end_leaves_no_orphan(self, stage: Stage, fifo: Path, hub: Server) -> None:
        dome = stage.driver()
        self.write(fifo, f"start {dome.path}")
        dome.expect_only(GET)
        dome.do("puppet.ignore_everything()")
        dome.flush()
        process = psutil.Process(dome.pid)
        self.write(fifo, f"stop {dome.path}")
        assert dome.expect_end().strip() == b""
        hub.signal(signal.SIGTERM)
        assert hub.exit_code() == 0
        eventually(lambda: not process.is_running(), "no orphan is left")


def test_a_driver_on_pipes_is_served_like_any_other(stage: Stage) -> None:
    dome: Driver = stage.driver()
    hub = stage.hub(dome, pipes=True)
    client = stage.client(hub)
    client.send(GET)
    client.sync()
    dome.send(define("Dome"))
    client.expect_only(define("Dome"))
    client.send(order("Dome", 1))
    dome.expect(order("Dome", 1))
