"""`lightapt-indiserver` beside Debian's `indiserver`: what clients and KStars rely on is the same with both."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.real_programs import require

from .phrases import GET, define, get, order
from .puppets import PATIENCE, Driver
from .rig import LIGHTAPT_INDISERVER, Server, Stage, free_port

pytestmark = pytest.mark.system

TERMINATED = r"Driver (.*): Terminated after #0 restarts"
"""What KStars looks for in stderr (serverManager.cpp)."""


@pytest.fixture(params=["lightapt-indiserver", "symlink", "reference"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The three commands that shall behave alike."""
    if request.param == "reference":
        return str(require("indiserver"))
    if request.param == "symlink":
        link = tmp_path / "bin" / "indiserver"
        link.parent.mkdir()
        link.symlink_to(LIGHTAPT_INDISERVER[0])
        return str(link)
    return LIGHTAPT_INDISERVER[0]


def own_socket() -> Sequence[str]:
    """Arguments for a local socket that no other server on this machine has."""
    return "-u", f"lightapt-test-{os.getpid()}-{free_port()}"


def started(stage: Stage, program: str, *arguments: str) -> Server:
    """A server on a free port."""
    port = free_port()
    return stage.run(program, *own_socket(), "-p", str(port), *arguments).listening_on(port)


def finished(program: str, *arguments: str) -> tuple[int, str]:
    """Run the command to its end; return its exit code and what it wrote to stderr."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stderr


class TestExitCodes:
    @pytest.mark.parametrize("arguments", [[], ["-z", "driver"], ["-p"], ["-v"]], ids=" ".join)
    def test_wrong_usage_is_2(self, program: str, arguments: list[str]) -> None:
        code, stderr = finished(program, *arguments)
        assert code == 2
        assert "Usage: " in stderr

    def test_a_missing_driver_is_1_and_the_line_that_kstars_knows(self, program: str) -> None:
        code, stderr = finished(program, *own_socket(), "-p", str(free_port()), "-r", "0", "no_such_driver")
        assert code == 1
        assert re.search(TERMINATED, stderr)

    def test_the_last_driver_s_death_is_1(self, stage: Stage, program: str) -> None:
        dome, ccd = stage.driver("dome"), stage.driver("ccd")
        server = started(stage, program, "-r", "0", str(dome.path), str(ccd.path))
        for driver in (dome, ccd):
            driver.expect(GET)
            driver.kill()
            assert server.lines.expect(TERMINATED)[1].endswith(driver.name)
        assert server.exit_code() == 1

    def test_a_port_in_use_is_1(self, stage: Stage, program: str) -> None:
        with socket.create_server(("", 0)) as other:
            code, _ = finished(program, *own_socket(), "-p", str(other.getsockname()[1]), str(stage.driver().path))
        assert code == 1

    def test_restarts_are_counted(self, stage: Stage, program: str) -> None:
        crash = stage.executable("crash", "#!/bin/sh\nexit 3\n")
        code, stderr = finished(program, *own_socket(), "-p", str(free_port()), "-r", "1", str(crash))
        assert code == 1
        assert re.search(r"Driver .*crash: Terminated after #1 restarts", stderr)


class TestService:
    def test_a_driver_is_served_on_all_addresses(self, stage: Stage, program: str) -> None:
        dome = stage.driver()
        server = started(stage, program, str(dome.path))
        dome.expect(GET)
        for client in (stage.client_of((address, server.port)) for address in addresses()):
            client.send(get("Dome"))
            client.sync()
            dome.send(define("Dome"))
            client.expect_match(rb"<defNumberVector[^>]*Dome")

    def test_what_drivers_write_to_stderr_is_passed_on_with_time_and_name(self, stage: Stage, program: str) -> None:
        dome = stage.driver()
        server = started(stage, program, str(dome.path))
        dome.do("print('the shutter sticks', file=sys.stderr)")
        server.lines.expect(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d: Driver \S*dome: the shutter sticks$")

    def test_a_signal_ends_it_with_its_drivers(self, stage: Stage, program: str) -> None:
        dome = stage.driver()
        server = started(stage, program, str(dome.path))
        dome.expect(GET)
        server.signal(signal.SIGTERM)
        dome.expect_exit()
        server.exit_code()

    def test_the_terminal_s_end_ends_it_with_its_drivers(self, stage: Stage, program: str) -> None:
        dome = stage.driver()
        server = started(stage, program, str(dome.path))
        dome.expect(GET)
        server.signal(signal.SIGHUP)
        dome.expect_exit()
        server.exit_code()


class TestKstars:
    def test_the_local_mode_of_kstars(self, stage: Stage, program: str, tmp_path: Path) -> None:
        """Its call, its commands, a driver's death as it looks for it, and its way of ending the server."""
        fifo = tmp_path / "indififo"
        os.mkfifo(fifo)
        dome, ccd = stage.driver("dome"), stage.driver("ccd")
        server = started(stage, program, "-v", "-m", "300", "-r", "0", "-f", str(fifo))
        client = stage.client(server)
        client.send(GET)
        client.sync()
        command(fifo, f'start {dome.path} -n "My Dome"')
        appears(dome)
        command(fifo, f'start {ccd.path} -n "CCD Simulator"')
        appears(ccd)
        for driver, device in ((dome, "My Dome"), (ccd, "CCD Simulator")):
            driver.send(define(device))
            client.expect_match(f"<defNumberVector[^>]*{device}".encode())
        client.send(order("My Dome", 5))
        dome.expect_match(rb"<newNumberVector[^>]*My Dome[^>]*>\s*<oneNumber[^>]*>\s*5")
        dome.kill()
        assert server.lines.expect(TERMINATED)[1].endswith("dome")
        client.expect_match(rb'<delProperty device="My Dome"')
        command(fifo, f'stop {ccd.path} -n "CCD Simulator"')
        ccd.expect_exit()
        client.expect_match(rb'<delProperty device="CCD Simulator"')
        assert server.is_running  # the FIFO may bring others
        command(fifo, f"start {dome.path}")
        appears(dome)
        server.signal(signal.SIGTERM)
        dome.expect_exit()
        server.exit_code()


def command(fifo: Path, line: str) -> None:
    """Write a line to a FIFO."""
    with fifo.open("w") as file:
        file.write(line + "\n")


def appears(driver: Driver) -> None:
    """Wait for a driver's start, and for the server's first question."""
    driver.appear()
    driver.expect_match(rb"<getProperties version=.1.7.")


def addresses() -> list[str]:
    """The IPv4 addresses of this machine."""
    nets = psutil.net_if_addrs().values()
    return [address.address for net in nets for address in net if address.family == socket.AF_INET]
