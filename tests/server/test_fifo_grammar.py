"""The FIFO's commands, on their own and against the real indiserver."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_server.config import INDI_VARIABLES, DriverSpec, RemoteSpec
from lightapt_server.fifo_grammar import FifoError, Start, Stop, parse_command

INDISERVER = shutil.which("indiserver")


def start(program: str, label: str = "", **variables: str) -> Start:
    return Start(DriverSpec((program,), label or program, tuple(variables.items())))


@pytest.mark.parametrize("line", ["", "  \t ", "\n", "# start indi_ccd", "   #"])
def test_blank_lines_and_comments_ask_for_nothing(line: str) -> None:
    assert parse_command(line) is None


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("start indi_ccd", start("indi_ccd")),
        ("  start \t indi_ccd  \n", start("indi_ccd")),
        ('start indi_ccd -n "Main Camera"', start("indi_ccd", INDIDEV="Main Camera")),
        ('start indi_ccd -n"Main Camera"', start("indi_ccd", INDIDEV="Main Camera")),
        ("start indi_ccd -n Main", start("indi_ccd", INDIDEV="Main")),
        ("start indi_ccd -n O'Hara", start("indi_ccd", INDIDEV="O'Hara")),
        ('start indi_ccd -n "-1 @ home" -c x', start("indi_ccd", INDIDEV="-1 @ home", INDICONFIG="x")),
        ('start indi_ccd -n "" -c "x"', start("indi_ccd", INDICONFIG="x")),
        ('start indi_ccd -n "a" -n "b"', start("indi_ccd", INDIDEV="b")),
        ('start -s "/x/y_sk.xml" indi_ccd', start("indi_ccd", INDISKEL="/x/y_sk.xml")),
        (
            'start indi_ccd -p "/opt/indi" -c "/a b/c.xml"',
            start("/opt/indi/bin/indi_ccd", "indi_ccd", INDIPREFIX="/opt/indi", INDICONFIG="/a b/c.xml"),
        ),
        ('start "/my drivers/ccd"', start("/my drivers/ccd")),
        ("start @dome", Start(RemoteSpec("dome"))),
        ("start @[::1]:7625", Start(RemoteSpec("::1", 7625))),
        ('start "CCD Simulator"@dome:1 -n "CCD Simulator"', Start(RemoteSpec("dome", 1, "CCD Simulator"))),
        ('start "CCD Simulator@dome:1"', Start(RemoteSpec("dome", 1, "CCD Simulator"))),
        ("start CCD Simulator@dome:1", Start(RemoteSpec("dome", 1, "CCD Simulator"))),
        ("stop indi_ccd", Stop("indi_ccd")),
        ('stop indi_ccd -n "Main Camera"', Stop("indi_ccd", "Main Camera")),
        ('stop indi_ccd -n "A" -s "x_sk.xml" -p "/opt"', Stop("indi_ccd", "A")),
        ('stop "CCD Simulator"@dome:1', Stop(RemoteSpec("dome", 1, "CCD Simulator"))),
    ],
)
def test_a_line_is_one_command(line: str, command: Start | Stop) -> None:
    assert parse_command(line) == command


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("strt indi_ccd", '"strt" is not start'),
        ("restart indi_ccd", '"restart" is not'),
        ("START indi_ccd", '"START" is not'),
        ("start", "the name of an executable is missing"),
        ('stop -n "Main"', "the name of an executable is missing"),
        ('start ""', "the name of an executable is missing"),
        ("start indi_a indi_b", 'one executable a line, and "indi_b" is a second'),
        ("start indi_ccd -n Main Camera", 'one executable a line, and "Camera" is a second'),
        ("start indi_ccd -n 'Main'", "in double quotes, not single ones"),
        ('start indi_ccd -n "Main', "a double quote is not closed"),
        ('start indi_ccd -x "1"', "unknown option -x (known: -n, -c, -s, -p)"),
        ("start indi_ccd -", "unknown option - "),
        ("start indi_ccd -n", "-n needs a value"),
        ("start @dome:x", "the port is a number"),
        ("start @", "a host is missing"),
        ("start a\0b", "NUL"),
    ],
)
def test_a_line_that_is_no_command_is_refused_with_the_reason(line: str, problem: str) -> None:
    with pytest.raises(FifoError) as caught:
        parse_command(f" {line}\n")
    assert problem in caught.value.problem
    assert caught.value.line == line
    assert str(caught.value) == f"FIFO: {caught.value.problem}: {line}"


def test_stop_names_a_driver_by_its_label_and_a_remote_by_its_address() -> None:
    driver = DriverSpec(("/opt/bin/indi_ccd",), "indi_ccd")
    assert Stop("indi_ccd").names(driver)
    assert not Stop("/opt/bin/indi_ccd").names(driver)
    assert not Stop("indi_ccd").names(RemoteSpec("indi_ccd"))
    stop = parse_command("stop @dome")
    assert isinstance(stop, Stop)
    assert stop.names(RemoteSpec("dome", 7624))
    assert not stop.names(RemoteSpec("dome", 7625))


# Invariant: any line gives a command, nothing, or a FifoError.
@given(st.text(), st.sampled_from(["", "start ", "stop ", "start x ", 'start x -n "']))
def test_no_line_breaks_the_grammar(rest: str, beginning: str) -> None:
    try:
        command = parse_command(beginning + rest)
    except FifoError:
        return
    assert command is None or isinstance(command, Start | Stop)


# Whatever does not hold a double quote can be quoted.
@given(st.text().filter(lambda text: text and not set(text) & set('"\0')))
def test_a_quoted_value_arrives_as_it_is(value: str) -> None:
    assert parse_command(f'start x -n "{value}"') == start("x", INDIDEV=value)


class RealIndiserver:
    """A running indiserver whose drivers tell, through a pipe, how they were started."""

    def __init__(self, folder: Path) -> None:
        self._fifo, self._told = folder / "fifo", folder / "told"
        for pipe in (self._fifo, self._told):
            os.mkfifo(pipe)
        self.prefix = folder / "prefix"
        self.driver = self._write_driver(folder / "tell")
        (self.prefix / "bin").mkdir(parents=True)
        self._write_driver(self.prefix / "bin" / "tell")
        with socket.create_server(("", 0)) as listener:
            port = listener.getsockname()[1]
        assert INDISERVER is not None
        arguments = ["-p", str(port), "-r", "0", "-u", f"/tmp/lightapt-{uuid.uuid4()}", "-f", str(self._fifo)]
        variables = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "INDIDEV": "not inherited"}
        self._process = subprocess.Popen([INDISERVER, *arguments], env=variables, stderr=subprocess.DEVNULL)

    def started_by(self, line: str) -> tuple[str, dict[str, str]]:
        """Program and INDI variables of the driver that a line starts."""
        self._fifo.write_text(line + "\n")
        program, *values = self._told.read_text().splitlines()
        variables = {name: value for name, value in zip(INDI_VARIABLES, values, strict=True) if value}
        return program, variables

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _write_driver(self, path: Path) -> Path:
        lines = "\n".join(f'echo "${name}"' for name in INDI_VARIABLES)
        path.write_text(f'#!/bin/sh\n{{ echo "$0"\n{lines}\n}} > "{self._told}"\n')
        path.chmod(0o755)
        return path


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealIndiserver]:
    server = RealIndiserver(tmp_path)
    yield server
    server.close()


@pytest.mark.system
@pytest.mark.skipif(INDISERVER is None, reason="indiserver is not installed")
def test_what_the_real_indiserver_understands_means_the_same_here(real: RealIndiserver) -> None:
    lines = [
        "start {driver}",
        '  start   {driver}   -n   "Main Camera"  ',
        'start {driver} -n "Main Camera" -c "/a b/c.xml" -s "s_sk.xml"',
        'start tell -p "{prefix}" -n "Main Camera"',
        'start tell -c "c" -p "{prefix}" -s "s"',
        'start {driver} -n"tight" -c "c"',
        'start {driver} -n "a" -n "b"',
    ]
    for line in lines:
        line = line.format(driver=real.driver, prefix=real.prefix)
        command = parse_command(line)
        assert isinstance(command, Start)
        assert isinstance(command.spec, DriverSpec)
        environment = command.spec.child_environment({"INDIDEV": "not inherited"})
        assert real.started_by(line) == (command.spec.argv[0], environment), line
